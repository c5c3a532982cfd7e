// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels of the heatmap against the colours that their values must have, for every scale mode, palette, stage and way
// to treat special tokens, upright and transposed.
#include "tests/ui/fakes.h"
#include "ui/text/view_text.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/colour_bar.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/theme.h"

#include <QComboBox>
#include <QLabel>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

constexpr std::size_t length = 40;
constexpr Cell broken{25, 2}, nothing{26, 3}, masked{4, 9};

float probability(std::size_t query, std::size_t key)
{
    if (query == broken.query && key == broken.key)
        return std::numeric_limits<float>::quiet_NaN();
    if (query == nothing.query && key == nothing.key)
        return 0;
    return 0.004f + 0.6f * static_cast<float>((query * 7 + key * 3) % 29) / 29;
}

/// Negative and positive ones.
float score(float probability) { return 9 * probability - 2; }

QColor toQColor(Rgb colour) { return QColor(colour[0], colour[1], colour[2]); }

bool near(QColor a, QColor b) // up to a step of a table
{
    const auto apart = [](int x, int y) { return std::abs(x - y); };
    return apart(a.red(), b.red()) <= 3 && apart(a.green(), b.green()) <= 3 && apart(a.blue(), b.blue()) <= 3;
}

/// The values of all allowed cells but NaN, smallest first.
std::vector<float> sorted(const std::function<float(float)>& stage)
{
    std::vector<float> values;
    for (std::size_t query = 0; query < length; ++query)
        for (std::size_t key = 0; key <= query; ++key)
            if (const float value = stage(probability(query, key)); !std::isnan(value))
                values.push_back(value);
    std::sort(values.begin(), values.end());
    return values;
}

float mostOfRow(std::size_t query, const std::function<float(float)>& stage)
{
    float most = 0;
    for (std::size_t key = 0; key <= query; ++key)
        if (const float value = std::abs(stage(probability(query, key))); value > most)
            most = value;
    return most;
}

} // namespace

class TestHeatmapOptions : public QObject {
    Q_OBJECT

    std::shared_ptr<FakePatternSource> source_;
    std::unique_ptr<InspectorView> view_;

    void show(const std::shared_ptr<FakePatternSource>& source, const ViewOptions& options)
    {
        source_ = source;
        view_ = std::make_unique<InspectorView>();
        view_->resize(1200, 1000);
        view_->show();
        view_->begin(std::make_shared<FakeCapture>(source));
        view_->setOptions(options);
        QTRY_VERIFY(view_->isSettled());
        QCoreApplication::processEvents();
    }

    QColor colourAt(Cell cell)
    {
        const QImage image = view_->heatmap().grab().toImage();
        const QPointF centre = view_->heatmap().cellRect(cell).center();
        return image.pixelColor(static_cast<int>(centre.x()), static_cast<int>(centre.y()));
    }

    QColor expected(Cell cell, const ViewOptions& options, const std::function<float(float)>& stage)
    {
        const float value = stage(probability(cell.query, cell.key));
        const auto all = sorted(stage);
        const bool diverges = options.stage == Stage::Scores;
        const auto size = [&](float x) { return diverges ? std::abs(x) : x; };
        double most = std::max(size(all.front()), size(all.back()));
        if (options.stage == Stage::Pattern && options.scale == ScaleMode::Fixed)
            most = 1;
        if (options.scale == ScaleMode::PerRow)
            most = mostOfRow(cell.query, stage);
        if (options.scale == ScaleMode::Percentile) {
            std::vector<float> sizes;
            for (const float each : all)
                sizes.push_back(size(each));
            std::sort(sizes.begin(), sizes.end());
            most = sizes[static_cast<std::size_t>(std::ceil(0.99 * double(sizes.size()))) - 1];
        }
        double share = value / most;
        if (options.scale == ScaleMode::Logarithmic) {
            const double end = options.stage == Stage::Pattern ? 1 : most;
            share = value > 0 ? 1 + std::log10(value / end) / 6 : 0;
        }
        return toQColor(
            diverges ? divergingColour(share, options.diverging) : sequentialColour(share, options.palette));
    }

    void compare(const ViewOptions& options, const std::function<float(float)>& stage)
    {
        const auto& scale = view_->heatmap().colourScale();
        const std::size_t last = length - 1;
        for (const Cell cell : {Cell{0, 0}, Cell{last, last}, Cell{last, 0}, nothing, Cell{30, 7}, Cell{17, 16}}) {
            const QColor found = colourAt(cell), wanted = expected(cell, options, stage);
            QVERIFY2(near(found, wanted),
                qPrintable(
                    u"q %1 k %2: %3, expected %4"_s.arg(cell.query).arg(cell.key).arg(found.name(), wanted.name())));
        }
        QCOMPARE(colourAt(broken), QColor(scale.nan()));
        QCOMPARE(colourAt(masked), QColor(scale.masked()));
        QVERIFY(colourAt(nothing) != QColor(scale.masked()));
    }

    static std::shared_ptr<FakePatternSource> made()
    {
        auto source = std::make_shared<FakePatternSource>(length, 1, 2);
        source->value = [](LayerId, HeadId, std::size_t query, std::size_t key) { return probability(query, key); };
        source->stages = {{Stage::Scores, score}, {Stage::ValueWeighted, [](float p) { return 12 * p; }}};
        return source;
    }

private Q_SLOTS:
    void initTestCase() { applyTheme(Theme::Light); }

    void cellsHaveTheColoursOfTheirValues_data()
    {
        QTest::addColumn<int>("scale");
        QTest::addColumn<int>("palette");
        QTest::addColumn<bool>("transposed");
        for (const auto& scale : scaleChoices())
            for (const auto& palette : paletteChoices())
                for (const bool transposed : {false, true})
                    QTest::addRow(
                        "%s, %s%s", qPrintable(scale.name), qPrintable(palette.name), transposed ? ", transposed" : "")
                        << static_cast<int>(scale.value) << static_cast<int>(palette.value) << transposed;
    }

    void cellsHaveTheColoursOfTheirValues()
    {
        QFETCH(int, scale);
        QFETCH(int, palette);
        QFETCH(bool, transposed);
        const ViewOptions options{.scale = static_cast<ScaleMode>(scale),
            .palette = static_cast<SequentialPalette>(palette),
            .transposed = transposed};
        show(made(), options);
        compare(options, [](float p) { return p; });
        const QRectF early = view_->heatmap().cellRect({2, 30}), late = view_->heatmap().cellRect({30, 2});
        QCOMPARE(early.x() > late.x(), !transposed);
        QCOMPARE(early.y() < late.y(), !transposed);
    }

    void otherStagesHaveTheirOwnScale_data()
    {
        QTest::addColumn<int>("stage");
        QTest::addColumn<int>("scale");
        QTest::addColumn<int>("diverging");
        for (const Stage stage : {Stage::Scores, Stage::ValueWeighted})
            for (const auto& scale : scaleChoices())
                for (const auto& diverging : divergingChoices())
                    if (isOffered(scale.value, stage))
                        QTest::addRow("%s, %s, %s", qPrintable(quantityText(stage)), qPrintable(scale.name),
                            qPrintable(diverging.name))
                            << static_cast<int>(stage) << static_cast<int>(scale.value)
                            << static_cast<int>(diverging.value);
    }

    void otherStagesHaveTheirOwnScale()
    {
        QFETCH(int, stage);
        QFETCH(int, scale);
        QFETCH(int, diverging);
        const ViewOptions options{.stage = static_cast<Stage>(stage),
            .scale = static_cast<ScaleMode>(scale),
            .diverging = static_cast<DivergingPalette>(diverging)};
        show(made(), options);
        compare(options, source_->stages.at(options.stage));
        QVERIFY(view_->heatmap().colourScale().stage() == options.stage);
    }

    void aSpikeOfALongHeadStaysInEveryMode_data()
    {
        QTest::addColumn<int>("scale");
        QTest::addColumn<bool>("transposed");
        for (const auto& scale : scaleChoices())
            for (const bool transposed : {false, true})
                QTest::addRow("%s%s", qPrintable(scale.name), transposed ? ", transposed" : "")
                    << static_cast<int>(scale.value) << transposed;
    }

    void aSpikeOfALongHeadStaysInEveryMode()
    {
        QFETCH(int, scale);
        QFETCH(bool, transposed);
        const auto mode = static_cast<ScaleMode>(scale);
        const auto source = std::make_shared<SparsePatternSource>(2048, 1, 1);
        source->spikes = {{1500, 300, 0.8f}};
        show(source, {.scale = mode, .transposed = transposed});
        const double share = mode == ScaleMode::Auto || mode == ScaleMode::PerRow ? 1
            : mode == ScaleMode::Logarithmic                                      ? 1 + std::log10(0.8) / 6
                                             : 0.8; // the 99th percentile is 0, and ends no scale
        QVERIFY2(
            near(colourAt({1500, 300}), toQColor(sequentialColour(share))), qPrintable(colourAt({1500, 300}).name()));
        QVERIFY(near(colourAt({300, 1500}), toQColor(sequentialColour(0))));
    }

    void aKeptScaleStaysWhenTheHeadChanges()
    {
        const auto source = std::make_shared<FakePatternSource>(6, 1, 3);
        source->value = [](LayerId, HeadId head, std::size_t query, std::size_t key) {
            return query == key ? 0.2f * static_cast<float>(head.value + 1) : 0.1f;
        };
        source->stages = {{Stage::ValueWeighted, [](float p) { return 10 * p; }}};
        for (const Stage stage : {Stage::Pattern, Stage::ValueWeighted}) {
            const double unit = stage == Stage::Pattern ? 1 : 10;
            show(source, {.stage = stage, .scale = ScaleMode::Auto, .sharedScale = true});
            const auto top = [this] { return view_->heatmap().colourScale().number(1); };
            QVERIFY(std::abs(top() - 0.2 * unit) < 1e-3);
            view_->selection().choose({LayerId{0}, HeadId{2}});
            QTRY_VERIFY(view_->isSettled());
            QVERIFY(std::abs(top() - 0.2 * unit) < 1e-3);
            QVERIFY(near(colourAt({3, 3}), toQColor(sequentialColour(1)))); // 0.6 lies beyond the end
            QVERIFY(near(colourAt({3, 1}), toQColor(sequentialColour(0.5))));
            ViewOptions options = view_->options();
            options.sharedScale = false;
            view_->setOptions(options);
            QTRY_VERIFY(view_->isSettled());
            QVERIFY(std::abs(top() - 0.6 * unit) < 1e-3);
            QVERIFY(near(colourAt({3, 1}), toQColor(sequentialColour(1.0 / 6))));
        }
    }

    void specialTokensAreDottedAndHaveNoPartInTheScale()
    {
        const auto source = std::make_shared<FakePatternSource>(8, 1, 1);
        source->leftOut = {0};
        source->value = [](LayerId, HeadId, std::size_t, std::size_t key) { return key == 0 ? 0.9f : 0.1f; };
        show(source, {.scale = ScaleMode::Auto, .specials = SpecialTokens::Exclude});
        const auto& scale = view_->heatmap().colourScale();
        QVERIFY(std::abs(scale.number(1) - 0.1) < 1e-3);
        QVERIFY(near(colourAt({5, 3}), toQColor(sequentialColour(1))));
        const QColor out = colourAt({5, 0});
        QVERIFY(out == QColor(scale.excluded(0, 0)) || out == QColor(scale.excluded(1, 0)));
        QCOMPARE(colourAt({3, 5}), QColor(scale.masked()));
        auto* badge = view_->findChild<QLabel*>(u"specialsBadge"_s);
        QCOMPARE(badge->text(), u"special tokens left out"_s);
        QVERIFY(badge->isVisible());
        QVERIFY(view_->findChild<ColourBar*>()->words().leavesOut);
        QVERIFY(std::any_of(source->asked.begin(), source->asked.end(),
            [](const auto& each) { return each.options.specials == SpecialTokens::Exclude; }));
        view_->setOptions({.specials = SpecialTokens::Renormalise});
        QTRY_VERIFY(view_->isSettled());
        QCOMPARE(badge->text(), u"renormalised without special tokens"_s);
        QVERIFY(source->asked.back().options.specials == SpecialTokens::Renormalise
            || std::any_of(source->asked.begin(), source->asked.end(),
                [](const auto& each) { return each.options.specials == SpecialTokens::Renormalise; }));
        view_->setOptions({});
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(!badge->isVisible());
    }

    void keysAndPointerFollowTheAxes()
    {
        show(made(), {.transposed = true});
        auto& heatmap = view_->heatmap();
        heatmap.choose(Cell{20, 5});
        QTest::keyClick(&heatmap, Qt::Key_Right);
        QVERIFY((heatmap.chosenCell() == Cell{21, 5}));
        QTest::keyClick(&heatmap, Qt::Key_Down);
        QVERIFY((heatmap.chosenCell() == Cell{21, 6}));
        QTest::keyClick(&heatmap, Qt::Key_Home);
        QVERIFY((heatmap.chosenCell() == Cell{0, 6}));
        QTest::keyClick(&heatmap, Qt::Key_End, Qt::ControlModifier);
        QVERIFY((heatmap.chosenCell() == Cell{0, length - 1}));
        const QPointF place = heatmap.cellRect({30, 11}).center();
        auto* plot = heatmap.childAt(place.toPoint());
        QTest::mouseClick(plot, Qt::LeftButton, {}, plot->mapFrom(&heatmap, place.toPoint()));
        QVERIFY((heatmap.chosenCell() == Cell{30, 11}));
        QTRY_VERIFY(view_->findChild<QLabel*>(u"readout"_s)->text().contains(u"q[30] \"·t30\" → k[11] \"·t11\""_s));
    }

    void theReadoutHasEveryNumber()
    {
        const auto source = std::make_shared<FakePatternSource>(3, 1, 1);
        source->value = [](LayerId, HeadId, std::size_t query, std::size_t key) {
            return query < 2 ? 0.5f : key == 0 ? 0.5f : 0.25f;
        };
        source->stages = {{Stage::Scores, [](float p) { return std::log(p); }},
            {Stage::ValueWeighted, [](float p) { return 8 * p; }}};
        source->leftOut = {0};
        show(source, {});
        const auto words = [this] { return view_->findChild<QLabel*>(u"readout"_s)->text(); };
        view_->heatmap().choose(Cell{2, 1});
        QTRY_COMPARE(words(),
            u"L0 H0   q[2] \"·t2\" → k[1] \"·t1\"   p=0.2500   score=-1.3863   rank 2/3   entropy 1.04 nats   row Σ=1.0000"_s);
        view_->setOptions({.stage = Stage::ValueWeighted});
        QTRY_VERIFY2(words().contains(u"‖α·v·W_O‖=2   p=0.2500   score=-1.3863   rank 2/3"_s), qPrintable(words()));
        view_->setOptions({.specials = SpecialTokens::Exclude});
        view_->heatmap().choose(Cell{2, 0});
        QTRY_VERIFY2(words().contains(u"left out   p=0.5000"_s), qPrintable(words()));
    }

    void aStageThatWasNotKeptSaysSo()
    {
        const auto source = std::make_shared<FakePatternSource>(6, 1, 1);
        show(source, {});
        view_->setOptions({.stage = Stage::Scores});
        QVERIFY(!view_->heatmap().hasCells());
        view_->setOptions({});
        QTRY_VERIFY(view_->isSettled());
        QVERIFY(view_->heatmap().hasCells());
    }

    void theBoxesOfferWhatAStageHas()
    {
        show(made(), {});
        auto* stages = view_->findChild<QComboBox*>(u"stageBox"_s);
        auto* scales = view_->findChild<QComboBox*>(u"scaleBox"_s);
        stages->setCurrentIndex(stages->findData(static_cast<int>(Stage::Scores)));
        QVERIFY(view_->options().stage == Stage::Scores);
        QVERIFY(view_->options().scale == ScaleMode::Fixed); // comes back with probabilities
        QCOMPARE(scales->currentData().toInt(), static_cast<int>(ScaleMode::Auto));
        QTRY_VERIFY(view_->isSettled());
        QTRY_VERIFY(view_->heatmap().colourScale().isDiverging());
        stages->setCurrentIndex(stages->findData(static_cast<int>(Stage::Pattern)));
        QCOMPARE(scales->currentData().toInt(), static_cast<int>(ScaleMode::Fixed));
        scales->setCurrentIndex(scales->findData(static_cast<int>(ScaleMode::Logarithmic)));
        QVERIFY(view_->options().scale == ScaleMode::Logarithmic);
        QTRY_VERIFY(view_->isSettled());
        QTRY_VERIFY(std::abs(view_->heatmap().colourScale().number(0.5) - 1e-3) < 1e-6);
    }
};

QTEST_MAIN(TestHeatmapOptions)
#include "tst_heatmap_options.moc"
