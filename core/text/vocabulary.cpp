// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/vocabulary.h"

#include "core/error.h"
#include "core/io/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace headscope {

Vocabulary::Vocabulary(const nlohmann::json& json, const std::string& where)
{
    if (!json.is_object())
        throw Error(Fault::BadModelFile, where + ": expected an object of pieces and ids, found " + excerpt(json));
    ids_.reserve(json.size());
    pieces_.reserve(json.size());
    for (const auto& [piece, value] : json.items()) {
        const auto id = tokenId(value, where + ": '" + piece + "'");
        const auto& stored = ids_.emplace(piece, id).first->first;
        const auto [other, isNew] = pieces_.emplace(id, &stored);
        if (!isNew)
            throw Error(Fault::BadModelFile,
                where + ": expected one piece an id, found '" + *other->second + "' and '" + piece + "' with id "
                    + std::to_string(id));
        longest_ = std::max(longest_, piece.size());
    }
}

std::optional<std::int64_t> Vocabulary::find(std::string_view piece) const
{
    const auto it = ids_.find(piece);
    return it == ids_.end() ? std::nullopt : std::optional(it->second);
}

const std::string& Vocabulary::piece(std::int64_t id) const
{
    static const std::string none;
    const auto it = pieces_.find(id);
    return it == pieces_.end() ? none : *it->second;
}

std::string bytePiece(unsigned char byte)
{
    constexpr char digits[] = "0123456789ABCDEF";
    return {'<', '0', 'x', digits[byte / 16], digits[byte % 16], '>'};
}

} // namespace headscope
