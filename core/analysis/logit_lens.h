// SPDX-License-Identifier: GPL-3.0-or-later
// What a model would say after each layer, and which tokens a head or an MLP speaks for or against.
#pragma once

#include "core/analysis/head_place.h"
#include "core/cache/capture.h"

#include <cstdint>
#include <exception>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headscope {

/// One pass over the prompts of `run`, which keeps what the answers below are made of.
struct LogitLensRequest {
    InspectionRequest run{}; ///< its prompts or inputs, settings and edits
    SequenceId sequence{}; ///< the row of the batch that is looked at
    std::optional<Range> positions{}; ///< of that row; all of them without
};

/// How a residual is normalised before the unembedding reads it.
enum class LensNorm {
    Own, ///< by the final norm, as if the layer were the last one
    Final, ///< by the final norm with its scale held where the run had it: sums of parts keep their logits
};
template <> std::span<const Spelling<LensNorm>> spellings();

/// The best token after one layer at one position. Depth 0 is what the first layer reads, depth l + 1 what layer l
/// leaves behind.
struct LensCell {
    NextToken best{};
    float choiceProbability = 0; ///< here, of the token that the whole model chooses
    std::size_t choiceRank = 0; ///< likewise; 1: the best, equal logits share the better rank
};

/// The cells of some positions.
struct LensGrid {
    SequenceId sequence{};
    Range positions{};
    std::size_t depths = 0;
    LensNorm norm = LensNorm::Own;
    std::vector<LensCell> cells{}; ///< [depth * positions.size() + position - positions.begin]

    const LensCell& at(std::size_t depth, std::size_t position) const
    {
        return cells[depth * positions.size() + position - positions.begin];
    }
};

/// A candidate after some layer.
struct LensCandidate {
    NextToken token{};
    std::size_t finalRank = 0; ///< after the last layer, from 1
    std::optional<std::size_t> rankBefore{}; ///< after the layer before, from 1; none at depth 0
};

/// One token through all depths.
struct LensTrace {
    std::int64_t id = 0;
    std::string piece{}, label{};
    bool isChoice = false; ///< the token that the whole model chooses
    std::vector<float> logits{}, probabilities{}; ///< [depth]
    std::vector<std::size_t> ranks{}; ///< [depth], from 1
};

/// One position in full.
struct LensPosition {
    SequenceId sequence{};
    TokenPos position{};
    LensNorm norm = LensNorm::Own;
    std::vector<std::vector<LensCandidate>> top{}; ///< [depth], most likely first
    std::vector<LensTrace> traces{}; ///< the model's choice, then the tokens asked for
};

/// What is asked of one position.
struct LensQuestion {
    std::size_t count = 10; ///< candidates after each layer
    std::vector<std::int64_t> asked{}; ///< tokens to follow besides the model's choice
    LensNorm norm = LensNorm::Own;
};

/// A head, or the MLP of a layer.
struct LensPart {
    LayerId layer{};
    std::optional<HeadId> head{}; ///< none: the MLP

    friend bool operator==(const LensPart&, const LensPart&) = default;
};

/// A token, and what a part adds to its logit.
struct DirectLogit {
    std::int64_t id = 0;
    std::string piece{}, label{};
    bool special = false;
    double logit = 0;
};

/// What a part writes at one position, through the final norm with its scale held and the unembedding: without the
/// norm's and the unembedding's biases, without a head's share of the output bias, and before a soft cap of the logits.
struct PartTokens {
    LensPart part{};
    TokenPos position{};
    std::vector<DirectLogit> promoted{}; ///< the largest first
    std::vector<DirectLogit> suppressed{}; ///< the smallest first
};

/// A finished pass, which answers for any of its positions.
///
/// Threads  immutable; the asynchronous members answer on the engine's reader thread. Keeps what the last layers need
/// of the model alive. Residuals beyond the run's cache budget are in temporary files.
class LogitLens {
public:
    virtual ~LogitLens() = default;

    virtual const RunHeader& header() const noexcept = 0;
    virtual SequenceId sequence() const noexcept = 0;
    virtual Range positions() const noexcept = 0; ///< those that were kept
    std::size_t depths() const { return header().model.layers + 1; }

    using GridSink = std::function<void(std::shared_ptr<const LensGrid>, std::exception_ptr)>;
    /// The cells of some positions. Served after what is looked at. Fails with Error(BadInput) for positions that were
    /// not kept, and for LensNorm::Final of an encoder, whose head is not a norm and an unembedding.
    virtual Ticket requestGrid(Range positions, LensNorm norm, GridSink sink) const = 0;

    using PositionSink = std::function<void(std::shared_ptr<const LensPosition>, std::exception_ptr)>;
    /// One position in full. Fails likewise, and for tokens beyond the vocabulary.
    virtual Ticket requestPosition(TokenPos position, LensQuestion question, PositionSink sink) const = 0;

    using PartSink = std::function<void(std::shared_ptr<const PartTokens>, std::exception_ptr)>;
    /// The `count` tokens that a part speaks for most, and those that it speaks against. Fails likewise, for a part
    /// that is not there, and for encoders.
    virtual Ticket requestPart(LensPart part, TokenPos position, std::size_t count, PartSink sink) const = 0;
};
using LogitLensPtr = std::shared_ptr<const LogitLens>;

/// Blocking forms, not for the UI thread.
std::shared_ptr<const LensGrid> fetchGrid(const LogitLens& lens, Range positions, LensNorm norm = LensNorm::Own);
std::shared_ptr<const LensPosition> fetchPosition(
    const LogitLens& lens, TokenPos position, const LensQuestion& question = {});
std::shared_ptr<const PartTokens> fetchPart(const LogitLens& lens, LensPart part, TokenPos position, std::size_t count);

/// The pass as it comes. Every call comes from the engine's runner thread; implementations must be quick and not throw.
class LogitLensListener {
public:
    virtual ~LogitLensListener() = default;
    virtual void onLensProgress(RunId run, std::size_t layers, std::size_t total) = 0;
    virtual void onLensFinished(RunId run, LogitLensPtr lens) = 0;
    virtual void onLensFailed(RunId run, std::exception_ptr why) = 0; ///< always an Error
    virtual void onLensCancelled(RunId run) = 0;
};

} // namespace headscope
