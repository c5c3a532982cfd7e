// SPDX-License-Identifier: GPL-3.0-or-later
// A model's weights together with where they are: moved as one. Internal to core: includes ATen.
#pragma once

#include "core/engine/weights.h"

namespace headscope {

/// Weights, buffers and their placement, always in step. Layers are read from the mapped files, and converted, when
/// they are first asked for.
///
/// Threads  one thread.
class LoadedModel {
public:
    using Step = std::function<void(std::size_t, std::size_t)>;

    /// Reads what is outside the layers, and everything when the recipe processes weights.
    /// \throws whatever `step` throws, to stop.
    LoadedModel(std::shared_ptr<const ModelDescription> description, const WeightRecipe& recipe, Placement placement,
        const Step& step = {});

    /// Moves to a device, converts to a dtype, or both. A dtype change converts again from the stored weights, so that
    /// float32 -> float16 -> float32 restores. Every layer is read. Nothing has moved when it throws.
    /// \throws Error(BadInput) for an impossible request, Error(OutOfMemory) or Error(Backend) when it cannot be done.
    void to(const PlacementChange& change, const Step& step = {});

    const Placement& placement() const noexcept { return placement_; }
    /// Every layer read.
    const ModelWeights& weights() const;
    ModelWeights& weights(); ///< for tests that misplace a tensor
    /// Layers that nobody has asked for yet have nothing in them; the reference stays good until to().
    const ModelWeights& weightsReadSoFar() const noexcept { return weights_; }
    void requireLayer(std::size_t layer) const; ///< reads it unless it is there

    const ModelDescription& description() const noexcept { return *description_; }
    const std::shared_ptr<const ModelDescription>& descriptionPointer() const noexcept { return description_; }
    const ModelConfig& config() const noexcept { return description_->config(); }
    const WeightRecipe& recipe() const noexcept { return recipe_; }

    /// \throws Error(Backend) naming the first tensor that is not where the placement says or not of its dtype.
    void requireInStep() const;

private:
    ModelWeights readAll(const Placement& placement, const Step& step) const;

    std::shared_ptr<const ModelDescription> description_; ///< whose files the tensors may live in
    WeightRecipe recipe_;
    Placement placement_;
    mutable ModelWeights weights_;
    mutable std::vector<bool> read_; ///< [layer]
};

} // namespace headscope
