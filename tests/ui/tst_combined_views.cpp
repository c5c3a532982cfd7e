// SPDX-License-Identifier: GPL-3.0-or-later
// Several heads as one: what the heatmap, the tokens and the explanation make of them, in the real window.
#include "core/cache/aggregate_source.h"
#include "core/cache/rollout_source.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/models/token_weight_model.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/token_strip.h"
#include "ui/windows/explain_panel.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/token_panel.h"

#include <QComboBox>
#include <QDockWidget>
#include <QLabel>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestCombinedViews : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    template <class T> T* find(const QString& name) { return window_->findChild<T*>(name); }
    InspectorView& inspector() { return window_->inspector(); }
    bool settled()
    {
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
    }
    /// By the arrow keys.
    void show(const QString& words)
    {
        auto* box = find<QComboBox>(u"showBox"_s);
        QTest::keyClick(box, Qt::Key_Home);
        for (int i = 0; i < box->count() && box->currentText() != words; ++i)
            QTest::keyClick(box, Qt::Key_Down);
        QCOMPARE(box->currentText(), words);
        QVERIFY(settled());
    }
    std::shared_ptr<PatternSource> patterns() { return inspector().capture()->patterns(inspector().sequence()); }
    std::vector<HeadPlace> layerOfHead()
    {
        std::vector<HeadPlace> heads;
        for (std::size_t head = 0; head < inspector().selection().heads(); ++head)
            heads.push_back({inspector().selection().shown().layer.value, head});
        return heads;
    }
    PatternTilePtr whole(PatternSource& source, PatternOptions options = {})
    {
        return fetch(source, {0}, {0}, Stage::Pattern, {0, source.queries()}, {0, source.keys()}, options);
    }
    QString explained() { return find<QLabel>(u"explanation"_s)->text(); }
    QString heading() { return find<QLabel>(u"tokenHeading"_s)->text(); }
    QString firstInList()
    {
        const auto* model = find<QTableView>(u"tokenWeightTable"_s)->model();
        return model->index(0, TokenWeightModel::WeightColumn).data().toString();
    }
    QColor colourAt(Cell cell)
    {
        QCoreApplication::processEvents();
        auto& map = inspector().heatmap();
        return map.grab().toImage().pixelColor(map.cellRect(cell).center().toPoint());
    }

private Q_SLOTS:
    void initTestCase() { QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path()); }

    void init()
    {
        QSettings().clear();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1280, 900);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->open({.model = "demo-gpt2",
            .prompts = {"When Mary and John went to the store, John gave a drink to"},
            .prependBos = PrependBos::On,
            .keepLogits = false});
        QVERIFY(settled());
        find<QDockWidget>(u"explainDock"_s)->show();
        inspector().selection().choose({LayerId{1}, HeadId{2}});
        inspector().heatmap().choose(Cell{9, 4});
        QVERIFY(settled());
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void allPanelsReadTheCombination_data()
    {
        QTest::addColumn<QString>("box");
        QTest::addColumn<QString>("title");
        QTest::addColumn<int>("aggregate");
        QTest::newRow("mean") << u"Mean of heads"_s << u"mean of 4 heads: layer 1"_s << int(Aggregate::Mean);
        QTest::newRow("max") << u"Maximum of heads"_s << u"maximum of 4 heads: layer 1"_s << int(Aggregate::Maximum);
        QTest::newRow("deviation") << u"Standard deviation of heads"_s << u"standard deviation of 4 heads: layer 1"_s
                                   << int(Aggregate::Deviation);
        QTest::newRow("rollout") << u"Attention rollout"_s << u"rollout up to layer 2, mean over heads"_s << -1;
    }

    void allPanelsReadTheCombination()
    {
        QFETCH(QString, box);
        QFETCH(QString, title);
        QFETCH(int, aggregate);
        const auto one
            = fetch(*patterns(), {1}, {2}, Stage::Pattern, {0, patterns()->queries()}, {0, patterns()->keys()});
        QVERIFY2(heading().startsWith(u"L1 H2  q[9]"_s), qPrintable(heading()));
        QVERIFY2(explained().contains(u"a weight of "_s + probabilityText(one->value(9, 4))), qPrintable(explained()));
        show(box);
        const auto source = aggregate < 0 ? rolloutOf(patterns(), {2})
                                          : aggregateOf(patterns(), layerOfHead(), static_cast<Aggregate>(aggregate));
        const auto tile = whole(*source);
        float apart = 0;
        for (std::size_t key = 0; key <= 9; ++key)
            apart = std::max(apart, std::abs(tile->value(9, key) - one->value(9, key)));
        QVERIFY(apart > 0.01F); // else nothing is shown by this test
        QVERIFY2(heading().startsWith(title + u"  q[9]"_s), qPrintable(heading()));
        QVERIFY2(explained().startsWith(u"You see the "_s + title), qPrintable(explained()));
        QVERIFY2(explained().contains(u"the value is "_s + probabilityText(tile->value(9, 4)) + u';'),
            qPrintable(explained()));
        QCOMPARE(explained().split(u"\n\n"_s).size(), 4);
        const auto& tints = find<TokenStrip>(u"tokenStrip"_s)->tints();
        QCOMPARE(tints.size(), tile->width);
        float most = 0;
        for (std::size_t key = 0; key < tints.size(); ++key) {
            const bool may = tile->kind(9, key) == CellKind::Allowed;
            QCOMPARE(tints[key], may ? tile->value(9, key) : 0.0F);
            most = std::max(most, tints[key]);
        }
        QCOMPARE(firstInList(), probabilityText(most));
        // Who looks at it is read of it, too.
        auto* side = find<QComboBox>(u"tokenSideBox"_s);
        QTest::keyClick(side, Qt::Key_Down);
        QVERIFY(settled());
        for (std::size_t query = 9; query < tile->height; ++query)
            QCOMPARE(find<TokenStrip>(u"tokenStrip"_s)->tints()[query], tile->value(query, 9));
        QTest::keyClick(side, Qt::Key_Up);
        // Back to the head: nothing of the combination stays.
        show(u"This head"_s);
        QVERIFY2(heading().startsWith(u"L1 H2  q[9]"_s), qPrintable(heading()));
        QVERIFY2(explained().contains(u"a weight of "_s + probabilityText(one->value(9, 4))), qPrintable(explained()));
        for (std::size_t key = 0; key <= 9; ++key)
            QCOMPARE(find<TokenStrip>(u"tokenStrip"_s)->tints()[key], one->value(9, key));
    }

    void anotherPickIsFollowed()
    {
        show(u"Mean of heads"_s);
        inspector().selection().setPicked({{LayerId{0}, HeadId{1}}, {LayerId{2}, HeadId{3}}});
        QVERIFY(settled());
        const auto tile = whole(*aggregateOf(patterns(), {{0, 1}, {2, 3}}, Aggregate::Mean));
        QVERIFY2(heading().startsWith(u"mean of 2 heads: L0 H1, L2 H3  q[9]"_s), qPrintable(heading()));
        QVERIFY(explained().contains(u"the value is "_s + probabilityText(tile->value(9, 4))));
        QCOMPARE(find<TokenStrip>(u"tokenStrip"_s)->tints()[4], tile->value(9, 4));
    }

    void theScaleAndSpecialTokensApplyToWhatIsCombined()
    {
        find<QDockWidget>(u"explainDock"_s)->hide(); // makes cells larger
        show(u"Mean of heads"_s);
        inspector().heatmap().choose(std::nullopt);
        inspector().setOptions({.scale = ScaleMode::PerRow});
        QVERIFY(settled());
        const auto source = aggregateOf(patterns(), layerOfHead(), Aggregate::Mean);
        const auto shares = whole(*source, {.perRow = true}), plain = whole(*source);
        for (std::size_t key = 0; key <= 9; ++key)
            QCOMPARE(colourAt({9, key}), QColor(inspector().heatmap().colourScale().colourOf(shares->value(9, key))));
        QVERIFY(shares->value(9, 4) > plain->value(9, 4) * 1.1F);
        inspector().setOptions({.specials = SpecialTokens::Renormalise});
        QVERIFY(settled());
        const auto left = whole(*source, {.specials = SpecialTokens::Renormalise});
        QCOMPARE(colourAt({9, 4}), QColor(inspector().heatmap().colourScale().colourOf(left->value(9, 4))));
        QVERIFY(left->kind(9, 0) == CellKind::Excluded && left->value(9, 4) > plain->value(9, 4));
        inspector().heatmap().choose(Cell{9, 4});
        QTRY_VERIFY2(find<QLabel>(u"readout"_s)->text().contains(u"value="_s + probabilityText(left->value(9, 4))),
            qPrintable(find<QLabel>(u"readout"_s)->text()));
        QCOMPARE(find<QLabel>(u"specialsBadge"_s)->text(), u"renormalised without special tokens"_s);
        show(u"Attention rollout"_s); // which leaves nothing out
        QCOMPARE(find<QLabel>(u"specialsBadge"_s)->text(), u"a rollout is of all tokens"_s);
    }

    void anotherStageSaysWhy()
    {
        show(u"Mean of heads"_s);
        inspector().setOptions({.stage = Stage::ValueNorm});
        QVERIFY(QTest::qWaitFor([this] { return explained().contains(u"choose that stage"_s); }, 5000));
        QVERIFY(heading().startsWith(u"mean of 4 heads"_s)); // the tokens keep reading probabilities
    }
};

QTEST_MAIN(TestCombinedViews)
#include "tst_combined_views.moc"
