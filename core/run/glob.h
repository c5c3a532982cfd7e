// SPDX-License-Identifier: GPL-3.0-or-later
// Globs of hook names.
#pragma once

#include <string>

namespace headscope {

/// Shell-style match: `*` any text, `?` one character, `[…]` one of a set.
bool globMatches(const std::string& glob, const std::string& name);

} // namespace headscope
