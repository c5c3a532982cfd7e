// SPDX-License-Identifier: GPL-3.0-or-later
// An immutable snapshot of what a run has produced so far.
#pragma once

#include "core/analysis/head_scores.h"
#include "core/cache/pattern_source.h"
#include "core/run/run_header.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace headscope {

/// One candidate for the next token.
struct NextToken {
    std::int64_t id = 0;
    std::string piece{};
    std::string label{}; ///< as it would be after the tokens before it: "😀²⁄₂" where it completes a character
    float logit = 0;
    float probability = 0; ///< softmax over the whole vocabulary, computed in float32
    bool special = false; ///< an added token marked special
};

/// The best candidates after one position, most likely first.
struct NextTokens {
    SequenceId sequence;
    TokenPos position;
    std::vector<NextToken> top;
};

/// What a run made of one position: its own choice for the next token, and what it thought of the one that came.
struct Prediction {
    TokenPos position{};
    NextToken best{};
    std::optional<NextToken> actual{}; ///< the next token of the text; none after the last one and beside padding
    std::size_t actualRank = 0; ///< 1: the model's own choice; equal logits share the better rank
};

/// Those of some positions of a sequence.
struct Predictions {
    SequenceId sequence;
    Range positions;
    std::vector<Prediction> of; ///< [position - positions.begin]
};

/// What the score of a query and each of some keys is made of: score = cap(scale * sum over i of query[i] * key[i]) +
/// what the mask adds. Values are those that meet in the product: after rotary, after norms of queries and keys.
struct QueryKeyVectors {
    SequenceId sequence;
    LayerId layer;
    HeadId head;
    TokenPos query{};
    Range keys;
    std::size_t width = 0; ///< of the vectors, d_head
    std::vector<float> queryVector; ///< [width]
    std::vector<float> keyVectors; ///< [keys, width], row-major
    double scale = 1; ///< what the product is multiplied with
    double softCap = 0; ///< c: scores are c tanh(score / c); 0: none
};

/// What is known of one run so far. Each finished layer makes a new snapshot that shares the older layers.
///
/// Threads  immutable; share as std::shared_ptr<const Capture>. The asynchronous members answer on the engine's reader
/// thread.
class Capture {
public:
    virtual ~Capture() = default;

    virtual const RunHeader& header() const noexcept = 0;
    virtual std::size_t layersDone() const noexcept = 0;
    virtual bool finished() const noexcept = 0; ///< all layers and, where the model has a head, the logits are there
    virtual std::vector<std::string> hookNames() const = 0; ///< names of the values kept, in the order they were fired

    /// The attention values of one row of the batch. Holds on to this snapshot.
    /// \throws Error(BadInput) when there is no such sequence.
    virtual std::shared_ptr<PatternSource> patterns(SequenceId sequence) const = 0;

    using NextTokensSink = std::function<void(std::shared_ptr<const NextTokens>, std::exception_ptr)>;
    /// The `count` most likely tokens after `position`. Fails with Error(BadInput) before the run has finished,
    /// and for a model without a language-model head.
    virtual Ticket requestNextTokens(
        SequenceId sequence, TokenPos position, std::size_t count, NextTokensSink sink) const = 0;

    using PredictionsSink = std::function<void(std::shared_ptr<const Predictions>, std::exception_ptr)>;
    /// The prediction at each of some positions, served after what is looked at. Fails likewise, and for a range that
    /// is empty or not there.
    virtual Ticket requestPredictions(SequenceId sequence, Range positions, PredictionsSink sink) const = 0;

    using LayerScoresSink = std::function<void(std::shared_ptr<const LayerScores>, std::exception_ptr)>;
    /// Scores of every head of a finished layer, served after whatever somebody looks at; a dropped ticket stops the
    /// work. Uses the threads of the last run while none is in progress, else one. Fails with Error(BadInput) for a
    /// sequence or layer that is not there, or whose patterns were not kept.
    virtual Ticket requestHeadScores(
        SequenceId sequence, LayerId layer, HeadScoreOptions options, LayerScoresSink sink) const = 0;

    using QueryKeySink = std::function<void(std::shared_ptr<const QueryKeyVectors>, std::exception_ptr)>;
    /// The vectors of a query and of some keys, as a head's scores are made of them. Fails with Error(BadInput) for
    /// what is not there, and where queries and keys are not kept; this one keeps none.
    virtual Ticket requestQueryKeys(
        SequenceId sequence, LayerId layer, HeadId head, TokenPos query, Range keys, QueryKeySink sink) const;

    using DoneSink = std::function<void(std::exception_ptr)>;
    /// Writes `logits`, where there are any, and the kept hook values to a safetensors file, with everything that made
    /// them in the metadata.
    virtual Ticket requestWrite(std::filesystem::path output, DoneSink sink) const = 0;
};
using CapturePtr = std::shared_ptr<const Capture>;

/// Blocking forms, not for the UI thread.
std::shared_ptr<const NextTokens> fetchNextTokens(
    const Capture& capture, SequenceId sequence, TokenPos position, std::size_t count);
std::shared_ptr<const Predictions> fetchPredictions(const Capture& capture, SequenceId sequence, Range positions);
std::shared_ptr<const LayerScores> fetchHeadScores(
    const Capture& capture, SequenceId sequence, LayerId layer, HeadScoreOptions options = {});
void writeCapture(const Capture& capture, const std::filesystem::path& output);

} // namespace headscope
