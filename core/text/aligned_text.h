// SPDX-License-Identifier: GPL-3.0-or-later
// Text during tokenisation, with the place that each byte came from.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// Half-open range of bytes.
struct ByteRange {
    std::size_t begin = 0, end = 0;
    friend bool operator==(ByteRange a, ByteRange b) { return a.begin == b.begin && a.end == b.end; }
};

/// A character of rewritten text. `change` says what it stands for: 0 the next old character, 1 none (it was inserted),
/// -n the next old character and the n after it.
struct RewrittenCharacter {
    char32_t character = 0;
    int change = 0;
};

/// A stretch of text during tokenisation. Every byte of `text` knows which bytes of the original it stands for, so
/// offsets survive anything that inserts, removes or replaces text.
///
/// Source  the rules are those of the `tokenizers` library: an inserted character stands for what the one before it
/// stands for, a character that swallows others keeps its own place only.
struct AlignedText {
    std::string text; ///< valid UTF-8
    std::vector<ByteRange> origin; ///< as long as text; all bytes of one character share a range
    std::size_t base = 0; ///< where in the original the stretch was when it was cut out

    static AlignedText of(std::string_view original, ByteRange range);
    AlignedText slice(ByteRange range) const;

    /// Where bytes of `text` came from. An empty or impossible range is counted from `base`.
    ByteRange originOf(ByteRange range) const;

    void rewrite(const std::vector<RewrittenCharacter>& characters);
    void replace(const std::vector<ByteRange>& matches, std::string_view content);
    void prepend(std::string_view content); ///< nothing when the text is empty

    /// Keeps the characters for which `wanted` is true.
    template <typename Predicate> void keepIf(Predicate wanted);

private:
    std::size_t characterEnd(std::size_t at) const;
    char32_t characterAt(std::size_t at) const;
};

template <typename Predicate> void AlignedText::keepIf(Predicate wanted)
{
    std::size_t kept = 0;
    for (std::size_t at = 0; at < text.size();) {
        const std::size_t end = characterEnd(at);
        const bool keep = wanted(characterAt(at));
        for (; at < end; ++at) {
            if (!keep)
                continue;
            text[kept] = text[at];
            origin[kept] = origin[at];
            ++kept;
        }
    }
    text.resize(kept);
    origin.resize(kept);
}

} // namespace headscope
