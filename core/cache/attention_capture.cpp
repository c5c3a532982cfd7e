// SPDX-License-Identifier: GPL-3.0-or-later
// One part of an attention file as a capture.
#include "core/cache/attention_contents.h"
#include "core/cache/stage_names.h"
#include "core/cache/tile_builder.h"
#include "core/engine/reader_queue.h"
#include "core/error.h"

#include <algorithm>
#include <cmath>

namespace headscope {
namespace {

using ContentsPtr = std::shared_ptr<const AttentionFileContents>;
using ReaderPtr = std::shared_ptr<const AttentionFileReader>;

void require(bool holds, const char* option, const std::string& expected, const std::string& found)
{
    if (!holds)
        throw Error(Fault::BadInput, std::string(option) + ": expected " + expected + ", found " + found);
}

void requireBelow(const char* option, std::size_t value, std::size_t count)
{
    require(value < count, option, "0 to " + std::to_string(count - 1), std::to_string(value));
}

void requireWithin(const char* option, Range range, std::size_t count)
{
    require(range.begin < range.end && range.end <= count, option, "a range within 0:" + std::to_string(count),
        std::to_string(range.begin) + ":" + std::to_string(range.end));
}

bool isLeftOut(const Token& token) { return token.special || token.padding; }

/// Reads a rectangle row by row.
class TileReader {
public:
    TileReader(const AttentionFileContents& contents, const AttentionLayers& part, PatternTile tile)
        : contents_(contents)
        , part_(part)
        , builder_(std::move(tile))
    {
    }

    PatternTile read(const std::atomic<bool>& withdrawn)
    {
        const PatternTile& tile = builder_.tile();
        const bool divides = tile.perRow || tile.specials == SpecialTokens::Renormalise;
        const Range keys = divides ? Range{0, part_.keys} : tile.columns; // a divisor is of the whole row
        cells_.resize(keys.size());
        kinds_.resize(keys.size());
        for (std::size_t row = tile.rows.begin; row < tile.rows.end && !withdrawn.load(); ++row) {
            contents_.read(part_, tile, row, keys, cells_.data());
            AttentionFileContents::kinds(part_, tile.sequence.value, row, keys, kinds_.data());
            if (tile.specials != SpecialTokens::Show)
                exclude(row, keys);
            if (divides)
                divide();
            const std::size_t first = tile.columns.begin - keys.begin;
            builder_.addRow(cells_.data() + first, kinds_.data() + first);
        }
        contents_.file.requireIntact();
        return builder_.finished();
    }

private:
    void exclude(std::size_t row, Range keys)
    {
        const std::size_t sequence = builder_.tile().sequence.value;
        const auto& tokens = part_.header.keysOf(sequence);
        const bool whole = isLeftOut(part_.header.tokens[sequence][row]);
        for (std::size_t key = keys.begin; key < keys.end; ++key)
            if (CellKind& kind = kinds_[key - keys.begin];
                kind == CellKind::Allowed && (whole || isLeftOut(tokens[key])))
                kind = CellKind::Excluded;
    }

    void divide()
    {
        const PatternTile& tile = builder_.tile();
        double sum = 0;
        float most = 0;
        for (std::size_t key = 0; key < cells_.size(); ++key)
            if (kinds_[key] == CellKind::Allowed && std::isfinite(cells_[key])) {
                sum += cells_[key];
                most = std::max(most, std::abs(cells_[key]));
            }
        const float by = tile.perRow ? most : static_cast<float>(sum);
        for (std::size_t key = 0; key < cells_.size(); ++key)
            if (kinds_[key] == CellKind::Excluded && tile.specials == SpecialTokens::Renormalise)
                cells_[key] = 0;
            else if (by > 0)
                cells_[key] /= by;
    }

    const AttentionFileContents& contents_;
    const AttentionLayers& part_;
    TileBuilder builder_;
    std::vector<float> cells_; ///< of one row
    std::vector<CellKind> kinds_; ///< likewise
};

std::string originOf(const AttentionFileContents& contents, const PatternTile& tile)
{
    std::string origin = "from " + contents.path.filename().string();
    if (tile.specials == SpecialTokens::Renormalise)
        origin += "; renormalised without special tokens";
    if (tile.perRow)
        origin += "; rows divided by their largest value";
    return origin;
}

class AttentionSource : public PatternSource {
public:
    AttentionSource(ContentsPtr contents, ReaderPtr reader, AttentionPart part, SequenceId sequence)
        : contents_(std::move(contents))
        , reader_(std::move(reader))
        , part_(contents_->parts.at(part))
        , sequence_(sequence)
    {
    }

    std::size_t layers() const noexcept override { return part_.layers.size(); }
    std::size_t heads() const noexcept override { return part_.heads; }
    std::size_t queries() const noexcept override { return part_.queries; }
    std::size_t keys() const noexcept override { return part_.keys; }
    bool has(LayerId layer, Stage stage) const noexcept override
    {
        return layer.value < layers() && stage == Stage::Pattern;
    }

    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        // The task keeps the file, not this source nor its thread: it runs on that thread.
        return postForResult<PatternTile>(
            reader_->queue, options.priority,
            [contents = contents_, &part = part_, sequence = sequence_, layer, head, stage, rows, columns, options](
                const std::atomic<bool>& withdrawn) {
                std::shared_ptr<const PatternTile> result;
                translated("reading attention", [&] {
                    requireBelow("--layer", layer.value, part.layers.size());
                    requireBelow("--head", head.value, part.heads);
                    requireWithin("--rows", rows, part.queries);
                    requireWithin("--columns", columns, part.keys);
                    require(stage == Stage::Pattern, "--stage", "pattern, which is all that an attention file holds",
                        std::string(spell(stage)));
                    PatternTile tile = emptyTile(layer, head, stage, rows, columns, options);
                    tile.sequence = sequence;
                    tile.origin = originOf(*contents, tile);
                    result = std::make_shared<const PatternTile>(
                        TileReader(*contents, part, std::move(tile)).read(withdrawn));
                });
                return result;
            },
            std::move(sink));
    }

private:
    ContentsPtr contents_;
    ReaderPtr reader_;
    const AttentionLayers& part_; ///< of the contents
    SequenceId sequence_;
};

class AttentionCapture : public Capture {
public:
    AttentionCapture(ContentsPtr contents, ReaderPtr reader, AttentionPart part)
        : contents_(std::move(contents))
        , reader_(std::move(reader))
        , which_(part)
        , part_(contents_->parts.at(part))
    {
    }

    const RunHeader& header() const noexcept override { return part_.header; }
    std::size_t layersDone() const noexcept override { return part_.layers.size(); }
    bool finished() const noexcept override { return true; }
    std::vector<std::string> hookNames() const override { return {}; }

    std::shared_ptr<PatternSource> patterns(SequenceId sequence) const override
    {
        requireBelow("sequence", sequence.value, header().sequences());
        return std::make_shared<AttentionSource>(contents_, reader_, which_, sequence);
    }

    Ticket requestNextTokens(SequenceId, TokenPos, std::size_t, NextTokensSink sink) const override
    {
        sink(nullptr, withoutModel("next tokens"));
        return {};
    }
    Ticket requestPredictions(SequenceId, Range, PredictionsSink sink) const override
    {
        sink(nullptr, withoutModel("predictions"));
        return {};
    }
    Ticket requestWrite(std::filesystem::path, DoneSink sink) const override
    {
        sink(withoutModel("hook values"));
        return {};
    }

    Ticket requestHeadScores(
        SequenceId sequence, LayerId layer, HeadScoreOptions options, LayerScoresSink sink) const override
    {
        return postForResult<LayerScores>(
            reader_->queue, Priority::Background,
            [contents = contents_, &part = part_, queue = std::weak_ptr(reader_->queue), sequence, layer, options](
                const std::atomic<bool>& withdrawn) {
                std::shared_ptr<const LayerScores> result;
                translated("scoring heads", [&] {
                    requireBelow("head scores: sequence", sequence.value, part.header.sequences());
                    requireBelow("head scores: layer", layer.value, part.layers.size());
                    if (const auto alive = queue.lock())
                        result = std::make_shared<const LayerScores>(
                            attentionScores(*contents, part, sequence, layer, options, *alive, withdrawn));
                });
                return result;
            },
            std::move(sink));
    }

private:
    std::exception_ptr withoutModel(const std::string& what) const
    {
        return std::make_exception_ptr(Error(Fault::BadInput,
            what + ": expected a run of a model, found attention from " + contents_->path.filename().string()));
    }

    ContentsPtr contents_;
    ReaderPtr reader_;
    AttentionPart which_;
    const AttentionLayers& part_; ///< of the contents
};

} // namespace

CapturePtr attentionCapture(ContentsPtr contents, ReaderPtr reader, AttentionPart part)
{
    return std::make_shared<const AttentionCapture>(std::move(contents), std::move(reader), part);
}

} // namespace headscope
