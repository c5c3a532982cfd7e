// SPDX-License-Identifier: GPL-3.0-or-later
// Several heads that are looked at as one.
#pragma once

#include "core/cache/combined_heads.h"

namespace headscope::ui {

using Combined = CombinedHeads;

} // namespace headscope::ui
