// SPDX-License-Identifier: GPL-3.0-or-later
// Heads for pages that are read in a browser.
#pragma once

#include "core/report/page_picture.h"
#include "ui/views/head_sheet.h"

namespace headscope::ui {

/// A tile as a sheet of that style shows it, in at most 256 colours: up to half a 250th of the scale beside the
/// sheet's, hatches and dots left out. Any thread.
PagePicture pagePicture(const CapturePtr& capture, const PatternTilePtr& tile, const SheetStyle& style);

} // namespace headscope::ui
