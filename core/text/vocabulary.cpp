// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/vocabulary.h"

#include "core/error.h"
#include "core/io/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <random>

namespace headscope {

std::size_t IdHash::operator()(std::uint64_t id) const noexcept
{
    static const std::uint64_t seed = std::random_device()() | std::uint64_t(std::random_device()()) << 32;
    id = (id ^ seed) * 0x9E3779B97F4A7C15; // the golden ratio, as many hashes have it
    id = (id ^ id >> 32) * 0x9E3779B97F4A7C15;
    return id ^ id >> 32;
}

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
