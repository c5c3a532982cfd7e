// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/token_text.h"

#include "core/text/tokenizer.h"

#include <unicode/uchar.h>
#include <unicode/utf8.h>

#include <array>
#include <cstdint>
#include <cstdio>
#include <utility>

namespace headscope {
namespace {

template <class Value> std::string formatted(const char* format, Value value)
{
    std::array<char, 16> buffer{};
    std::snprintf(buffer.data(), buffer.size(), format, value);
    return buffer.data();
}

bool isInvisible(UChar32 c)
{
    constexpr auto unseen = U_GC_CC_MASK | U_GC_CF_MASK | U_GC_Z_MASK | U_GC_CN_MASK | U_GC_CO_MASK;
    return (U_GET_GC_MASK(c) & unseen) != 0 || u_hasBinaryProperty(c, UCHAR_DEFAULT_IGNORABLE_CODE_POINT);
}

/// The glyph or escape for a character that is not seen by itself; empty for all others.
std::string standIn(UChar32 c)
{
    switch (c) {
    case ' ':
        return "·";
    case '\n':
        return "↵";
    case '\t':
        return "⇥";
    case '\r':
        return "␍";
    case 0xA0:
        return "⍽";
    default:
        break;
    }
    if (!isInvisible(c))
        return {};
    return c < 0x100 ? formatted("\\x%02x", static_cast<unsigned>(c)) : formatted("\\u{%x}", static_cast<unsigned>(c));
}

std::string escaped(char byte)
{
    return formatted("<0x%02X>", static_cast<unsigned>(static_cast<unsigned char>(byte)));
}

/// A character, or bytes that are none, in a text.
struct Character {
    std::size_t begin = 0, end = 0;
    UChar32 code = -1; ///< negative: no valid UTF-8
};

Character characterAt(std::string_view text, std::size_t begin)
{
    auto end = static_cast<std::int64_t>(begin);
    UChar32 code = 0;
    U8_NEXT(text.data(), end, static_cast<std::int64_t>(text.size()), code);
    return {begin, static_cast<std::size_t>(end), code};
}

/// Writes characters one after the other.
class Writer {
public:
    explicit Writer(bool spacesStay = false)
        : spacesStay_(spacesStay)
    {
    }

    std::string operator()(std::string_view text, const Character& character)
    {
        const std::string_view bytes = text.substr(character.begin, character.end - character.begin);
        std::string result;
        const bool bearsMarks = std::exchange(bearsMarks_, false);
        if (character.code < 0) {
            for (const char byte : bytes)
                result += escaped(byte);
            return result;
        }
        if (!(spacesStay_ && character.code == ' '))
            result = standIn(character.code);
        if (!result.empty())
            return result;
        bearsMarks_ = true;
        if (!bearsMarks && (U_GET_GC_MASK(character.code) & U_GC_M_MASK) != 0)
            result = "◌"; // or it would be drawn over what stands before
        return result.append(bytes);
    }

private:
    bool spacesStay_;
    bool bearsMarks_ = false; ///< the character before is seen as it is
};

std::string visible(std::string_view text, bool spacesStay)
{
    std::string result;
    Writer write(spacesStay);
    for (std::size_t at = 0; at < text.size();) {
        const Character character = characterAt(text, at);
        result += write(text, character);
        at = character.end;
    }
    return result;
}

/// `¹⁄₃`; a character has at most four bytes.
std::string partText(std::size_t part, std::size_t parts)
{
    constexpr std::array<const char*, 4> upper{"¹", "²", "³", "⁴"}, lower{"₁", "₂", "₃", "₄"};
    return std::string(upper.at(part)) + "⁄" + lower.at(parts - 1);
}

/// Neighbours that may share characters.
class Run {
public:
    Run(std::span<const TokenBytes> tokens, std::span<TokenLabel> labels)
        : labels_(labels)
    {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            text_ += tokens[i].bytes;
            owners_.resize(text_.size(), i);
        }
    }

    void label()
    {
        Writer write;
        for (std::size_t at = 0; at < text_.size();) {
            const Character character = characterAt(text_, at);
            const std::size_t first = owners_[at], last = owners_[character.end - 1];
            if (at == 0 || owners_[at - 1] != last)
                write = Writer();
            if (character.code < 0)
                for (std::size_t i = at; i < character.end; ++i)
                    labels_[owners_[i]].text += write(text_, {i, i + 1});
            else if (first == last)
                labels_[first].text += write(text_, character);
            else
                share(character);
            at = character.end;
        }
    }

private:
    void share(const Character& character)
    {
        std::vector<std::size_t> holders; // a token without bytes holds nothing
        for (std::size_t i = character.begin; i < character.end; ++i)
            if (holders.empty() || holders.back() != owners_[i])
                holders.push_back(owners_[i]);
        for (std::size_t part = 0; part < holders.size(); ++part)
            labels_[holders[part]].text += Writer()(text_, character) + partText(part, holders.size());
        for (std::size_t i = holders.front(); i < holders.back(); ++i)
            labels_[i].joinsNext = true;
    }

    std::string text_;
    std::vector<std::size_t> owners_; ///< of every byte, the token
    std::span<TokenLabel> labels_;
};

} // namespace

std::string visibleText(std::string_view utf8) { return visible(utf8, false); }

std::string visiblePiece(std::string_view piece) { return visible(piece, true); }

TokenBytes bytesOf(std::int64_t id, const Tokenizer* tokenizer, bool apart)
{
    const std::string piece = tokenizer ? tokenizer->piece(id) : std::string();
    if (piece.empty())
        return {std::to_string(id), true};
    std::string bytes = tokenizer->bytes(id);
    return bytes.empty() ? TokenBytes{piece, true} : TokenBytes{std::move(bytes), apart};
}

std::vector<TokenLabel> labelsOf(std::span<const TokenBytes> tokens)
{
    std::vector<TokenLabel> labels(tokens.size());
    for (std::size_t first = 0; first < tokens.size();) {
        std::size_t last = first + 1;
        while (!tokens[first].apart && last < tokens.size() && !tokens[last].apart)
            ++last;
        Run(tokens.subspan(first, last - first), std::span(labels).subspan(first, last - first)).label();
        first = last;
    }
    return labels;
}

} // namespace headscope
