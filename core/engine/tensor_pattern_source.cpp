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
    TileReader(const TensorCapture& capture, PatternTile tile)
        : capture_(capture)
        , division_(capture, tile)
        , builder_(std::move(tile))
    {
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
                add(row, cells + (row - rows.begin) * tile.columns.size());
        }
        return builder_.finished();
    }

private:
    void add(std::size_t row, const float* cells)
    {
        const PatternTile& tile = builder_.tile();
        capture_.kinds(tile.sequence.value, tile.layer.value, tile.head.value, row, tile.columns, kinds_.data());
        if (tile.perRow || tile.specials != SpecialTokens::Show) {
            changed_.assign(cells, cells + tile.columns.size());
            division_.apply(row, tile, changed_.data(), kinds_.data());
            cells = changed_.data();
        }
        builder_.addRow(cells, kinds_.data());
    }

    const TensorCapture& capture_;
    RowDivision division_;
    TileBuilder builder_;
    std::vector<CellKind> kinds_; ///< of one row
    std::vector<float> changed_; ///< likewise
};

/// How a tile's values came about, what was done to its rows included.
std::string originOf(const TensorCapture& capture, const PatternTile& tile)
{
    std::string origin = tile.stage == Stage::Mask ? "mask" : capture.origin(tile.layer.value);
    const bool ofProbabilities = tile.stage != Stage::Scores && tile.stage != Stage::Mask;
    if (tile.specials == SpecialTokens::Renormalise && ofProbabilities)
        origin += "; renormalised without special tokens";
    if (tile.perRow)
        origin += "; rows divided by their largest value";
    return origin;
}

std::string whatIsMissing(const TensorCapture& capture, LayerId layer, Stage stage)
{
    if (stage == Stage::Scores)
        return "scores";
    return capture.has(layer.value, Stage::Pattern) ? "values" : "patterns";
}

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
                        std::string("--stage: this run kept no ") + whatIsMissing(*capture, layer, stage));
                PatternTile tile = emptyTile(layer, head, stage, rows, columns, options);
                tile.sequence = sequence;
                tile.origin = originOf(*capture, tile);
                const c10::InferenceMode inference;
                result = std::make_shared<const PatternTile>(TileReader(*capture, std::move(tile)).read(withdrawn));
            });
            return result;
        },
        std::move(sink));
}

} // namespace headscope
