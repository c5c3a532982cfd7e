// SPDX-License-Identifier: GPL-3.0-or-later
// Attention values read from the whole patterns of an eager run. Internal to core: includes ATen.
#pragma once

#include "core/engine/tensor_capture.h"

namespace headscope {

/// See PatternSource.
class TensorPatternSource : public PatternSource {
public:
    TensorPatternSource(std::shared_ptr<const TensorCapture> capture, SequenceId sequence)
        : capture_(std::move(capture))
        , sequence_(sequence)
    {
    }

    std::size_t layers() const noexcept override { return capture_->header().model.layers; }
    std::size_t heads() const noexcept override { return capture_->header().model.heads; }
    std::size_t queries() const noexcept override { return capture_->header().length(); }
    std::size_t keys() const noexcept override { return capture_->header().length(); }
    bool has(LayerId layer, Stage stage) const noexcept override;
    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override;

private:
    std::shared_ptr<const TensorCapture> capture_;
    SequenceId sequence_;
};

} // namespace headscope
