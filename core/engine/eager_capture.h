// SPDX-License-Identifier: GPL-3.0-or-later
// A capture that holds whole patterns, as an eager forward pass makes them. Internal to core: includes ATen.
#pragma once

#include "core/cache/capture.h"
#include "core/engine/forward_pass.h"
#include "core/engine/reader_queue.h"

namespace headscope {

/// See Capture. Tensors keep their device until a view asks for host floats.
class EagerCapture : public Capture, public std::enable_shared_from_this<EagerCapture> {
public:
    /// What all snapshots of one run share.
    struct Shared {
        RunHeader header;
        AttentionMask mask;
        std::shared_ptr<const ModelDescription> model;
        std::weak_ptr<ReaderQueue> queue;
    };

    explicit EagerCapture(std::shared_ptr<const Shared> shared)
        : shared_(std::move(shared))
    {
    }

    /// This snapshot plus one layer and the hook values seen since the last one. \post the receiver is unchanged.
    std::shared_ptr<const EagerCapture> with(
        LayerOutcome layer, std::vector<std::pair<std::string, at::Tensor>> hooks) const;
    /// This snapshot plus the logits (undefined where the model has no head), which end the run. \post the receiver is
    /// unchanged.
    std::shared_ptr<const EagerCapture> withLogits(
        at::Tensor logits, std::vector<std::pair<std::string, at::Tensor>> hooks) const;

    const RunHeader& header() const noexcept override { return shared_->header; }
    std::size_t layersDone() const noexcept override { return layers_.size(); }
    bool finished() const noexcept override { return finished_; }
    std::vector<std::string> hookNames() const override;
    std::shared_ptr<PatternSource> patterns(SequenceId sequence) const override;
    Ticket requestNextTokens(
        SequenceId sequence, TokenPos position, std::size_t count, NextTokensSink sink) const override;
    Ticket requestWrite(std::filesystem::path output, DoneSink sink) const override;

    const Shared& shared() const noexcept { return *shared_; }
    const std::vector<std::shared_ptr<const LayerOutcome>>& layers() const noexcept { return layers_; }

private:
    NextTokens nextTokens(SequenceId sequence, TokenPos position, std::size_t count) const;
    void write(const std::filesystem::path& output) const;

    std::shared_ptr<const Shared> shared_;
    std::vector<std::shared_ptr<const LayerOutcome>> layers_;
    std::vector<std::pair<std::string, at::Tensor>> hooks_;
    at::Tensor logits_; ///< [B, T, vocabulary]; undefined where the model has no head
    bool finished_ = false;
};

} // namespace headscope
