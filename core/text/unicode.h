// SPDX-License-Identifier: GPL-3.0-or-later
// UTF-8 text with the place each byte came from, and regular expressions over it (ICU).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// Half-open range of bytes.
struct ByteRange {
    std::size_t begin = 0, end = 0;
    friend bool operator==(ByteRange a, ByteRange b) { return a.begin == b.begin && a.end == b.end; }
};

/// A stretch of text during tokenisation. Every byte of `text` knows which bytes of the original it stands for, so
/// offsets survive anything that inserts, removes or replaces text.
struct AlignedText {
    std::string text; ///< valid UTF-8
    std::vector<ByteRange> origin; ///< as long as text; all bytes of one character share a range

    static AlignedText of(std::string_view original, ByteRange range);
    AlignedText slice(ByteRange range) const;
};

/// \return the byte where `text` stops being valid UTF-8, or npos.
std::size_t firstInvalidUtf8(std::string_view text);

/// Bytes of the character that starts with `lead`. \pre the text is valid UTF-8
std::size_t utf8Length(char lead) noexcept;

/// The code point that starts at `at`. \pre the text is valid UTF-8
char32_t codePointAt(std::string_view text, std::size_t at) noexcept;

/// Appends a code point as UTF-8.
void appendUtf8(std::string& text, char32_t codePoint);

/// A compiled regular expression in the dialect that tokenizer.json files use.
class Regex {
public:
    /// \throws Error(BadModelFile) with `label` and the place of the mistake.
    Regex(const std::string& pattern, const std::string& label);
    ~Regex();
    Regex(Regex&&) noexcept;

    /// Every match, left to right, in bytes of `text`. Thread-safe.
    std::vector<ByteRange> matches(std::string_view text) const;

private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

bool isWhiteSpace(char32_t c) noexcept; ///< Unicode White_Space
bool isNumeric(char32_t c) noexcept; ///< general category N*
bool isWordCharacter(char32_t c) noexcept;

} // namespace headscope
