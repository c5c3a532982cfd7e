// SPDX-License-Identifier: GPL-3.0-or-later
// A pattern source and a capture with values chosen by the test, answering on the calling thread or when told to.
#pragma once

#include "core/cache/capture.h"
#include "core/error.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <set>

namespace headscope::test {

/// Causal over `length` positions unless the test says otherwise; every request is counted.
class FakePatternSource : public PatternSource {
public:
    explicit FakePatternSource(std::size_t length, std::size_t layers = 2, std::size_t heads = 3)
        : length_(length)
        , layers_(layers)
        , heads_(heads)
    {
    }

    using Value = std::function<float(LayerId, HeadId, std::size_t query, std::size_t key)>;
    using Kind = std::function<CellKind(std::size_t query, std::size_t key)>;
    Value value = [](LayerId, HeadId, std::size_t query, std::size_t key) { return query == key ? 1.0f : 0.0f; };
    Kind kind = [](std::size_t query, std::size_t key) { return key > query ? CellKind::Masked : CellKind::Allowed; };
    /// Stages there are beside the pattern, and what they make of a value.
    std::map<Stage, std::function<float(float)>> stages;
    std::size_t layersThere = std::numeric_limits<std::size_t>::max();
    std::set<std::size_t> leftOut; ///< positions of special tokens
    bool hold = false; ///< keep answers until release()
    std::size_t requests = 0;
    struct Asked {
        LayerId layer;
        HeadId head;
        Range rows, columns;
        PatternOptions options;
        std::shared_ptr<std::atomic<bool>> withdrawn;
        Stage stage = Stage::Pattern;
    };
    std::vector<Asked> asked; ///< in their order

    std::size_t layers() const noexcept override { return layers_; }
    std::size_t heads() const noexcept override { return heads_; }
    std::size_t queries() const noexcept override { return length_; }
    std::size_t keys() const noexcept override { return length_; }
    bool has(LayerId layer, Stage stage) const noexcept override
    {
        return layer.value < std::min(layers_, layersThere) && (stage == Stage::Pattern || stages.count(stage) != 0);
    }

    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        ++requests;
        auto withdrawn = std::make_shared<std::atomic<bool>>(false);
        asked.push_back({layer, head, rows, columns, options, withdrawn, stage});
        auto answer = [=, this] {
            if (*withdrawn)
                return;
            if (has(layer, stage))
                sink(makeStage(stage, layer, head, rows, columns, options), nullptr);
            else
                sink(nullptr, std::make_exception_ptr(Error(Fault::BadInput, "no such layer")));
        };
        if (hold)
            held_.push_back(answer);
        else
            answer();
        return Ticket(withdrawn);
    }

    void release()
    {
        for (const auto& answer : std::exchange(held_, {}))
            answer();
    }

    PatternTilePtr makeStage(Stage stage, LayerId layer, HeadId head, Range rows, Range columns, PatternOptions options)
    {
        if (stage == Stage::Pattern)
            return make(layer, head, rows, columns, options);
        const Value pattern = value;
        value = [&](LayerId l, HeadId h, std::size_t query, std::size_t key) {
            return stages.at(stage)(pattern(l, h, query, key));
        };
        PatternTile tile = *make(layer, head, rows, columns, options);
        value = pattern;
        tile.stage = stage;
        return std::make_shared<const PatternTile>(std::move(tile));
    }

    /// What rows are divided by where that is asked for.
    float rowMost(LayerId layer, HeadId head, std::size_t query) const
    {
        float most = 0;
        for (std::size_t key = 0; key < length_; ++key)
            if (kind(query, key) == CellKind::Allowed && std::isfinite(value(layer, head, query, key)))
                most = std::max(most, std::abs(value(layer, head, query, key)));
        return most > 0 ? most : 1;
    }

    virtual PatternTilePtr make(LayerId layer, HeadId head, Range rows, Range columns, PatternOptions options) const
    {
        PatternTile tile = blank(layer, head, rows, columns, options);
        std::vector<double> sums(tile.values.size());
        std::vector<std::size_t> counts(tile.values.size());
        std::vector<bool> broken(tile.values.size());
        for (std::size_t q = rows.begin; q < rows.end; ++q) {
            const float divisor = options.perRow ? rowMost(layer, head, q) : 1;
            for (std::size_t k = columns.begin; k < columns.end; ++k) {
                const auto at = (q - rows.begin) / tile.rowStep * tile.width + (k - columns.begin) / tile.columnStep;
                const float cell = value(layer, head, q, k) / divisor;
                const bool out = options.specials != SpecialTokens::Show && (leftOut.count(q) || leftOut.count(k));
                const CellKind cellKind = out && kind(q, k) == CellKind::Allowed ? CellKind::Excluded : kind(q, k);
                broken[at] = broken[at] || std::isnan(cell);
                if (counts[at] > 0 && cellKind > tile.kinds[at])
                    continue;
                if (cellKind < tile.kinds[at])
                    counts[at] = 0, sums[at] = 0;
                const float best = tile.values[at];
                const bool more = options.pool == Pool::Maximum || std::abs(cell) == std::abs(best)
                    ? cell > best
                    : std::abs(cell) > std::abs(best);
                if (counts[at] == 0 || more)
                    tile.values[at] = cell;
                tile.kinds[at] = cellKind;
                sums[at] += static_cast<double>(cell);
                ++counts[at];
            }
        }
        for (std::size_t at = 0; at < tile.values.size(); ++at) {
            if (options.pool == Pool::Mean)
                tile.values[at] = static_cast<float>(sums[at] / static_cast<double>(counts[at]));
            if (broken[at])
                tile.values[at] = std::numeric_limits<float>::quiet_NaN();
        }
        return std::make_shared<const PatternTile>(std::move(tile));
    }

    /// Everything but values, all padding.
    static PatternTile blank(LayerId layer, HeadId head, Range rows, Range columns, PatternOptions options)
    {
        const auto step = [](std::size_t count, std::size_t most) { return most == 0 ? 1 : (count + most - 1) / most; };
        PatternTile tile;
        tile.layer = layer;
        tile.head = head;
        tile.rows = rows;
        tile.columns = columns;
        tile.rowStep = step(rows.size(), options.maxHeight);
        tile.columnStep = step(columns.size(), options.maxWidth);
        tile.height = (rows.size() + tile.rowStep - 1) / tile.rowStep;
        tile.width = (columns.size() + tile.columnStep - 1) / tile.columnStep;
        tile.pool = options.pool;
        tile.specials = options.specials;
        tile.perRow = options.perRow;
        tile.values.assign(tile.height * tile.width, 0);
        tile.kinds.assign(tile.height * tile.width, CellKind::Padding);
        return tile;
    }

private:
    std::size_t length_, layers_, heads_;
    std::vector<std::function<void()>> held_;
};

/// A long sequence, everything allowed and 0 but for single cells; tiles cost only their values.
class SparsePatternSource : public FakePatternSource {
public:
    using FakePatternSource::FakePatternSource;
    struct Spike {
        std::size_t query = 0, key = 0;
        float value = 1;
        CellKind kind = CellKind::Allowed;
    };
    std::vector<Spike> spikes;
    /// Of everything but the spikes.
    CellKind background = CellKind::Allowed;

    PatternTilePtr make(LayerId layer, HeadId head, Range rows, Range columns, PatternOptions options) const override
    {
        PatternTile tile = blank(layer, head, rows, columns, options);
        std::fill(tile.kinds.begin(), tile.kinds.end(), background);
        for (const auto& spike : spikes)
            if (spike.query >= rows.begin && spike.query < rows.end && spike.key >= columns.begin
                && spike.key < columns.end) {
                const auto at = (spike.query - rows.begin) / tile.rowStep * tile.width
                    + (spike.key - columns.begin) / tile.columnStep;
                const bool pooled = tile.rowStep * tile.columnStep > 1;
                if (pooled
                    && (spike.kind > tile.kinds[at]
                        || (options.pool == Pool::Maximum && tile.values[at] > spike.value)))
                    continue;
                tile.kinds[at] = spike.kind;
                const float shown = options.perRow ? 1 : spike.value; // the only one of its row
                const float mean = shown / static_cast<float>(tile.rowStep * tile.columnStep);
                tile.values[at] = options.pool == Pool::Mean ? tile.values[at] + mean : shown;
            }
        return std::make_shared<const PatternTile>(std::move(tile));
    }
};

inline std::vector<Token> fakeTokens(std::size_t count)
{
    std::vector<Token> tokens(count);
    for (std::size_t i = 0; i < count; ++i) {
        tokens[i].id = static_cast<std::int64_t>(i);
        tokens[i].label = "·t" + std::to_string(i);
    }
    return tokens;
}

/// A capture over one fake source; finished unless the source lacks layers.
class FakeCapture : public Capture {
public:
    explicit FakeCapture(std::shared_ptr<FakePatternSource> source)
        : source_(std::move(source))
    {
        header_.model.name = "fake";
        header_.model.layers = source_->layers();
        header_.model.heads = source_->heads();
        header_.tokens = {fakeTokens(source_->queries())};
        header_.device = "cpu";
    }

    const RunHeader& header() const noexcept override { return header_; }
    RunHeader& editHeader() { return header_; }
    std::size_t layersDone() const noexcept override { return std::min(source_->layersThere, source_->layers()); }
    bool finished() const noexcept override { return layersDone() == source_->layers(); }
    std::vector<std::string> hookNames() const override { return {}; }
    std::shared_ptr<PatternSource> patterns(SequenceId) const override { return source_; }
    Ticket requestNextTokens(
        SequenceId sequence, TokenPos position, std::size_t count, NextTokensSink sink) const override
    {
        auto answer = std::make_shared<NextTokens>();
        answer->sequence = sequence;
        answer->position = position;
        for (std::size_t i = 0; i < count; ++i)
            answer->top.push_back(
                {static_cast<std::int64_t>(i), "t", "·n" + std::to_string(position.value), 1.0f, 0.5f});
        sink(answer, nullptr);
        return {};
    }
    Ticket requestPredictions(SequenceId sequence, Range positions, PredictionsSink sink) const override
    {
        auto answer = std::make_shared<Predictions>(Predictions{sequence, positions, {}});
        for (std::size_t at = positions.begin; at < positions.end; ++at) {
            Prediction each{.position = {at}, .best = {7, "t", "·n" + std::to_string(at), 1.0f, 0.5f}};
            if (at + 1 < header_.length()) {
                each.actual = {8, "a", "·a" + std::to_string(at + 1), 0.5f, 0.25f};
                each.actualRank = at + 2;
            }
            answer->of.push_back(each);
        }
        predictionsAsked.push_back(positions);
        sink(answer, nullptr);
        return {};
    }
    mutable std::vector<Range> predictionsAsked;
    Ticket requestHeadScores(
        SequenceId sequence, LayerId layer, HeadScoreOptions options, LayerScoresSink sink) const override
    {
        auto answer = std::make_shared<LayerScores>();
        answer->sequence = sequence;
        answer->layer = layer;
        answer->options = options;
        answer->heads.resize(source_->heads(), HeadScores{.rows = source_->queries()});
        for (std::size_t head = 0; head < answer->heads.size(); ++head)
            answer->heads[head].entropy = static_cast<double>(layer.value) + 0.25 * static_cast<double>(head);
        sink(answer, nullptr);
        return {};
    }
    Ticket requestWrite(std::filesystem::path, DoneSink) const override { return {}; }

private:
    std::shared_ptr<FakePatternSource> source_;
    RunHeader header_;
};

} // namespace headscope::test
