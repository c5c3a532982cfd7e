// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/aligned_source.h"

#include "core/cache/tile_builder.h"
#include "core/error.h"

#include <algorithm>
#include <string>
#include <utility>

namespace headscope {
namespace {

using Positions = std::vector<std::optional<std::size_t>>;

/// What the source is asked for some aligned places; empty where all of them are gaps.
Range sourceRange(const Positions& positions, Range places)
{
    Range result{0, 0};
    for (std::size_t place = places.begin; place < places.end; ++place)
        if (positions[place]) {
            if (result.end == 0)
                result.begin = *positions[place];
            result.end = *positions[place] + 1;
        }
    return result;
}

/// One request, strip by strip. Owned by what it has asked for.
class Filling : public std::enable_shared_from_this<Filling> {
public:
    Filling(std::shared_ptr<PatternSource> source, std::shared_ptr<const Positions> positions, PatternTile tile,
        Priority priority, PatternSource::Sink sink, std::shared_ptr<const std::atomic<bool>> withdrawn)
        : source_(std::move(source))
        , positions_(std::move(positions))
        , columns_(sourceRange(*positions_, tile.columns))
        , priority_(priority)
        , sink_(std::move(sink))
        , withdrawn_(std::move(withdrawn))
        , row_(tile.rows.begin)
        , builder_(std::move(tile))
    {
    }

    /// Asks for the next strip that has anything; answers when there is none.
    void go()
    {
        const PatternTile& tile = builder_.tile();
        while (row_ < tile.rows.end) {
            if (withdrawn_->load())
                return;
            const Range strip = stripFrom(tile, row_), rows = sourceRange(*positions_, strip);
            if (rows.size() > 0 && columns_.size() > 0) {
                source_
                    ->request(tile.layer, tile.head, tile.stage, rows, columns_,
                        {.priority = priority_, .specials = tile.specials, .perRow = tile.perRow},
                        [self = shared_from_this(), strip](const PatternTilePtr& cells, const std::exception_ptr& why) {
                            self->answered(strip, cells, why);
                        })
                    .detach();
                return;
            }
            fill(strip, nullptr);
        }
        sink_(std::make_shared<const PatternTile>(builder_.finished()), nullptr);
    }

private:
    void answered(Range strip, const PatternTilePtr& cells, std::exception_ptr why)
    {
        if (withdrawn_->load())
            return;
        if (cells)
            try {
                translated("lining up attention", [&] { fill(strip, cells.get()); });
            } catch (...) {
                why = std::current_exception();
            }
        if (why)
            return sink_(nullptr, why);
        go();
    }

    void fill(Range strip, const PatternTile* cells)
    {
        const Range wanted = builder_.tile().columns;
        std::vector<float> values(wanted.size());
        std::vector<CellKind> kinds(wanted.size());
        for (std::size_t row = strip.begin; row < strip.end; ++row) {
            const auto from = (*positions_)[row];
            for (std::size_t at = 0; at < wanted.size(); ++at) {
                const auto column = (*positions_)[wanted.begin + at];
                const bool there = cells && from && column;
                values[at] = there ? cells->value(*from - cells->rows.begin, *column - cells->columns.begin) : 0;
                kinds[at] = there ? cells->kind(*from - cells->rows.begin, *column - cells->columns.begin)
                                  : CellKind::Padding;
            }
            builder_.addRow(values.data(), kinds.data());
        }
        if (cells)
            builder_.setSequence(cells->sequence);
        row_ = strip.end;
    }

    std::shared_ptr<PatternSource> source_;
    std::shared_ptr<const Positions> positions_;
    Range columns_; ///< of the source
    Priority priority_;
    PatternSource::Sink sink_;
    std::shared_ptr<const std::atomic<bool>> withdrawn_;
    std::size_t row_; ///< the next one to fill
    TileBuilder builder_;
};

class AlignedSource : public PatternSource {
public:
    AlignedSource(std::shared_ptr<PatternSource> source, Positions positions)
        : source_(std::move(source))
        , positions_(std::make_shared<const Positions>(std::move(positions)))
    {
    }

    std::size_t layers() const noexcept override { return source_->layers(); }
    std::size_t heads() const noexcept override { return source_->heads(); }
    std::size_t queries() const noexcept override { return positions_->size(); }
    std::size_t keys() const noexcept override { return positions_->size(); }
    bool has(LayerId layer, Stage stage) const noexcept override { return source_->has(layer, stage); }

    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        for (const Range range : {rows, columns})
            if (range.begin >= range.end || range.end > positions_->size()) {
                std::string message = "positions: expected a range within " + std::to_string(positions_->size());
                message.append(", found ").append(std::to_string(range.begin)).append(":");
                sink(nullptr,
                    std::make_exception_ptr(Error(Fault::BadInput, message.append(std::to_string(range.end)))));
                return {};
            }
        const auto withdrawn = std::make_shared<std::atomic<bool>>(false);
        std::make_shared<Filling>(source_, positions_, emptyTile(layer, head, stage, rows, columns, options),
            options.priority, std::move(sink), withdrawn)
            ->go();
        return Ticket(withdrawn);
    }

private:
    std::shared_ptr<PatternSource> source_;
    std::shared_ptr<const Positions> positions_;
};

} // namespace

std::shared_ptr<PatternSource> alignedTo(
    std::shared_ptr<PatternSource> source, std::vector<std::optional<std::size_t>> positions)
{
    const std::size_t length = std::min(source->queries(), source->keys());
    for (const auto& position : positions)
        if (position && *position >= length)
            throw Error(Fault::BadInput,
                "positions: expected less than " + std::to_string(length) + ", found " + std::to_string(*position));
    return std::make_shared<AlignedSource>(std::move(source), std::move(positions));
}

} // namespace headscope
