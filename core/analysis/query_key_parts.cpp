// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/query_key_parts.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace headscope {

std::vector<double> products(const QueryKeyVectors& vectors, std::size_t key)
{
    const float* row = vectors.keyVectors.data() + (key - vectors.keys.begin) * vectors.width;
    std::vector<double> result(vectors.width);
    for (std::size_t i = 0; i < vectors.width; ++i)
        result[i] = static_cast<double>(vectors.queryVector[i]) * static_cast<double>(row[i]);
    return result;
}

std::vector<double> scoreParts(const QueryKeyVectors& vectors, std::size_t key)
{
    std::vector<double> parts = products(vectors, key);
    for (double& part : parts)
        part *= vectors.scale;
    return parts;
}

double capped(double score, double softCap) { return softCap > 0 ? softCap * std::tanh(score / softCap) : score; }

double unmaskedScore(const QueryKeyVectors& vectors, std::size_t key)
{
    const auto parts = scoreParts(vectors, key);
    return capped(std::accumulate(parts.begin(), parts.end(), 0.0), vectors.softCap);
}

std::vector<std::size_t> strongestFirst(const std::vector<double>& parts)
{
    std::vector<std::size_t> order(parts.size());
    std::iota(order.begin(), order.end(), std::size_t{0});
    const auto size = [&](std::size_t i) { return std::isnan(parts[i]) ? INFINITY : std::abs(parts[i]); };
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return size(a) > size(b); });
    return order;
}

std::size_t dimensionsFor(const std::vector<double>& parts, double share)
{
    double all = 0, some = 0;
    for (const double part : parts)
        all += std::abs(part);
    std::size_t count = 0;
    if (!(all > 0)) // or NaN
        return 0;
    for (const std::size_t i : strongestFirst(parts)) {
        if (some >= share * all * (1 - 1e-12)) // rounding must not ask for one more
            break;
        some += std::abs(parts[i]);
        ++count;
    }
    return count;
}

} // namespace headscope
