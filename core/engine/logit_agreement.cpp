// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/logit_agreement.h"

#include "core/error.h"

#include <cmath>

namespace headscope {
namespace {

/// [N, V] in double.
at::Tensor rowsAt(const at::Tensor& logits, std::int64_t sequence, const at::Tensor& positions)
{
    return logits[sequence].index_select(0, positions.to(logits.device())).to(at::kCPU, at::kDouble);
}

double meanOf(const at::Tensor& row, const std::vector<std::int64_t>& ids)
{
    return row.index_select(0, at::tensor(ids, at::kLong)).mean().item<double>();
}

/// Share of the best k of each row that both have, summed over rows.
double overlap(const at::Tensor& a, const at::Tensor& b, std::int64_t k)
{
    const at::Tensor left = std::get<1>(a.topk(k, 1)), right = std::get<1>(b.topk(k, 1));
    const at::Tensor shared = at::eq(left.unsqueeze(2), right.unsqueeze(1)).any(2);
    return static_cast<double>(shared.sum().item<std::int64_t>()) / static_cast<double>(k);
}

} // namespace

LogitAgreement agreementOf(const at::Tensor& reference, const at::Tensor& candidate, const ModelInputs& inputs,
    const RowPairing& pairing, const std::vector<AnswerTokens>& answers, std::optional<std::size_t> answerIndex)
{
    LogitAgreement result;
    double top1 = 0, top5 = 0, lossA = 0, lossB = 0;
    std::int64_t predicted = 0;
    const std::int64_t vocabulary = reference.size(2);
    for (std::size_t sequence = 0; sequence < pairing.real.size(); ++sequence) {
        const auto which = static_cast<std::int64_t>(sequence);
        const auto& pair = pairing.real[sequence];
        const std::int64_t count = pair.reference.numel(), step = std::max<std::int64_t>(1, (1 << 21) / vocabulary);
        for (std::int64_t first = 0; first < count; first += step) {
            const std::int64_t some = std::min(step, count - first);
            const at::Tensor a = rowsAt(reference, which, pair.reference.narrow(0, first, some)),
                             b = rowsAt(candidate, which, pair.candidate.narrow(0, first, some));
            top1 += overlap(a, b, 1);
            top5 += overlap(a, b, std::min<std::int64_t>(5, vocabulary));
            const std::int64_t last = std::min(some, count - 1 - first); // the last token has no next one
            if (last <= 0)
                continue;
            const at::Tensor next
                = inputs.ids[which].index_select(0, pair.reference.narrow(0, first + 1, last)).unsqueeze(1);
            const auto loss = [&](const at::Tensor& logits) {
                return -logits.narrow(0, 0, last).log_softmax(-1).gather(1, next).sum().item<double>();
            };
            lossA += loss(a);
            lossB += loss(b);
            predicted += last;
        }
        result.positions += static_cast<std::size_t>(count);
        if (sequence >= answers.size() || count == 0)
            continue;
        std::int64_t row = count - 1;
        if (answerIndex) {
            const at::Tensor found = at::eq(pair.reference, static_cast<std::int64_t>(*answerIndex)).nonzero();
            if (found.numel() == 0)
                throw Error(Fault::BadInput,
                    "--answer-index: expected the position of a real token of every prompt, found "
                        + std::to_string(*answerIndex) + ", which is none of prompt " + std::to_string(sequence + 1));
            row = found.item<std::int64_t>();
        }
        const at::Tensor a = rowsAt(reference, which, pair.reference.narrow(0, row, 1))[0],
                         b = rowsAt(candidate, which, pair.candidate.narrow(0, row, 1))[0];
        const AnswerTokens& asked = answers[sequence];
        const auto loss
            = [&](const at::Tensor& logits) { return -logits.log_softmax(-1)[asked.correct.front()].item<double>(); };
        result.answers.push_back({.sequence = sequence,
            .position = static_cast<std::size_t>(pair.reference[row].item<std::int64_t>()),
            .referenceCorrect = meanOf(a, asked.correct),
            .referenceIncorrect = meanOf(a, asked.incorrect),
            .candidateCorrect = meanOf(b, asked.correct),
            .candidateIncorrect = meanOf(b, asked.incorrect),
            .referenceLoss = loss(a),
            .candidateLoss = loss(b)});
    }
    const auto positions = static_cast<double>(result.positions);
    result.top1 = result.positions ? top1 / positions : std::nan("");
    result.top5 = result.positions ? top5 / positions : std::nan("");
    result.referenceLoss = predicted ? lossA / static_cast<double>(predicted) : std::nan("");
    result.candidateLoss = predicted ? lossB / static_cast<double>(predicted) : std::nan("");
    return result;
}

} // namespace headscope
