// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"

namespace headscope {

std::string Error::oneLine(std::string text)
{
    // What a message quotes may be a whole file: its beginning names the file, its end says what is wrong.
    constexpr std::size_t longest = 2000, kept = longest / 2; // bytes
    if (text.size() > longest) {
        const auto isInside = [&](std::size_t at) { return (static_cast<unsigned char>(text[at]) & 0xC0) == 0x80; };
        std::size_t begin = kept, end = text.size() - kept;
        while (begin > 0 && isInside(begin))
            --begin;
        while (end < text.size() && isInside(end))
            ++end;
        text.replace(begin, end - begin, "…");
    }
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) // what() ends at a NUL; a terminal obeys the others
            c = ' ';
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

} // namespace headscope
