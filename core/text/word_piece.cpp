// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/word_piece.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace headscope {
namespace {

std::uint64_t countField(
    const nlohmann::json& object, const char* key, std::uint64_t fallback, const std::string& where)
{
    const nlohmann::json value = object.value(key, nlohmann::json(fallback));
    if (!value.is_number_unsigned())
        throw Error(
            Fault::BadModelFile, where + "." + key + ": expected a whole number from 0, found " + excerpt(value));
    return value.get<std::uint64_t>();
}

} // namespace

WordPiece::WordPiece(const nlohmann::json& model, const std::string& where)
    : vocabulary_(model.at("vocab"), where + ".vocab")
    , unknown_(textField(model, "unk_token", "[UNK]", where))
    , prefix_(textField(model, "continuing_subword_prefix", "##", where))
    , unknownId_(vocabulary_.find(unknown_))
    , longestWord_(countField(model, "max_input_chars_per_word", 100, where))
{
}

std::vector<WordToken> WordPiece::unknownWord(std::string_view word) const
{
    if (!unknownId_)
        refuseUnknownWord(word, unknown_);
    return {{*unknownId_, 0, word.size()}};
}

std::vector<WordToken> WordPiece::encode(std::string_view word) const
{
    const auto characters = std::count_if(
        word.begin(), word.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
    if (static_cast<std::uint64_t>(characters) > longestWord_)
        return unknownWord(word);
    std::vector<WordToken> result;
    std::string candidate;
    for (std::size_t begin = 0; begin < word.size();) {
        // A piece that is longer than any in the vocabulary need not be looked up.
        std::size_t end = std::min(word.size(), begin + vocabulary_.longest());
        std::optional<std::int64_t> id;
        for (; end > begin && !id; end -= !id) {
            if (end < word.size() && (static_cast<unsigned char>(word[end]) & 0xC0) == 0x80)
                continue; // inside a character
            candidate.assign(begin > 0 ? prefix_ : std::string());
            candidate.append(word, begin, end - begin);
            WorkLimit::steps(1 + candidate.size() / 16, "model");
            id = vocabulary_.find(candidate);
        }
        if (!id)
            return unknownWord(word);
        result.push_back({*id, begin, end});
        begin = end;
    }
    return result;
}

WordLevel::WordLevel(const nlohmann::json& model, const std::string& where)
    : vocabulary_(model.at("vocab"), where + ".vocab")
    , unknown_(textField(model, "unk_token", "<unk>", where))
    , unknownId_(vocabulary_.find(unknown_))
{
}

std::vector<WordToken> WordLevel::encode(std::string_view word) const
{
    auto id = vocabulary_.find(word);
    if (!id)
        id = unknownId_;
    if (!id)
        refuseUnknownWord(word, unknown_);
    return {{*id, 0, word.size()}};
}

} // namespace headscope
