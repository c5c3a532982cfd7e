// SPDX-License-Identifier: GPL-3.0-or-later
// How far two values lie apart, summed over pieces. Internal to core: includes ATen.
#pragma once

#include "core/engine/ops.h"
#include "core/parity/parity_report.h"

#include <functional>
#include <string>

namespace headscope {

/// What the rows of a value are.
enum class RowKind {
    Features,
    Scores, ///< the largest cell of a row matters
    Probabilities, ///< likewise, and rows are distributions
    LogProbabilities, ///< their logarithms
};

/// See Difference. Everything is computed in double, on the host.
class DifferenceSum {
public:
    /// \param full else only what a verdict needs: identical, maxAbsolute, neededTolerance, cells, NaN, infinities.
    DifferenceSum(RowKind kind, bool full)
        : kind_(kind)
        , full_(full)
    {
    }

    using Place = std::function<CellPlace(std::size_t row, std::size_t column)>;
    /// Two pieces [R, C] of any floating dtype; only cells of `allowed` [R, C] count, all of them when it is undefined.
    void add(const at::Tensor& reference, const at::Tensor& candidate, const at::Tensor& allowed, const Place& place);

    Difference finish() const;
    /// The first cell added that is no number; of which side.
    const std::optional<NonFinite>& firstNonFinite(bool ofCandidate) const
    {
        return ofCandidate ? candidateNonFinite_ : referenceNonFinite_;
    }

private:
    /// What a cell's tolerance grows with [R, C]: see Difference::neededTolerance.
    at::Tensor sizeOf(const at::Tensor& a, const at::Tensor& both) const;
    void addRows(const at::Tensor& a, const at::Tensor& b, const at::Tensor& both, const at::Tensor& allowed);

    RowKind kind_;
    bool full_;
    Difference sum_{.identical = true};
    double absolute_ = 0, relative_ = 0, squareA_ = 0, squareB_ = 0, product_ = 0;
    double divergence_ = 0, largestDivergence_ = 0;
    std::uint64_t finite_ = 0, rows_ = 0, agreeing_ = 0, divergenceRows_ = 0;
    std::optional<NonFinite> referenceNonFinite_, candidateNonFinite_;
};

} // namespace headscope
