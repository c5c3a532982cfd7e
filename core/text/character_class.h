// SPDX-License-Identifier: GPL-3.0-or-later
// The character classes of tokenizer.json's regular expressions, said in ICU's dialect.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace headscope {

/// What \p{name} stands for, as an ICU set in brackets: a general category, a script, or one of the names that also
/// stand between [: and :]. Holds the characters that the tokenizers library knows and an older ICU does not. \return
/// nothing for a name that is not known.
std::optional<std::string> propertySet(std::string_view name);

/// What [:name:] stands for within brackets; as propertySet(), but for `punct`, which has symbols in it.
std::optional<std::string> bracketSet(std::string_view name);

} // namespace headscope
