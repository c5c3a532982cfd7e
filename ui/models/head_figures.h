// SPDX-License-Identifier: GPL-3.0-or-later
// A figure for each head, which the grid can show in its place.
#pragma once

#include "core/cache/pattern_source.h"
#include "ui/models/head_ref.h"

#include <algorithm>
#include <cmath>
#include <optional>
#include <vector>

namespace headscope::ui {

/// The largest magnitude of allowed cells, NaN where one is.
inline float largestMagnitude(const PatternTile& tile)
{
    float most = 0;
    for (std::size_t i = 0; i < tile.values.size(); ++i) {
        if (tile.kinds[i] != CellKind::Allowed)
            continue;
        if (std::isnan(tile.values[i]))
            return tile.values[i];
        most = std::max(most, std::abs(tile.values[i]));
    }
    return most;
}

/// What the figures say.
enum class HeadMeasure {
    Difference, ///< the largest |Δ| over the allowed cells of two runs; NaN where any is NaN
    Contribution, ///< what the head adds to a logit difference, in logits, with its sign
};

/// One figure of each head, as far as it is known.
struct HeadFigures {
    HeadMeasure measure = HeadMeasure::Difference;
    std::size_t layers = 0, heads = 0;
    std::vector<std::optional<float>> figures; ///< [layers, heads]

    HeadFigures() = default;
    HeadFigures(std::size_t layerCount, std::size_t headCount, HeadMeasure what = HeadMeasure::Difference)
        : measure(what)
        , layers(layerCount)
        , heads(headCount)
        , figures(layerCount * headCount)
    {
    }

    bool has(HeadRef head) const { return head.layer.value < layers && head.head.value < heads; }
    std::optional<float>& at(HeadRef head) { return figures[head.layer.value * heads + head.head.value]; }
    std::optional<float> at(HeadRef head) const { return figures[head.layer.value * heads + head.head.value]; }
    /// The largest magnitude of all heads, 0 without any.
    float top() const
    {
        float most = 0;
        for (const auto& each : figures)
            if (each && std::isfinite(*each))
                most = std::max(most, std::abs(*each));
        return most;
    }
};

} // namespace headscope::ui
