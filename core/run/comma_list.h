// SPDX-License-Identifier: GPL-3.0-or-later
// Lists with commas between, as options give them.
#pragma once

#include <algorithm>
#include <string>
#include <vector>

namespace headscope {

/// "a,b" -> a, b; an empty part stays, so that the reader can refuse it.
inline std::vector<std::string> splitAtCommas(const std::string& text)
{
    std::vector<std::string> words;
    for (std::size_t begin = 0; begin <= text.size();) {
        const std::size_t end = std::min(text.find(',', begin), text.size());
        words.push_back(text.substr(begin, end - begin));
        begin = end + 1;
    }
    return words;
}

} // namespace headscope
