// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tensor_pattern_source.h"

#include "core/error.h"

#include <c10/core/InferenceMode.h>

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

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

/// Positions per value so that `count` positions fit into `most` values; 0 means no limit.
std::size_t stepFor(std::size_t count, std::size_t most) { return most == 0 ? 1 : (count + most - 1) / most; }

/// Pools the cells of the most telling kind; NaN wins, so that a broken run cannot hide.
struct Block {
    Pool pool;
    CellKind kind = CellKind::Padding;
    double chosen = 0; ///< the sum for a mean
    std::size_t count = 0; ///< cells of that kind
    bool broken = false;

    /// The cells of one row of the block. \pre width > 0
    void add(const CellKind* kinds, const float* cells, std::size_t width)
    {
        const bool alike = std::memcmp(kinds, kinds + 1, (width - 1) * sizeof(CellKind)) == 0;
        if (!alike || pool != Pool::Maximum || count == 0 || kinds[0] < kind) {
            for (std::size_t i = 0; i < width; ++i)
                add(kinds[i], cells[i]);
            return;
        }
        bool nan = false;
        float most = kinds[0] == kind ? static_cast<float>(chosen) : std::numeric_limits<float>::infinity();
        for (std::size_t i = 0; i < width; ++i) {
            most = cells[i] > most ? cells[i] : most;
            nan |= std::isnan(cells[i]);
        }
        if (kinds[0] == kind)
            chosen = most;
        broken |= nan;
    }

    void add(CellKind cellKind, float cell)
    {
        broken |= std::isnan(cell);
        if (count == 0 || cellKind < kind) {
            kind = cellKind;
            chosen = cell;
            count = 1;
        } else if (cellKind == kind) {
            ++count;
            if (pool == Pool::Mean)
                chosen += cell;
            else if (isMoreThanChosen(cell))
                chosen = cell;
        }
    }

    bool isMoreThanChosen(double cell) const
    {
        const double size = std::abs(cell), most = std::abs(chosen);
        return pool == Pool::Maximum || size == most ? cell > chosen : size > most;
    }

    float value() const
    {
        if (broken)
            return std::numeric_limits<float>::quiet_NaN();
        return static_cast<float>(pool == Pool::Mean ? chosen / static_cast<double>(count) : chosen);
    }
};

class TileReader {
public:
    TileReader(const TensorCapture& capture, SequenceId sequence, PatternTile tile)
        : capture_(capture)
        , tile_(std::move(tile))
    {
        tile_.sequence = sequence;
    }

    PatternTile read(const std::atomic<bool>& withdrawn)
    {
        tile_.values.resize(tile_.height * tile_.width);
        tile_.kinds.resize(tile_.height * tile_.width);
        kinds_.resize(tile_.columns.size());
        blocks_.resize(tile_.width, Block{tile_.pool});
        // Strips of rows keep what is computed of them in the processor's cache, and off pages of their own.
        const std::size_t strip = std::max<std::size_t>(1, stripCells / tile_.columns.size() / rowGrid) * rowGrid;
        for (Range rows{tile_.rows.begin, 0}; rows.begin < tile_.rows.end && !withdrawn.load(); rows.begin = rows.end) {
            rows.end = std::min(tile_.rows.end, rows.begin / rowGrid * rowGrid + strip);
            const at::Tensor host = capture_
                                        .rectangle(tile_.sequence.value, tile_.layer.value, tile_.head.value,
                                            tile_.stage, rows, tile_.columns)
                                        .to(at::TensorOptions().device(at::kCPU).dtype(at::kFloat))
                                        .contiguous();
            readStrip(host.const_data_ptr<float>(), rows.begin - tile_.rows.begin, rows.size());
        }
        return std::move(tile_);
    }

private:
    static constexpr std::size_t stripCells = 1 << 17;
    static constexpr std::size_t rowGrid = 16; ///< rows that are computed together

    const CellKind* kindsOf(std::size_t row)
    {
        const auto& windows = capture_.shared().model->config().windows;
        capture_.shared().mask().kinds(tile_.sequence.value, tile_.head.value, tile_.rows.begin + row, tile_.columns,
            windows[tile_.layer.value], kinds_.data());
        return kinds_.data();
    }

    void readStrip(const float* cells, std::size_t from, std::size_t count)
    {
        const std::size_t across = tile_.columns.size();
        if (tile_.rowStep == 1 && tile_.columnStep == 1) {
            std::copy_n(cells, count * across, tile_.values.begin() + static_cast<std::ptrdiff_t>(from * across));
            for (std::size_t row = from; row < from + count; ++row)
                std::copy_n(kindsOf(row), across, tile_.kinds.begin() + static_cast<std::ptrdiff_t>(row * across));
            return;
        }
        for (std::size_t row = from; row < from + count; ++row) {
            const CellKind* kinds = kindsOf(row);
            const float* values = cells + (row - from) * across;
            for (std::size_t left = 0, at = 0; left < across; left += tile_.columnStep, ++at)
                blocks_[at].add(kinds + left, values + left, std::min(tile_.columnStep, across - left));
            if ((row + 1) % tile_.rowStep == 0 || row + 1 == tile_.rows.size())
                finishBlocks(row / tile_.rowStep * tile_.width);
        }
    }

    void finishBlocks(std::size_t out)
    {
        for (std::size_t at = 0; at < tile_.width; ++at) {
            tile_.values[out + at] = blocks_[at].value();
            tile_.kinds[out + at] = blocks_[at].kind;
        }
        blocks_.assign(tile_.width, Block{tile_.pool});
    }

    const TensorCapture& capture_;
    PatternTile tile_;
    std::vector<CellKind> kinds_; ///< of one row
    std::vector<Block> blocks_; ///< of one row of values
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
                PatternTile tile;
                tile.layer = layer;
                tile.head = head;
                tile.stage = stage;
                tile.rows = rows;
                tile.columns = columns;
                tile.rowStep = stepFor(rows.size(), options.maxHeight);
                tile.columnStep = stepFor(columns.size(), options.maxWidth);
                tile.pool = options.pool;
                tile.height = (rows.size() + tile.rowStep - 1) / tile.rowStep;
                tile.width = (columns.size() + tile.columnStep - 1) / tile.columnStep;
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
