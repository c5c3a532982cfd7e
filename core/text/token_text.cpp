// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/token_text.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <cstdio>

namespace headscope {

std::string visibleText(std::string_view utf8)
{
    std::string result;
    char buffer[16];
    const auto size = static_cast<std::int64_t>(utf8.size());
    for (std::int64_t at = 0; at < size;) {
        const std::int64_t start = at;
        UChar32 c = 0;
        U8_NEXT(utf8.data(), at, size, c);
        if (c < 0) {
            for (std::int64_t i = start; i < at; ++i) {
                std::snprintf(
                    buffer, sizeof buffer, "<0x%02X>", static_cast<unsigned char>(utf8[static_cast<std::size_t>(i)]));
                result += buffer;
            }
            continue;
        }
        switch (c) {
        case ' ':
            result += "·";
            continue;
        case '\n':
            result += "↵";
            continue;
        case '\t':
            result += "⇥";
            continue;
        case '\r':
            result += "␍";
            continue;
        case 0xA0:
            result += "⍽";
            continue;
        default:
            break;
        }
        const auto category = U_GET_GC_MASK(c);
        const bool invisible
            = (category & (U_GC_CC_MASK | U_GC_CF_MASK | U_GC_Z_MASK | U_GC_CN_MASK | U_GC_CO_MASK)) != 0;
        if (invisible && c < 0x100) {
            std::snprintf(buffer, sizeof buffer, "\\x%02x", static_cast<unsigned>(c));
            result += buffer;
        } else if (invisible) {
            std::snprintf(buffer, sizeof buffer, "\\u{%x}", static_cast<unsigned>(c));
            result += buffer;
        } else {
            result.append(utf8.substr(static_cast<std::size_t>(start), static_cast<std::size_t>(at - start)));
        }
    }
    return result;
}

} // namespace headscope
