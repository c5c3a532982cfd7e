// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/logit_difference.h"

#include "core/error.h"

#include <algorithm>
#include <numeric>

namespace headscope {
namespace {

double mean(const std::vector<double>& values)
{
    return std::accumulate(values.begin(), values.end(), 0.0) / static_cast<double>(values.size());
}

/// Calls visit(a, b) with every figure of two attributions of one run.
template <class First, class Second, class Visit> void forEachPart(First& first, Second& second, Visit visit)
{
    visit(first.embedding, second.embedding);
    if (second.positionEmbedding)
        visit(*first.positionEmbedding, *second.positionEmbedding);
    for (std::size_t i = 0; i < second.heads.size(); ++i)
        visit(first.heads[i], second.heads[i]);
    for (std::size_t i = 0; i < second.mlps.size(); ++i) {
        visit(first.attentionBiases[i], second.attentionBiases[i]);
        visit(first.mlps[i], second.mlps[i]);
    }
    visit(first.finalNormBias, second.finalNormBias);
    visit(first.unembeddingBias, second.unembeddingBias);
}

AnswerSummary summaryOf(const std::vector<const AnswerScore*>& scores)
{
    AnswerSummary result;
    for (const AnswerScore* score : scores) {
        result.meanDifference += score->difference();
        result.accuracy += score->isRight();
        result.meanLoss += score->loss;
    }
    const auto count = static_cast<double>(scores.size());
    return {result.meanDifference / count, result.accuracy / count, result.meanLoss / count};
}

} // namespace

template <> std::span<const Spelling<AblationMethod>> spellings()
{
    static constexpr Spelling<AblationMethod> all[]
        = {{AblationMethod::Zero, "zero"}, {AblationMethod::Mean, "mean"}, {AblationMethod::CrossRun, "cross-run"}};
    return all;
}

double AnswerScore::correctMean() const { return mean(correct); }
double AnswerScore::incorrectMean() const { return mean(incorrect); }

double Attribution::sum() const
{
    double total = 0;
    forEachPart(*this, *this, [&](double value, double) { total += value; });
    return total;
}

std::vector<AttributionTerm> termsOf(const Attribution& attribution)
{
    std::vector<AttributionTerm> terms{{"embedding", {}, {}, attribution.embedding}};
    if (attribution.positionEmbedding)
        terms.push_back({"position embedding", {}, {}, *attribution.positionEmbedding});
    for (std::size_t layer = 0; layer < attribution.mlps.size(); ++layer) {
        for (std::size_t head = 0; head < attribution.headsPerLayer; ++head)
            terms.push_back({"head", layer, head, attribution.heads[layer * attribution.headsPerLayer + head]});
        terms.push_back({"attention bias", layer, {}, attribution.attentionBiases[layer]});
        terms.push_back({"mlp", layer, {}, attribution.mlps[layer]});
    }
    terms.push_back({"final norm bias", {}, {}, attribution.finalNormBias});
    terms.push_back({"unembedding bias", {}, {}, attribution.unembeddingBias});
    return terms;
}

Attribution meanOf(const std::vector<const Attribution*>& attributions)
{
    Attribution result = *attributions.front();
    for (std::size_t i = 1; i < attributions.size(); ++i) {
        forEachPart(result, *attributions[i], [](double& total, double value) { total += value; });
        result.logitDifference += attributions[i]->logitDifference;
    }
    const auto count = static_cast<double>(attributions.size());
    forEachPart(result, result, [&](double& total, double) { total /= count; });
    result.logitDifference /= count;
    return result;
}

AnswerSummary LogitDifferenceRun::summary() const
{
    std::vector<const AnswerScore*> scores;
    for (const ExampleResult& example : examples)
        scores.push_back(&example.score);
    return summaryOf(scores);
}

std::optional<AnswerSummary> LogitDifferenceRun::ablatedSummary() const
{
    std::vector<const AnswerScore*> scores;
    for (const ExampleResult& example : examples)
        if (example.ablated)
            scores.push_back(&*example.ablated);
    return scores.empty() ? std::nullopt : std::optional(summaryOf(scores));
}

} // namespace headscope
