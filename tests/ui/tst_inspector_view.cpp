// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/head_grid.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/message_bar.h"

#include <QApplication>
#include <QComboBox>
#include <QHelpEvent>
#include <QLabel>
#include <QSignalSpy>
#include <QSpinBox>
#include <QSplitter>
#include <QTest>
#include <QToolTip>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestInspectorView : public QObject {
    Q_OBJECT

    std::shared_ptr<FakePatternSource> source_;
    std::unique_ptr<InspectorView> view_;

    QString label(const QString& name) { return view_->findChild<QLabel*>(name)->text(); }

private Q_SLOTS:
    void init()
    {
        source_ = std::make_shared<FakePatternSource>(6, 2, 3);
        view_ = std::make_unique<InspectorView>();
        view_->resize(900, 800);
        view_->show();
    }

    void theGridFillsAsLayersFinish()
    {
        source_->layersThere = 1;
        view_->begin(std::make_shared<FakeCapture>(source_));
        QTRY_COMPARE(view_->grid().filled(), std::size_t{3});
        QTRY_VERIFY(view_->heatmap().hasCells());
        source_->layersThere = 2;
        view_->extend(std::make_shared<FakeCapture>(source_));
        QTRY_COMPARE(view_->grid().filled(), std::size_t{6});
        QTRY_VERIFY(view_->isSettled());
    }

    void scoresComeWithTheirLayer()
    {
        const auto words = [this](std::size_t layer, std::size_t head) {
            const QPoint place = view_->grid().headRect({LayerId{layer}, HeadId{head}}).center();
            QHelpEvent event(QEvent::ToolTip, place, view_->grid().mapToGlobal(place));
            QApplication::sendEvent(&view_->grid(), &event);
            return QToolTip::text();
        };
        source_->layersThere = 1;
        view_->begin(std::make_shared<FakeCapture>(source_));
        QTRY_COMPARE(view_->grid().filled(), std::size_t{3});
        QTRY_VERIFY2(words(0, 2).startsWith(u"L0 H2\nentropy 0.50 nats"_s), qPrintable(words(0, 2)));
        QVERIFY2(!words(1, 1).contains(u"entropy"_s), qPrintable(words(1, 1)));
        source_->layersThere = 2;
        view_->extend(std::make_shared<FakeCapture>(source_));
        QTRY_VERIFY2(words(1, 1).startsWith(u"L1 H1\nentropy 1.25 nats"_s), qPrintable(words(1, 1)));
    }

    void theGridStandsWhereItLeavesTheHeatmapRoom()
    {
        view_->resize(700, 720);
        view_->begin(std::make_shared<FakeCapture>(source_));
        auto* splitter = view_->findChild<QSplitter*>(u"centreSplitter"_s);
        const auto orientationAt = [&](int height) {
            view_->resize(700, height);
            QCoreApplication::processEvents();
            return splitter->orientation();
        };
        QCOMPARE(orientationAt(720), Qt::Vertical);
        QCOMPARE(orientationAt(400), Qt::Horizontal); // a dock has taken the rest
        QVERIFY(view_->heatmap().height() > 200);
        QCOMPARE(orientationAt(900), Qt::Vertical);
        auto* handle = splitter->handle(1);
        QTest::mousePress(handle, Qt::LeftButton, {}, handle->rect().center());
        QTest::mouseMove(handle, handle->rect().center() + QPoint(0, 30));
        QTest::mouseRelease(handle, Qt::LeftButton, {}, handle->rect().center() + QPoint(0, 30));
        QCOMPARE(orientationAt(400), Qt::Vertical); // as the user wants it
    }

    void aHeadOfAnUnfinishedLayerFollowsWhenItIsThere()
    {
        source_->layersThere = 1;
        view_->begin(std::make_shared<FakeCapture>(source_));
        view_->selection().choose({LayerId{1}, HeadId{2}});
        QVERIFY(!view_->heatmap().hasCells());
        source_->layersThere = 2;
        view_->extend(std::make_shared<FakeCapture>(source_));
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(view_->heatmap().hasCells());
        QVERIFY(label(u"headTitle"_s).startsWith(u"L1 H2"_s));
    }

    void aCellChoosesThePosition()
    {
        view_->begin(std::make_shared<FakeCapture>(source_));
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(view_->position() == TokenPos{5});
        QSignalSpy moved(view_.get(), &InspectorView::positionChanged);
        view_->heatmap().choose(Cell{3, 1});
        QCOMPARE(moved.count(), 1);
        QVERIFY(view_->position() == TokenPos{3});
        QVERIFY2(
            label(u"readout"_s).startsWith(u"L0 H0   q[3] \"·t3\" → k[1] \"·t1\""_s), qPrintable(label(u"readout"_s)));
    }

    void theReadoutTellsPiecesAndIds()
    {
        auto capture = std::make_shared<FakeCapture>(source_);
        capture->editHeader().tokens[0][3].piece = "<img src=x>";
        view_->begin(capture);
        QTRY_VERIFY(view_->isSettled());
        auto* readout = view_->findChild<QLabel*>(u"readout"_s);
        QCOMPARE(readout->toolTip(), QString());
        QCOMPARE(readout->textFormat(), Qt::PlainText);
        view_->heatmap().choose(Cell{3, 1});
        QVERIFY2(readout->toolTip().contains(u"q[3]  ·t3"_s) && readout->toolTip().contains(u"k[1]  ·t1"_s),
            qPrintable(readout->toolTip()));
        QVERIFY2(readout->toolTip().contains(u"&lt;img src=x&gt;"_s), qPrintable(readout->toolTip()));
        view_->heatmap().choose({});
        QCOMPARE(readout->toolTip(), QString());
    }

    void aPooledCellIsReadOutExactlyOnceItsRowHasCome()
    {
        const auto sparse = std::make_shared<SparsePatternSource>(3000, 1, 1);
        sparse->spikes = {{1001, 501, 0.25f}, {1000, 500, 0.125f}};
        view_->begin(std::make_shared<FakeCapture>(sparse));
        QTRY_VERIFY(view_->isSettled());
        auto* pooled = view_->findChild<QLabel*>(u"poolLabel"_s);
        QVERIFY(pooled->isVisible());
        QVERIFY2(pooled->text().startsWith(u"max of"_s), qPrintable(pooled->text()));
        sparse->hold = true;
        view_->heatmap().choose(Cell{1000, 500});
        QVERIFY2(label(u"readout"_s).contains(u"max of 4×4 q[1000..1003] → k[500..503]   p=0.2500"_s),
            qPrintable(label(u"readout"_s)));
        QVERIFY(!view_->isSettled());
        sparse->hold = false;
        sparse->release();
        QTRY_VERIFY(label(u"readout"_s).contains(u"q[1000]"_s));
        QVERIFY2(label(u"readout"_s).contains(u"p=0.1250   rank 1/3000   entropy 0.26 nats   row Σ=0.1250"_s),
            qPrintable(label(u"readout"_s)));
        ViewOptions options = view_->options();
        options.pool = Pool::Mean;
        view_->setOptions(options);
        QTRY_VERIFY(view_->isSettled());
        QVERIFY2(pooled->text().startsWith(u"mean of"_s), qPrintable(pooled->text()));
        sparse->hold = true;
        view_->heatmap().zoom(0.01);
        QTRY_COMPARE(pooled->text(), u"coarse, refining…"_s);
        QVERIFY(pooled->isVisible());
        sparse->hold = false;
        sparse->release();
        QTRY_VERIFY(!pooled->isVisible());
    }

    void paddingAtTheEndIsNotTheLastToken()
    {
        auto capture = std::make_shared<FakeCapture>(source_);
        capture->editHeader().tokens[0][5].padding = capture->editHeader().tokens[0][4].padding = true;
        view_->begin(capture);
        QVERIFY(view_->position() == TokenPos{3});
    }

    void aBatchCanBeLookedAtRowByRow()
    {
        auto capture = std::make_shared<FakeCapture>(source_);
        view_->begin(capture);
        auto* box = view_->findChild<QComboBox*>(u"sequenceBox"_s);
        QVERIFY(!box->isVisible());
        capture = std::make_shared<FakeCapture>(source_);
        capture->editHeader().tokens.push_back(fakeTokens(6));
        capture->editHeader().request.prompts = {"first", "second"};
        view_->begin(capture);
        QVERIFY(box->isVisible());
        QCOMPARE(box->count(), 2);
        box->setCurrentIndex(1);
        QVERIFY(view_->sequence() == SequenceId{1});
        QTRY_VERIFY(view_->isSettled());
        QCOMPARE(view_->grid().filled(), std::size_t{6});
    }

    void aMissingTileIsToldAndDoesNotStopTheRest()
    {
        view_->begin(std::make_shared<FakeCapture>(source_));
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(view_->messages().isHidden());
        view_->messages().showError(u"<b>why</b>"_s);
        QVERIFY(view_->messages().isVisible());
        QCOMPARE(view_->messages().message(), u"<b>why</b>"_s);
        view_->selection().choose({LayerId{1}, HeadId{1}});
        QTRY_VERIFY(view_->isSettled());
        view_->heatmap().choose(Cell{3, 1});
        QTRY_VERIFY2(label(u"readout"_s).startsWith(u"L1 H1   q[3]"_s), qPrintable(label(u"readout"_s)));
    }

    void severalHeadsAreShownAsOne()
    {
        // Head h of layer l has the same value everywhere.
        source_->value = [](LayerId layer, HeadId head, std::size_t, std::size_t) {
            return 0.1f * static_cast<float>(layer.value * 3 + head.value);
        };
        view_->begin(std::make_shared<FakeCapture>(source_));
        view_->selection().toggleLock({LayerId{0}, HeadId{1}});
        view_->heatmap().choose(Cell{3, 1});
        QTRY_VERIFY(view_->isSettled());
        const auto box = view_->findChild<QComboBox*>(u"showBox"_s);
        const auto settles = [this](const QString& title, const QString& cell) {
            QTRY_VERIFY(view_->isSettled());
            QTRY_VERIFY2(label(u"readout"_s).contains(cell), qPrintable(label(u"readout"_s)));
            QVERIFY2(label(u"headTitle"_s).startsWith(title), qPrintable(label(u"headTitle"_s)));
            QVERIFY2(
                label(u"readout"_s).startsWith(title) || title.startsWith(u"L0 H1"_s), qPrintable(label(u"readout"_s)));
        };
        settles(u"L0 H1  ·  fake  ·  locked"_s, u"p=0.1000"_s);
        box->setFocus();
        QTest::keyClick(box, Qt::Key_Down); // nothing is picked: the layer
        settles(u"mean of 3 heads: layer 0"_s, u"value=0.1000"_s);
        view_->selection().setPicked({{LayerId{0}, HeadId{2}}, {LayerId{1}, HeadId{1}}});
        settles(u"mean of 2 heads: L0 H2, L1 H1"_s, u"value=0.3000"_s);
        QTest::keyClick(box, Qt::Key_Down);
        settles(u"maximum of 2 heads: L0 H2, L1 H1"_s, u"value=0.4000"_s);
        QTest::keyClick(box, Qt::Key_Down);
        settles(u"standard deviation of 2 heads: L0 H2, L1 H1"_s, u"value=0.1000"_s);
        QTest::keyClick(box, Qt::Key_Home);
        settles(u"L0 H1  ·  fake  ·  locked"_s, u"p=0.1000"_s);
        const std::size_t before = source_->requests;
        box->setCurrentIndex(3);
        QTRY_VERIFY(source_->requests > before);
        settles(u"standard deviation of 2 heads"_s, u"value=0.1000"_s);
    }

    void theHeatmapHasTheColoursOfTheAggregate()
    {
        source_->value = [](LayerId layer, HeadId head, std::size_t query, std::size_t) {
            return layer.value == 1 && head.value == 2 && query == 5 ? 0.6f : 0.0f;
        };
        view_->begin(std::make_shared<FakeCapture>(source_));
        view_->selection().toggleLock({LayerId{1}, HeadId{0}});
        view_->findChild<QComboBox*>(u"showBox"_s)->setCurrentIndex(2); // the maximum of the layer
        QTRY_VERIFY(view_->isSettled());
        QTRY_VERIFY(view_->heatmap().hasCells());
        view_->heatmap().prepare();
        const QRect content = view_->heatmap().contentRect().intersected(view_->heatmap().rect());
        const QImage image = view_->heatmap().grab().toImage();
        const auto count = [&](const QColor& colour) {
            int dots = 0;
            for (int y = content.top(); y < content.bottom(); ++y)
                for (int x = content.left(); x < content.right(); ++x)
                    dots += image.pixelColor(x, y) == colour;
            return dots;
        };
        const ColourScale scale = view_->heatmap().colourScale();
        const int hot = count(QColor(scale.value(0.6f))), cold = count(QColor(scale.value(0)));
        QVERIFY(hot > 100);
        QVERIFY(std::abs(cold / double(hot) - 15 / 6.0) < 0.4); // a row of six cells, and the five rows above
    }

    void aRolloutNamesItsLastLayer()
    {
        source_->value = [](LayerId, HeadId, std::size_t query, std::size_t key) {
            return key <= query ? 1.0f / static_cast<float>(query + 1) : 0;
        };
        view_->begin(std::make_shared<FakeCapture>(source_));
        view_->heatmap().choose(Cell{1, 0});
        auto* last = view_->findChild<QSpinBox*>(u"rolloutLayerBox"_s);
        QVERIFY(!last->isVisible());
        view_->findChild<QComboBox*>(u"showBox"_s)->setCurrentIndex(4);
        QVERIFY(last->isVisible());
        QCOMPARE(last->value(), 1);
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(label(u"headTitle"_s).startsWith(u"rollout up to layer 1, mean over heads"_s));
        QTRY_VERIFY2(label(u"readout"_s).contains(u"value=0.4375"_s), qPrintable(label(u"readout"_s)));
        last->setValue(0);
        QTRY_VERIFY2(label(u"readout"_s).contains(u"value=0.2500"_s), qPrintable(label(u"readout"_s)));
        QVERIFY(label(u"headTitle"_s).startsWith(u"rollout up to layer 0, mean over heads"_s));
    }

    void specialTokensAreLeftOutOfSeveralHeads()
    {
        source_->leftOut = {0};
        view_->begin(std::make_shared<FakeCapture>(source_));
        view_->findChild<QComboBox*>(u"showBox"_s)->setCurrentIndex(1);
        ViewOptions options = view_->options();
        options.specials = SpecialTokens::Exclude;
        view_->setOptions(options);
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(std::any_of(source_->asked.begin(), source_->asked.end(), [](const auto& asked) {
            return asked.options.specials == SpecialTokens::Exclude && asked.rows.size() > 1;
        }));
    }

    void onlyProbabilitiesAreCombined()
    {
        view_->begin(std::make_shared<FakeCapture>(source_));
        view_->findChild<QComboBox*>(u"showBox"_s)->setCurrentIndex(1);
        QTRY_VERIFY(view_->isSettled());
        ViewOptions options = view_->options();
        options.stage = Stage::Scores;
        view_->setOptions(options);
        QVERIFY(!view_->heatmap().hasCells());
        options.stage = Stage::Pattern;
        view_->setOptions(options);
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(view_->heatmap().hasCells());
    }

    void whatIsNotComputedYetFollows()
    {
        source_->layersThere = 1;
        view_->begin(std::make_shared<FakeCapture>(source_));
        view_->findChild<QComboBox*>(u"showBox"_s)->setCurrentIndex(4);
        QVERIFY(!view_->heatmap().hasCells());
        source_->layersThere = 2;
        view_->extend(std::make_shared<FakeCapture>(source_));
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(view_->heatmap().hasCells());
    }
};

QTEST_MAIN(TestInspectorView)
#include "tst_inspector_view.moc"
