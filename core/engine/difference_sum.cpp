// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/difference_sum.h"

#include <cmath>
#include <limits>

namespace headscope {
namespace {

constexpr double infinity = std::numeric_limits<double>::infinity();

double number(const at::Tensor& scalar) { return scalar.to(at::kDouble).item<double>(); }
std::uint64_t count(const at::Tensor& flags) { return static_cast<std::uint64_t>(flags.sum().item<std::int64_t>()); }

/// Row and column of the first cell that holds.
std::pair<std::size_t, std::size_t> firstCell(const at::Tensor& flags)
{
    const auto flat = static_cast<std::size_t>(flags.flatten().to(at::kByte).argmax().item<std::int64_t>());
    const auto columns = static_cast<std::size_t>(flags.size(1));
    return {flat / columns, flat % columns};
}

/// The first cell of `flags`, unless one is known already.
void note(std::optional<NonFinite>& known, const at::Tensor& values, const at::Tensor& broken,
    const DifferenceSum::Place& place)
{
    if (known || !broken.any().item<bool>())
        return;
    const auto [row, column] = firstCell(broken);
    const double value = values[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(column)].item<double>();
    known = NonFinite{{}, {}, place(row, column), std::isnan(value)};
}

} // namespace

at::Tensor DifferenceSum::sizeOf(const at::Tensor& a, const at::Tensor& both) const
{
    if (kind_ == RowKind::Probabilities || kind_ == RowKind::LogProbabilities)
        return at::abs(a);
    const at::Tensor squares = at::where(both, at::mul(a, a), 0.0).sum(1, true);
    return at::maximum(at::abs(a), at::sqrt(at::div(squares, both.sum(1, true).clamp_min(1))));
}

void DifferenceSum::add(
    const at::Tensor& reference, const at::Tensor& candidate, const at::Tensor& allowed, const Place& place)
{
    if (reference.numel() == 0)
        return;
    const at::Tensor a = reference.to(at::kCPU, at::kDouble), b = candidate.to(at::kCPU, at::kDouble);
    const at::Tensor open = allowed.defined() ? allowed : at::ones({1, 1}, at::kBool).expand(a.sizes());
    const at::Tensor nanA = at::isnan(a), nanB = at::isnan(b);
    const at::Tensor same = at::bitwise_or(at::eq(a, b), at::bitwise_and(nanA, nanB));
    const at::Tensor differs = at::bitwise_and(same.logical_not(), open);
    const bool anyDiffers = differs.any().item<bool>();
    sum_.identical = sum_.identical && !anyDiffers && reference.scalar_type() == candidate.scalar_type();
    sum_.cells += count(open);

    const at::Tensor numberA = at::isfinite(a), numberB = at::isfinite(b);
    const at::Tensor brokenA = at::bitwise_and(numberA.logical_not(), open),
                     brokenB = at::bitwise_and(numberB.logical_not(), open);
    at::Tensor both = open; // cells where both are numbers
    if (brokenA.any().item<bool>() || brokenB.any().item<bool>()) {
        both = at::bitwise_and(at::bitwise_and(numberA, numberB), open);
        const auto nans = [&](const at::Tensor& which) { return count(at::bitwise_and(which, open)); };
        sum_.referenceNans += nans(nanA), sum_.candidateNans += nans(nanB);
        sum_.referenceInfinities += count(brokenA) - nans(nanA),
            sum_.candidateInfinities += count(brokenB) - nans(nanB);
        note(referenceNonFinite_, a, brokenA, place);
        note(candidateNonFinite_, b, brokenB, place);
        const at::Tensor torn = at::bitwise_and(differs, both.logical_not()); // one is a number, or they are not alike
        if (sum_.neededTolerance < infinity && torn.any().item<bool>()) {
            const auto [row, column] = firstCell(torn);
            const auto at = [&](const at::Tensor& x) {
                return x[static_cast<std::int64_t>(row)][static_cast<std::int64_t>(column)].item<double>();
            };
            sum_.neededTolerance = infinity;
            sum_.worst = place(row, column);
            sum_.worstReference = at(a), sum_.worstCandidate = at(b);
        }
    }
    if (anyDiffers) {
        const at::Tensor gap = at::where(both, at::abs(at::sub(a, b)), 0.0);
        const at::Tensor needed = at::where(both, at::div(gap, at::add(sizeOf(a, both), 1.0)), 0.0);
        const at::Tensor flat = needed.flatten();
        const std::int64_t where = flat.argmax().item<std::int64_t>();
        if (const double most = flat[where].item<double>(); most > sum_.neededTolerance) {
            const auto columns = static_cast<std::size_t>(a.size(1)), index = static_cast<std::size_t>(where);
            sum_.neededTolerance = most;
            sum_.worst = place(index / columns, index % columns);
            sum_.worstReference = a.flatten()[where].item<double>();
            sum_.worstCandidate = b.flatten()[where].item<double>();
        }
        sum_.maxAbsolute = std::max(sum_.maxAbsolute, number(gap.max()));
        if (full_) {
            absolute_ += number(gap.sum());
            const at::Tensor size = at::maximum(at::abs(a), at::abs(b));
            const at::Tensor relative = at::where(at::bitwise_and(both, at::gt(size, 0.0)), at::div(gap, size), 0.0);
            relative_ += number(relative.sum());
            sum_.maxRelative = std::max(sum_.maxRelative, number(relative.max()));
        }
    }
    if (full_)
        addRows(a, b, both, open);
}

void DifferenceSum::addRows(const at::Tensor& a, const at::Tensor& b, const at::Tensor& both, const at::Tensor& allowed)
{
    const at::Tensor x = at::where(both, a, 0.0), y = at::where(both, b, 0.0);
    finite_ += count(both);
    squareA_ += number(at::mul(x, x).sum());
    squareB_ += number(at::mul(y, y).sum());
    product_ += number(at::mul(x, y).sum());
    if (kind_ == RowKind::Features)
        return;
    // Rows in which every cell that counts is a number, and there is one.
    const at::Tensor some = at::bitwise_and(allowed.any(1), at::eq(allowed.sum(1), both.sum(1)));
    const at::Tensor best = at::where(allowed, a, -infinity).argmax(1),
                     other = at::where(allowed, b, -infinity).argmax(1);
    rows_ += count(some);
    agreeing_ += count(at::bitwise_and(some, at::eq(best, other)));
    if (kind_ == RowKind::Scores)
        return;
    const bool logs = kind_ == RowKind::LogProbabilities;
    const at::Tensor p = logs ? at::exp(x) : x;
    const at::Tensor ratio = logs ? at::sub(x, y) : at::sub(at::log(x), at::log(y));
    const at::Tensor rows
        = at::where(at::bitwise_and(both, at::gt(p, 0.0)), at::mul(p, ratio), 0.0).sum(1).clamp_min(0.0);
    const at::Tensor counted = at::where(some, rows, 0.0);
    divergenceRows_ += count(some);
    divergence_ += number(counted.sum());
    largestDivergence_ = std::max(largestDivergence_, number(counted.max()));
}

Difference DifferenceSum::finish() const
{
    Difference result = sum_;
    if (result.cells == 0) {
        result.identical = false;
        return result;
    }
    if (!full_)
        return result;
    const double cells = static_cast<double>(finite_);
    result.meanAbsolute = finite_ ? absolute_ / cells : 0;
    result.meanRelative = finite_ ? relative_ / cells : 0;
    const double lengths = std::sqrt(squareA_) * std::sqrt(squareB_);
    result.cosine
        = result.identical ? (squareA_ > 0 ? 1 : std::nan("")) : (lengths > 0 ? product_ / lengths : std::nan(""));
    if (kind_ != RowKind::Features && rows_)
        result.argMaxAgreement = static_cast<double>(agreeing_) / static_cast<double>(rows_);
    if ((kind_ == RowKind::Probabilities || kind_ == RowKind::LogProbabilities) && divergenceRows_) {
        result.meanDivergence = divergence_ / static_cast<double>(divergenceRows_);
        result.maxDivergence = largestDivergence_;
    }
    return result;
}

} // namespace headscope
