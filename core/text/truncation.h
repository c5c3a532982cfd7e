// SPDX-License-Identifier: GPL-3.0-or-later
// Cutting tokens down to a length, with windows of what is cut off.
#pragma once

#include "core/text/post_processor.h"
#include "core/text/tokenizer.h"

#include <vector>

namespace headscope {

/// Cuts one or two texts down to `maxLength` tokens together; special tokens do not count here.
/// \throws Error(BadInput) as Tokenizer::encodeTruncated.
void truncate(std::vector<ProcessedPart>& texts, const Truncation& truncation);

/// The parts one after the other; then every combination of them with what overflows, in the library's order.
std::vector<ProcessedTokens> joined(std::vector<ProcessedPart> parts);

} // namespace headscope
