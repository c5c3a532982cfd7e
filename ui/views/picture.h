// SPDX-License-Identifier: GPL-3.0-or-later
// Pictures of results for files: title, cells, legend, and a line that says what made them.
#pragma once

#include "core/cache/capture.h"

#include <QImage>

#include <filesystem>
#include <vector>

namespace headscope::ui {

/// How many device pixels a picture may have; larger ones are drawn at a smaller scale.
inline constexpr double largestPicture = 48e6;

/// One head on white. \pre UI thread; the tile covers all tokens of its sequence of the capture.
/// \param scale device pixels a pixel, 1 to 4.
QImage headPicture(const CapturePtr& capture, const PatternTilePtr& tile, int scale);

/// All heads of one sequence. \param tiles layers × heads, layer by layer.
QImage gridPicture(const CapturePtr& capture, const std::vector<PatternTilePtr>& tiles, int scale);

/// Writes a PNG file whole or not at all. Any thread. \throws Error(Output)
void writePng(const QImage& picture, const std::filesystem::path& output);

} // namespace headscope::ui
