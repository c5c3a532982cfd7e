// SPDX-License-Identifier: GPL-3.0-or-later
// Heads as vector graphics: PDF with a sheet a page, SVG with one.
#pragma once

#include "ui/views/grid_sheet.h"
#include "ui/views/head_sheet.h"

#include <filesystem>
#include <functional>

namespace headscope::ui {

/// Title and provenance, for readers of a file's metadata.
struct VectorNotes {
    QString title, provenance;
};

/// A page to be painted, in units of 1/96 inch.
struct VectorPage {
    QSize size;
    std::function<void(QCPPainter& painter)> paint;
};
/// Cells are rectangles, above 128 tokens one image that is not smoothed; in a grid one for each head.
VectorPage pageOf(HeadSheet sheet);
VectorPage pageOf(GridSheet sheet);

/// Makes a page, from 0.
using PageMaker = std::function<VectorPage(std::size_t page)>;

/// Writes as many pages as asked for, each made when it is needed. Any thread. \throws Error(Output), and what `make`
/// throws.
void writePdf(std::size_t pages, const PageMaker& make, const VectorNotes& notes, const std::filesystem::path& output);

/// Cells are <rect> elements, above 128 tokens and in a grid an <image> that is not smoothed. Any thread.
/// \throws Error(Output)
void writeSvg(const HeadSheet& sheet, const VectorNotes& notes, const std::filesystem::path& output);
void writeSvg(const GridSheet& sheet, const VectorNotes& notes, const std::filesystem::path& output);

} // namespace headscope::ui
