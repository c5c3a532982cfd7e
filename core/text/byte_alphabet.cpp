// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/byte_alphabet.h"

#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <array>
#include <unordered_map>

namespace headscope {
namespace {

struct Alphabet {
    std::array<std::string, 256> characters;
    std::unordered_map<char32_t, unsigned char> bytes;
};

const Alphabet& alphabet()
{
    static const Alphabet built = [] {
        Alphabet result;
        char32_t next = 0x100;
        for (int byte = 0; byte < 256; ++byte) {
            const bool printable = (byte >= 0x21 && byte <= 0x7E) || (byte >= 0xA1 && byte <= 0xAC) || byte >= 0xAE;
            const char32_t c = printable ? static_cast<char32_t>(byte) : next++;
            appendUtf8(result.characters[static_cast<std::size_t>(byte)], c);
            result.bytes.emplace(c, static_cast<unsigned char>(byte));
        }
        return result;
    }();
    return built;
}

} // namespace

const std::string& byteCharacter(unsigned char byte) { return alphabet().characters[byte]; }

AlignedText inByteAlphabet(const AlignedText& text)
{
    AlignedText result;
    result.base = text.base;
    result.text.reserve(2 * text.text.size());
    result.origin.reserve(2 * text.text.size());
    for (std::size_t i = 0; i < text.text.size(); ++i) {
        result.text += byteCharacter(static_cast<unsigned char>(text.text[i]));
        result.origin.resize(result.text.size(), text.origin[i]);
    }
    WorkLimit::memory((result.text.size() - text.text.size()) * (1 + sizeof(ByteRange)), "rewritten text");
    return result;
}

std::string bytesOfPiece(std::string_view piece)
{
    std::string result;
    for (std::size_t at = 0; at < piece.size(); at += utf8Length(piece[at])) {
        const auto found = alphabet().bytes.find(codePointAt(piece, at));
        if (found == alphabet().bytes.end())
            return std::string(piece);
        result.push_back(static_cast<char>(found->second));
    }
    return result;
}

} // namespace headscope
