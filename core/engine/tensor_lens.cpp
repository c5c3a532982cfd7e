// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tensor_lens.h"

#include "core/engine/attribution.h"
#include "core/engine/prompt_batches.h"
#include "core/error.h"

#include <ATen/Parallel.h>
#include <c10/core/InferenceMode.h>

#include <algorithm>

namespace headscope {
namespace {

constexpr std::size_t blockRows = 16; ///< logits of so many positions are held at once

/// Logits of one depth at one position, [V] float32.
struct Row {
    const float* logits = nullptr;
    std::size_t vocabulary = 0;

    std::size_t best() const
    {
        return static_cast<std::size_t>(std::max_element(logits, logits + vocabulary) - logits);
    }
    /// 1 for the largest; equal logits share the better rank.
    std::size_t rankOf(std::size_t id) const
    {
        const float value = logits[id];
        return 1 + static_cast<std::size_t>(std::count_if(logits, logits + vocabulary, [value](float other) {
            return other > value;
        }));
    }
};

Row rowOf(const at::Tensor& logits, std::size_t row)
{
    const auto vocabulary = static_cast<std::size_t>(logits.size(-1));
    return {logits.const_data_ptr<float>() + row * vocabulary, vocabulary};
}

/// Lends this thread as many others as are spare, for as long as it lives.
class Helpers {
public:
    explicit Helpers(int threads) { at::set_num_threads(threads); }
    ~Helpers() { at::set_num_threads(1); }
    Helpers(const Helpers&) = delete;
    Helpers& operator=(const Helpers&) = delete;
};

Error missing(const std::string& what) { return {Fault::BadInput, "lens: " + what}; }

} // namespace

void TensorLens::requirePositions(Range positions) const
{
    const Range kept = kept_.positions;
    if (positions.begin >= positions.end || positions.begin < kept.begin || positions.end > kept.end)
        throw missing("expected positions from " + std::to_string(kept.begin) + " to " + std::to_string(kept.end - 1)
            + ", found " + std::to_string(positions.begin) + ":" + std::to_string(positions.end));
}

void TensorLens::requireNorm(LensNorm norm) const
{
    if (norm == LensNorm::Final)
        requireAttributable(kept_.model->config(), "--norm final");
}

void TensorLens::requirePart(LensPart part) const
{
    requireAttributable(kept_.model->config(), part.head ? "--head" : "--mlp");
    const ModelInfo& model = kept_.header.model;
    const auto below = [](const char* what, std::size_t value, std::size_t count) {
        if (value >= count)
            throw missing(std::string("expected a ") + what + " from 0 to " + std::to_string(count - 1) + ", found "
                + std::to_string(value));
    };
    below("layer", part.layer.value, model.layers);
    below("head", part.head.value_or(HeadId{}).value, model.heads);
}

at::Tensor TensorLens::rowsOf(const at::Tensor& kept, Range positions) const
{
    return kept.narrow(0, static_cast<std::int64_t>(positions.begin - kept_.positions.begin),
        static_cast<std::int64_t>(positions.size()));
}

at::Tensor TensorLens::logitsOf(std::size_t depth, Range positions, LensNorm norm) const
{
    const at::Tensor residual = rowsOf(kept_.residuals[depth], positions);
    if (norm == LensNorm::Own)
        return readOut_.logits(residual);
    return readOut_.logits(residual, readOut_.scalesOf(rowsOf(kept_.residuals.back(), positions)));
}

TokensAfter TensorLens::tokensAfter(std::size_t position) const
{
    return {kept_.model->tokenizer(), kept_.header.tokens[kept_.sequence.value], position};
}

void TensorLens::fillBlock(LensGrid& grid, Range block) const
{
    std::vector<std::size_t> choices;
    for (std::size_t depth = grid.depths; depth-- > 0;) { // the last one first: it says what the model chooses
        const at::Tensor logits = logitsOf(depth, block, grid.norm), shares = at::softmax(logits, -1);
        for (std::size_t row = 0; row < block.size(); ++row) {
            const Row here = rowOf(logits, row);
            const float* share = rowOf(shares, row).logits;
            const std::size_t best = here.best(), position = block.begin + row;
            if (depth + 1 == grid.depths)
                choices.push_back(best);
            LensCell& cell = grid.cells[depth * grid.positions.size() + position - grid.positions.begin];
            cell.best = tokensAfter(position)(static_cast<std::int64_t>(best), here.logits[best], share[best]);
            cell.choiceProbability = share[choices[row]];
            cell.choiceRank = here.rankOf(choices[row]);
        }
    }
}

LensGrid TensorLens::grid(Range positions, LensNorm norm, const std::atomic<bool>& withdrawn) const
{
    requirePositions(positions);
    requireNorm(norm);
    const c10::InferenceMode inference;
    LensGrid result{.sequence = kept_.sequence,
        .positions = positions,
        .depths = depths(),
        .norm = norm,
        .cells = std::vector<LensCell>(depths() * positions.size())};
    for (std::size_t begin = positions.begin; begin < positions.end; begin += blockRows) {
        const auto queue = kept_.queue.lock();
        if (queue)
            queue->serveAbove(Priority::Thumbnail);
        if (withdrawn.load() || !queue)
            throw Cancelled{};
        const Helpers helpers(queue->spareThreads());
        fillBlock(result, {begin, std::min(begin + blockRows, positions.end)});
    }
    return result;
}

LensPosition TensorLens::position(TokenPos position, const LensQuestion& question) const
{
    const Range here{position.value, position.value + 1};
    requirePositions(here);
    requireNorm(question.norm);
    const std::size_t vocabulary = kept_.header.model.vocabulary;
    for (const std::int64_t id : question.asked)
        if (id < 0 || static_cast<std::size_t>(id) >= vocabulary)
            throw missing(
                "expected a token id from 0 to " + std::to_string(vocabulary - 1) + ", found " + std::to_string(id));
    const c10::InferenceMode inference;
    TokensAfter describe = tokensAfter(position.value);
    LensPosition result{.sequence = kept_.sequence, .position = position, .norm = question.norm};
    const at::Tensor last = logitsOf(depths() - 1, here, question.norm);
    std::vector<std::size_t> followed{rowOf(last, 0).best()};
    followed.insert(followed.end(), question.asked.begin(), question.asked.end());
    for (const std::size_t id : followed) {
        NextToken token = describe(static_cast<std::int64_t>(id), 0, 0);
        result.traces.push_back({.id = token.id,
            .piece = std::move(token.piece),
            .label = std::move(token.label),
            .isChoice = id == followed.front()});
    }
    at::Tensor before;
    for (std::size_t depth = 0; depth < depths(); ++depth) {
        const at::Tensor logits = depth + 1 == depths() ? last : logitsOf(depth, here, question.norm);
        const at::Tensor shares = at::softmax(logits, -1);
        const Row row = rowOf(logits, 0);
        const float* share = rowOf(shares, 0).logits;
        const auto count = std::min<std::int64_t>(static_cast<std::int64_t>(question.count), logits.size(-1));
        const at::Tensor ids = std::get<1>(at::topk(logits[0], count));
        std::vector<LensCandidate>& top = result.top.emplace_back();
        for (std::int64_t i = 0; i < count; ++i) {
            const auto id = static_cast<std::size_t>(ids.const_data_ptr<std::int64_t>()[i]);
            LensCandidate& candidate = top.emplace_back();
            candidate.token = describe(static_cast<std::int64_t>(id), row.logits[id], share[id]);
            candidate.finalRank = rowOf(last, 0).rankOf(id);
            if (before.defined())
                candidate.rankBefore = rowOf(before, 0).rankOf(id);
        }
        for (std::size_t i = 0; i < followed.size(); ++i) {
            result.traces[i].logits.push_back(row.logits[followed[i]]);
            result.traces[i].probabilities.push_back(share[followed[i]]);
            result.traces[i].ranks.push_back(row.rankOf(followed[i]));
        }
        before = logits;
    }
    return result;
}

at::Tensor TensorLens::writtenBy(LensPart part, TokenPos position) const
{
    const Range here{position.value, position.value + 1};
    const std::size_t layer = part.layer.value;
    if (!part.head)
        return wideOnHost(rowsOf(kept_.mlps[layer], here)).reshape({-1});
    const auto head = static_cast<std::int64_t>(part.head->value);
    const at::Tensor mixed = wideOnHost(rowsOf(kept_.mixed[layer], here).select(1, head)).reshape({-1});
    const LinearWeights& output = kept_.outputs[layer];
    const bool outIn = output.layout == ProjectionLayout::OutIn;
    const at::Tensor slice = wideOnHost(output.weight.narrow(outIn ? 1 : 0, head * mixed.size(0), mixed.size(0)));
    const at::Tensor written = at::matmul(outIn ? slice : slice.t(), mixed);
    if (kept_.postScales.empty())
        return written;
    return readOut_.behind(kept_.postNorms[layer], written, wideOnHost(rowsOf(kept_.postScales[layer], here)))
        .reshape({-1});
}

PartTokens TensorLens::part(LensPart part, TokenPos position, std::size_t count) const
{
    const Range here{position.value, position.value + 1};
    requirePositions(here);
    requirePart(part);
    const c10::InferenceMode inference;
    const at::Tensor logits
        = readOut_.directLogits(writtenBy(part, position), readOut_.scalesOf(rowsOf(kept_.residuals.back(), here)));
    TokensAfter describe = tokensAfter(position.value);
    const auto extremes = [&](bool largest) {
        std::vector<DirectLogit> found;
        const auto wanted = std::min<std::int64_t>(static_cast<std::int64_t>(count), logits.size(0));
        const auto [values, ids] = at::topk(logits, wanted, -1, largest);
        for (std::int64_t i = 0; i < wanted; ++i) {
            NextToken token = describe(ids.const_data_ptr<std::int64_t>()[i], 0, 0);
            found.push_back({.id = token.id,
                .piece = std::move(token.piece),
                .label = std::move(token.label),
                .special = token.special,
                .logit = values.const_data_ptr<double>()[i]});
        }
        return found;
    };
    return {.part = part, .position = position, .promoted = extremes(true), .suppressed = extremes(false)};
}

Ticket TensorLens::requestGrid(Range positions, LensNorm norm, GridSink sink) const
{
    return postForResult<LensGrid>(
        kept_.queue, Priority::Thumbnail,
        [self = shared_from_this(), positions, norm](const std::atomic<bool>& withdrawn) {
            return std::make_shared<const LensGrid>(self->grid(positions, norm, withdrawn));
        },
        std::move(sink));
}

Ticket TensorLens::requestPosition(TokenPos position, LensQuestion question, PositionSink sink) const
{
    return postForResult<LensPosition>(
        kept_.queue, Priority::Visible,
        [self = shared_from_this(), position, question = std::move(question)] {
            return std::make_shared<const LensPosition>(self->position(position, question));
        },
        std::move(sink));
}

Ticket TensorLens::requestPart(LensPart part, TokenPos position, std::size_t count, PartSink sink) const
{
    return postForResult<PartTokens>(
        kept_.queue, Priority::Visible,
        [self = shared_from_this(), part, position, count] {
            return std::make_shared<const PartTokens>(self->part(part, position, count));
        },
        std::move(sink));
}

} // namespace headscope
