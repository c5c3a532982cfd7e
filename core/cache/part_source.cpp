// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/part_source.h"

#include "core/error.h"

#include <algorithm>
#include <string>
#include <utility>

namespace headscope {
namespace {

Range moved(Range range, std::size_t by) { return {range.begin + by, range.end + by}; }

class PartSource : public PatternSource {
public:
    PartSource(std::shared_ptr<PatternSource> source, Range positions)
        : source_(std::move(source))
        , positions_(positions)
    {
    }

    std::size_t layers() const noexcept override { return source_->layers(); }
    std::size_t heads() const noexcept override { return source_->heads(); }
    std::size_t queries() const noexcept override { return positions_.size(); }
    std::size_t keys() const noexcept override { return positions_.size(); }
    bool has(LayerId layer, Stage stage) const noexcept override { return source_->has(layer, stage); }

    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        for (const Range range : {rows, columns})
            if (range.end > positions_.size()) {
                const std::string found = std::to_string(range.begin) + ":" + std::to_string(range.end);
                sink(nullptr,
                    std::make_exception_ptr(Error(Fault::BadInput,
                        "positions: expected at most " + std::to_string(positions_.size()) + ", found " + found)));
                return {};
            }
        const std::size_t by = positions_.begin;
        const auto movedBack = [by, sink = std::move(sink)](const PatternTilePtr& tile, const std::exception_ptr& why) {
            if (!tile)
                return sink(nullptr, why);
            PatternTile part = *tile;
            part.rows = {part.rows.begin - by, part.rows.end - by};
            part.columns = {part.columns.begin - by, part.columns.end - by};
            sink(std::make_shared<const PatternTile>(std::move(part)), nullptr);
        };
        return source_->request(layer, head, stage, moved(rows, by), moved(columns, by), options, movedBack);
    }

private:
    std::shared_ptr<PatternSource> source_;
    Range positions_;
};

} // namespace

std::shared_ptr<PatternSource> partOf(std::shared_ptr<PatternSource> source, Range positions)
{
    const std::size_t length = std::min(source->queries(), source->keys());
    if (positions.end > length)
        throw Error(Fault::BadInput,
            "positions: expected at most " + std::to_string(length) + ", found " + std::to_string(positions.end));
    if (positions == Range{0, source->queries()} && positions == Range{0, source->keys()})
        return source;
    return std::make_shared<PartSource>(std::move(source), positions);
}

} // namespace headscope
