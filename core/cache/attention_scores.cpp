// SPDX-License-Identifier: GPL-3.0-or-later
// Scores of heads whose patterns are in a file.
#include "core/analysis/pattern_sums.h"
#include "core/cache/attention_contents.h"
#include "core/engine/reader_queue.h"

#include <cmath>
#include <limits>

namespace headscope {
namespace {

constexpr double unknown = std::numeric_limits<double>::quiet_NaN();

std::vector<std::size_t> realPositions(const std::vector<Token>& tokens)
{
    std::vector<std::size_t> real;
    for (std::size_t at = 0; at < tokens.size(); ++at)
        if (!tokens[at].padding)
            real.push_back(at);
    return real;
}

/// Tokens that are told apart by what a file says of them: their ids, else their pieces.
std::vector<Token> numbered(std::vector<Token> tokens)
{
    std::map<std::string, std::int64_t> numbers;
    for (Token& token : tokens)
        if (token.id < 0)
            token.id = numbers.emplace(token.piece, static_cast<std::int64_t>(numbers.size())).first->second;
    return tokens;
}

class HeadSums {
public:
    HeadSums(
        const AttentionFileContents& contents, const AttentionLayers& part, PatternTile place, HeadScoreOptions options)
        : contents_(contents)
        , part_(part)
        , place_(std::move(place))
        , options_(options)
        , queries_(realPositions(part.header.tokens[place_.sequence.value]))
        , keys_(realPositions(part.header.keysOf(place_.sequence.value)))
        , repeats_(numbered(part.header.tokens[place_.sequence.value]))
        , cells_(part.keys)
        , kinds_(part.keys)
    {
    }

    std::size_t rows() const { return queries_.size(); }

    PatternSums of(HeadId head, std::size_t number)
    {
        place_.head = head;
        const std::size_t row = queries_[number];
        contents_.read(part_, place_, row, {0, part_.keys}, cells_.data());
        AttentionFileContents::kinds(part_, place_.sequence.value, row, {0, part_.keys}, kinds_.data());
        PatternSums sums;
        if (keys_.empty())
            return sums;
        sums.rows = 1;
        for (std::size_t key = 0; key < cells_.size(); ++key) {
            if (kinds_[key] != CellKind::Allowed)
                cells_[key] = 0;
            const double p = static_cast<double>(cells_[key]);
            if (p != 0)
                sums.entropy -= p * std::log(p);
        }
        sums.first = static_cast<double>(cells_[keys_.front()]);
        if (part_.header.isCross()) {
            sums.chosen = {unknown, unknown, unknown};
            return sums;
        }
        if (options_.excludeBos)
            cells_[keys_.front()] = 0;
        if (options_.excludeCurrentToken)
            cells_[row] = 0;
        for (const float cell : cells_)
            sums.counted += static_cast<double>(cell);
        sums.chosen = ChosenCells::of(repeats_, number, {0, repeats_.size()},
            [this](std::size_t key) { return static_cast<double>(cells_[keys_[key]]); });
        if (!part_.ownText)
            sums.chosen.duplicate = sums.chosen.induction = unknown;
        return sums;
    }

private:
    const AttentionFileContents& contents_;
    const AttentionLayers& part_;
    PatternTile place_;
    HeadScoreOptions options_;
    std::vector<std::size_t> queries_, keys_; ///< positions of real tokens
    TokenRepeats repeats_;
    std::vector<float> cells_; ///< of one row
    std::vector<CellKind> kinds_;
};

} // namespace

LayerScores attentionScores(const AttentionFileContents& contents, const AttentionLayers& part, SequenceId sequence,
    LayerId layer, HeadScoreOptions options, ReaderQueue& queue, const std::atomic<bool>& withdrawn)
{
    LayerScores result{.sequence = sequence,
        .layer = layer,
        .options = options,
        .origin = "from " + contents.path.filename().string(),
        .heads = {}};
    PatternTile place;
    place.sequence = sequence;
    place.layer = layer;
    HeadSums sums(contents, part, std::move(place), options);
    for (std::size_t head = 0; head < part.heads; ++head) {
        PatternSums all;
        for (std::size_t row = 0; row < sums.rows() && !withdrawn.load(); ++row) {
            queue.serveAbove(Priority::Background);
            all += sums.of({head}, row);
        }
        result.heads.push_back(all.scores());
    }
    contents.file.requireIntact();
    contents.file.forgetPages();
    return result;
}

} // namespace headscope
