// SPDX-License-Identifier: GPL-3.0-or-later
// Patterns that lie far apart, as pictures in a page.
#pragma once

#include "core/parity/parity_report.h"
#include "core/report/png.h"

#include <string>

namespace headscope {

/// Both sides of a head on the fixed scale 0 to 1, and their difference on ± its largest magnitude.
struct PatternImages {
    IndexedPicture reference, candidate, difference;
};
/// A pixel a value. NaN, and a difference with NaN, has a colour of its own. \pre isWhole(picture)
PatternImages imagesOf(const PatternPicture& picture);

/// Whether it has as many values as its size says, and at least one.
bool isWhole(const PatternPicture& picture);

/// A <figure>: A, B and A − B with token labels and scales, the worst cell marked, a caption. Well-formed XML.
std::string patternFigure(const PatternPicture& picture);

} // namespace headscope
