// SPDX-License-Identifier: GPL-3.0-or-later
// Heads as vector graphics: PDF with a head a page, SVG with one.
#pragma once

#include "ui/views/head_sheet.h"

#include <filesystem>
#include <functional>

namespace headscope::ui {

/// Title and provenance, for readers of a file's metadata.
struct VectorNotes {
    QString title, provenance;
};

/// Makes the sheet of a page, from 0.
using SheetMaker = std::function<HeadSheet(std::size_t page)>;

/// Writes as many pages as asked for, each made when it is needed. Any thread. \throws Error(Output), and what `make`
/// throws.
void writePdf(std::size_t pages, const SheetMaker& make, const VectorNotes& notes, const std::filesystem::path& output);

/// Cells are <rect> elements, above 128 tokens one <image> that is not smoothed. Any thread. \throws Error(Output)
void writeSvg(const HeadSheet& sheet, const VectorNotes& notes, const std::filesystem::path& output);

} // namespace headscope::ui
