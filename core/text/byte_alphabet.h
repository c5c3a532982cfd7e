// SPDX-License-Identifier: GPL-3.0-or-later
// The 256 printable characters that byte-level vocabularies write bytes with.
#pragma once

#include "core/text/aligned_text.h"

#include <string>
#include <string_view>

namespace headscope {

/// The character (UTF-8) that stands for a byte: itself where it is printable Latin-1, else U+0100 and on.
const std::string& byteCharacter(unsigned char byte);

/// Every byte of a text as its character.
AlignedText inByteAlphabet(const AlignedText& text);

/// The bytes a vocabulary entry stands for; one with a character outside the alphabet stands for its own UTF-8.
std::string bytesOfPiece(std::string_view piece);

} // namespace headscope
