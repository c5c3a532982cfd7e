// SPDX-License-Identifier: GPL-3.0-or-later
// Reading a regular expression from left to right.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace headscope {

/// A place in a regular expression. \pre the expression is valid UTF-8.
class PatternCursor {
public:
    PatternCursor(std::string_view pattern, const std::string& label)
        : pattern_(pattern)
        , label_(label)
    {
    }

    std::size_t at = 0; ///< in bytes

    bool atEnd() const { return at >= pattern_.size(); }
    char next() const { return pattern_[at]; } ///< \pre not atEnd()
    bool sees(std::string_view text) const { return pattern_.substr(at).starts_with(text); }
    bool takes(std::string_view text); ///< whether it comes next; then it is taken

    char32_t takeCharacter();
    std::string takeUntil(std::string_view end); ///< what comes before `end`, which is taken, too

    /// The value of the most digits there are, up to `most`. \throws Error(BadModelFile) if there is none.
    char32_t takeDigits(int most, unsigned base);

    /// One group or bracket deeper. \throws Error(BadModelFile) when that is too deep.
    void enter();
    void leave() { --depth_; }

    /// \throws Error(BadModelFile) with the label, the expression, the place and what was found there.
    [[noreturn]] void fail(const std::string& found) const;

private:
    std::string_view pattern_;
    std::string label_;
    int depth_ = 0;
};

} // namespace headscope
