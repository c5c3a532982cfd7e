// SPDX-License-Identifier: GPL-3.0-or-later
// The contribution graph of one sequence, as its layers come. Internal to core: includes ATen.
#pragma once

#include "core/analysis/contribution_graph.h"
#include "core/engine/term_shares.h"
#include "core/model/model_config.h"

#include <functional>
#include <vector>

namespace headscope {

/// What one layer's hooks told, until its sums have been taken apart.
struct LayerParts {
    at::Tensor before, values, pattern, normScale, mid, mlp; ///< [B, …] as they came
};

/// What a layer's heads write with, in float32 on the host.
struct HeadWeights {
    at::Tensor output; ///< [H, d, D] W_O, times the weight of a norm behind it
    at::Tensor valueBias; ///< [G, d]; undefined without one
};

class SequenceGraph {
public:
    using Go = std::function<bool()>; ///< false: stop, what was asked for is not wanted any more

    /// \param row of the batch
    /// \param config outlives this
    SequenceGraph(std::size_t row, const std::vector<Token>& tokens, const ContributionGraphRequest& request,
        const ModelConfig& config);

    /// \param sums [B, T, D] where the terms add up: behind attention, or behind the layer when parallel
    void addAttention(const LayerParts& parts, const at::Tensor& sums, const HeadWeights& weights, const Go& go);
    /// \param sums [B, T, D] behind the MLP
    void addMlp(const LayerParts& parts, const at::Tensor& sums);
    ContributionGraph take() { return std::move(graph_); } ///< \pre every layer was added

private:
    /// Of every term of the sum that attention adds to.
    struct TermNearness {
        std::vector<float> heads; ///< [H, T, T]
        std::vector<float> residual, mlp; ///< [T]; mlp stays 0 where it is no term of this sum
    };
    at::Tensor rows(const at::Tensor& value) const; ///< of the real tokens of [B, T, …], in float32 on the host
    TermNearness nearnessOf(
        const LayerParts& parts, const SumRows& sums, const HeadWeights& weights, const Go& go) const;
    void addTarget(TermNearness& terms, std::size_t target);

    std::int64_t row_;
    const ModelConfig& config_;
    bool keepsHeads_;
    at::Tensor indices_; ///< [T] of the real tokens
    ContributionGraph graph_;
};

} // namespace headscope
