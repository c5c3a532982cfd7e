// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tensor_pattern_source.h"

#include "core/cache/tile_builder.h"
#include "core/error.h"

#include <c10/core/InferenceMode.h>

namespace headscope {
namespace {

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

class TileReader {
public:
    TileReader(const TensorCapture& capture, SequenceId sequence, PatternTile tile)
        : capture_(capture)
        , builder_(std::move(tile))
    {
        builder_.setSequence(sequence);
    }

    PatternTile read(const std::atomic<bool>& withdrawn)
    {
        const PatternTile& tile = builder_.tile();
        kinds_.resize(tile.columns.size());
        for (Range rows{tile.rows.begin, 0}; rows.begin < tile.rows.end && !withdrawn.load(); rows.begin = rows.end) {
            rows = stripFrom(tile, rows.begin);
            const at::Tensor host
                = capture_
                      .rectangle(tile.sequence.value, tile.layer.value, tile.head.value, tile.stage, rows, tile.columns)
                      .to(at::TensorOptions().device(at::kCPU).dtype(at::kFloat))
                      .contiguous();
            const float* cells = host.const_data_ptr<float>();
            for (std::size_t row = rows.begin; row < rows.end; ++row)
                builder_.addRow(cells + (row - rows.begin) * tile.columns.size(), kindsOf(row));
        }
        return builder_.finished();
    }

private:
    const CellKind* kindsOf(std::size_t row)
    {
        const PatternTile& tile = builder_.tile();
        const auto& windows = capture_.shared().model->config().windows;
        capture_.shared().mask().kinds(
            tile.sequence.value, tile.head.value, row, tile.columns, windows[tile.layer.value], kinds_.data());
        return kinds_.data();
    }

    const TensorCapture& capture_;
    TileBuilder builder_;
    std::vector<CellKind> kinds_; ///< of one row
};

} // namespace

bool TensorPatternSource::has(LayerId layer, Stage stage) const noexcept { return capture_->has(layer.value, stage); }

Ticket TensorPatternSource::request(
    LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink)
{
    // The task keeps the capture, not this source: a source may be dropped while its answers are under way.
    return postForResult<PatternTile>(
        capture_->shared().queue, options.priority,
        [capture = capture_, sequence = sequence_, layer, head, stage, rows, columns, options](
            const std::atomic<bool>& withdrawn) {
            std::shared_ptr<const PatternTile> result;
            translated("reading attention", [&] {
                const RunHeader& header = capture->header();
                requireInside("layer", layer.value, header.model.layers);
                requireInside("head", head.value, header.model.heads);
                requireRange("rows", rows, header.length());
                requireRange("columns", columns, header.length());
                if (layer.value >= capture->layers().size())
                    throw Error(Fault::BadInput, "layer " + std::to_string(layer.value) + " has not been computed yet");
                if (!capture->has(layer.value, stage))
                    throw Error(Fault::BadInput,
                        std::string("--stage: this run kept no ") + (stage == Stage::Scores ? "scores" : "patterns"));
                PatternTile tile = emptyTile(layer, head, stage, rows, columns, options);
                tile.origin = capture->origin(layer.value);
                const c10::InferenceMode inference;
                result = std::make_shared<const PatternTile>(
                    TileReader(*capture, sequence, std::move(tile)).read(withdrawn));
            });
            return result;
        },
        std::move(sink));
}

} // namespace headscope
