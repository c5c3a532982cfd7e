// SPDX-License-Identifier: GPL-3.0-or-later
// Why a model says A and not B: what is asked for, and what was found, as plain data.
#pragma once

#include "core/analysis/answer_tokens.h"
#include "core/analysis/head_place.h"
#include "core/run/run_header.h"

#include <cmath>
#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headscope {

/// What stands in place of a head's mixed values (hook_z), at every position.
enum class AblationMethod {
    Zero,
    Mean, ///< the head's mean over the real tokens of the whole prompt set, as it arrives in the run with the heads cut
          ///< (those of earlier layers first): what an edit at hook_z makes of one batch
    CrossRun, ///< what the head makes of another prompt with as many tokens, token for token
};
template <> std::span<const Spelling<AblationMethod>> spellings();

struct Ablation {
    std::vector<HeadPlace> heads{}; ///< cut together; empty: none
    AblationMethod method = AblationMethod::Zero;
    /// CrossRun: as many prompts as there are examples, or one for all. Without: an example's `corrupt`, else the next
    /// example with as many tokens.
    std::optional<PromptSet> from{};
};

/// One model, one prompt set, one or more ways of running it.
struct LogitDifferenceRequest {
    std::vector<InspectionRequest> runs{}; ///< of one model; without prompts, inputs and hooks
    PromptSet prompts{};
    std::optional<std::size_t> answerIndex{}; ///< position in the padded sequence; else the last real token of each row
    std::vector<std::size_t> answerIndices{}; ///< likewise one for each example, instead of answerIndex
    std::size_t batch = 16; ///< prompts computed at once; all are padded to the longest of the set, so that no figure
                            ///< depends on it. A run with edits is one batch: they count rows, and means over them.
    bool attribution = false;
    Ablation ablation{};

    /// \pre answerIndices is empty or has one for each example
    std::optional<std::size_t> answerIndexOf(std::size_t example) const
    {
        return answerIndices.empty() ? answerIndex : std::optional(answerIndices[example]);
    }
};

/// Answers of one example under one run.
struct AnswerScore {
    std::vector<double> correct{}, incorrect{}; ///< logits of ExampleAnswers::correctIds and incorrectIds
    double loss = 0; ///< -log softmax of the first correct answer over the whole vocabulary, nats
    std::int64_t prediction = 0; ///< the token with the largest logit
    double predictionLogit = 0;
    std::string predictionLabel{}; ///< for people: "·Mary"
    std::size_t correctRank = 0, incorrectRank = 0; ///< of the first answers: 1 where no logit is larger

    double correctMean() const;
    double incorrectMean() const;
    double difference() const { return correctMean() - incorrectMean(); }
    bool isRight() const { return difference() > 0; }
    /// Of a token with this logit, by softmax over the whole vocabulary.
    double probability(double logit) const { return std::exp(logit - correct.front() - loss); }
};

/// What each part of the model adds to one example's logit difference: its share of the last residual, through the
/// final norm with its scale held where it was, times the difference of the answers' unembedding directions. The
/// scale of a norm behind the attention (Gemma 2) is held as well. An MLP is one part, its biases included.
struct Attribution {
    double embedding = 0;
    std::optional<double> positionEmbedding{}; ///< learned positions only
    std::size_t headsPerLayer = 0;
    std::vector<double> heads{}; ///< [layer * headsPerLayer + head]
    std::vector<double> attentionBiases{}; ///< [layer] of the output projection (folded value biases are in it)
    std::vector<double> mlps{}; ///< [layer]
    double finalNormBias = 0, unembeddingBias = 0;
    double logitDifference = 0; ///< of the same run, before a soft cap of the logits

    double sum() const; ///< of every part
    /// What the parts do not explain: rounding; in a run with edits also what they put in.
    double remainder() const { return logitDifference - sum(); }
};

/// One part with its name, for tables and files.
struct AttributionTerm {
    std::string name; ///< "head", "attention bias", "mlp", "embedding", "position embedding", "final norm bias",
                      ///< "unembedding bias"
    std::optional<std::size_t> layer{}, head{};
    double value = 0;
};
std::vector<AttributionTerm> termsOf(const Attribution& attribution); ///< in the order of the pass
/// \pre all of one run, at least one
Attribution meanOf(const std::vector<const Attribution*>& attributions);

struct ExampleResult {
    std::size_t position = 0; ///< where the answer is read, in the padded sequence
    AnswerScore score{};
    std::optional<AnswerScore> ablated{}; ///< with the heads cut
    std::string ablatedFrom{}; ///< CrossRun: "corrupt", "example 4", or a line of another set
    std::optional<Attribution> attribution{};
};

struct AnswerSummary {
    double meanDifference = 0, accuracy = 0, meanLoss = 0; ///< accuracy: share of examples with difference > 0
};

/// One way of running the model, over the whole set.
struct LogitDifferenceRun {
    RunHeader header{}; ///< its tokens are the set's, [example][position]
    std::string ablationSystem{}; ///< whose semantics the run with heads cut follows; empty without one
    std::vector<std::string> notes{}; ///< what a reader of the figures should know, a sentence each
    std::vector<ExampleResult> examples{};

    AnswerSummary summary() const;
    std::optional<AnswerSummary> ablatedSummary() const;
};

struct LogitDifferenceResult {
    LogitDifferenceRequest request;
    std::vector<ExampleAnswers> answers{}; ///< [example]
    std::vector<LogitDifferenceRun> runs{}; ///< as in the request
};

/// Results as they come. Every call comes from the engine's runner thread; implementations must be quick and not throw.
class LogitDifferenceListener {
public:
    virtual ~LogitDifferenceListener() = default;
    struct Progress {
        std::string what; ///< "hooked: example 32 of 100"
        std::size_t done = 0, total = 0; ///< prompts, over every run and pass
    };
    virtual void onLogitDifferenceProgress(RunId run, const Progress& progress) = 0;
    virtual void onLogitDifferenceFinished(RunId run, std::shared_ptr<const LogitDifferenceResult> result) = 0;
    virtual void onLogitDifferenceFailed(RunId run, std::exception_ptr why) = 0; ///< always an Error
    virtual void onLogitDifferenceCancelled(RunId run) = 0;
};

} // namespace headscope
