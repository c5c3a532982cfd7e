// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/regex.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/regex_dialect.h"
#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <unicode/regex.h>
#include <unicode/uchar.h>
#include <unicode/unistr.h>

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <utility>

namespace headscope {
namespace {

constexpr std::size_t longestPattern = 1 << 14; // bytes; what compiling costs grows faster than they do
constexpr std::size_t longestText = std::size_t(1) << 30; // bytes; ICU counts in 32 bits

using Clock = std::chrono::steady_clock;

/// What ICU's callbacks look at. They stop a match by returning false.
struct Watch {
    WorkLimit::Matching* left;
    Clock::time_point deadline;
    int starts = 0;
};

UBool onTick(const void* context, std::int32_t)
{
    const auto& watch = *static_cast<const Watch*>(context);
    return --watch.left->ticks > 0 && Clock::now() < watch.deadline;
}

UBool onProgress(const void* context, std::int64_t)
{
    auto& watch = *static_cast<Watch*>(const_cast<void*>(context)); // ICU hands it back as it was given
    return ++watch.starts % 256 != 0 || Clock::now() < watch.deadline;
}

} // namespace

struct Regex::Compiled {
    std::unique_ptr<icu::RegexPattern> pattern;
    std::string label;
};

Regex::Regex(const std::string& pattern, const std::string& label)
    : compiled_(std::make_unique<Compiled>())
{
    if (pattern.size() > longestPattern)
        throw Error(Fault::BadModelFile,
            label + ": the regular expression has " + std::to_string(pattern.size()) + " bytes, expected at most "
                + std::to_string(longestPattern) + " (token ids still work)");
    compiled_->label = label;
    UErrorCode status = U_ZERO_ERROR;
    UParseError where = {};
    // As in Ruby, lines end with \n alone, and ^ and $ stand at every line's ends.
    compiled_->pattern.reset(icu::RegexPattern::compile(icu::UnicodeString::fromUTF8(inIcuDialect(pattern, label)),
        UREGEX_UNIX_LINES | UREGEX_MULTILINE, where, status));
    if (U_FAILURE(status))
        throw Error(Fault::BadModelFile,
            label + ": the regular expression '" + pattern + "' is not supported (" + u_errorName(status)
                + "; token ids still work)");
}

Regex::~Regex() = default;
Regex::Regex(Regex&&) noexcept = default;

std::vector<ByteRange> Regex::matches(std::string_view text) const
{
    if (text.size() > longestText)
        throw Error(Fault::BadInput, compiled_->label + ": the rewritten text is longer than 1 GiB");
    // ICU counts UTF-16 units; `byteOf` leads back to bytes.
    std::u16string wide;
    std::vector<std::size_t> byteOf;
    wide.reserve(text.size());
    byteOf.reserve(text.size() + 1);
    for (std::size_t at = 0; at < text.size();) {
        const auto byte = static_cast<unsigned char>(text[at]);
        if (byte < 0x80) {
            wide.push_back(byte);
            byteOf.push_back(at++);
            continue;
        }
        const char32_t c = codePointAt(text, at);
        if (c > 0xFFFF) {
            wide.push_back(U16_LEAD(c));
            wide.push_back(U16_TRAIL(c));
            byteOf.push_back(at);
        } else {
            wide.push_back(static_cast<char16_t>(c));
        }
        byteOf.push_back(at);
        at += utf8Length(text[at]);
    }
    byteOf.push_back(text.size());

    UErrorCode status = U_ZERO_ERROR;
    const icu::UnicodeString input(false, wide.data(), static_cast<std::int32_t>(wide.size()));
    const std::unique_ptr<icu::RegexMatcher> matcher(compiled_->pattern->matcher(input, status));
    WorkLimit::Matching alone(text.size());
    WorkLimit::Matching& left = WorkLimit::matching() ? *WorkLimit::matching() : alone;
    const auto begun = Clock::now();
    Watch watch{&left, begun + left.time};
    if (U_SUCCESS(status)) {
        matcher->setMatchCallback(onTick, &watch, status);
        matcher->setFindProgressCallback(onProgress, &watch, status);
    }
    std::vector<ByteRange> result;
    while (U_SUCCESS(status) && matcher->find(status)) {
        const ByteRange match{byteOf[static_cast<std::size_t>(matcher->start(status))],
            byteOf[static_cast<std::size_t>(matcher->end(status))]};
        if (match.begin < match.end || result.empty() || result.back().end != match.begin)
            result.push_back(match);
        if (result.size() % 64 == 0 && Clock::now() > watch.deadline)
            status = U_REGEX_STOPPED_BY_CALLER;
    }
    left.time -= Clock::now() - begun;
    if (U_FAILURE(status))
        throw Error(Fault::BadInput,
            compiled_->label + ": the text is too complex for the tokenizer's regular expression ("
                + (status == U_REGEX_STOPPED_BY_CALLER ? "it takes too long" : u_errorName(status))
                + "; token ids still work)");
    return result;
}

Pattern::Pattern(const nlohmann::json& description, const std::string& where)
{
    const auto regex = textField(description, "Regex", "", where + ".pattern");
    if (description.contains("Regex"))
        regex_ = std::make_unique<Regex>(regex, where);
    else if (description.contains("String"))
        literal_ = textField(description, "String", "", where + ".pattern");
    else
        throw Error(
            Fault::BadModelFile, where + ": expected pattern.Regex or pattern.String, found " + excerpt(description));
}

std::vector<ByteRange> Pattern::matches(std::string_view text) const
{
    if (regex_)
        return regex_->matches(text);
    std::vector<ByteRange> result;
    if (literal_.empty()) {
        for (std::size_t at = 0; at < text.size(); at += utf8Length(text[at]))
            result.push_back({at, at});
        result.push_back({text.size(), text.size()});
        return result;
    }
    for (std::size_t at = 0; (at = text.find(literal_, at)) != std::string_view::npos; at += literal_.size())
        result.push_back({at, at + literal_.size()});
    return result;
}

} // namespace headscope
