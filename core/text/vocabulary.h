// SPDX-License-Identifier: GPL-3.0-or-later
// The pieces of a model and their ids.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

namespace headscope {

/// Lets maps from strings be asked with string_views.
struct StringHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const noexcept { return std::hash<std::string_view>()(text); }
};
/// For keys that a file chooses: nobody can know beforehand which ones share a bucket.
struct IdHash {
    std::size_t operator()(std::uint64_t id) const noexcept;
};
template <typename Value> using StringMap = std::unordered_map<std::string, Value, StringHash, std::equal_to<>>;

/// Pieces and ids, one to one. Immutable; thread-safe.
class Vocabulary {
public:
    /// \param json an object {piece: id}. \throws Error(BadModelFile) with `where` for an id that is none or is given
    /// twice.
    Vocabulary(const nlohmann::json& json, const std::string& where);
    Vocabulary(Vocabulary&&) = default;

    std::optional<std::int64_t> find(std::string_view piece) const;
    const std::string& piece(std::int64_t id) const; ///< empty for an id that is not in the vocabulary
    std::size_t size() const noexcept { return ids_.size(); }
    std::size_t longest() const noexcept { return longest_; } ///< bytes of the longest piece

private:
    StringMap<std::int64_t> ids_;
    std::unordered_map<std::int64_t, const std::string*, IdHash> pieces_;
    std::size_t longest_ = 0;
};

/// How vocabularies with byte_fallback write a byte: <0x0A>.
std::string bytePiece(unsigned char byte);

} // namespace headscope
