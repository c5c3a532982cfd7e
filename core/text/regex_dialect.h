// SPDX-License-Identifier: GPL-3.0-or-later
// From the dialect of tokenizer.json's regular expressions to ICU's.
#pragma once

#include <string>

namespace headscope {

/// The expression that means to ICU, in lines that end with \n and with ^ and $ at every line's ends, what `pattern`
/// means to the tokenizers library: Oniguruma with Ruby's syntax.
///
/// They differ more than it looks: {1,3}+ repeats a repetition, (?m) is about the dot, (?i) in the middle of a group
/// takes the alternatives after it along, \pL is the letters p and L, and words, classes and newer characters have
/// other members.
///
/// \throws Error(BadModelFile) with `label` and the place, for what is wrong and for what ICU cannot express: absent
/// groups, conditions, calls, \K, \X, \y.
std::string inIcuDialect(const std::string& pattern, const std::string& label);

} // namespace headscope
