// SPDX-License-Identifier: GPL-3.0-or-later
// The 256 printable characters that byte-level vocabularies write bytes with.
#pragma once

#include <string>
#include <string_view>

namespace headscope {

/// The character (UTF-8) that stands for a byte: itself where it is printable Latin-1, else U+0100 and on.
const std::string& byteCharacter(unsigned char byte);

/// The bytes a vocabulary entry stands for; characters outside the alphabet stand for their own UTF-8.
std::string bytesOfPiece(std::string_view piece);

} // namespace headscope
