// SPDX-License-Identifier: GPL-3.0-or-later
// Token text made visible for people.
#pragma once

#include <string>
#include <string_view>

namespace headscope {

/// Text with one visible glyph a character: space `·`, newline `↵`, tab `⇥`, carriage return `␍`, no-break space `⍽`,
/// other controls and invisible format characters `\x0b` or `\u{200b}`, bytes that are no valid UTF-8 `<0xE2>`.
std::string visibleText(std::string_view utf8);

} // namespace headscope
