// SPDX-License-Identifier: GPL-3.0-or-later
// What each dimension of a query and a key adds to their score.
#pragma once

#include "core/cache/capture.h"

#include <vector>

namespace headscope {

/// query[i] * key[i] by dimension. \param key a position within vectors.keys
std::vector<double> products(const QueryKeyVectors& vectors, std::size_t key);
/// scale * query[i] * key[i] by dimension, in logits before the softmax: their sum is the score before a soft cap and
/// the mask. \param key a position within vectors.keys
std::vector<double> scoreParts(const QueryKeyVectors& vectors, std::size_t key);

/// The score of a key before the mask, in logits: cap(scale * sum over i of query[i] * key[i]).
double unmaskedScore(const QueryKeyVectors& vectors, std::size_t key);
/// c tanh(score / c); the score itself without a cap. \param softCap c; 0: none
double capped(double score, double softCap);

/// Dimensions by what they add, the largest magnitude first; equal ones in their order.
std::vector<std::size_t> strongestFirst(const std::vector<double>& parts);

/// The fewest dimensions whose magnitudes add up to a share of all magnitudes; 0 where every part is 0.
/// \param share 0 … 1
std::size_t dimensionsFor(const std::vector<double>& parts, double share);

} // namespace headscope
