// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/eager_pattern_source.h"

#include "core/error.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <limits>

namespace headscope {
namespace {

const at::Tensor& values(const LayerOutcome& layer, Stage stage)
{
    return stage == Stage::Pattern ? layer.pattern : layer.scores;
}

void requireInside(const char* what, std::size_t value, std::size_t count)
{
    if (value >= count)
        throw Error(Fault::BadInput,
            std::string("--") + what + ": expected 0 to " + std::to_string(count - 1) + ", found "
                + std::to_string(value));
}

void requireRange(const char* what, Range range, std::size_t count)
{
    if (range.begin >= range.end || range.end > count)
        throw Error(Fault::BadInput,
            std::string("--") + what + ": expected a range within 0:" + std::to_string(count) + ", found "
                + std::to_string(range.begin) + ":" + std::to_string(range.end));
}

/// Positions per value so that `count` positions fit into `most` values; 0 means no limit.
std::size_t stepFor(std::size_t count, std::size_t most) { return most == 0 ? 1 : (count + most - 1) / most; }

/// The maximum over the cells of the most telling kind; NaN wins, so that a broken run cannot hide.
struct Block {
    CellKind kind = CellKind::Padding;
    float value = -std::numeric_limits<float>::infinity();
    bool empty = true;

    void add(CellKind cellKind, float cell)
    {
        if (empty || cellKind < kind) {
            kind = cellKind;
            value = std::isnan(value) && !empty ? value : cell;
            empty = false;
        } else if (cellKind == kind && (std::isnan(cell) || cell > value)) {
            value = cell;
        }
    }
};

class TileReader {
public:
    TileReader(const EagerCapture& capture, SequenceId sequence, PatternTile tile)
        : capture_(capture)
        , tile_(std::move(tile))
    {
        tile_.sequence = sequence;
    }

    PatternTile read()
    {
        const LayerOutcome& layer = *capture_.layers().at(tile_.layer.value);
        const at::Tensor head = values(layer, tile_.stage)
                                    .select(0, signedOf(tile_.sequence.value))
                                    .select(0, signedOf(tile_.head.value))
                                    .narrow(1, signedOf(tile_.columns.begin), signedOf(tile_.columns.size()));
        tile_.values.resize(tile_.height * tile_.width);
        tile_.kinds.resize(tile_.height * tile_.width);
        // Strips of rows keep the float copy small for any length.
        const std::size_t strip
            = std::max<std::size_t>(1, stripCells / tile_.columns.size() / tile_.rowStep) * tile_.rowStep;
        for (std::size_t from = 0; from < tile_.rows.size(); from += strip) {
            const std::size_t count = std::min(strip, tile_.rows.size() - from);
            const at::Tensor host = head.narrow(0, signedOf(tile_.rows.begin + from), signedOf(count))
                                        .to(at::TensorOptions().device(at::kCPU).dtype(at::kFloat))
                                        .contiguous();
            readStrip(host.const_data_ptr<float>(), from, count);
        }
        return std::move(tile_);
    }

private:
    static constexpr std::size_t stripCells = 1 << 20;
    static std::int64_t signedOf(std::size_t value) { return static_cast<std::int64_t>(value); }

    CellKind kind(std::size_t row, std::size_t column) const
    {
        const auto& windows = capture_.shared().model->config().windows;
        return capture_.shared().mask.kind(tile_.sequence.value, tile_.head.value, tile_.rows.begin + row,
            tile_.columns.begin + column, windows[tile_.layer.value]);
    }

    void readStrip(const float* cells, std::size_t from, std::size_t count)
    {
        const std::size_t across = tile_.columns.size();
        for (std::size_t top = 0; top < count; top += tile_.rowStep) {
            const std::size_t bottom = std::min(count, top + tile_.rowStep);
            const std::size_t out = (from + top) / tile_.rowStep * tile_.width;
            for (std::size_t left = 0; left < across; left += tile_.columnStep) {
                const std::size_t right = std::min(across, left + tile_.columnStep);
                Block block;
                for (std::size_t row = top; row < bottom; ++row)
                    for (std::size_t column = left; column < right; ++column)
                        block.add(kind(from + row, column), cells[row * across + column]);
                tile_.values[out + left / tile_.columnStep] = block.value;
                tile_.kinds[out + left / tile_.columnStep] = block.kind;
            }
        }
    }

    const EagerCapture& capture_;
    PatternTile tile_;
};

} // namespace

bool EagerPatternSource::has(LayerId layer, Stage stage) const noexcept
{
    const auto& layers = capture_->layers();
    return layer.value < layers.size() && values(*layers[layer.value], stage).defined();
}

Ticket EagerPatternSource::request(
    LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink)
{
    // The task keeps the capture, not this source: a source may be dropped while its answers are under way.
    return postForResult<PatternTile>(
        capture_->shared().queue, options.priority,
        [capture = capture_, sequence = sequence_, layer, head, stage, rows, columns, options] {
            std::shared_ptr<const PatternTile> result;
            translated("reading attention", [&] {
                const RunHeader& header = capture->header();
                requireInside("layer", layer.value, header.model.layers);
                requireInside("head", head.value, header.model.heads);
                requireRange("rows", rows, header.length());
                requireRange("columns", columns, header.length());
                if (layer.value >= capture->layers().size())
                    throw Error(Fault::BadInput, "layer " + std::to_string(layer.value) + " has not been computed yet");
                if (!values(*capture->layers()[layer.value], stage).defined())
                    throw Error(Fault::BadInput,
                        std::string("--stage: this run kept no ") + (stage == Stage::Scores ? "scores" : "patterns"));
                PatternTile tile;
                tile.layer = layer;
                tile.head = head;
                tile.stage = stage;
                tile.rows = rows;
                tile.columns = columns;
                tile.rowStep = stepFor(rows.size(), options.maxHeight);
                tile.columnStep = stepFor(columns.size(), options.maxWidth);
                tile.height = (rows.size() + tile.rowStep - 1) / tile.rowStep;
                tile.width = (columns.size() + tile.columnStep - 1) / tile.columnStep;
                tile.origin = "eager";
                const c10::InferenceMode inference;
                result = std::make_shared<const PatternTile>(TileReader(*capture, sequence, std::move(tile)).read());
            });
            return result;
        },
        std::move(sink));
}

} // namespace headscope
