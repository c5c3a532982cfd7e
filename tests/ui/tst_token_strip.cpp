// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/views/token_strip.h"

#include <QScrollBar>
#include <QSignalSpy>
#include <QTest>

#include <cmath>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestTokenStrip : public QObject {
    Q_OBJECT

    std::unique_ptr<TokenStrip> strip_;

    void show(std::size_t count)
    {
        strip_ = std::make_unique<TokenStrip>();
        strip_->resize(300, 120);
        strip_->setTokens(std::make_shared<const std::vector<Token>>(fakeTokens(count)));
        strip_->show();
    }
    QColor corner(std::size_t position) const ///< of a token's box, where no letter is
    {
        const QRect box = strip_->tokenRect(position);
        return strip_->viewport()->grab().toImage().pixelColor(box.left() + 3, box.top() + 3);
    }
    void click(std::size_t position, Qt::KeyboardModifiers keys = {})
    {
        QTest::mouseClick(strip_->viewport(), Qt::LeftButton, keys, strip_->tokenRect(position).center());
    }
    QString picked() const
    {
        QStringList words;
        for (const auto each : strip_->picked())
            words << QString::number(each);
        return words.join(u' ');
    }

private Q_SLOTS:
    void tokensWrapAndDoNotOverlap()
    {
        show(30);
        for (std::size_t i = 0; i < 30; ++i) {
            const QRect box = strip_->tokenRect(i);
            QVERIFY(box.right() < strip_->viewport()->width());
            for (std::size_t j = 0; j < i; ++j)
                QVERIFY(!box.intersects(strip_->tokenRect(j)));
        }
        QVERIFY(strip_->tokenRect(29).top() > strip_->tokenRect(0).top());
        const int line = strip_->tokenRect(29).top();
        strip_->resize(1200, 120);
        QVERIFY(strip_->tokenRect(29).top() < line);
        for (const std::size_t i : {0, 7, 29})
            QCOMPARE(strip_->tokenAt(strip_->tokenRect(i).center()), std::optional(i));
    }

    void aTintIsAsStrongAsItsWeight()
    {
        show(6);
        const QColor none = corner(2);
        strip_->setTints({0, 0.5f, 0, 1, 0, 0});
        const QColor mark = strip_->palette().color(QPalette::Highlight);
        const auto expected = [&](double weight) {
            const double share = TokenStrip::strongestTint * weight;
            const auto mixed = [&](int over, int under) { return qRound(over * share + under * (1 - share)); };
            return QColor(
                mixed(mark.red(), none.red()), mixed(mark.green(), none.green()), mixed(mark.blue(), none.blue()));
        };
        for (const auto& [position, weight] : {std::pair<std::size_t, double>{1, 0.5}, {3, 1.0}, {4, 0.0}}) {
            const QColor found = corner(position), wanted = expected(weight);
            QVERIFY2(std::abs(found.red() - wanted.red()) <= 2 && std::abs(found.green() - wanted.green()) <= 2
                    && std::abs(found.blue() - wanted.blue()) <= 2,
                qPrintable(u"%1: %2, expected %3"_s.arg(position).arg(found.name(), wanted.name())));
        }
    }

    void clicksPickOneOrSeveral()
    {
        show(20);
        QSignalSpy changed(strip_.get(), &TokenStrip::pickedChanged);
        click(4);
        QCOMPARE(picked(), u"4"_s);
        click(2, Qt::ControlModifier);
        click(7, Qt::ControlModifier);
        QCOMPARE(picked(), u"2 4 7"_s);
        click(4, Qt::ControlModifier);
        QCOMPARE(picked(), u"2 7"_s);
        click(9);
        QCOMPARE(picked(), u"9"_s);
        QCOMPARE(changed.count(), 5);
        click(9, Qt::ControlModifier); // one always stays
        QCOMPARE(picked(), u"9"_s);
        strip_->pick({3, 1, 99});
        QCOMPARE(picked(), u"1 3"_s);
        QCOMPARE(changed.count(), 5);
    }

    void keysMoveOn()
    {
        show(30);
        click(3);
        QTest::keyClick(strip_.get(), Qt::Key_Right);
        QCOMPARE(picked(), u"4"_s);
        QTest::keyClick(strip_.get(), Qt::Key_Left, Qt::ShiftModifier);
        QCOMPARE(picked(), u"3 4"_s);
        QTest::keyClick(strip_.get(), Qt::Key_Down);
        const std::size_t below = strip_->picked().front();
        QVERIFY(strip_->tokenRect(below).top() > strip_->tokenRect(3).top());
        QVERIFY(std::abs(strip_->tokenRect(below).center().x() - strip_->tokenRect(3).center().x()) < 40);
        QTest::keyClick(strip_.get(), Qt::Key_Up);
        QCOMPARE(strip_->tokenRect(strip_->picked().front()).top(), strip_->tokenRect(3).top());
        QTest::keyClick(strip_.get(), Qt::Key_End);
        QCOMPARE(picked(), u"29"_s);
        QVERIFY(strip_->viewport()->rect().contains(strip_->tokenRect(29)));
        QTest::keyClick(strip_.get(), Qt::Key_Home);
        QCOMPARE(strip_->verticalScrollBar()->value(), 0);
    }

    void longSequencesScroll()
    {
        show(8192);
        QVERIFY(strip_->verticalScrollBar()->maximum() > 1000);
        strip_->pick({8191});
        QVERIFY(strip_->viewport()->rect().contains(strip_->tokenRect(8191)));
        QCOMPARE(strip_->tokenAt(strip_->tokenRect(8191).center()), std::optional<std::size_t>(8191));
        strip_->resize(260, 90);
        QVERIFY(strip_->viewport()->rect().contains(strip_->tokenRect(8191)));
        const QColor plain = corner(8190);
        std::vector<float> tints(8192);
        tints[8190] = 1;
        strip_->setTints(tints);
        QVERIFY(corner(8190) != plain);
    }

    void matchesAreMarked()
    {
        show(10);
        const auto edges = [this](std::size_t position) {
            const QRect box = strip_->tokenRect(position);
            const QImage image = strip_->viewport()->grab().toImage();
            return std::pair(
                image.pixelColor(box.left() + 3, box.top() + 1), image.pixelColor(box.left() + 3, box.bottom()));
        };
        const auto [top, bottom] = edges(5);
        strip_->setMatches({3, 5}, 3);
        QVERIFY(edges(5).first == top && edges(5).second != bottom); // underlined
        QVERIFY(edges(3).first != top && edges(3).second != bottom); // on both sides
        QCOMPARE(edges(4).second, bottom);
        strip_->setMatches({}, std::nullopt);
        QCOMPARE(edges(3).first, top);
    }
};

QTEST_MAIN(TestTokenStrip)
#include "tst_token_strip.moc"
