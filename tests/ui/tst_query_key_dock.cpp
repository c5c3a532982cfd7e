// SPDX-License-Identifier: GPL-3.0-or-later
// What a query's scores are made of, in the real window: numbers, pixels, mouse and keyboard.
#include "core/analysis/query_key_parts.h"
#include "core/cache/query_keys.h"
#include "tests/ui/fakes.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/models/query_key_model.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/vector_delegate.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/query_key_dock.h"
#include "ui/windows/run_panel.h"

#include <QAbstractItemModelTester>
#include <QCheckBox>
#include <QComboBox>
#include <QLabel>
#include <QScrollBar>
#include <QSettings>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>
#include <numeric>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;
using namespace headscope::test;

class TestQueryKeyDock : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    using Model = QueryKeyModel;
    using Part = Model::Part;

    template <class T> T* find(const QString& name) { return window_->findChild<T*>(name); }
    QTableView* list() { return find<QTableView>(u"queryKeyList"_s); }
    QTableView* pinned() { return find<QTableView>(u"queryKeyPinned"_s); }
    InspectorView& inspector() { return window_->inspector(); }
    AttentionHeatmap& heatmap() { return window_->inspector().heatmap(); }
    bool settled()
    {
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
    }
    void open(const InspectionRequest& request, HeadRef head)
    {
        window_->open(request);
        QVERIFY(settled());
        inspector().selection().choose(head);
        QVERIFY(settled());
    }
    QString shown(int row, int column) { return list()->model()->index(row, column).data().toString(); }

    /// The colours in a strip as they are on the screen against those of the numbers.
    void checkStrip(QTableView& table, int row, Part part)
    {
        const Model& model = window_->queryKeys().model();
        const VectorDelegate& delegate = window_->queryKeys().vectors();
        const QRect cell = table.visualRect(model.index(row, Model::VectorColumn));
        const QRect strip = delegate.stripRect(cell, row, part);
        QVERIFY(!strip.isEmpty());
        const QImage picture = table.viewport()->grab().toImage();
        const double ratio = picture.devicePixelRatio();
        int negative = 0, positive = 0;
        for (std::size_t place = 0; place < model.width(); ++place) {
            const QPoint middle = VectorDelegate::cellRect(strip, place, model.width()).center();
            const double share = model.value(row, part, model.dimension(place)) / model.largest(part);
            const QColor expected = delegate.colours().at(0.5 + share / 2);
            const QColor found = picture.pixelColor((QPointF(middle) * ratio).toPoint());
            if (found.rgb() != expected.rgb())
                QFAIL(qPrintable(
                    u"row %1, place %2: %3, expected %4"_s.arg(row).arg(place).arg(found.name(), expected.name())));
            negative += share < -0.2;
            positive += share > 0.2;
        }
        QVERIFY(negative + positive > 0);
    }

private Q_SLOTS:
    void initTestCase() { QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path()); }

    void init()
    {
        QSettings().clear();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1400, 900);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
        window_->queryKeys().show();
        window_->queryKeys().raise();
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void saysWhatToDo()
    {
        auto* empty = find<QLabel>(u"queryKeyEmpty"_s);
        QVERIFY(empty->isVisible() && empty->text().contains(u"F5"_s));
        QVERIFY(!list()->isVisible());
        open({.model = "demo-rotary", .prompts = {"When Mary and John went"}, .keepLogits = false}, {{1}, {2}});
        QVERIFY(empty->isVisible() && empty->text().startsWith(u"Click a cell"_s));
        heatmap().choose(Cell{3, 1});
        QVERIFY(settled());
        QVERIFY(!empty->isVisible() && list()->isVisible() && pinned()->isVisible());
        QVERIFY(!find<QLabel>(u"queryKeyNote"_s)->isVisible());
    }

    void numbersAreThoseOfTheHead()
    {
        const HeadRef head{{1}, {2}};
        open({.model = "demo-rotary",
                 .prompts = {"When Mary and John went to the store"},
                 .attention = AttentionKind::Auto,
                 .keepLogits = false},
            head);
        const std::size_t query = 5;
        heatmap().choose(Cell{query, 2});
        QVERIFY(settled());
        const Model& model = window_->queryKeys().model();
        QAbstractItemModelTester tester(
            const_cast<Model*>(&model), QAbstractItemModelTester::FailureReportingMode::Fatal);
        const auto& capture = inspector().capture();
        const auto& tokens = capture->header().tokens[0];
        const auto source = capture->patterns({0});
        const Range row{query, query + 1}, all{0, tokens.size()};
        const auto weights = fetch(*source, head.layer, head.head, Stage::Pattern, row, all);
        const auto scores = fetch(*source, head.layer, head.head, Stage::Scores, row, all);
        const auto vectors = fetchQueryKeys(*capture, {0}, head.layer, head.head, {query}, all);
        QCOMPARE(model.rowCount(), static_cast<int>(tokens.size()) + 2);
        QCOMPARE(shown(0, Model::TokenColumn), tokenText(u'q', query, tokens[query]));
        QCOMPARE(shown(1, Model::TokenColumn), tokenText(u'k', 2, tokens[2]));
        float before = 2;
        for (int at = Model::FirstKeyRow; at < model.rowCount(); ++at) {
            const std::size_t key = model.keyOf(at);
            QCOMPARE(model.rowOf(key), at);
            QCOMPARE(shown(at, Model::TokenColumn), tokenText(u'k', key, tokens[key]));
            QCOMPARE(shown(at, Model::WeightColumn), probabilityText(static_cast<double>(weights->value(0, key))));
            const QString product = shown(at, Model::ProductColumn).replace(QChar(0x2212), u'-');
            QVERIFY(std::abs(product.toDouble() - unmaskedScore(*vectors, key))
                < 1e-4 * std::max(1.0, std::abs(product.toDouble())));
            if (key > query) {
                QCOMPARE(shown(at, Model::ScoreColumn), u"masked"_s);
                continue;
            }
            QVERIFY(weights->value(0, key) <= before);
            before = weights->value(0, key);
            const double score = shown(at, Model::ScoreColumn).replace(QChar(0x2212), u'-').toDouble();
            const double expected = static_cast<double>(scores->value(0, key));
            QVERIFY(std::abs(score - expected) < 1e-4 * std::max(1.0, std::abs(expected)));
        }
        const auto parts = scoreParts(*vectors, 2);
        QCOMPARE(find<QLabel>(u"queryKeySummary"_s)->text(),
            u"%1 of %2 dimensions make 80 % of the score"_s.arg(dimensionsFor(parts, 0.8)).arg(vectors->width));
        QVERIFY(find<QLabel>(u"queryKeyTitle"_s)->text().startsWith(u"L1 H2"_s));
        QVERIFY(!list()->isColumnHidden(Model::ProductColumn) && list()->isColumnHidden(Model::CapColumn));
    }

    void stripsHaveTheColoursOfTheNumbers()
    {
        open({.model = "demo-rotary", .prompts = {"When Mary and John went to the store"}, .keepLogits = false},
            {{1}, {2}});
        heatmap().choose(Cell{6, 2});
        QVERIFY(settled());
        auto* sorted = find<QCheckBox>(u"queryKeySorted"_s);
        for (const bool wanted : {false, true}) {
            if (sorted->isChecked() != wanted)
                QTest::mouseClick(sorted, Qt::LeftButton, {}, QPoint(8, sorted->height() / 2));
            QCOMPARE(sorted->isChecked(), wanted);
            checkStrip(*pinned(), Model::QueryRow, Part::Query);
            checkStrip(*pinned(), Model::ChosenRow, Part::Key);
            checkStrip(*pinned(), Model::ChosenRow, Part::Product);
            list()->scrollToTop();
            checkStrip(*list(), Model::FirstKeyRow, Part::Key);
            checkStrip(*list(), Model::FirstKeyRow, Part::Product);
            if (QTest::currentTestFailed())
                return;
        }
        // Sorted: what the chosen key's score is made of falls from left to right.
        const Model& model = window_->queryKeys().model();
        for (std::size_t place = 1; place < model.width(); ++place)
            QVERIFY(std::abs(model.value(Model::ChosenRow, Part::Product, model.dimension(place - 1)))
                >= std::abs(model.value(Model::ChosenRow, Part::Product, model.dimension(place))));
        // Both tables have their columns at the same places.
        QCOMPARE(
            pinned()->columnViewportPosition(Model::VectorColumn), list()->columnViewportPosition(Model::VectorColumn));
        QCOMPARE(pinned()->columnWidth(Model::VectorColumn), list()->columnWidth(Model::VectorColumn));
        // Zero has the colour of the middle.
        const auto& colours = window_->queryKeys().vectors().colours();
        QVERIFY(colours.at(0.5).lightness() > std::max(colours.at(0).lightness(), colours.at(1).lightness()));
    }

    void mouseAndKeyboard()
    {
        open({.model = "demo-rotary", .prompts = {"When Mary and John went to the store"}, .keepLogits = false},
            {{1}, {2}});
        heatmap().choose(Cell{6, 2});
        QVERIFY(settled());
        const Model& model = window_->queryKeys().model();
        auto* readout = find<QLabel>(u"queryKeyReadout"_s);
        QCOMPARE(model.keyOf(list()->currentIndex().row()), std::size_t{2});
        // A dimension under the pointer is told.
        list()->scrollToTop();
        const QRect cell = list()->visualRect(model.index(Model::FirstKeyRow, Model::VectorColumn));
        const auto& vectors = window_->queryKeys().vectors();
        const QRect strip = vectors.stripRect(cell, Model::FirstKeyRow, Part::Product);
        const QPoint fourth = VectorDelegate::cellRect(strip, 3, model.width()).center();
        QTest::mouseMove(list()->viewport(), fourth);
        QTRY_VERIFY(vectors.marked().has_value());
        QCOMPARE(*vectors.marked(), std::size_t{3});
        QCOMPARE(readout->text(), model.dimensionText(Model::FirstKeyRow, 3));
        QVERIFY(readout->text().contains(u"i = 3 "_s) && readout->text().contains(u"logits before the softmax"_s));
        // A click chooses the key.
        QTest::mouseClick(list()->viewport(), Qt::LeftButton, {}, cell.center());
        QCOMPARE(*heatmap().chosenCell(), (Cell{6, model.keyOf(Model::FirstKeyRow)}));
        QCOMPARE(model.chosen(), model.keyOf(Model::FirstKeyRow));
        QTest::keyClick(list(), Qt::Key_Down);
        QCOMPARE(*heatmap().chosenCell(), (Cell{6, model.keyOf(Model::FirstKeyRow + 1)}));
        QVERIFY(window_->queryKeys().isSettled()); // nothing was asked for again
        // Left and Right walk through the dimensions of the chosen key.
        QTest::keyClick(list(), Qt::Key_Right);
        QCOMPARE(*vectors.marked(), std::size_t{4});
        QCOMPARE(readout->text(), model.dimensionText(Model::ChosenRow, 4));
        QCOMPARE(list()->accessibleDescription(), readout->text());
        QTest::keyClick(list(), Qt::Key_Left);
        QTest::keyClick(list(), Qt::Key_Left);
        QCOMPARE(*vectors.marked(), std::size_t{2});
        // The heatmap chooses for the list.
        heatmap().choose(Cell{6, 0});
        QCOMPARE(model.keyOf(list()->currentIndex().row()), std::size_t{0});
        heatmap().choose(Cell{4, 1});
        QVERIFY(settled());
        QCOMPARE(shown(0, Model::TokenColumn), tokenText(u'q', 4, inspector().capture()->header().tokens[0][4]));
        // Another head.
        const QString product = shown(1, Model::ProductColumn);
        inspector().selection().choose({{0}, {1}});
        QVERIFY(settled());
        QVERIFY(shown(1, Model::ProductColumn) != product);
        QVERIFY(find<QLabel>(u"queryKeyTitle"_s)->text().startsWith(u"L0 H1"_s));
    }

    void tellsWhichHeadItDescribes()
    {
        open({.model = "demo-rotary", .prompts = {"When Mary and John went"}, .keepLogits = false}, {{1}, {2}});
        heatmap().choose(Cell{3, 1});
        QVERIFY(settled());
        auto* note = find<QLabel>(u"queryKeyNote"_s);
        ViewOptions options = inspector().options();
        options.stage = Stage::ValueNorm;
        inspector().setOptions(options);
        QVERIFY(settled());
        QVERIFY(note->isVisible() && note->text().contains(u"single head L1 H2"_s));
        options.stage = Stage::Pattern;
        inspector().setOptions(options);
        QVERIFY(!note->isVisible());
        auto* what = find<QComboBox>(u"showBox"_s);
        QVERIFY(what);
        what->setCurrentIndex(1);
        QVERIFY(settled());
        QVERIFY(note->isVisible() && note->text().contains(u"several heads as one"_s));
        what->setCurrentIndex(0);
        QVERIFY(settled());
        QVERIFY(!note->isVisible());
    }

    /// A soft cap, a scale of its own and grouped keys; eager attention that kept patterns.
    void softCaps()
    {
        for (const AttentionKind kind : {AttentionKind::Auto, AttentionKind::Eager}) {
            InspectionRequest request{.model = HEADSCOPE_TEST_DATA "/models/gemma2-caps",
                .prompts = {"a b c d e"},
                .attention = kind,
                .keepLogits = false};
            request.prompts.clear();
            request.inputs = HEADSCOPE_TEST_DATA "/golden/gemma2-caps_single.safetensors";
            open(request, {{1}, {1}});
            heatmap().choose(Cell{3, 1});
            QVERIFY(settled());
            QVERIFY(!list()->isColumnHidden(Model::CapColumn));
            const Model& model = window_->queryKeys().model();
            QVERIFY(!model.isEmpty());
            const auto vectors = fetchQueryKeys(*inspector().capture(), {0}, {1}, {1}, {3}, {0, 2});
            const QString told = shown(1, Model::CapColumn).replace(QChar(0x2212), u'-');
            QVERIFY(std::abs(told.toDouble() - unmaskedScore(*vectors, 1))
                < 1e-4 * std::max(1.0, std::abs(told.toDouble())));
        }
    }

    void aRunThatKeptNothingSaysSo()
    {
        auto source = std::make_shared<FakePatternSource>(8);
        inspector().begin(std::make_shared<FakeCapture>(source));
        heatmap().choose(Cell{3, 1});
        QTRY_VERIFY(
            find<QLabel>(u"queryKeyEmpty"_s)->text().startsWith(u"queries and keys: expected a run that keeps them"_s));
        QVERIFY(find<QLabel>(u"queryKeyEmpty"_s)->isVisible() && !list()->isVisible());
        heatmap().choose(std::nullopt);
        QVERIFY(find<QLabel>(u"queryKeyEmpty"_s)->text().startsWith(u"Click a cell"_s));
    }

    void canBeHeard()
    {
        open({.model = "demo-rotary", .prompts = {"When Mary and John went"}, .keepLogits = false}, {{1}, {2}});
        heatmap().choose(Cell{3, 1});
        QVERIFY(settled());
        for (const QTableView* table : {list(), pinned()})
            QVERIFY(!table->accessibleName().isEmpty());
        QVERIFY(!find<QCheckBox>(u"queryKeySorted"_s)->toolTip().isEmpty());
        const Model& model = window_->queryKeys().model();
        for (const int row : {0, 1, 2}) {
            const QString said = model.index(row, Model::VectorColumn).data(Qt::AccessibleTextRole).toString();
            QVERIFY2(said.contains(u"i = "_s), qPrintable(said));
        }
        for (int column = 0; column < Model::ColumnCount; ++column)
            QVERIFY(!model.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty());
    }
};

QTEST_MAIN(TestQueryKeyDock)
#include "tst_query_key_dock.moc"
