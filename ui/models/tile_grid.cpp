// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/tile_grid.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

namespace {

constexpr double mostValuesSeen = 6e6; ///< what a screen full may cost, whatever its resolution

/// Positions a side of a tile that has nothing left over.
std::size_t span(std::size_t level)
{
    return std::min(TileGrid::mostValues * TileGrid::step(level), TileGrid::mostPositions);
}

/// The positions that fall into whole blocks.
std::size_t evenPart(std::size_t count, std::size_t level) { return count - count % TileGrid::step(level); }

/// The positions that an interval of coordinates touches.
Range positions(double begin, double length, std::size_t count)
{
    const double end = static_cast<double>(count);
    const auto first = static_cast<std::size_t>(std::clamp(std::floor(begin), 0.0, end));
    const auto last = static_cast<std::size_t>(std::clamp(std::ceil(begin + length), 0.0, end));
    return {first, std::max(first, last)};
}

} // namespace

std::size_t TileGrid::topLevel() const
{
    std::size_t level = 0;
    while (step(level) < mostPositions && std::max(rows_, columns_) > 64 * step(level))
        ++level;
    return level;
}

Range TileGrid::cut(std::size_t count, std::size_t level, std::size_t index)
{
    const std::size_t even = evenPart(count, level), begin = index * span(level);
    if (begin >= even)
        return {even, count};
    return {begin, std::min(begin + span(level), even)};
}

std::size_t TileGrid::indexOf(std::size_t count, std::size_t level, std::size_t position)
{
    const std::size_t even = evenPart(count, level);
    return position < even ? position / span(level) : (even + span(level) - 1) / span(level);
}

std::vector<TileKey> TileGrid::touching(std::size_t level, const QRectF& seen) const
{
    return touching(level, positions(seen.y(), seen.height(), rows_), positions(seen.x(), seen.width(), columns_));
}

std::vector<TileKey> TileGrid::touching(std::size_t level, Range rows, Range columns) const
{
    std::vector<TileKey> keys;
    if (rows.size() == 0 || columns.size() == 0)
        return keys;
    const std::size_t top = indexOf(rows_, level, rows.begin), bottom = indexOf(rows_, level, rows.end - 1);
    const std::size_t left = indexOf(columns_, level, columns.begin), right = indexOf(columns_, level, columns.end - 1);
    for (std::size_t row = top; row <= bottom; ++row)
        for (std::size_t column = left; column <= right; ++column)
            keys.push_back({level, row, column});
    return keys;
}

std::size_t TileGrid::levelFor(const QRectF& seen, QSizeF pixels, Pool pool) const
{
    if (seen.isEmpty() || pixels.isEmpty())
        return topLevel();
    const double perPixel = std::max(seen.width() / pixels.width(), seen.height() / pixels.height());
    const double exact = std::log2(std::max(perPixel, 1.0)), slack = 1e-6;
    auto level = static_cast<std::size_t>(pool == Pool::Mean ? std::ceil(exact - slack) : std::floor(exact + slack));
    while (seen.width() * seen.height() / std::pow(4.0, static_cast<double>(level)) > mostValuesSeen)
        ++level;
    return std::min(level, topLevel());
}

} // namespace headscope::ui
