// SPDX-License-Identifier: GPL-3.0-or-later
// How far the patterns of each head lie apart.
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

/// The largest |Δ| over the allowed cells of each head of two runs, as far as it is known; NaN where any is NaN.
struct HeadDifferences {
    std::size_t layers = 0, heads = 0;
    std::vector<std::optional<float>> largest; ///< [layers, heads]

    HeadDifferences() = default;
    HeadDifferences(std::size_t layerCount, std::size_t headCount)
        : layers(layerCount)
        , heads(headCount)
        , largest(layerCount * headCount)
    {
    }

    bool has(HeadRef head) const { return head.layer.value < layers && head.head.value < heads; }
    std::optional<float>& at(HeadRef head) { return largest[head.layer.value * heads + head.head.value]; }
    std::optional<float> at(HeadRef head) const { return largest[head.layer.value * heads + head.head.value]; }
    /// The largest number of all heads, 0 without any.
    float top() const
    {
        float most = 0;
        for (const auto& each : largest)
            if (each && std::isfinite(*each))
                most = std::max(most, *each);
        return most;
    }
};

} // namespace headscope::ui
