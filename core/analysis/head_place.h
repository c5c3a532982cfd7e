// SPDX-License-Identifier: GPL-3.0-or-later
// One head of one layer, by its numbers.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

namespace headscope {

struct HeadPlace {
    std::size_t layer = 0, head = 0;
    friend bool operator==(const HeadPlace&, const HeadPlace&) = default;
};
std::string spell(const HeadPlace& place); ///< "3.7"
/// "3.7,5.1". \throws Error(BadInput) naming `option`, for anything else and for a head that is named twice.
std::vector<HeadPlace> readHeads(const std::string& text, const std::string& option);

} // namespace headscope
