// SPDX-License-Identifier: GPL-3.0-or-later
// What a run leaves behind, as tensors: whole patterns of an eager run, or q, k and v that patterns are computed from.
// Internal to core: includes ATen.
#pragma once

#include "core/cache/capture.h"
#include "core/engine/forward_pass.h"
#include "core/engine/reader_queue.h"
#include "core/engine/recomputed_attention.h"
#include "core/engine/stage_reader.h"

namespace headscope {

/// Rows that one run computed of a layer, shared by every capture that holds them.
struct LayerChunk {
    std::shared_ptr<const LayerOutcome> outcome;
    std::int64_t rows = 0; ///< how many of its first rows count
};

/// See Capture. Tensors keep their device until a view asks for host floats.
class TensorCapture : public Capture, public std::enable_shared_from_this<TensorCapture> {
public:
    using Values = std::vector<std::pair<std::string, at::Tensor>>;

    /// What all snapshots of one run share.
    struct Shared {
        RunHeader header;
        ModelInputs inputs;
        BackendPolicies policies;
        WeightRecipe recipe;
        Unembedding unembedding;
        std::shared_ptr<const ModelDescription> model;
        std::weak_ptr<ReaderQueue> queue;
        /// Made by the constructor; used on the reader thread only.
        std::unique_ptr<AttentionReader> reader;
        std::unique_ptr<StageMemory> memory = std::make_unique<StageMemory>(); ///< likewise

        const AttentionMask& mask() const { return inputs.mask; }
    };
    /// What ends a run: logits of every position, or what they are computed from when somebody asks.
    struct Ending {
        at::Tensor logits; ///< [B, T, vocabulary]
        std::vector<at::Tensor> hidden; ///< row chunks [B, ·, D], what the unembedding reads
    };

    explicit TensorCapture(std::shared_ptr<const Shared> shared)
        : shared_(std::move(shared))
    {
    }

    /// This snapshot plus one layer and the hook values seen since the last one. \post the receiver is unchanged.
    std::shared_ptr<const TensorCapture> with(std::vector<LayerChunk> layer, Values hooks) const;
    std::shared_ptr<const TensorCapture> with(LayerOutcome layer, Values hooks) const;
    /// This snapshot plus its end. \post the receiver is unchanged.
    std::shared_ptr<const TensorCapture> ended(Ending ending, Values hooks) const;

    const RunHeader& header() const noexcept override { return shared_->header; }
    std::size_t layersDone() const noexcept override { return layers_.size(); }
    bool finished() const noexcept override { return finished_; }
    std::vector<std::string> hookNames() const override;
    std::shared_ptr<PatternSource> patterns(SequenceId sequence) const override;
    Ticket requestNextTokens(
        SequenceId sequence, TokenPos position, std::size_t count, NextTokensSink sink) const override;
    Ticket requestPredictions(SequenceId sequence, Range positions, PredictionsSink sink) const override;
    Ticket requestHeadScores(
        SequenceId sequence, LayerId layer, HeadScoreOptions options, LayerScoresSink sink) const override;
    Ticket requestQueryKeys(
        SequenceId sequence, LayerId layer, HeadId head, TokenPos query, Range keys, QueryKeySink sink) const override;
    Ticket requestWrite(std::filesystem::path output, DoneSink sink) const override;

    const Shared& shared() const noexcept { return *shared_; }
    const std::vector<std::vector<LayerChunk>>& layers() const noexcept { return layers_; }
    const Ending& ending() const noexcept { return ending_; }

    /// Whether the layer's pattern is kept as such, and not made of q and k.
    bool isWhole(std::size_t layer) const { return !hasQueryKeys(layer) || front(layer).pattern.defined(); }
    /// Whether its scores are made of q and k that are kept; where scores or pattern are edited they are not.
    bool hasQueryKeys(std::size_t layer) const { return front(layer).query.defined(); }
    /// [rows, columns] of a head, in the dtype it was computed in. Reader thread.
    /// \pre the layer has the stage.
    at::Tensor rectangle(
        std::size_t sequence, std::size_t layer, std::size_t head, Stage stage, Range rows, Range columns) const;
    bool has(std::size_t layer, Stage stage) const;
    /// Why the cells of `columns` hold what they hold, into `out`.
    void kinds(
        std::size_t sequence, std::size_t layer, std::size_t head, std::size_t row, Range columns, CellKind* out) const;
    /// What a head's scores are made of. Reader thread. \pre hasQueryKeys()
    HeadInputs headInputs(std::size_t sequence, std::size_t layer, std::size_t head) const;
    /// How a layer's patterns come about, for people: "eager", "recomputed from q, k (…)".
    std::string origin(std::size_t layer) const;
    /// max |P V - z| of the layer's chunks; 0 for a layer whose pattern is kept.
    double recomputeError(std::size_t layer) const;

private:
    const LayerOutcome& front(std::size_t layer) const { return *layers_[layer].front().outcome; }
    /// [T, d] of one query or key/value head.
    at::Tensor rowsOf(
        std::size_t sequence, std::size_t layer, at::Tensor LayerOutcome::*which, std::size_t index) const;
    std::size_t groupOf(std::size_t head) const; ///< the key/value head that a head reads
    const at::Tensor& normsOf(std::size_t sequence, std::size_t layer, std::size_t head, Stage stage) const;
    void write(const std::filesystem::path& output) const;

    std::shared_ptr<const Shared> shared_;
    std::vector<std::vector<LayerChunk>> layers_;
    Values hooks_;
    Ending ending_;
    bool finished_ = false;
};

} // namespace headscope
