// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of results for files: title, cells, legend, and a line that says what made them.
#pragma once

#include "ui/views/grid_sheet.h"
#include "ui/views/head_sheet.h"

#include <QImage>

#include <filesystem>

namespace headscope::ui {

/// How many device pixels a picture may have; larger ones are drawn at a smaller scale.
inline constexpr double largestPicture = 48e6;

/// The device pixels a unit that a picture is drawn with. \param wanted 1 to 4.
int pictureScale(QSize size, int wanted);

/// What to say when a picture is drawn with less than was asked for; else nothing.
QString scaleNote(int wanted, const QImage& picture);

/// One head, or all heads. Any thread. \param scale device pixels a unit, 1 to 4.
QImage headPicture(const HeadSheet& sheet, int scale);
QImage gridPicture(const GridSheet& sheet, int scale);

/// Writes a PNG file whole or not at all, with its provenance as the text "Description". Any thread.
/// \throws Error(Output)
void writePng(QImage picture, const QString& provenance, const std::filesystem::path& output);

} // namespace headscope::ui
