// SPDX-License-Identifier: GPL-3.0-or-later
// Regular expressions over UTF-8 (ICU), in the dialect that tokenizer.json files use.
#pragma once

#include "core/text/aligned_text.h"

#include <nlohmann/json_fwd.hpp>

#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// A compiled regular expression. Immutable; thread-safe.
class Regex {
public:
    /// \throws Error(BadModelFile) with `label` and the place of the mistake.
    Regex(const std::string& pattern, const std::string& label);
    ~Regex();
    Regex(Regex&&) noexcept;

    /// Every match, left to right, in bytes of `text`; an empty match right after another match does not count.
    /// \throws Error(BadInput) when the expression takes too long or too much memory on this text (see WorkLimit).
    std::vector<ByteRange> matches(std::string_view text) const;

private:
    struct Compiled;
    std::unique_ptr<Compiled> compiled_;
};

/// What `pattern` of Split and Replace holds: {"String": …}, taken as it is, or {"Regex": …}.
class Pattern {
public:
    /// \throws Error(BadModelFile) with `where`, which names the component.
    Pattern(const nlohmann::json& description, const std::string& where);

    /// As Regex::matches. An empty literal matches between any two characters, and at both ends.
    std::vector<ByteRange> matches(std::string_view text) const;

private:
    std::unique_ptr<Regex> regex_;
    std::string literal_;
};

} // namespace headscope
