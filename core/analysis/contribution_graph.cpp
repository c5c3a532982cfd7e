// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/contribution_graph.h"

#include <algorithm>
#include <set>

namespace headscope {
namespace {

/// The sums over heads of what is above the threshold, for one target.
void addAttention(const ContributionGraph& graph, GraphNode node, const GraphRule& rule, std::vector<GraphEdge>& edges)
{
    const std::size_t layer = node.layer(), below = 2 * layer;
    if (!rule.renormalise) {
        for (std::size_t source = 0; source < graph.tokens; ++source) {
            const std::size_t at = graph.cell(layer, node.token, source);
            if (graph.attention[at] > rule.threshold)
                edges.push_back(
                    {GraphEdgeKind::Attention, {below, source}, node, graph.attention[at], graph.strongest[at]});
        }
        return;
    }
    std::vector<GraphEdge> bySource(graph.tokens);
    for (const HeadShare& each : graph.headsOf(layer, node.token)) { // the largest first
        if (!(each.share > rule.threshold))
            break;
        GraphEdge& edge = bySource[each.source];
        if (!edge.head)
            edge = {GraphEdgeKind::Attention, {below, each.source}, node, 0, each.head};
        edge.share += each.share;
    }
    std::copy_if(bySource.begin(), bySource.end(), std::back_inserter(edges),
        [](const GraphEdge& edge) { return edge.head.has_value(); });
}

} // namespace

std::vector<GraphEdge> edgesInto(const ContributionGraph& graph, GraphNode node, const GraphRule& rule)
{
    std::vector<GraphEdge> edges;
    if (node.level == 0)
        return edges;
    const std::size_t layer = node.layer(), at = layer * graph.tokens + node.token;
    const bool behindAttention = node.level % 2 == 1;
    const std::size_t below = behindAttention || graph.parallel ? 2 * layer : node.level - 1;
    const auto add = [&](GraphEdgeKind kind, float share) {
        if (share > rule.threshold)
            edges.push_back({kind, {below, node.token}, node, share, {}});
    };
    if (behindAttention || graph.parallel) {
        add(GraphEdgeKind::Residual, graph.residual[at]);
        addAttention(graph, node, rule, edges);
    } else {
        add(GraphEdgeKind::Residual, graph.past[at]);
    }
    if (!behindAttention)
        add(GraphEdgeKind::Mlp, graph.mlp[at]);
    if (rule.renormalise) {
        double all = 0;
        for (const GraphEdge& edge : edges)
            all += static_cast<double>(edge.share);
        for (GraphEdge& edge : edges)
            edge.share = static_cast<float>(static_cast<double>(edge.share) / all);
    }
    std::stable_sort(
        edges.begin(), edges.end(), [](const GraphEdge& a, const GraphEdge& b) { return a.share > b.share; });
    return edges;
}

std::vector<GraphEdge> edgesDownFrom(const ContributionGraph& graph, std::size_t token, const GraphRule& rule)
{
    std::vector<GraphEdge> edges;
    std::set<GraphNode> level{{2 * graph.layers, token}}, later;
    for (std::size_t height = 2 * graph.layers; height > 0; --height) {
        for (const GraphNode& node : level) {
            if (node.level != height) { // nothing is between it and the next one
                later.insert(node);
                continue;
            }
            for (const GraphEdge& edge : edgesInto(graph, node, rule)) {
                edges.push_back(edge);
                later.insert(edge.from);
            }
        }
        level.swap(later);
        later.clear();
    }
    return edges;
}

std::vector<HeadShare> headsBehind(const ContributionGraph& graph, const GraphEdge& edge, const GraphRule& rule)
{
    std::vector<HeadShare> heads;
    if (edge.kind != GraphEdgeKind::Attention)
        return heads;
    double sum = 0;
    for (const HeadShare& each : graph.headsOf(edge.to.layer(), edge.to.token))
        if (each.source == edge.from.token && (!rule.renormalise || each.share > rule.threshold)) {
            heads.push_back(each);
            sum += static_cast<double>(each.share);
        }
    if (rule.renormalise)
        for (HeadShare& each : heads)
            each.share = static_cast<float>(static_cast<double>(each.share) / sum * static_cast<double>(edge.share));
    return heads;
}

} // namespace headscope
