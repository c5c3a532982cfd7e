// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/raster.h"

#include <algorithm>
#include <cmath>
#include <vector>

namespace headscope::ui {

namespace {

struct Span {
    std::size_t begin = 0, end = 0;
    friend bool operator==(Span a, Span b) { return a.begin == b.begin && a.end == b.end; }
};

/// The cells under each pixel of one axis: those it touches when shrinking, the one under its centre when enlarging.
std::vector<Span> spans(double begin, double length, int pixels, std::size_t cells)
{
    std::vector<Span> result(static_cast<std::size_t>(pixels));
    const double step = length / pixels;
    constexpr double slack = 1e-9; // keeps whole boundaries whole
    for (std::size_t i = 0; i < result.size(); ++i) {
        const double from = begin + static_cast<double>(i) * step;
        const bool shrinking = step > 1 + slack;
        const double first = std::floor(shrinking ? from + slack : from + step / 2);
        const double last = shrinking ? std::ceil(from + step - slack) : first + 1;
        const auto b = std::min(static_cast<std::size_t>(std::max(first, 0.0)), cells - 1);
        result[i] = {b, std::clamp(static_cast<std::size_t>(std::max(last, 0.0)), b + 1, cells)};
    }
    return result;
}

/// line[c] = max over the rows, for the columns of `columns`.
void poolRows(const CellCodes& cells, Span rows, Span columns, std::vector<CellCode>& line)
{
    std::copy(cells.row(rows.begin) + columns.begin, cells.row(rows.begin) + columns.end, line.begin());
    const std::size_t count = columns.end - columns.begin;
    for (std::size_t row = rows.begin + 1; row < rows.end; ++row) {
        const CellCode* other = cells.row(row) + columns.begin;
        CellCode* best = line.data();
        for (std::size_t c = 0; c < count; ++c)
            best[c] = std::max(best[c], other[c]);
    }
}

QImage transposedImage(const QImage& image)
{
    QImage result(image.size().transposed(), image.format());
    constexpr int block = 32; // of pixels that stay in the processor's cache
    for (int top = 0; top < image.height(); top += block)
        for (int left = 0; left < image.width(); left += block)
            for (int x = left; x < std::min(left + block, image.width()); ++x) {
                auto* out = reinterpret_cast<QRgb*>(result.scanLine(x));
                for (int y = top; y < std::min(top + block, image.height()); ++y)
                    out[y] = reinterpret_cast<const QRgb*>(image.constScanLine(y))[x];
            }
    return result;
}

} // namespace

QImage raster(const CellCodes& cells, const QRectF& window, QSize pixels, const ColourScale& scale, bool transposed)
{
    if (transposed) // what is hatched and dotted by pixel is the same both ways
        return transposedImage(raster(cells, window, pixels.transposed(), scale));
    if (window.isEmpty() || pixels.isEmpty() || cells.codes.empty())
        return {};
    const auto across = spans(window.x(), window.width(), pixels.width(), cells.width);
    const auto down = spans(window.y(), window.height(), pixels.height(), cells.height);
    const Span columns{across.front().begin, across.back().end};

    QImage image(pixels, QImage::Format_RGB32);
    std::vector<CellCode> line(columns.end - columns.begin), pooled(across.size());
    Span done;
    for (int y = 0; y < pixels.height(); ++y) {
        const Span rows = down[static_cast<std::size_t>(y)];
        if (y == 0 || !(rows == done)) {
            poolRows(cells, rows, columns, line);
            for (std::size_t x = 0; x < across.size(); ++x) {
                CellCode best = unknownCode;
                for (std::size_t c = across[x].begin; c < across[x].end; ++c)
                    best = std::max(best, line[c - columns.begin]);
                pooled[x] = best;
            }
            done = rows;
        }
        auto* out = reinterpret_cast<QRgb*>(image.scanLine(y));
        for (int x = 0; x < pixels.width(); ++x)
            out[x] = scale.of(pooled[static_cast<std::size_t>(x)], x, y);
    }
    return image;
}

} // namespace headscope::ui
