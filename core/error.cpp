// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"

namespace headscope {

std::string Error::oneLine(std::string text)
{
    constexpr std::size_t longest = 2000; // bytes; what a message quotes may be a whole file
    if (text.size() > longest) {
        std::size_t cut = longest; // not inside a character
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
            --cut;
        text.resize(cut);
        text += "…";
    }
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7F) // what() ends at a NUL; a terminal obeys the others
            c = ' ';
    while (!text.empty() && text.back() == ' ')
        text.pop_back();
    return text;
}

} // namespace headscope
