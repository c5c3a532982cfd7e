// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/contribution_graph_file.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/report/csv.h"

#include <nlohmann/json.hpp>

#include <array>
#include <charconv>
#include <string>

namespace headscope {
namespace {

const char* nameOf(GraphEdgeKind kind)
{
    constexpr const char* names[] = {"residual", "attention", "mlp"};
    return names[static_cast<std::size_t>(kind)];
}

/// The number whose shortest text is the same, so that 0.04 stays 0.04.
double tidy(float value)
{
    std::array<char, 32> text{};
    const auto end = std::to_chars(text.data(), text.data() + text.size(), value).ptr;
    double result = 0;
    std::from_chars(text.data(), end, result);
    return result;
}

const char* nodeOf(const GraphNode& node) { return node.level % 2 == 1 ? "resid_mid" : "resid_post"; }

/// Every edge into any node, from the last layer to the first.
std::vector<GraphEdge> allEdges(const ContributionGraph& graph, const GraphRule& rule)
{
    std::vector<GraphEdge> edges;
    for (std::size_t level = 2 * graph.layers; level > 0; level -= graph.parallel ? 2 : 1)
        for (std::size_t token = 0; token < graph.tokens; ++token) {
            const auto some = edgesInto(graph, {level, token}, rule);
            edges.insert(edges.end(), some.begin(), some.end());
        }
    return edges;
}

std::vector<GraphEdge> edgesOf(const ContributionGraph& graph, const GraphFileRule& rule)
{
    if (!rule.from)
        return allEdges(graph, rule.rule);
    if (*rule.from >= graph.tokens)
        throw Error(Fault::BadInput,
            "--from: expected 0 to " + std::to_string(graph.tokens - 1) + ", found " + std::to_string(*rule.from));
    return edgesDownFrom(graph, *rule.from, rule.rule);
}

} // namespace

void writeGraphCsv(const ContributionGraphs& graphs, const GraphFileRule& rule, const std::filesystem::path& output)
{
    AtomicFile file(output);
    std::string text = "# " + provenance(graphs.header) + " · contributions above "
        + numberField(tidy(rule.rule.threshold)) + (rule.rule.renormalise ? ", renormalised" : "")
        + (rule.from ? " · from token " + std::to_string(*rule.from) : "") + "\n";
    text += "sequence,layer,node,target,target_token,source,source_token,kind,contribution,top_head\n";
    for (std::size_t sequence = 0; sequence < graphs.sequences.size(); ++sequence) {
        const ContributionGraph& graph = graphs.sequences[sequence];
        const auto& tokens = graphs.header.tokens[sequence];
        for (const GraphEdge& edge : edgesOf(graph, rule)) {
            text.append(std::to_string(sequence)).append(",").append(std::to_string(edge.to.layer())).append(",");
            text.append(nodeOf(edge.to)).append(",");
            for (const GraphNode& node : {edge.to, edge.from}) {
                text.append(std::to_string(node.token)).append(",");
                text.append(quotedField(tokens[graph.positions[node.token]].label)).append(",");
            }
            text.append(nameOf(edge.kind)).append(",").append(numberField(tidy(edge.share)));
            text.append(",").append(edge.head ? std::to_string(*edge.head) : "").append("\n");
        }
        file.write(text);
        text.clear();
    }
    file.commit();
}

void writeGraphJson(const ContributionGraphs& graphs, const GraphFileRule& rule, const std::filesystem::path& output)
{
    using Json = nlohmann::ordered_json;
    AtomicFile file(output);
    Json result{{"provenance", provenance(graphs.header)}, {"threshold", tidy(rule.rule.threshold)},
        {"renormalised", rule.rule.renormalise}, {"from", rule.from ? Json(*rule.from) : Json()}};
    Json& sequences = result["sequences"] = Json::array();
    for (std::size_t sequence = 0; sequence < graphs.sequences.size(); ++sequence) {
        const ContributionGraph& graph = graphs.sequences[sequence];
        Json labels = Json::array(), edges = Json::array();
        for (const std::size_t position : graph.positions)
            labels.push_back(graphs.header.tokens[sequence][position].label);
        for (const GraphEdge& edge : edgesOf(graph, rule))
            edges.push_back({{"layer", edge.to.layer()}, {"node", nodeOf(edge.to)}, {"target", edge.to.token},
                {"source", edge.from.token}, {"kind", nameOf(edge.kind)}, {"contribution", tidy(edge.share)},
                {"top_head", edge.head ? Json(*edge.head) : Json()}});
        sequences.push_back({{"tokens", std::move(labels)}, {"edges", std::move(edges)}});
    }
    file.write(result.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    file.commit();
}

} // namespace headscope
