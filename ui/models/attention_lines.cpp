// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/attention_lines.h"

#include <algorithm>
#include <cmath>
#include <map>

namespace headscope::ui {

namespace {

void take(TokenWeights& into, const PatternTile& tile, std::size_t row, std::size_t column, std::size_t position)
{
    if (tile.kind(row, column) != CellKind::Allowed)
        return;
    const float weight = tile.value(row, column);
    if (std::isnan(weight))
        into.nan = true;
    else
        into.weights.push_back({position, weight});
}

} // namespace

TokenWeights weightsOfRow(const PatternTile& tile, std::size_t query)
{
    TokenWeights result;
    for (std::size_t column = 0; column < tile.width; ++column)
        take(result, tile, query - tile.rows.begin, column, tile.columns.begin + column);
    return result;
}

TokenWeights weightsOfColumn(const PatternTile& tile, std::size_t key)
{
    TokenWeights result;
    for (std::size_t row = 0; row < tile.height; ++row)
        take(result, tile, row, key - tile.columns.begin, tile.rows.begin + row);
    return result;
}

TokenWeights meanOf(const std::vector<TokenWeights>& several)
{
    std::map<std::size_t, double> sums;
    TokenWeights result;
    for (const auto& each : several) {
        result.nan = result.nan || each.nan;
        for (const auto& weight : each.weights)
            sums[weight.position] += static_cast<double>(weight.weight);
    }
    for (const auto& [position, sum] : sums)
        result.weights.push_back({position, static_cast<float>(sum / static_cast<double>(several.size()))});
    return result;
}

std::vector<TokenWeight> strongest(const std::vector<TokenWeight>& weights, const LineRule& rule)
{
    std::vector<TokenWeight> result;
    double sum = 0;
    for (const auto& each : weights) {
        sum += static_cast<double>(each.weight);
        if (each.weight > 0 && each.weight >= rule.least)
            result.push_back(each);
    }
    std::sort(result.begin(), result.end(), [](const TokenWeight& a, const TokenWeight& b) {
        return a.weight > b.weight || (a.weight == b.weight && a.position < b.position);
    });
    if (rule.most > 0) {
        result.resize(std::min(result.size(), rule.most));
    } else if (rule.share < 1) {
        double carried = 0;
        std::size_t count = 0;
        while (count < result.size() && carried < rule.share * sum)
            carried += static_cast<double>(result[count++].weight);
        result.resize(count);
    }
    return result;
}

} // namespace headscope::ui
