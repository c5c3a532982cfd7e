// SPDX-License-Identifier: GPL-3.0-or-later
// Where every token's residual stream comes from, layer by layer: what is asked for, what was found, and the part of it
// that leads to one token, as plain data.
#pragma once

#include "core/run/run_header.h"

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <span>
#include <vector>

namespace headscope {

/// One forward pass whose residual streams are taken apart.
struct ContributionGraphRequest {
    InspectionRequest run{}; ///< attends eagerly, whatever it says
    bool everyHead = false; ///< also keep ContributionGraph::everyHead
    float leastHeadShare = 0.001F; ///< heads' shares above this are kept; no threshold that renormalises may be smaller
};

/// Prompts with more tokens are refused: an edge a pair of tokens and layer would be too many to compute and to see.
constexpr std::size_t mostGraphTokens = 512;

/// What one head brings from one source token.
struct HeadShare {
    std::uint16_t source = 0, head = 0;
    float share = 0;
};

/// Shares of every node of one sequence, its padding left out.
///
/// The share of a term z in a sum y is max(0, |y| - |y - z|), with sums of absolute values, divided by the sum of that
/// over the terms of y (Ferrando and Voita 2024). Terms of the residual stream after attention: the stream before it,
/// and for each head and source token the weighted value, through the output projection (and a norm behind it, its
/// scale held). Terms of the stream after the MLP: the stream before it and the MLP's output. Where attention and MLP
/// read the same stream (`parallel`) there is one sum of all of them. The biases of values and of the output projection
/// are part of y and no terms, as in LLM Transparency Tool, which folds the one into the other.
///
/// Indices   L layers, H heads, T tokens; row-major.
struct ContributionGraph {
    std::size_t layers = 0, heads = 0, tokens = 0;
    bool parallel = false; ///< attention and MLP of a layer read the same stream
    std::vector<std::size_t> positions{}; ///< [T] of each token in the padded sequence
    std::vector<float> attention{}; ///< [L, T, T] target, source: sums over heads
    std::vector<std::uint16_t> strongest{}; ///< [L, T, T] the head with the largest share of it
    std::vector<float> residual{}; ///< [L, T] of the stream before the layer in that after attention (or the layer)
    std::vector<float> mlp{}; ///< [L, T]
    std::vector<float> past{}; ///< [L, T] of the stream before the MLP in that after it; empty when parallel
    std::vector<HeadShare> headShares{}; ///< above leastHeadShare, by layer, target, and the largest first
    std::vector<std::size_t> headRows{}; ///< [L T + 1] where a layer's and target's begin in it
    float leastHeadShare = 0;
    std::vector<float> everyHead{}; ///< [L, H, T, T] where asked for; else empty

    std::size_t cell(std::size_t layer, std::size_t target, std::size_t source = 0) const
    {
        return (layer * tokens + target) * tokens + source;
    }
    std::span<const HeadShare> headsOf(std::size_t layer, std::size_t target) const
    {
        const std::size_t row = layer * tokens + target;
        return {headShares.data() + headRows[row], headRows[row + 1] - headRows[row]};
    }
};

/// What a run's sequences are made of.
struct ContributionGraphs {
    RunHeader header;
    std::vector<ContributionGraph> sequences{};
};

/// Results as they come. Every call comes from the engine's runner thread; implementations must be quick and not throw.
class ContributionGraphListener {
public:
    virtual ~ContributionGraphListener() = default;
    virtual void onGraphProgress(RunId run, std::size_t layersDone, std::size_t layers) = 0;
    virtual void onGraphFinished(RunId run, std::shared_ptr<const ContributionGraphs> result) = 0;
    virtual void onGraphFailed(RunId run, std::exception_ptr why) = 0; ///< always an Error
    virtual void onGraphCancelled(RunId run) = 0;
};

/// A token's residual stream at one height.
struct GraphNode {
    /// 0: what enters the first layer; 2 l + 1: behind the attention of layer l (not when parallel); 2 l + 2: behind
    /// it.
    std::size_t level = 0;
    std::size_t token = 0;
    friend auto operator<=>(const GraphNode&, const GraphNode&) = default;
    std::size_t layer() const { return level == 0 ? 0 : (level - 1) / 2; }
};

enum class GraphEdgeKind { Residual, Attention, Mlp };

/// How much of `to` is `from`, or what attention or the MLP made of it.
struct GraphEdge {
    GraphEdgeKind kind = GraphEdgeKind::Residual;
    GraphNode from{}, to{};
    float share = 0; ///< from 0 to 1
    std::optional<std::size_t> head{}; ///< Attention: which brings most of it
    friend bool operator==(const GraphEdge&, const GraphEdge&) = default;
};

/// Which edges count.
struct GraphRule {
    float threshold = 0.04F; ///< weaker edges, and equal ones, are left out
    /// Terms (heads each for itself) not above the threshold are left out, and what remains of a node is scaled to 1.
    /// Else every edge whose share is above the threshold counts, as it is.
    bool renormalise = true;
    friend bool operator==(const GraphRule&, const GraphRule&) = default;
};

/// The edges into a node, the strongest first. \pre a threshold that renormalises is at least graph.leastHeadShare
std::vector<GraphEdge> edgesInto(const ContributionGraph& graph, GraphNode node, const GraphRule& rule);

/// Every edge on a way down from a token's stream behind the last layer, from the top to the bottom, and from the
/// strongest to the weakest into each node.
std::vector<GraphEdge> edgesDownFrom(const ContributionGraph& graph, std::size_t token, const GraphRule& rule);

/// The heads that an edge of attention is made of, the strongest first, in shares that add up to the edge's where every
/// head's share is kept. Empty for other edges.
std::vector<HeadShare> headsBehind(const ContributionGraph& graph, const GraphEdge& edge, const GraphRule& rule);

} // namespace headscope
