// SPDX-License-Identifier: GPL-3.0-or-later
// Classes and escaped characters of tokenizer.json's regular expressions, said in ICU's dialect.
#pragma once

#include "core/text/pattern_cursor.h"

#include <optional>
#include <string>

namespace headscope {

/// A class in brackets, after the opening one, as an ICU set.
std::string takeBracket(PatternCursor& cursor);

/// A class after its backslash (\d, \p{…}, …) as an ICU set; nothing, and nothing is taken, where there is none.
std::optional<std::string> takeClass(PatternCursor& cursor);

/// What \w is outside brackets, and \b goes by: Latin-1's raised digits and fractions are in it, too.
std::string wordOutsideBrackets();

/// A character after its backslash, which most of them stand for themselves.
char32_t takeEscaped(PatternCursor& cursor);

} // namespace headscope
