// SPDX-License-Identifier: GPL-3.0-or-later
// Contribution graphs, against what NumPy makes of TransformerLens's hooks (tests/oracle/make_contribution_golden.py),
// and for every model: shares add up to 1, whatever the padding.
#include "core/analysis/contribution_graph.h"
#include "core/error.h"
#include "core/model/model_description.h"
#include "tests/core/seed_run.h"

#include <algorithm>
#include <random>
#include <set>

using namespace headscope;
using namespace headscope::golden;
using namespace headscope::seeds;

namespace {

constexpr double limit = 1e-4;

/// Every way of running the model that the golden is a reference for.
std::vector<InspectionRequest> runsFor(const std::map<std::string, std::string>& metadata, const std::string& path)
{
    const InspectionRequest base{.model = modelLocation(metadata.at("model")), .inputs = path, .threads = 1};
    InspectionRequest hooked = base, bridge = base, native = base, tapped = base, folded = base;
    hooked.backend = folded.backend = Backend::Hooked;
    bridge.backend = Backend::Bridge;
    tapped.backend = Backend::Tapped;
    if (metadata.at("system") == "all")
        return {hooked};
    hooked.processing = readProcessing("none", "golden");
    folded.processing = readProcessing("fold_value_biases", "golden");
    native.attention = AttentionKind::Auto; // attends eagerly all the same
    return {native, tapped, bridge, hooked, folded};
}

double largestGap(const std::vector<float>& actual, const at::Tensor& wanted)
{
    if (static_cast<std::int64_t>(actual.size()) != wanted.numel())
        return INFINITY;
    double worst = 0;
    for (std::size_t i = 0; i < actual.size(); ++i) {
        const double gap = std::abs(static_cast<double>(actual[i] - wanted.const_data_ptr<float>()[i]));
        worst = gap <= worst ? worst : gap;
    }
    return worst;
}

/// The edges as rows of the golden: kind, from, to, share.
std::vector<std::array<double, 6>> rowsOf(const std::vector<GraphEdge>& edges)
{
    std::vector<std::array<double, 6>> rows;
    const auto number = [](std::size_t value) { return static_cast<double>(value); };
    for (const GraphEdge& edge : edges)
        rows.push_back({static_cast<double>(edge.kind), number(edge.from.level), number(edge.from.token),
            number(edge.to.level), number(edge.to.token), static_cast<double>(edge.share)});
    std::sort(rows.begin(), rows.end());
    return rows;
}

void compareEdges(const std::vector<GraphEdge>& edges, const at::Tensor& wanted)
{
    const auto rows = rowsOf(edges);
    QCOMPARE(static_cast<std::int64_t>(rows.size()), wanted.size(0));
    for (std::size_t row = 0; row < rows.size(); ++row)
        for (std::size_t column = 0; column < 6; ++column) {
            const double value = wanted.const_data_ptr<double>()[row * 6 + column];
            QVERIFY2(std::abs(rows[row][column] - value) <= (column < 5 ? 0 : limit), qPrintable(QString::number(row)));
        }
}

std::string refusalOf(BlockingEngine& engine, const ContributionGraphRequest& request)
{
    return refusal([&] { engine.contributionGraphs(request); });
}

/// Two layers of two tokens; layer 1 knows one weak source, whose two heads are both below 0.04.
ContributionGraph madeUp()
{
    return {.layers = 2,
        .heads = 2,
        .tokens = 2,
        .positions = {0, 1},
        .attention = {0.2F, 0, 0.04F, 0.16F, 0.5F, 0, 0.06F, 0.3F},
        .strongest = {0, 0, 1, 0, 1, 0, 0, 1},
        .residual = {0.8F, 0.8F, 0.5F, 0.64F},
        .mlp = {0.1F, 0.02F, 0.3F, 0.25F},
        .past = {0.9F, 0.98F, 0.7F, 0.75F},
        .headShares = {{0, 0, 0.2F}, {1, 0, 0.16F}, {0, 1, 0.04F}, {0, 1, 0.4F}, {0, 0, 0.1F}, {1, 1, 0.2F},
            {1, 0, 0.1F}, {0, 0, 0.035F}, {0, 1, 0.025F}},
        .headRows = {0, 1, 3, 5, 9},
        .leastHeadShare = 0.001F};
}

} // namespace

class TestContributionGraph : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void equalsTransformerLens_data() { addRows("contribution_graph", 12); }

    void equalsTransformerLens()
    {
        QFETCH(QString, path);
        const auto metadata = SafetensorsFile::open(path.toStdString()).metadata();
        const Tensors golden = readAll(path.toStdString());
        for (const InspectionRequest& run : runsFor(metadata, path.toStdString())) {
            const auto result = engine_.contributionGraphs({.run = run, .everyHead = true});
            const ContributionGraph& graph = result->sequences.at(0);
            std::vector<std::pair<const char*, double>> gaps{{"heads", largestGap(graph.everyHead, golden.at("heads"))},
                {"attention", largestGap(graph.attention, golden.at("attention"))},
                {"residual", largestGap(graph.residual, golden.at("residual"))},
                {"mlp", largestGap(graph.mlp, golden.at("mlp"))}};
            QCOMPARE(graph.parallel, !golden.contains("past"));
            if (!graph.parallel)
                gaps.emplace_back("past", largestGap(graph.past, golden.at("past")));
            for (const auto& [name, gap] : gaps) {
                QVERIFY2(gap <= limit,
                    qPrintable(QStringLiteral("%1 %2: %3")
                                   .arg(QLatin1String(spell(run.backend).data()), QLatin1String(name))
                                   .arg(gap)));
                worst_ = std::max(worst_, gap);
            }
            const std::size_t last = graph.tokens - 1;
            compareEdges(edgesDownFrom(graph, last, {.renormalise = false}), golden.at("edges.plain"));
            compareEdges(edgesDownFrom(graph, last, {}), golden.at("edges.renormalised"));
        }
    }

    void sharesAddUp_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("backend");
        QStringList models
            = QDir(QString::fromStdString(folder("models"))).entryList(QDir::Dirs | QDir::NoDotAndDotDot);
        int families = 0;
        for (const QString& model : models) {
            if (model.startsWith(QLatin1String("bert")))
                continue;
            ++families;
            for (const Backend backend : {Backend::Native, Backend::Tapped, Backend::Bridge, Backend::Hooked})
                QTest::addRow("%s %s", qPrintable(model), spell(backend).data()) << model << static_cast<int>(backend);
        }
        QVERIFY(families >= 20);
    }

    void sharesAddUp()
    {
        QFETCH(QString, model);
        QFETCH(int, backend);
        const std::string location = modelLocation(model.toStdString());
        const auto vocabulary = static_cast<std::int64_t>(describeModel(location)->config().vocabulary);
        at::Tensor ids = at::empty({2, 7}, at::kLong);
        std::mt19937 random(7);
        for (std::int64_t i = 0; i < ids.numel(); ++i)
            ids.data_ptr<std::int64_t>()[i] = static_cast<std::int64_t>(random()) % vocabulary;
        const InputsFile inputs({{"input_ids", ids}});
        const auto result = engine_.contributionGraphs({.run
            = {.model = location, .inputs = inputs.path(), .backend = static_cast<Backend>(backend), .threads = 1}});
        QCOMPARE(result->sequences.size(), std::size_t(2));
        const double total = sumsToOne(result->sequences[1]);
        QVERIFY2(total > 0.05, qPrintable(QString::number(total)));
    }

    /// Where the padding is, and what else is in the batch, changes nothing.
    void paddingIsNoToken()
    {
        const std::vector<std::string> prompts{"When Mary and John went to the store", "John gave"};
        for (const PaddingSide side : {PaddingSide::Left, PaddingSide::Right}) {
            const auto both = engine_.contributionGraphs({.run = {.model = "demo-gpt2",
                                                              .prompts = prompts,
                                                              .padding = side,
                                                              .positions = PositionPolicy::FromMask,
                                                              .threads = 1}});
            for (std::size_t row = 0; row < 2; ++row) {
                const auto alone = engine_.contributionGraphs(
                    {.run = {.model = "demo-gpt2", .prompts = {prompts[row]}, .threads = 1}});
                const ContributionGraph &here = both->sequences[row], &there = alone->sequences[0];
                QCOMPARE(here.tokens, there.tokens);
                const std::size_t pads = both->header.length() - here.tokens;
                QCOMPARE(here.positions.front(), side == PaddingSide::Left ? pads : 0);
                double worst = 0;
                for (std::size_t i = 0; i < here.attention.size(); ++i)
                    worst = std::max(worst, static_cast<double>(std::abs(here.attention[i] - there.attention[i])));
                QVERIFY2(worst < 1e-4, qPrintable(QString::number(worst)));
                QCOMPARE(rowsOf(edgesDownFrom(here, 0, {})).size(), rowsOf(edgesDownFrom(there, 0, {})).size());
            }
        }
    }

    void halfPrecisionIsClose()
    {
        const InspectionRequest run{.model = "demo-rotary", .prompts = {"Mary gave John a ball"}, .threads = 1};
        InspectionRequest half = run;
        half.dtype = DType::BFloat16;
        const auto exact = engine_.contributionGraphs({.run = run}),
                   rounded = engine_.contributionGraphs({.run = half});
        sumsToOne(rounded->sequences[0]);
        const auto& [a, b] = std::pair(exact->sequences[0].attention, rounded->sequences[0].attention);
        double worst = 0;
        for (std::size_t i = 0; i < a.size(); ++i)
            worst = std::max(worst, static_cast<double>(std::abs(a[i] - b[i])));
        QVERIFY2(worst > 0 && worst < 0.05, qPrintable(QString::number(worst)));
    }

    void editsBeforeTheTermsAreSeen()
    {
        const InspectionRequest run{.model = "demo-gpt2", .prompts = {"When Mary and John"}, .threads = 1};
        InspectionRequest cut = run;
        cut.backend = Backend::Tapped;
        cut.edits = {{.hook = "blocks.1.attn.hook_pattern", .operation = Edit::Operation::Zero, .heads = {0, 1, 2, 3}}};
        const auto plain = engine_.contributionGraphs({.run = run}), edited = engine_.contributionGraphs({.run = cut});
        const ContributionGraph& graph = edited->sequences[0];
        for (std::size_t target = 0; target < graph.tokens; ++target) {
            QCOMPARE(graph.residual[graph.tokens + target], 1.0F); // nothing else is in it
            QVERIFY(plain->sequences[0].residual[graph.tokens + target] < 1);
        }
    }

    void refusals()
    {
        const at::Tensor ids = integers({1, 2, 3}, {1, 3});
        const InputsFile few({{"input_ids", ids}});
        QCOMPARE(refusalOf(engine_, {.run = {.model = modelLocation("bert-mlm"), .inputs = few.path()}}),
            "contribution graph: expected a decoder that normalises before its blocks, found bert, which normalises "
            "what they add up to");
        const InputsFile many({{"input_ids", integers(std::vector<std::int64_t>(513, 3), {1, 513})}});
        QCOMPARE(refusalOf(engine_, {.run = {.model = "demo-rotary", .inputs = many.path()}}),
            "contribution graph: expected at most 512 tokens in a prompt, found 513 in prompt 0");
        QCOMPARE(refusalOf(engine_,
                     {.run = {.model = "demo-rotary",
                          .prompts = {"one"},
                          .backend = Backend::Tapped,
                          .edits = {{.hook = "blocks.*.attn.hook_z"}}}}),
            "contribution graph: expected no edit between attention's pattern and the residual stream, found one of "
            "blocks.0.attn.hook_z: the stream would be no sum of its terms");
        QCOMPARE(
            refusalOf(engine_,
                {.run = {.model = "demo-rotary",
                     .prompts = {"one"},
                     .backend = Backend::Tapped,
                     .edits
                     = {{.hook = "blocks.1.hook_mlp_out", .operation = Edit::Operation::Replace, .value = INFINITY}}}}),
            "contribution graph: expected finite numbers in the residual stream, found NaN or infinity in layer 1");
    }

    void edgesObeyTheRule()
    {
        const ContributionGraph graph = madeUp();
        using enum GraphEdgeKind;
        // Strictly above: 0.04 from token 0 stays out.
        const auto plain = edgesInto(graph, {1, 1}, {.threshold = 0.04F, .renormalise = false});
        QCOMPARE(plain.size(), std::size_t(2));
        QVERIFY(plain[0] == (GraphEdge{Residual, {0, 1}, {1, 1}, 0.8F, {}}));
        QVERIFY(plain[1] == (GraphEdge{Attention, {0, 1}, {1, 1}, 0.16F, 0}));
        // Two weak heads are an edge together, but no term is above the threshold alone.
        QCOMPARE(edgesInto(graph, {3, 1}, {.threshold = 0.04F, .renormalise = false}).size(), std::size_t(3));
        const auto scaled = edgesInto(graph, {3, 1}, {.threshold = 0.04F, .renormalise = true});
        QCOMPARE(scaled.size(), std::size_t(2));
        QCOMPARE(scaled[0].share, 0.64F / 0.94F);
        QCOMPARE(scaled[1].share, 0.3F / 0.94F);
        QCOMPARE(scaled[1].head, std::optional<std::size_t>(1));
        // Its heads are scaled with it.
        const GraphRule low{.threshold = 0.02F, .renormalise = true};
        const auto split = edgesInto(graph, {3, 1}, low).back();
        QCOMPARE(split.from.token, std::size_t(0));
        const auto behind = headsBehind(graph, split, low);
        QCOMPARE(behind.size(), std::size_t(2));
        QCOMPARE(behind[0].head, std::uint16_t(0));
        QCOMPARE(behind[0].share + behind[1].share, split.share);
        QVERIFY(headsBehind(graph, scaled[0], low).empty());
        // A weak MLP goes, and its stream is whole again.
        const auto past = edgesInto(graph, {2, 1}, {.threshold = 0.04F, .renormalise = true});
        QCOMPARE(past.size(), std::size_t(1));
        QCOMPARE(past[0].share, 1.0F);
        QVERIFY(edgesInto(graph, {0, 1}, {}).empty());
    }

    void edgesLeadDownFromTheToken()
    {
        const ContributionGraph graph = madeUp();
        const auto edges = edgesDownFrom(graph, 1, {.threshold = 0.25F, .renormalise = false});
        QVERIFY(!edges.empty());
        QCOMPARE(edges.front().to, (GraphNode{4, 1}));
        std::set<GraphNode> reached{{4, 1}};
        for (const GraphEdge& edge : edges) {
            QVERIFY(reached.contains(edge.to)); // from above, in order
            QVERIFY(edge.share > 0.25F);
            reached.insert(edge.from);
        }
        for (const GraphEdge& edge : edgesDownFrom(graph, 0, {.threshold = 0.01F}))
            QCOMPARE(edge.to.token, std::size_t(0)); // the first token sees itself alone
        QVERIFY(edgesDownFrom(graph, 1, {.threshold = 0.99F, .renormalise = false}).empty());
    }

    void cleanupTestCase() { qInfo("largest difference from TransformerLens: %.3g", worst_); }

private:
    /// \return what attention brings to the last token in all layers
    static double sumsToOne(const ContributionGraph& graph)
    {
        double attention = 0;
        for (std::size_t row = 0; row < graph.layers * graph.tokens; ++row) {
            double sum = static_cast<double>(graph.residual[row]);
            for (std::size_t source = 0; source < graph.tokens; ++source)
                sum += static_cast<double>(graph.attention[row * graph.tokens + source]);
            attention += row % graph.tokens + 1 == graph.tokens ? sum - static_cast<double>(graph.residual[row]) : 0;
            const double mlp = static_cast<double>(graph.mlp[row]);
            const double whole = graph.parallel ? sum + mlp : sum;
            const double behind = graph.parallel ? 1 : static_cast<double>(graph.past[row]) + mlp;
            if (std::abs(whole - 1) > 1e-5 || std::abs(behind - 1) > 1e-5)
                QTest::qFail(qPrintable(QString::number(whole)), __FILE__, __LINE__);
        }
        return attention;
    }

    BlockingEngine engine_;
    double worst_ = 0;
};

QTEST_GUILESS_MAIN(TestContributionGraph)
#include "tst_contribution_graph.moc"
