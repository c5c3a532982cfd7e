// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/sequence_graph.h"

#include "core/engine/ops.h"

#include <algorithm>
#include <numeric>

namespace headscope {
namespace {

/// Positions of a row's tokens without its padding.
std::vector<std::size_t> realPositions(const std::vector<Token>& tokens)
{
    std::vector<std::size_t> positions;
    for (std::size_t at = 0; at < tokens.size(); ++at)
        if (!tokens[at].padding)
            positions.push_back(at);
    return positions;
}

at::Tensor indicesOf(const std::vector<std::size_t>& positions)
{
    at::Tensor result = at::empty({static_cast<std::int64_t>(positions.size())}, at::kLong);
    std::copy(positions.begin(), positions.end(), result.data_ptr<std::int64_t>());
    return result;
}

/// The nearness of each row's own term.
std::vector<float> nearnessOfRows(const SumRows& sums, const at::Tensor& terms)
{
    std::vector<float> result(static_cast<std::size_t>(sums.rows()));
    for (std::size_t row = 0; row < result.size(); ++row) {
        const auto at = static_cast<std::int64_t>(row);
        result[row] = sums.nearness(at, terms.const_data_ptr<float>() + at * sums.width());
    }
    return result;
}

} // namespace

SequenceGraph::SequenceGraph(std::size_t row, const std::vector<Token>& tokens, const ContributionGraphRequest& request,
    const ModelConfig& config)
    : row_(static_cast<std::int64_t>(row))
    , config_(config)
    , keepsHeads_(request.everyHead)
{
    graph_.layers = static_cast<std::size_t>(config.layers);
    graph_.heads = static_cast<std::size_t>(config.heads);
    graph_.positions = realPositions(tokens);
    graph_.tokens = graph_.positions.size();
    graph_.parallel = config.parallelResidual;
    graph_.leastHeadShare = request.leastHeadShare;
    graph_.headRows = {0};
    const std::size_t cells = graph_.layers * graph_.tokens * graph_.tokens;
    graph_.attention.reserve(cells);
    graph_.strongest.reserve(cells);
    if (keepsHeads_)
        graph_.everyHead.reserve(cells * graph_.heads);
    indices_ = indicesOf(graph_.positions);
}

at::Tensor SequenceGraph::rows(const at::Tensor& value) const
{
    return narrowOnHost(value.select(0, row_)).index_select(0, indices_);
}

SequenceGraph::TermNearness SequenceGraph::nearnessOf(
    const LayerParts& parts, const SumRows& sums, const HeadWeights& weights, const Go& go) const
{
    const std::size_t cells = graph_.tokens * graph_.tokens;
    TermNearness raw{.heads = std::vector<float>(graph_.heads * cells),
        .residual = nearnessOfRows(sums, rows(parts.before)),
        .mlp = graph_.parallel ? nearnessOfRows(sums, rows(parts.mlp)) : std::vector<float>(graph_.tokens)};
    at::Tensor values = rows(parts.values); // [T, G, d]
    if (weights.valueBias.defined())
        values = at::sub(values, weights.valueBias);
    const std::int64_t group = config_.heads / config_.keyValueHeads;
    for (std::int64_t head = 0; head < config_.heads && go(); ++head) {
        at::Tensor factors = narrowOnHost(parts.pattern.select(0, row_).select(0, head));
        factors = factors.index_select(0, indices_).index_select(1, indices_);
        if (parts.normScale.defined())
            factors = at::div(factors, rows(parts.normScale)); // [T, 1]
        const HeadTerms terms{
            factors.contiguous(), at::matmul(values.select(1, head / group), weights.output.select(0, head))};
        addNearness(sums, terms, raw.heads.data() + static_cast<std::size_t>(head) * cells, go);
    }
    return raw;
}

/// Scales a target's terms to a sum of 1 and keeps them.
void SequenceGraph::addTarget(TermNearness& terms, std::size_t target)
{
    const std::size_t tokens = graph_.tokens;
    double all = static_cast<double>(terms.residual[target]) + static_cast<double>(terms.mlp[target]);
    const auto row = [&](std::size_t head) { return terms.heads.data() + (head * tokens + target) * tokens; };
    for (std::size_t head = 0; head < graph_.heads; ++head)
        all = std::accumulate(row(head), row(head) + tokens, all);
    const double scale = all > 0 ? 1 / all : 0;
    const auto share = [scale](float nearness) { return static_cast<float>(static_cast<double>(nearness) * scale); };
    for (std::size_t head = 0; head < graph_.heads; ++head)
        std::transform(row(head), row(head) + tokens, row(head), share);
    graph_.residual.push_back(share(terms.residual[target]));
    if (graph_.parallel)
        graph_.mlp.push_back(share(terms.mlp[target]));
    const auto begin = static_cast<std::ptrdiff_t>(graph_.headShares.size());
    for (std::size_t source = 0; source < tokens; ++source) {
        double sum = 0;
        std::size_t strongest = 0;
        for (std::size_t head = 0; head < graph_.heads; ++head) {
            const float part = row(head)[source];
            sum += static_cast<double>(part);
            if (part > row(strongest)[source])
                strongest = head;
            if (part > graph_.leastHeadShare)
                graph_.headShares.push_back(
                    {static_cast<std::uint16_t>(source), static_cast<std::uint16_t>(head), part});
        }
        graph_.attention.push_back(static_cast<float>(sum));
        graph_.strongest.push_back(static_cast<std::uint16_t>(strongest));
    }
    std::stable_sort(graph_.headShares.begin() + begin, graph_.headShares.end(),
        [](const HeadShare& a, const HeadShare& b) { return a.share > b.share; });
    graph_.headRows.push_back(graph_.headShares.size());
}

void SequenceGraph::addAttention(
    const LayerParts& parts, const at::Tensor& sums, const HeadWeights& weights, const Go& go)
{
    TermNearness terms = nearnessOf(parts, SumRows(rows(sums)), weights, go);
    for (std::size_t target = 0; target < graph_.tokens; ++target)
        addTarget(terms, target);
    if (keepsHeads_)
        graph_.everyHead.insert(graph_.everyHead.end(), terms.heads.begin(), terms.heads.end());
}

void SequenceGraph::addMlp(const LayerParts& parts, const at::Tensor& sums)
{
    const SumRows whole(rows(sums));
    const std::vector<float> past = nearnessOfRows(whole, rows(parts.mid)),
                             mlp = nearnessOfRows(whole, rows(parts.mlp));
    for (std::size_t target = 0; target < graph_.tokens; ++target) {
        const double all = static_cast<double>(past[target]) + static_cast<double>(mlp[target]);
        graph_.past.push_back(all > 0 ? static_cast<float>(static_cast<double>(past[target]) / all) : 0.0F);
        graph_.mlp.push_back(all > 0 ? static_cast<float>(static_cast<double>(mlp[target]) / all) : 0.0F);
    }
}

} // namespace headscope
