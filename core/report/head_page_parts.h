// SPDX-License-Identifier: GPL-3.0-or-later
// The parts of a page of heads that show values.
#pragma once

#include "core/report/head_export.h"
#include "core/report/parity_formats.h"

namespace headscope {

/// A <figure> with token labels and its scale, pooled to at most 512 values a side.
/// \param readable the run's own values go into the page, for resources/report/heads.js; then nothing is pooled
void writeHeadFigure(
    const HeadExport& what, const HeadPlace& head, const PagePainter& paint, bool readable, const TextSink& out);

/// A table of the twenty largest values among the cells that may be attended to.
void writeStrongest(const HeadExport& what, const HeadPlace& head, const TextSink& out);

/// The tokens of rows and columns, for the same script.
void writeTokens(const HeadExport& what, const TextSink& out);

} // namespace headscope
