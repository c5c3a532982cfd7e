// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/head_place.h"

#include "core/error.h"
#include "core/run/comma_list.h"

#include <algorithm>
#include <charconv>

namespace headscope {

std::string spell(const HeadPlace& place) { return std::to_string(place.layer) + "." + std::to_string(place.head); }

std::vector<HeadPlace> readHeads(const std::string& text, const std::string& option)
{
    std::vector<HeadPlace> heads;
    for (const std::string& word : splitAtCommas(text)) {
        HeadPlace place;
        const char* end = word.data() + word.size();
        const auto layer = std::from_chars(word.data(), end, place.layer);
        const bool dot = layer.ec == std::errc() && layer.ptr != end && *layer.ptr == '.';
        const auto head = dot ? std::from_chars(layer.ptr + 1, end, place.head) : layer;
        if (!dot || head.ec != std::errc() || head.ptr != end)
            throw Error(Fault::BadInput, option + ": expected heads as LAYER.HEAD,…, found '" + word + "'");
        if (std::find(heads.begin(), heads.end(), place) != heads.end())
            throw Error(Fault::BadInput, option + ": expected each head once, found " + word + " twice");
        heads.push_back(place);
    }
    return heads;
}

} // namespace headscope
