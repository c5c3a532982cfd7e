// SPDX-License-Identifier: GPL-3.0-or-later
// The panels A | B | A − B drawn as the view options say, in both comparisons.
#include "tests/ui/parity_fakes.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/text/difference_text.h"
#include "ui/text/labels.h"
#include "ui/windows/comparison_panels.h"
#include "ui/windows/comparison_view.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/parity_controller.h"
#include "ui/windows/prompt_comparison.h"
#include "ui/windows/theme.h"
#include "ui/windows/view_options_menu.h"

#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QRegularExpression>
#include <QSettings>
#include <QTabWidget>
#include <QTemporaryDir>
#include <QTest>
#include <QToolButton>

#include <cmath>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

constexpr auto A = ComparisonPanels::Reference, B = ComparisonPanels::Candidate, D = ComparisonPanels::Change;
constexpr std::size_t length = 6;

QColor colourAt(ComparisonPanels& panels, ComparisonPanels::Panel panel, Cell cell)
{
    QCoreApplication::processEvents();
    auto& map = panels.heatmap(panel);
    return map.grab().toImage().pixelColor(map.cellRect(cell).center().toPoint());
}

/// Chooses an entry of a menu or of one of its submenus, as a click does.
bool trigger(QMenu& menu, const QString& words)
{
    for (auto* entry : menu.findChildren<QAction*>())
        if (entry->text() == words && entry->isEnabled() && !entry->menu()) {
            entry->trigger();
            return true;
        }
    return false;
}

} // namespace

class TestComparisonOptions : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::shared_ptr<FakePatternSource> a_, b_;
    std::unique_ptr<ComparisonView> view_;

    template <class T> T* part(const QString& name) { return view_->findChild<T*>(name); }
    bool choose(const QString& words) { return trigger(*part<QMenu>(u"comparisonMenu"_s), words); }
    /// By the arrow keys.
    void chooseScale(const QString& words)
    {
        auto* box = part<QComboBox>(u"comparisonScale"_s);
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < box->count() && box->currentText() != words; ++i)
            QTest::keyClick(box, Qt::Key_Down);
        QVERIFY2(box->currentText() == words, qPrintable(box->currentText()));
        QTRY_VERIFY(view_->isSettled());
    }

private Q_SLOTS:
    void initTestCase()
    {
        QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path());
        applyTheme(Theme::Light);
    }

    void init()
    {
        a_ = std::make_shared<FakePatternSource>(length, 2, 3);
        b_ = std::make_shared<FakePatternSource>(length, 2, 3);
        a_->value = [](LayerId, HeadId, std::size_t query, std::size_t key) {
            return query == key ? 0.5f : 0.125f / static_cast<float>(1 + query);
        };
        b_->value = [](LayerId, HeadId, std::size_t query, std::size_t key) {
            return query == 4 && key == 1 ? 0.25f : query == key ? 0.4f : 0.001f;
        };
        auto pair = fakePair();
        pair->reference.capture = std::make_shared<FakeCapture>(a_);
        pair->candidate.capture = std::make_shared<FakeCapture>(b_);
        view_ = std::make_unique<ComparisonView>();
        view_->resize(1200, 560);
        view_->show();
        view_->setPair(pair);
        QTRY_VERIFY(view_->isSettled());
    }

    void cleanup() { view_.reset(); }

    void oneScaleForAAndBInEveryMode()
    {
        auto& panels = view_->panels();
        const auto& scaleA = panels.heatmap(A).colourScale();
        const auto& scaleB = panels.heatmap(B).colourScale();
        const auto& change = panels.heatmap(D).colourScale();
        const std::pair<QString, double> modes[]{
            {u"0 to largest"_s, 0.5}, {u"99th percentile"_s, 0.5}, {u"Logarithmic"_s, 1}, {u"0 to 1"_s, 1}};
        for (const auto& [words, end] : modes) {
            chooseScale(words);
            QVERIFY2(std::abs(scaleA.number(1) - end) < 1e-4, qPrintable(QString::number(scaleA.number(1))));
            for (const double share : {0.0, 0.25, 1.0})
                QVERIFY(std::abs(scaleA.number(share) - scaleB.number(share)) < 1e-6);
            for (const Cell cell : {Cell{5, 5}, Cell{4, 1}, Cell{5, 0}}) {
                QCOMPARE(colourAt(panels, A, cell), QColor(scaleA.colourOf(a_->value({}, {}, cell.query, cell.key))));
                QCOMPARE(colourAt(panels, B, cell), QColor(scaleB.colourOf(b_->value({}, {}, cell.query, cell.key))));
            }
            QCOMPARE(change.number(0), -change.number(1)); // whatever the mode
            QCOMPARE(change.number(0.5), 0.0);
            const float apart = a_->value({}, {}, 4, 1) - b_->value({}, {}, 4, 1);
            QCOMPARE(colourAt(panels, D, {4, 1}), QColor(change.colourOf(apart)));
        }
        QVERIFY(colourAt(panels, A, {5, 0}) != colourAt(panels, B, {5, 0}));
    }

    void thePercentileIsOfWhatIsSeen()
    {
        chooseScale(u"99th percentile"_s);
        auto& panels = view_->panels();
        panels.heatmap(B).showPart({0, 4, 3, 2}); // the lower left: no diagonal
        QTRY_VERIFY(view_->isSettled());
        QTRY_VERIFY2(std::abs(panels.heatmap(A).colourScale().number(1) - 0.25) < 1e-3,
            qPrintable(QString::number(panels.heatmap(A).colourScale().number(1))));
        QCOMPARE(panels.heatmap(B).colourScale().number(1), panels.heatmap(A).colourScale().number(1));
    }

    void rowsMayBeSharesOfTheirLargest()
    {
        chooseScale(u"Per row"_s);
        auto& panels = view_->panels();
        QCOMPARE(colourAt(panels, A, {5, 5}), QColor(panels.heatmap(A).colourScale().colourOf(1)));
        QCOMPARE(colourAt(panels, B, {4, 1}), QColor(panels.heatmap(B).colourScale().colourOf(0.25f / 0.4f)));
        const float shares = 0.025f / 0.5f - 0.25f / 0.4f;
        QCOMPARE(colourAt(panels, D, {4, 1}), QColor(panels.heatmap(D).colourScale().colourOf(shares)));
        QVERIFY2(part<QLabel>(u"comparisonBadge"_s)->text().contains(u"each row's largest"_s),
            qPrintable(part<QLabel>(u"comparisonBadge"_s)->text()));
        panels.choose({4, 1});
        QTRY_COMPARE(panels.readout(),
            u"L0 H0   q[4] \"·t4\" → k[1] \"·t1\"   A 0.0500   B 0.6250   A − B -0.575   (as shares of the row's largest)"_s);
        chooseScale(u"0 to 1"_s);
        QTRY_VERIFY(panels.readout().endsWith(u"A − B -0.225"_s));
        QVERIFY(part<QLabel>(u"comparisonBadge"_s)->isHidden());
    }

    void palettesFollow()
    {
        auto& panels = view_->panels();
        QVERIFY(choose(u"Magma"_s) && choose(u"Purple – orange"_s));
        const ColourScale sequential(false, 1, {}, {SequentialPalette::Magma, DivergingPalette::PurpleOrange});
        QCOMPARE(colourAt(panels, A, {2, 2}), QColor(sequential.colourOf(0.5f)));
        QCOMPARE(colourAt(panels, B, {4, 1}), QColor(sequential.colourOf(0.25f)));
        const float end = 0.225f; // at 4, 1
        const ColourScale diverging(false, 1, {Stage::Pattern, -end, end, Quantity::Difference},
            {SequentialPalette::Magma, DivergingPalette::PurpleOrange});
        QCOMPARE(colourAt(panels, D, {4, 1}), diverging.at(0));
        QVERIFY(diverging.at(0) != ColourScale(false, 1, {Stage::Pattern, -end, end, Quantity::Difference}).at(0));
    }

    void specialTokensAreLeftOutOfAllThree()
    {
        a_->leftOut = b_->leftOut = {0};
        QVERIFY(choose(u"Leave out"_s));
        QTRY_VERIFY(view_->isSettled());
        auto& panels = view_->panels();
        for (const auto panel : {A, B, D}) {
            const auto& map = panels.heatmap(panel);
            const QRectF place = map.cellRect({3, 0});
            QCoreApplication::processEvents();
            const QImage image = panels.heatmap(panel).grab().toImage();
            int plain = 0, dots = 0;
            for (int x = 0; x < 12; ++x)
                for (int y = 0; y < 12; ++y) {
                    const QRgb pixel = image.pixel(place.center().toPoint() + QPoint(x - 6, y - 6));
                    plain += pixel == map.colourScale().excluded(1, 1);
                    dots += pixel == map.colourScale().excluded(0, 0);
                }
            QVERIFY2(plain > 100 && dots > 5, qPrintable(u"%1 %2 %3"_s.arg(panel).arg(plain).arg(dots)));
        }
        QCOMPARE(colourAt(panels, A, {3, 1}), QColor(panels.heatmap(A).colourScale().colourOf(0.03125f)));
        QVERIFY(part<QLabel>(u"comparisonBadge"_s)->isVisible());
        QCOMPARE(part<QLabel>(u"comparisonBadge"_s)->text(), u"A − B as shown: special tokens left out"_s);
        panels.choose({3, 0});
        QTRY_VERIFY2(panels.readout().endsWith(u"left out"_s), qPrintable(panels.readout()));
        for (const auto& source : {a_, b_})
            QVERIFY(source->asked.back().options.specials == SpecialTokens::Exclude);
    }

    void rowsAndColumnsChangePlaces()
    {
        auto& panels = view_->panels();
        const QRectF before = panels.heatmap(A).cellRect({5, 0});
        QVERIFY(choose(u"T&ransposed"_s));
        QTRY_VERIFY(view_->isSettled());
        for (const auto panel : {A, B, D}) {
            const auto& map = panels.heatmap(panel);
            QVERIFY(map.cellRect({5, 0}).left() > map.cellRect({0, 5}).left());
            QVERIFY(map.cellRect({5, 0}).top() < map.cellRect({0, 5}).top());
            QCOMPARE(map.cellRect({5, 0}).size(), panels.heatmap(A).cellRect({5, 0}).size());
        }
        QVERIFY(panels.heatmap(A).cellRect({5, 0}) != before);
        QCOMPARE(colourAt(panels, B, {4, 1}), QColor(panels.heatmap(B).colourScale().colourOf(0.25f)));
        // A click still chooses the cell that is painted there, in all three.
        auto* plot = panels.heatmap(D).childAt(panels.heatmap(D).rect().center());
        QTest::mouseClick(plot, Qt::LeftButton, {},
            plot->mapFrom(&panels.heatmap(D), panels.heatmap(D).cellRect({4, 1}).center().toPoint()));
        for (const auto panel : {A, B, D})
            QVERIFY(panels.heatmap(panel).chosenCell() == Cell({4, 1}));
    }

    void poolingFollows()
    {
        view_->setOptions({.pool = Pool::Mean});
        QTRY_VERIFY(view_->isSettled());
        for (const auto& source : {a_, b_})
            QVERIFY(source->asked.back().options.pool == Pool::Maximum); // a difference pools what single cells make
        const auto asked = [](const FakePatternSource& source, Pool pool) {
            return std::any_of(source.asked.begin(), source.asked.end(),
                [pool](const auto& each) { return each.options.pool == pool; });
        };
        QVERIFY(asked(*a_, Pool::Mean) && asked(*b_, Pool::Mean));
    }

    void itIsExplainedInFourSentences()
    {
        const auto sentences = [](const QStringList& words) {
            qsizetype count = 0;
            for (const QString& each : words)
                count += each.count(QRegularExpression(u"[.!?](?=\\s|$)"_s));
            return count;
        };
        QStringList words = view_->explanation();
        QCOMPARE(words.size(), 4);
        QVERIFY2(words[0].startsWith(u"You see L0 H0 of fake in two runs side by side, A (native) and B (hooked), and "
                                     "their difference A − B: a row is a token that looks (query)"_s),
            qPrintable(words[0]));
        QCOMPARE(words[2], u"Both runs have the same 6 tokens."_s);
        QVERIFY2(words[3].startsWith(u"No cell is chosen"_s), qPrintable(words[3]));
        QSet<QString> second, fourth;
        for (const auto specials : {SpecialTokens::Show, SpecialTokens::Exclude, SpecialTokens::Renormalise})
            for (const auto scale :
                {ScaleMode::Fixed, ScaleMode::Auto, ScaleMode::PerRow, ScaleMode::Percentile, ScaleMode::Logarithmic})
                for (const bool chosen : {false, true}) {
                    view_->setOptions({.scale = scale, .specials = specials, .transposed = chosen});
                    view_->panels().choose(chosen ? Cell{4, 1} : Cell{0, 5});
                    QTRY_VERIFY(view_->isSettled());
                    words = view_->explanation();
                    QCOMPARE(words.size(), 4);
                    QVERIFY2(sentences(words) == 4, qPrintable(words.join(u'\n')));
                    second.insert(words[1]);
                    if (chosen)
                        fourth.insert(words[3].section(u"; A and B"_s, 1));
                }
        QCOMPARE(second.size(), 6); // of specials and shares
        QCOMPARE(fourth.size(), 5); // of the scale
        view_->setOptions({});
        view_->panels().choose({4, 1});
        QTRY_VERIFY2(
            view_->explanation()[3].startsWith(
                u"The cell looked at reads L0 H0, q[4] \"·t4\" → k[1] \"·t1\", A 0.0250, B 0.2500, A − B -0.225; "
                "A and B have one scale: colours run from 0 to 1"_s),
            qPrintable(view_->explanation()[3]));
    }

    void theMenuHasWhatTheViewCanDraw()
    {
        auto* menu = part<QMenu>(u"comparisonMenu"_s);
        QStringList names;
        for (auto* entry : menu->actions())
            names << entry->text();
        QCOMPARE(names, QStringList({u"&Colour scale"_s, u"&Palette"_s, u"Special &tokens"_s, u"T&ransposed"_s}));
        QCOMPARE(part<QToolButton>(u"comparisonOptionsButton"_s)->menu(), menu);
    }

    /// The run, both comparisons and their menus have the same options.
    void allViewsOfTheWindowShareTheirOptions()
    {
        QSettings().clear();
        EngineBridge bridge;
        MainWindow window(bridge);
        window.resize(1280, 800);
        window.show();
        window.open({.model = "demo-gpt2",
            .prompts = {"John gave a drink to Mary", "Mary gave a drink to John"},
            .prependBos = PrependBos::On,
            .keepLogits = false});
        const auto settled = [&] { return QTest::qWaitFor([&] { return window.isSettled(); }, 30000); };
        QVERIFY(settled());
        auto& inspector = window.inspector();
        inspector.selection().choose({LayerId{1}, HeadId{0}});
        window.findChild<QTabWidget*>(u"centreTabs"_s)->setCurrentWidget(&window.prompts());
        QVERIFY(settled());
        QVERIFY(trigger(*window.prompts().findChild<QMenu*>(u"promptMenu"_s), u"Leave out and renormalise"_s));
        QVERIFY(inspector.options().specials == SpecialTokens::Renormalise);
        QVERIFY(settled());
        auto& panels = window.prompts().panels();
        const auto& capture = inspector.capture();
        const std::size_t n = capture->header().length();
        const PatternOptions options{.specials = SpecialTokens::Renormalise};
        const auto fetched = [&](std::size_t sequence) {
            return fetch(*capture->patterns({sequence}), {1}, {0}, Stage::Pattern, {0, n}, {0, n}, options);
        };
        const auto a = fetched(0), b = fetched(1);
        const auto& aligned = window.prompts().aligned();
        int compared = 0;
        for (std::size_t row = 1; row < aligned.places.size(); ++row)
            for (std::size_t column = 1; column <= row; ++column) {
                const auto &query = aligned.places[row], &key = aligned.places[column];
                if (!query.a || !query.b || !key.a || !key.b)
                    continue;
                const float left = a->value(*query.a, *key.a), right = b->value(*query.b, *key.b);
                QCOMPARE(colourAt(panels, A, {row, column}), QColor(panels.heatmap(A).colourScale().colourOf(left)));
                QCOMPARE(
                    colourAt(panels, D, {row, column}), QColor(panels.heatmap(D).colourScale().colourOf(left - right)));
                panels.choose({row, column});
                const QString words = u"A %1   B %2   A − B %3   (without special tokens)"_s.arg(
                    probabilityText(left), probabilityText(right), signedDifferenceText(double(left) - double(right)));
                QTRY_VERIFY2(panels.readout().endsWith(words), qPrintable(panels.readout() + u" <> "_s + words));
                ++compared;
            }
        QVERIFY(compared > 10);
        // What stands in the explanation is the view in front.
        window.findChild<QDockWidget*>(u"explainDock"_s)->show();
        const auto explained = [&] { return window.findChild<QLabel*>(u"explanation"_s)->text(); };
        QTRY_VERIFY2(
            explained().startsWith(
                u"You see L1 H0 of demo-gpt2 on two prompts side by side, A and B, and their difference A − B"_s),
            qPrintable(explained()));
        QCOMPARE(explained().count(u"\n\n"_s), 3);
        QVERIFY(explained().contains(u"each row scaled up to 1 without special tokens before; 0 is neutral"_s));
        QVERIFY(explained().contains(panels.readout().section(u"   "_s, -2, -2))); // A − B …
        window.findChild<QTabWidget*>(u"centreTabs"_s)->setCurrentIndex(0);
        QTRY_VERIFY2(explained().startsWith(u"You see L1 H0 of demo-gpt2 (3 layers"_s), qPrintable(explained()));
        window.findChild<QTabWidget*>(u"centreTabs"_s)->setCurrentWidget(&window.prompts());
        QTRY_VERIFY(explained().startsWith(u"You see L1 H0 of demo-gpt2 on two prompts"_s));
        QCOMPARE(window.prompts().findChild<QLabel*>(u"promptBadge"_s)->text(),
            u"A − B as shown: renormalised without special tokens"_s);
        auto* parityScale = window.parity().comparison().findChild<QComboBox*>(u"comparisonScale"_s);
        QTest::keyClick(window.prompts().findChild<QComboBox*>(u"promptScale"_s), Qt::Key_Down);
        QVERIFY(inspector.options().scale == ScaleMode::Auto);
        QCOMPARE(parityScale->currentText(), u"0 to largest"_s);
        QCOMPARE(window.findChild<QComboBox*>(u"scaleBox"_s)->currentText(), u"0 to largest"_s);
        // A stage that is not compared stays the run's.
        ViewOptions scores = inspector.options();
        scores.stage = Stage::ValueNorm;
        inspector.setOptions(scores);
        QVERIFY(trigger(*window.prompts().findChild<QMenu*>(u"promptMenu"_s), u"T&ransposed"_s));
        QVERIFY(inspector.options().stage == Stage::ValueNorm && inspector.options().transposed);
        QVERIFY(settled());
        QVERIFY(panels.heatmap(A).colourScale().stage() == Stage::Pattern);
    }
};

QTEST_MAIN(TestComparisonOptions)
#include "tst_comparison_options.moc"
