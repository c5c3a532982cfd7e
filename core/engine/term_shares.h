// SPDX-License-Identifier: GPL-3.0-or-later
// How much of a sum each of its terms is. Internal to core: includes ATen.
#pragma once

#include <ATen/core/Tensor.h>

#include <functional>

namespace headscope {

/// Rows of sums y, ready to be compared with their terms.
class SumRows {
public:
    explicit SumRows(const at::Tensor& rows); ///< [T, D] of any type and device

    std::int64_t rows() const { return signs_.size(0); }
    std::int64_t width() const { return signs_.size(1); }
    /// max(0, |y| - |y - factor z|) of one row and a term z [D], without the cancellation of that difference: with u
    /// = sign(y) factor z it is the sum over elements of min(u, 2 |y| - u), whatever the sign of 0.
    float nearness(std::int64_t row, const float* term, float factor = 1) const;

private:
    at::Tensor signs_, doubled_; ///< [T, D] float32 on the host: -1 or 1, 2 |y|
};

/// What one head adds to sums: row q gets factors[q, k] * terms[k] of each key k.
struct HeadTerms {
    at::Tensor factors; ///< [T, T] float32 on the host, contiguous
    at::Tensor terms; ///< [T, D] likewise
};

/// The nearness of each of a head's terms, into `result` [T, T]; a factor of 0 gives 0. Threads: as many as the runner
/// may use.
/// \param go asked for every row; false leaves rows out
void addNearness(const SumRows& sums, const HeadTerms& head, float* result, const std::function<bool()>& go);

/// On the host, in float32, contiguous.
at::Tensor narrowOnHost(const at::Tensor& value);

} // namespace headscope
