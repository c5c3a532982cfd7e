// SPDX-License-Identifier: GPL-3.0-or-later
// A logit lens over kept residuals. Internal to core: includes ATen.
#pragma once

#include "core/analysis/logit_lens.h"
#include "core/engine/read_out.h"
#include "core/engine/reader_queue.h"
#include "core/engine/tokens_after.h"

namespace headscope {

/// See LogitLens. Tensors are on the host.
class TensorLens : public LogitLens, public std::enable_shared_from_this<TensorLens> {
public:
    /// What a pass leaves behind; P positions were kept.
    struct Kept {
        RunHeader header{};
        SequenceId sequence{};
        Range positions{};
        std::vector<at::Tensor> residuals{}; ///< [depth], each [P, D] in the run's dtype
        std::vector<at::Tensor> mixed{}; ///< [layer], each [P, H, d] likewise
        std::vector<at::Tensor> mlps{}; ///< [layer], each [P, D] likewise
        std::vector<at::Tensor> postScales{}; ///< [layer], each [P, 1]; empty where nothing follows the attention
        std::vector<NormWeights> postNorms{}; ///< [layer]
        std::vector<LinearWeights> outputs{}; ///< [layer]
        std::shared_ptr<const ModelDescription> model{};
        std::weak_ptr<ReaderQueue> queue{};
    };
    TensorLens(Kept kept, ReadOut readOut)
        : kept_(std::move(kept))
        , readOut_(std::move(readOut))
    {
    }

    const RunHeader& header() const noexcept override { return kept_.header; }
    SequenceId sequence() const noexcept override { return kept_.sequence; }
    Range positions() const noexcept override { return kept_.positions; }
    Ticket requestGrid(Range positions, LensNorm norm, GridSink sink) const override;
    Ticket requestPosition(TokenPos position, LensQuestion question, PositionSink sink) const override;
    Ticket requestPart(LensPart part, TokenPos position, std::size_t count, PartSink sink) const override;

private:
    LensGrid grid(Range positions, LensNorm norm, const std::atomic<bool>& withdrawn) const;
    void fillBlock(LensGrid& grid, Range block) const;
    LensPosition position(TokenPos position, const LensQuestion& question) const;
    PartTokens part(LensPart part, TokenPos position, std::size_t count) const;

    void requirePositions(Range positions) const;
    void requireNorm(LensNorm norm) const;
    void requirePart(LensPart part) const;
    /// [positions, V] of one depth.
    at::Tensor logitsOf(std::size_t depth, Range positions, LensNorm norm) const;
    /// [rows of positions, …] of a kept tensor.
    at::Tensor rowsOf(const at::Tensor& kept, Range positions) const;
    /// [D] float64 on the host: what the part adds to the residual.
    at::Tensor writtenBy(LensPart part, TokenPos position) const;
    TokensAfter tokensAfter(std::size_t position) const;

    Kept kept_;
    ReadOut readOut_;
};

} // namespace headscope
