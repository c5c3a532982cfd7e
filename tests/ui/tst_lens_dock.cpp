// SPDX-License-Identifier: GPL-3.0-or-later
// What the model would say after each layer, in the real window with the real engine.
#include "ui/bridge/engine_bridge.h"
#include "ui/models/direct_logit_model.h"
#include "ui/models/lens_candidate_model.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/layer_grid.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lens_dock.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"

#include <QAbstractItemModelTester>
#include <QAccessible>
#include <QComboBox>
#include <QLabel>
#include <QPushButton>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

namespace {

const std::string sentence = "When Mary and John went to the store, John gave a drink to";

} // namespace

class TestLensDock : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    template <class T> T* find(const char* name) { return window_->findChild<T*>(QString::fromLatin1(name)); }
    bool settled()
    {
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
    }
    QString cell(const char* table, int row, int column)
    {
        return find<QTableView>(table)->model()->index(row, column).data().toString();
    }
    void press() { QTest::mouseClick(find<QPushButton>("lensButton"), Qt::LeftButton); }
    LayerGrid& grid() { return window_->lens().grid(); }
    void look(const InspectionRequest& request)
    {
        window_->lens().show();
        window_->lens().raise();
        window_->open(request);
        QVERIFY(settled());
        press();
        QVERIFY(settled());
        QVERIFY(window_->lens().lens());
    }
    static InspectionRequest request(std::string prompt = sentence)
    {
        auto made = MainWindow::defaultRequest();
        made.model = "demo-rotary";
        made.prompts = {std::move(prompt)};
        return made;
    }

private Q_SLOTS:
    void initTestCase() { QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path()); }

    void init()
    {
        QSettings().clear();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1280, 800);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void saysWhatToDo()
    {
        window_->lens().show();
        auto* empty = find<QLabel>("lensEmpty");
        auto* button = find<QPushButton>("lensButton");
        QVERIFY(empty->isVisible() && empty->text().contains(u"F5"_s));
        QVERIFY(!button->isEnabled());
        window_->open(request());
        QVERIFY(settled());
        QVERIFY(empty->text().contains(button->text()));
        QVERIFY(button->isEnabled());
        QVERIFY(!window_->lens().lens()); // nobody asked
        press();
        QVERIFY(window_->lens().isBusy());
        QVERIFY(!button->isEnabled());
        QVERIFY(settled());
        QVERIFY(!empty->isVisible() && grid().isVisible());
    }

    void tellsWhatTheEngineFound()
    {
        look(request());
        const LogitLensPtr lens = window_->lens().lens();
        const auto cells = fetchGrid(*lens, lens->positions());
        QCOMPARE(*grid().chosen(), (LensPlace{3, 13})); // after the last layer, at the position of the heatmap
        QCOMPARE(cell("lensCandidates", 0, LensCandidateModel::TokenColumn), u"·Mary"_s);
        for (const std::size_t depth : {2, 0, 3, 1}) {
            const LensPlace place{depth, 5 + depth};
            grid().choose({depth, 4 + depth}); // scrolls there
            QTest::mouseClick(grid().viewport(), Qt::LeftButton, {}, grid().rectOf(place).center());
            QCOMPARE(*grid().chosen(), place);
            QVERIFY(settled());
            const auto found = fetchPosition(*lens, {place.position}, {.count = LensDock::candidates});
            const auto& top = found->top[depth];
            QCOMPARE(find<QTableView>("lensCandidates")->model()->rowCount(), 10);
            bool moved = false;
            for (int row = 0; row < 10; ++row) {
                const LensCandidate& each = top[static_cast<std::size_t>(row)];
                const auto shown = [&](int column) { return cell("lensCandidates", row, column); };
                QCOMPARE(shown(LensCandidateModel::RankColumn), QString::number(row + 1));
                QCOMPARE(shown(LensCandidateModel::TokenColumn), shownLabel(each.token.label));
                QCOMPARE(shown(LensCandidateModel::ProbabilityColumn), probabilityText(each.token.probability));
                QCOMPARE(shown(LensCandidateModel::LogitColumn),
                    QString::number(static_cast<double>(each.token.logit), 'f', 3));
                QCOMPARE(shown(LensCandidateModel::FinalColumn), QString::number(each.finalRank));
                const QString change = shown(LensCandidateModel::ChangeColumn);
                if (!each.rankBefore)
                    QCOMPARE(change, QString());
                else if (*each.rankBefore > 10)
                    QCOMPARE(change, u"new"_s);
                else {
                    const int gained = static_cast<int>(*each.rankBefore) - (row + 1);
                    QCOMPARE(change, gained == 0 ? u"="_s : gained > 0 ? u"↑%1"_s.arg(gained) : u"↓%1"_s.arg(-gained));
                }
                moved |= change != u"="_s && !change.isEmpty();
            }
            QCOMPARE(moved, depth > 0);
            // The read-out and the picture say the same.
            const LensCell& best = cells->at(depth, place.position);
            QVERIFY(grid().words().contains(shownLabel(best.best.label)));
            QVERIFY(grid().words().contains(probabilityText(best.best.probability)));
            QCOMPARE(find<QLabel>("lensReadout")->text(), grid().words());
            QString ranks;
            for (const std::size_t rank : found->traces.front().ranks)
                ranks += (ranks.isEmpty() ? QString() : u" → "_s) + QString::number(rank);
            QVERIFY(find<QLabel>("lensTrace")->text().endsWith(ranks));
        }
    }

    void coloursAreProbabilities()
    {
        look(request());
        const LogitLensPtr lens = window_->lens().lens();
        const auto check = [&](LensColour colour, const LensGrid& cells) {
            const QImage seen = grid().viewport()->grab().toImage();
            int compared = 0;
            double least = 1, most = 0;
            for (std::size_t depth = 0; depth < cells.depths; ++depth)
                for (std::size_t position = 0; position < lens->positions().end; ++position) {
                    const QRect box = grid().rectOf({depth, position});
                    const QPoint corner = box.topLeft() + QPoint(3, 3); // inside of frames, beside the text
                    if (!grid().placeAt(corner) || !grid().placeAt(box.bottomRight()))
                        continue;
                    const LensCell& each = cells.at(depth, position);
                    const float share = colour == LensColour::Best ? each.best.probability : each.choiceProbability;
                    QCOMPARE(QColor(seen.pixel(corner)), QColor(grid().scale().colourOf(share)));
                    least = std::min<double>(least, share);
                    most = std::max<double>(most, share);
                    ++compared;
                }
            QVERIFY(compared > 20);
            QVERIFY(least < 0.1 && most > 0.9);
        };
        check(LensColour::Best, *fetchGrid(*lens, lens->positions()));
        auto* colour = find<QComboBox>("lensColour");
        colour->setCurrentIndex(colour->findData(static_cast<int>(LensColour::Choice)));
        check(LensColour::Choice, *fetchGrid(*lens, lens->positions()));
        auto* norm = find<QComboBox>("lensNorm");
        norm->setCurrentIndex(norm->findData(static_cast<int>(LensNorm::Final)));
        QVERIFY(settled());
        check(LensColour::Choice, *fetchGrid(*lens, lens->positions(), LensNorm::Final));
        grid().choose({1, 13});
        QVERIFY(settled());
        const auto held = fetchPosition(*lens, {13}, {.norm = LensNorm::Final});
        QVERIFY(grid().words().contains(probabilityText(held->top[1].front().token.probability)));
        // Options of the view are followed.
        ViewOptions options = window_->inspector().options();
        options.palette = SequentialPalette::Magma;
        window_->inspector().setOptions(options);
        QCOMPARE(grid().scale().colourOf(1), ColourScale(false, 1, {}, {SequentialPalette::Magma}).colourOf(1));
        check(LensColour::Choice, *fetchGrid(*lens, lens->positions(), LensNorm::Final));
    }

    void theColumnIsTheQueryOfTheHeatmap()
    {
        look(request());
        auto& heatmap = window_->inspector().heatmap();
        heatmap.choose(Cell{4, 2});
        QCOMPARE(grid().chosen()->position, std::size_t{4});
        QCOMPARE(grid().chosen()->depth, std::size_t{3});
        QVERIFY(settled());
        QVERIFY(find<QLabel>("lensCell")->text().contains(u"q[4]"_s));
        grid().setFocus();
        QTest::keyClick(&grid(), Qt::Key_Down);
        QCOMPARE(*grid().chosen(), (LensPlace{2, 4}));
        QTest::keyClick(&grid(), Qt::Key_Left);
        QCOMPARE(*grid().chosen(), (LensPlace{2, 3}));
        QCOMPARE(*heatmap.chosenCell(), (Cell{3, 2}));
        QTest::keyClick(&grid(), Qt::Key_Home);
        QCOMPARE(*heatmap.chosenCell(), (Cell{0, 0})); // a query looks back only
        QTest::keyClick(&grid(), Qt::Key_End);
        QCOMPARE(grid().chosen()->position, std::size_t{13});
        QTest::keyClick(&grid(), Qt::Key_Up, Qt::ControlModifier);
        QCOMPARE(grid().chosen()->depth, std::size_t{3});
        QTest::keyClick(&grid(), Qt::Key_Down, Qt::ControlModifier);
        QCOMPARE(grid().chosen()->depth, std::size_t{0});
        QVERIFY(settled());
        auto* told = QAccessible::queryAccessibleInterface(&grid());
        QVERIFY(told->text(QAccessible::Value).startsWith(u"before L0"_s));
        QVERIFY(!told->text(QAccessible::Name).isEmpty());
    }

    void tokensOfAPart()
    {
        look(request());
        const LogitLensPtr lens = window_->lens().lens();
        QCOMPARE(cell("lensPartTokens", 0, 0), QString()); // nobody looks
        find<QTabWidget>("lensTabs")->setCurrentIndex(1);
        const auto check = [&](LensPart part, std::size_t position) {
            QVERIFY(settled());
            const auto found = fetchPart(*lens, part, {position}, LensDock::partTokens);
            QCOMPARE(find<QTableView>("lensPartTokens")->model()->rowCount(), 15);
            for (int row = 0; row < 15; ++row) {
                const auto index = static_cast<std::size_t>(row);
                QCOMPARE(cell("lensPartTokens", row, DirectLogitModel::PromotedColumn),
                    shownLabel(found->promoted[index].label));
                QCOMPARE(cell("lensPartTokens", row, DirectLogitModel::PromotedLogitColumn),
                    QString::asprintf("%+.3f", found->promoted[index].logit));
                QCOMPARE(cell("lensPartTokens", row, DirectLogitModel::SuppressedColumn),
                    shownLabel(found->suppressed[index].label));
                QCOMPARE(cell("lensPartTokens", row, DirectLogitModel::SuppressedLogitColumn),
                    QString::asprintf("%+.3f", found->suppressed[index].logit));
            }
        };
        auto& selection = window_->inspector().selection();
        selection.choose({LayerId{1}, HeadId{2}});
        check({.layer = {1}, .head = HeadId{2}}, 13);
        QVERIFY(find<QLabel>("lensPartTitle")->text().startsWith(u"L1 H2"_s));
        selection.choose({LayerId{2}, HeadId{0}});
        check({.layer = {2}, .head = HeadId{0}}, 13);
        grid().choose({3, 13});
        window_->inspector().heatmap().choose(Cell{6, 1});
        check({.layer = {2}, .head = HeadId{0}}, 6);
        auto* part = find<QComboBox>("lensPart");
        part->setCurrentIndex(1);
        check({.layer = {2}}, 6);
        QVERIFY(find<QLabel>("lensPartTitle")->text().startsWith(u"MLP of L2"_s));
    }

    void anotherRunMakesItStale()
    {
        look(request());
        auto* stale = find<QLabel>("lensStale");
        QVERIFY(!stale->isVisible());
        window_->open(request("Once upon a time there was"));
        QVERIFY(settled());
        QVERIFY(stale->isVisible());
        const auto before = grid().chosen();
        window_->inspector().heatmap().choose(Cell{1, 0});
        QCOMPARE(*grid().chosen(), *before); // another text's position
        press();
        QVERIFY(settled());
        QVERIFY(!stale->isVisible());
        QCOMPARE(window_->lens().lens()->header().request.prompts.front(), "Once upon a time there was");
        QCOMPARE(grid().chosen()->position, window_->inspector().position().value);
    }

    void eachSequenceIsAskedAlone()
    {
        auto both = request();
        both.prompts.push_back("John saw Anna. Anna gave a cup to");
        look(both);
        window_->inspector().setSequence({1});
        QVERIFY(find<QLabel>("lensStale")->isVisible());
        press();
        QVERIFY(settled());
        QCOMPARE(window_->lens().lens()->sequence().value, std::size_t{1});
        QVERIFY(!find<QLabel>("lensStale")->isVisible());
        QVERIFY(window_->lens().lens()->header().tokens[1].front().padding);
        grid().choose({2, 0});
        const QImage seen = grid().viewport()->grab().toImage();
        const QRect box = grid().rectOf({3, 0});
        QSet<QRgb> colours;
        for (int x = box.left() + 4; x < box.right() - 4; ++x)
            colours << seen.pixel(x, box.center().y());
        QCOMPARE(colours.size(), 2); // hatched, without words
    }

    void canBeCancelled()
    {
        window_->lens().show();
        window_->open(request());
        QVERIFY(settled());
        press();
        QVERIFY(window_->lens().isBusy());
        QTest::keyClick(window_.get(), Qt::Key_Escape);
        QVERIFY(!window_->lens().isBusy());
        QVERIFY(settled());
        QVERIFY(!window_->lens().lens());
        QVERIFY(find<QPushButton>("lensButton")->isEnabled());
    }

    void encodersHaveNoParts()
    {
        auto encoder = request("");
        encoder.model = HEADSCOPE_TEST_DATA "/models/bert-mlm";
        encoder.prompts.clear();
        encoder.inputs = HEADSCOPE_TEST_DATA "/logit_lens/bert-mlm_transformers.safetensors";
        look(encoder);
        QVERIFY(settled());
        find<QTabWidget>("lensTabs")->setCurrentIndex(1);
        QVERIFY(settled());
        QVERIFY(find<QLabel>("lensPartTitle")->text().contains(u"encoder"_s));
        // Nor is there a scale to hold; what was chosen for a decoder waits for the next one.
        auto* norm = find<QComboBox>("lensNorm");
        QVERIFY(!norm->isEnabled());
        QVERIFY(!window_->inspector().messages().isVisible());
        QVERIFY(grid().words().contains(u"p 0."_s));
        look(request());
        QVERIFY(norm->isEnabled());
    }

    void modelsAreSound()
    {
        LensCandidateModel candidates;
        DirectLogitModel direct;
        const QAbstractItemModelTester first(&candidates, QAbstractItemModelTester::FailureReportingMode::Fatal);
        const QAbstractItemModelTester second(&direct, QAbstractItemModelTester::FailureReportingMode::Fatal);
        candidates.setCandidates({{.token = {.label = "a"}, .finalRank = 1, .rankBefore = 1},
            {.token = {.label = "b"}, .finalRank = 2, .rankBefore = 3},
            {.token = {.label = "c"}, .finalRank = 2, .rankBefore = 2},
            {.token = {.label = "d"}, .finalRank = 2, .rankBefore = 99}, {.token = {.label = "e"}, .finalRank = 9}});
        const auto change
            = [&](int row) { return candidates.index(row, LensCandidateModel::ChangeColumn).data().toString(); };
        const QStringList all{change(0), change(1), change(2), change(3), change(4)};
        QCOMPARE(all, (QStringList{u"="_s, u"↑1"_s, u"↓1"_s, u"new"_s, u""_s}));
        direct.setTokens({{.id = 1, .label = "x", .logit = 1.5}}, {{.id = 2, .label = "y", .logit = -2}});
        QCOMPARE(direct.index(0, DirectLogitModel::SuppressedLogitColumn).data().toString(), u"-2.000"_s);
        for (int column = 0; column < LensCandidateModel::ColumnCount; ++column)
            QVERIFY(!candidates.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty());
        for (int column = 0; column < DirectLogitModel::ColumnCount; ++column)
            QVERIFY(column == DirectLogitModel::GapColumn
                || !direct.headerData(column, Qt::Horizontal, Qt::ToolTipRole).toString().isEmpty());
    }
};

QTEST_MAIN(TestLensDock)
#include "tst_lens_dock.moc"
