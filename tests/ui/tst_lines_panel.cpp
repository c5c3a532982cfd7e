// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_colours.h"
#include "ui/views/lines_view.h"
#include "ui/windows/head_legend.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lines_panel.h"

#include <QLabel>
#include <QSignalSpy>
#include <QSlider>
#include <QSpinBox>
#include <QTabBar>
#include <QTest>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestLinesPanel : public QObject {
    Q_OBJECT

    std::shared_ptr<FakePatternSource> source_;
    std::unique_ptr<InspectorView> inspector_;

    LinesView& view() { return inspector_->lines().view(); }
    QString words() { return inspector_->findChild<QLabel*>(u"linesReadout"_s)->text(); }
    void showLines()
    {
        ViewOptions options = inspector_->options();
        options.page = CentrePage::Lines;
        inspector_->setOptions(options);
        QTRY_VERIFY(inspector_->isSettled());
    }
    void click(TokenSide side, std::size_t position)
    {
        QTest::mouseClick(view().viewport(), Qt::LeftButton, {}, view().tokenRect({side, position}).center());
        QTRY_VERIFY(inspector_->isSettled());
    }

private Q_SLOTS:
    void init()
    {
        source_ = std::make_shared<FakePatternSource>(6, 2, 3);
        source_->value = [](LayerId, HeadId, std::size_t q, std::size_t k) {
            return q == 0 ? 1.0f : k + 1 == q ? 0.75f : k == q ? 0.25f : 0.0f;
        };
        inspector_ = std::make_unique<InspectorView>();
        inspector_->resize(1000, 900);
        inspector_->show();
        inspector_->begin(std::make_shared<FakeCapture>(source_));
        QTRY_VERIFY(inspector_->isSettled());
    }

    void theSwitchIsAnOption()
    {
        auto* tabs = inspector_->findChild<QTabBar*>(u"pageTabs"_s);
        QSignalSpy changed(inspector_.get(), &InspectorView::optionsChanged);
        QVERIFY(!view().isVisible());
        QTest::mouseClick(tabs, Qt::LeftButton, {}, tabs->tabRect(1).center());
        QCOMPARE(changed.count(), 1);
        QVERIFY(inspector_->options().page == CentrePage::Lines);
        QVERIFY(view().isVisible() && !inspector_->heatmap().isVisible());
        inspector_->setOptions({});
        QCOMPARE(tabs->currentIndex(), 0);
        QVERIFY(inspector_->heatmap().isVisible());
    }

    void aTokenIsTheRowOrColumnOfTheChosenCell()
    {
        showLines();
        click(TokenSide::Query, 4);
        QVERIFY((inspector_->heatmap().chosenCell() == Cell{4, 3})); // where it looks most
        QVERIFY(inspector_->position() == TokenPos{4});
        click(TokenSide::Key, 1);
        QVERIFY((inspector_->heatmap().chosenCell() == Cell{4, 1}));
        QVERIFY((view().lockedToken() == LineToken{TokenSide::Key, 1}));
        click(TokenSide::Key, 1);
        QVERIFY(!inspector_->heatmap().chosenCell());
        inspector_->heatmap().choose(Cell{5, 2});
        QVERIFY((view().lockedToken() == LineToken{TokenSide::Query, 5}));
        inspector_->heatmap().choose({});
        QVERIFY(!view().lockedToken());
    }

    void theChosenCellOutlivesTheSwitch()
    {
        inspector_->heatmap().choose(Cell{3, 2});
        showLines();
        QVERIFY((view().lockedToken() == LineToken{TokenSide::Query, 3}));
        QVERIFY2(words().startsWith(u"q[3] \"·t3\" looks at k[2] \"·t2\" 0.7500, k[3] \"·t3\" 0.2500  (L0 H0)"_s),
            qPrintable(words()));
        QCOMPARE(view().accessibleDescription(), words());
        inspector_->selection().choose({LayerId{1}, HeadId{2}});
        QTRY_VERIFY2(words().endsWith(u"(L1 H2)"_s), qPrintable(words()));
    }

    void theSliderAndTheBoxAreTheRule()
    {
        showLines();
        QCOMPARE(view().lines().size(), std::size_t{11});
        inspector_->findChild<QSlider*>(u"leastWeightSlider"_s)->setValue(30);
        QCOMPARE(view().lines().size(), std::size_t{6});
        QCOMPARE(inspector_->findChild<QLabel*>(u"leastWeightLabel"_s)->text(), u"≥ 0.30"_s);
        inspector_->findChild<QSlider*>(u"leastWeightSlider"_s)->setValue(0);
        QCOMPARE(inspector_->findChild<QLabel*>(u"leastWeightLabel"_s)->text(), u"> 0"_s);
        inspector_->findChild<QSpinBox*>(u"mostLinesBox"_s)->setValue(1);
        QCOMPARE(view().lines().size(), std::size_t{6});
    }

    void aLayerToComeIsNamedAndFollows()
    {
        source_->layersThere = 1;
        inspector_->begin(std::make_shared<FakeCapture>(source_));
        showLines();
        inspector_->selection().choose({LayerId{1}, HeadId{0}});
        QVERIFY(view().lines().empty());
        source_->layersThere = 2;
        inspector_->extend(std::make_shared<FakeCapture>(source_));
        QTRY_COMPARE(view().lines().size(), std::size_t{11});
    }

    void pickedHeadsLieOverOneAnother()
    {
        showLines();
        QCOMPARE(view().heads().size(), std::size_t{1});
        const HeadRef a{LayerId{0}, HeadId{2}}, b{LayerId{1}, HeadId{1}};
        inspector_->selection().togglePicked(b);
        inspector_->selection().togglePicked(a);
        QTRY_COMPARE(view().lines().size(), std::size_t{22});
        const auto heads = view().heads();
        QVERIFY(heads[0].head == a && heads[1].head == b);
        QCOMPARE(heads[0].colour, headColour(1, false)); // as the grid frames them
        QCOMPARE(heads[1].colour, headColour(0, false));
        QTest::mouseClick(inspector_->findChild<QToolButton*>(u"legend L1 H1"_s), Qt::LeftButton);
        QCOMPARE(view().lines().size(), std::size_t{11});
        inspector_->selection().clearPicked();
        QTRY_COMPARE(view().heads().size(), std::size_t{1});
        QVERIFY(view().heads()[0].head == inspector_->selection().shown());
    }

    void theLegendTogglesAndSolos()
    {
        HeadLegend legend;
        const HeadRef a{LayerId{0}, HeadId{0}}, b{LayerId{0}, HeadId{1}}, c{LayerId{1}, HeadId{0}};
        legend.setHeads({{a, Qt::red}, {b, Qt::green}, {c, Qt::blue}});
        legend.resize(400, 40);
        legend.show();
        const auto shown = [&] {
            QStringList names;
            for (const auto& each : legend.shownHeads())
                names << u"%1.%2"_s.arg(each.head.layer.value).arg(each.head.head.value);
            return names.join(u' ');
        };
        QSignalSpy changed(&legend, &HeadLegend::shownHeadsChanged);
        auto* second = legend.findChild<QToolButton*>(u"legend L0 H1"_s);
        QTest::mouseClick(second, Qt::LeftButton);
        QCOMPARE(shown(), u"0.0 1.0"_s);
        QVERIFY(!second->isChecked());
        QTest::mouseClick(second, Qt::LeftButton);
        QCOMPARE(shown(), u"0.0 0.1 1.0"_s);
        QCOMPARE(changed.count(), 2);
        QTest::mouseClick(second, Qt::LeftButton); // what a double click begins with
        QTest::mouseDClick(second, Qt::LeftButton);
        QCOMPARE(shown(), u"0.1"_s);
        QVERIFY(second->isChecked() && !legend.findChild<QToolButton*>(u"legend L0 H0"_s)->isChecked());
        legend.setHeads({{a, Qt::red}, {b, Qt::green}});
        QCOMPARE(shown(), u"0.1"_s);
        QTest::mouseClick(legend.findChild<QToolButton*>(u"legend L0 H1"_s), Qt::LeftButton);
        QTest::mouseDClick(legend.findChild<QToolButton*>(u"legend L0 H1"_s), Qt::LeftButton);
        QCOMPARE(shown(), u"0.0 0.1"_s);
        legend.setHeads({{c, Qt::blue}});
        QCOMPARE(shown(), u"1.0"_s);
    }
};

QTEST_MAIN(TestLinesPanel)
#include "tst_lines_panel.moc"
