// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/views/lines_view.h"

#include <QApplication>
#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>
#include <QWheelEvent>

#include <cmath>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

const HeadRef first{LayerId{0}, HeadId{1}}, second{LayerId{1}, HeadId{2}};

float weightOf(LayerId, HeadId head, std::size_t q, std::size_t k)
{
    if (head.value == 2)
        return k == 0 ? 1.0f : 0.0f; // the first token
    return q == 0 ? 1.0f : k + 1 == q ? 0.75f : k == q ? 0.25f : 0.0f; // mostly the token before
}

} // namespace

class TestLinesView : public QObject {
    Q_OBJECT

    std::shared_ptr<FakePatternSource> source_;
    std::unique_ptr<LinesView> view_;

    void show(std::size_t length, std::vector<LineHead> heads)
    {
        source_ = std::make_shared<FakePatternSource>(length);
        source_->value = weightOf;
        view_ = std::make_unique<LinesView>();
        view_->resize(700, 420);
        view_->show();
        view_->setSource(source_, std::make_shared<const std::vector<Token>>(fakeTokens(length)));
        view_->setHeads(std::move(heads));
        QTRY_VERIFY(view_->isSettled());
    }
    /// "q>k weight hN", the strongest first.
    QStringList drawn() const
    {
        QStringList words;
        for (const auto& line : view_->lines())
            words
                << u"%1>%2 %3 h%4"_s.arg(line.query).arg(line.key).arg(static_cast<double>(line.weight)).arg(line.head);
        std::sort(words.begin(), words.end());
        return words;
    }
    QPoint centre(TokenSide side, std::size_t position) const { return view_->tokenRect({side, position}).center(); }
    void point(TokenSide side, std::size_t position)
    {
        QTest::mouseMove(view_->viewport(), centre(side, position));
        QTRY_VERIFY((view_->shownToken() == LineToken{side, position}));
        QTRY_VERIFY(view_->isSettled());
    }
    QColor pixel(QPointF place) const
    {
        const QImage image = view_->viewport()->grab().toImage();
        return image.pixelColor(qRound(place.x()), qRound(place.y()));
    }

private Q_SLOTS:
    void drawsEveryWeightAboveTheRule()
    {
        show(4, {{first, Qt::red}});
        QCOMPARE(drawn(),
            (QStringList{u"0>0 1 h0"_s, u"1>0 0.75 h0"_s, u"1>1 0.25 h0"_s, u"2>1 0.75 h0"_s, u"2>2 0.25 h0"_s,
                u"3>2 0.75 h0"_s, u"3>3 0.25 h0"_s}));
        view_->setRule({.least = 0.3f});
        QCOMPARE(drawn().size(), 4);
        view_->setRule({.least = 0, .most = 1});
        QCOMPARE(drawn(), (QStringList{u"0>0 1 h0"_s, u"1>0 0.75 h0"_s, u"2>1 0.75 h0"_s, u"3>2 0.75 h0"_s}));
    }

    void aLineIsAsOpaqueAsItsWeight()
    {
        show(4, {{first, QColor(200, 0, 0)}});
        const QColor ground = view_->palette().color(QPalette::Window);
        for (const auto& line : view_->lines()) {
            const QPointF place = view_->lineOf(line).pointAt(0.3); // where no other line crosses
            const QColor found = pixel(place);
            const double share = static_cast<double>(line.weight);
            const auto mixed = [share](int over, int under) { return qRound(over * share + under * (1 - share)); };
            const QColor wanted(mixed(200, ground.red()), mixed(0, ground.green()), mixed(0, ground.blue()));
            if (line.weight < 0.5f)
                continue; // thinner than two pixels: no pixel is sure to be covered wholly
            QVERIFY2(std::abs(found.red() - wanted.red()) <= 3 && std::abs(found.green() - wanted.green()) <= 3,
                qPrintable(u"%1>%2: %3, expected %4"_s.arg(line.query).arg(line.key).arg(found.name(), wanted.name())));
        }
        view_->setRule({.least = 0.9f}); // only 0>0 is left
        QCOMPARE(pixel(QPointF(view_->lineOf({3, 2, 0.75f, 0}).pointAt(0.3))), ground);
    }

    void headsLieOverOneAnotherInTheirColours()
    {
        show(6, {{first, Qt::red}, {second, Qt::blue}});
        QVERIFY(drawn().contains(u"5>0 1 h1"_s) && drawn().contains(u"5>4 0.75 h0"_s));
        QCOMPARE(pixel(view_->lineOf({5, 0, 1, 1}).pointAt(0.2)), QColor(Qt::blue));
        const QColor reddish = pixel(view_->lineOf({5, 4, 0.75f, 0}).pointAt(0.3));
        QVERIFY2(reddish.red() > reddish.blue() + 100, qPrintable(reddish.name()));
    }

    void pointingAtATokenLeavesItsLines()
    {
        show(6, {{first, Qt::red}, {second, Qt::blue}});
        point(TokenSide::Query, 3);
        QCOMPARE(drawn(), (QStringList{u"3>0 1 h1"_s, u"3>2 0.75 h0"_s, u"3>3 0.25 h0"_s}));
        point(TokenSide::Key, 0); // 0 itself, 1 behind it, and everyone of the second head
        QCOMPARE(drawn(),
            (QStringList{u"0>0 1 h0"_s, u"0>0 1 h1"_s, u"1>0 0.75 h0"_s, u"1>0 1 h1"_s, u"2>0 1 h1"_s, u"3>0 1 h1"_s,
                u"4>0 1 h1"_s, u"5>0 1 h1"_s}));
        QEvent leave(QEvent::Leave);
        QApplication::sendEvent(view_->viewport(), &leave);
        QVERIFY(!view_->shownToken());
        QVERIFY(drawn().size() > 10);
    }

    void aClickKeepsATokenAndAnotherLetsItGo()
    {
        show(6, {{first, Qt::red}});
        QSignalSpy locked(view_.get(), &LinesView::tokenLocked);
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, centre(TokenSide::Query, 4));
        QCOMPARE(locked.count(), 1);
        QVERIFY((view_->lockedToken() == LineToken{TokenSide::Query, 4}));
        QCOMPARE(drawn(), (QStringList{u"4>3 0.75 h0"_s, u"4>4 0.25 h0"_s}));
        point(TokenSide::Query, 2); // a preview
        QCOMPARE(drawn(), (QStringList{u"2>1 0.75 h0"_s, u"2>2 0.25 h0"_s}));
        QTest::mouseMove(view_->viewport(), {view_->viewport()->width() / 2, 200});
        QTRY_VERIFY((view_->shownToken() == LineToken{TokenSide::Query, 4}));
        QTest::mouseClick(view_->viewport(), Qt::LeftButton, {}, centre(TokenSide::Query, 4));
        QVERIFY(!view_->lockedToken());
    }

    void keysMoveTheToken()
    {
        show(40, {{first, Qt::red}});
        const auto press = [this](Qt::Key key) {
            QTest::keyClick(view_.get(), key);
            return view_->lockedToken().value_or(LineToken{TokenSide::Key, 999});
        };
        QVERIFY((press(Qt::Key_Up) == LineToken{TokenSide::Query, 39}));
        QVERIFY(view_->viewport()->rect().contains(view_->tokenRect({TokenSide::Query, 39})));
        QVERIFY((press(Qt::Key_Up) == LineToken{TokenSide::Query, 38}));
        QVERIFY((press(Qt::Key_Right) == LineToken{TokenSide::Key, 38}));
        QTRY_VERIFY(view_->isSettled());
        QCOMPARE(drawn(), (QStringList{u"38>38 0.25 h0"_s, u"39>38 0.75 h0"_s}));
        QVERIFY((press(Qt::Key_Down) == LineToken{TokenSide::Key, 39}));
        QVERIFY((press(Qt::Key_Down) == LineToken{TokenSide::Key, 39}));
        QVERIFY((press(Qt::Key_Home) == LineToken{TokenSide::Key, 0}));
        QCOMPARE(view_->verticalScrollBar()->value(), 0);
        press(Qt::Key_Escape);
        QVERIFY(!view_->lockedToken());
    }

    void aLongSequenceFetchesOnlyWhatIsInView()
    {
        show(2048, {{first, Qt::red}});
        QVERIFY2(source_->requests <= 1, qPrintable(QString::number(source_->requests)));
        QWheelEvent wheel({300, 200}, view_->viewport()->mapToGlobal(QPointF(300, 200)), {}, {0, -1200}, Qt::NoButton,
            Qt::NoModifier, Qt::NoScrollPhase, false);
        QApplication::sendEvent(view_->viewport(), &wheel);
        QVERIFY(view_->verticalScrollBar()->value() > 0);
        view_->verticalScrollBar()->setValue(view_->verticalScrollBar()->maximum());
        QTRY_VERIFY(view_->isSettled());
        std::size_t rows = 0;
        for (const auto& asked : source_->asked) {
            rows += asked.rows.size();
            QCOMPARE(asked.columns, (Range{0, 2048}));
        }
        QVERIFY2(rows <= 5 * LinesView::block, qPrintable(QString::number(rows)));
        QVERIFY(drawn().contains(u"2047>2046 0.75 h0"_s));
        QVERIFY(view_->viewport()->rect().contains(view_->tokenRect({TokenSide::Query, 2047})));
        QVERIFY(view_->lines().size() < 100);
        point(TokenSide::Key, 2046); // a whole column, but one
        QCOMPARE(source_->asked.back().rows, (Range{0, 2048}));
        QCOMPARE(source_->asked.back().columns, (Range{2046, 2047}));
        QCOMPARE(drawn(), (QStringList{u"2046>2046 0.25 h0"_s, u"2047>2046 0.75 h0"_s}));
    }

    void nothingIsFetchedWhileHidden()
    {
        show(64, {{first, Qt::red}});
        view_->hide();
        const auto before = source_->requests;
        view_->setHeads({{second, Qt::blue}});
        QCOMPARE(source_->requests, before);
        view_->show();
        QVERIFY(source_->requests > before);
        QTRY_VERIFY(drawn().contains(u"1>0 1 h0"_s));
    }

    void paddingIsHatchedAndWithoutLines()
    {
        show(4, {{first, Qt::red}});
        auto tokens = fakeTokens(4);
        tokens[0].padding = true;
        source_->kind = [](std::size_t q, std::size_t k) {
            return q == 0 || k == 0 ? CellKind::Padding : k > q ? CellKind::Masked : CellKind::Allowed;
        };
        view_->setSource(source_, std::make_shared<const std::vector<Token>>(tokens));
        view_->setHeads({{first, Qt::red}});
        QTRY_VERIFY(view_->isSettled());
        QCOMPARE(drawn(),
            (QStringList{u"1>1 0.25 h0"_s, u"2>1 0.75 h0"_s, u"2>2 0.25 h0"_s, u"3>2 0.75 h0"_s, u"3>3 0.25 h0"_s}));
        const auto tinted = [this](std::size_t position) { // of the empty end of the label
            const QRect box = view_->tokenRect({TokenSide::Query, position});
            const QImage image = view_->viewport()->grab(QRect(box.left() + 2, box.top() + 2, 4, 14)).toImage();
            int found = 0;
            for (int y = 0; y < image.height(); ++y)
                for (int x = 0; x < image.width(); ++x)
                    found += image.pixelColor(x, y) != view_->palette().color(QPalette::Window);
            return found;
        };
        QVERIFY(tinted(0) > 3);
        QCOMPARE(tinted(1), 0);
    }

    void brokenRowsAreNamed()
    {
        show(4, {{first, Qt::red}});
        const auto beside = [this] { // the second token, whose lines would begin there
            view_->setSource(source_, std::make_shared<const std::vector<Token>>(fakeTokens(4)));
            view_->setHeads({{first, Qt::red}});
            Q_UNUSED(QTest::qWaitFor([this] { return view_->isSettled(); }));
            const QRect label = view_->tokenRect({TokenSide::Query, 2});
            return view_->viewport()->grab(label.translated(label.width(), 0)).toImage();
        };
        source_->kind
            = [](std::size_t q, std::size_t k) { return q == 2 || k > q ? CellKind::Masked : CellKind::Allowed; };
        const QImage masked = beside();
        source_->kind = [](std::size_t q, std::size_t k) { return k > q ? CellKind::Masked : CellKind::Allowed; };
        source_->value = [](LayerId, HeadId, std::size_t q, std::size_t k) {
            return q == 2 ? std::numeric_limits<float>::quiet_NaN() : weightOf({}, HeadId{1}, q, k);
        };
        const QImage broken = beside();
        QVERIFY(!drawn().join(u' ').contains(u"2>"_s)); // no line, but a word
        QVERIFY(broken != masked);
    }
};

QTEST_MAIN(TestLinesView)
#include "tst_lines_view.moc"
