// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pre_tokenizer.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/byte_alphabet.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace headscope {
namespace {

using nlohmann::json;
using Parts = std::vector<AlignedText>;

/// How GPT-2 cuts words.
constexpr auto byteLevelPattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

/// The ranges between and including `matches`, flagged by whether they are a match; covers [0, size).
std::vector<std::pair<ByteRange, bool>> withGaps(const std::vector<ByteRange>& matches, std::size_t size)
{
    std::vector<std::pair<ByteRange, bool>> result;
    std::size_t done = 0;
    for (const ByteRange match : matches) {
        if (match.begin > done)
            result.push_back({{done, match.begin}, false});
        if (match.end > match.begin)
            result.push_back({match, true});
        done = match.end;
    }
    if (done < size)
        result.push_back({{done, size}, false});
    return result;
}

enum class Behavior { Removed, Isolated, MergedWithPrevious, MergedWithNext, Contiguous };

std::vector<ByteRange> delimited(const std::vector<std::pair<ByteRange, bool>>& pieces, Behavior behavior)
{
    std::vector<ByteRange> result;
    bool joinNext = false, lastMatched = false;
    for (const auto& [range, matched] : pieces) {
        const bool first = result.empty();
        bool join = false;
        switch (behavior) {
        case Behavior::Removed:
            if (matched)
                continue;
            break;
        case Behavior::Isolated:
            break;
        case Behavior::MergedWithPrevious:
            join = matched && !first && !lastMatched;
            break;
        case Behavior::MergedWithNext:
            join = joinNext;
            break;
        case Behavior::Contiguous:
            join = !first && matched == lastMatched;
            break;
        }
        if (join)
            result.back().end = range.end;
        else
            result.push_back(range);
        joinNext = matched;
        lastMatched = matched;
    }
    return result;
}

void appendSlices(Parts& result, const AlignedText& part, const std::vector<ByteRange>& ranges)
{
    for (const ByteRange range : ranges)
        result.push_back(part.slice(range));
}

class ByteLevel : public PreTokenizer {
public:
    ByteLevel(bool addPrefixSpace, bool useRegex, const std::string& label)
        : addPrefixSpace_(addPrefixSpace)
    {
        if (useRegex)
            regex_ = std::make_unique<Regex>(byteLevelPattern, label);
    }

    Parts apply(Parts parts) const override
    {
        Parts words;
        for (AlignedText& part : parts) {
            if (addPrefixSpace_ && !part.text.empty() && part.text.front() != ' ') {
                part.text.insert(part.text.begin(), ' ');
                part.origin.insert(part.origin.begin(), part.origin.front());
            }
            if (regex_)
                appendSlices(words, part, ranges(withGaps(regex_->matches(part.text), part.text.size())));
            else
                words.push_back(std::move(part));
        }
        for (AlignedText& word : words)
            word = inByteAlphabet(word);
        return words;
    }

private:
    static std::vector<ByteRange> ranges(const std::vector<std::pair<ByteRange, bool>>& pieces)
    {
        std::vector<ByteRange> result;
        for (const auto& piece : pieces)
            result.push_back(piece.first);
        return result;
    }

    static AlignedText inByteAlphabet(const AlignedText& word)
    {
        AlignedText result;
        for (std::size_t i = 0; i < word.text.size(); ++i) {
            const std::string& character = byteCharacter(static_cast<unsigned char>(word.text[i]));
            result.text += character;
            result.origin.insert(result.origin.end(), character.size(), word.origin[i]);
        }
        return result;
    }

    bool addPrefixSpace_;
    std::unique_ptr<Regex> regex_;
};

class Split : public PreTokenizer {
public:
    Split(const json& pattern, Behavior behavior, bool invert, const std::string& label)
        : behavior_(behavior)
        , invert_(invert)
    {
        if (pattern.contains("Regex"))
            regex_ = std::make_unique<Regex>(pattern.at("Regex").get<std::string>(), label);
        else if (pattern.contains("String"))
            literal_ = pattern.at("String").get<std::string>();
        else
            throw Error(Fault::BadModelFile,
                label + ": pre_tokenizer Split: expected pattern.Regex or pattern.String, found " + excerpt(pattern));
    }

    Parts apply(Parts parts) const override
    {
        Parts result;
        for (const AlignedText& part : parts) {
            auto pieces = withGaps(regex_ ? regex_->matches(part.text) : literals(part.text), part.text.size());
            if (invert_)
                for (auto& piece : pieces)
                    piece.second = !piece.second;
            appendSlices(result, part, delimited(pieces, behavior_));
        }
        return result;
    }

private:
    std::vector<ByteRange> literals(std::string_view text) const
    {
        std::vector<ByteRange> result;
        for (std::size_t at = 0; !literal_.empty() && (at = text.find(literal_, at)) != std::string_view::npos;
             at += literal_.size())
            result.push_back({at, at + literal_.size()});
        return result;
    }

    std::unique_ptr<Regex> regex_;
    std::string literal_;
    Behavior behavior_;
    bool invert_;
};

class Digits : public PreTokenizer {
public:
    explicit Digits(bool individual)
        : behavior_(individual ? Behavior::Isolated : Behavior::Contiguous)
    {
    }

    Parts apply(Parts parts) const override
    {
        Parts result;
        for (const AlignedText& part : parts) {
            std::vector<ByteRange> digits;
            for (std::size_t at = 0; at < part.text.size();) {
                const std::size_t end = at + utf8Length(part.text[at]);
                if (isNumeric(codePointAt(part.text, at)))
                    digits.push_back({at, end});
                at = end;
            }
            appendSlices(result, part, delimited(withGaps(digits, part.text.size()), behavior_));
        }
        return result;
    }

private:
    Behavior behavior_;
};

class Sequence : public PreTokenizer {
public:
    explicit Sequence(std::vector<std::unique_ptr<const PreTokenizer>> steps)
        : steps_(std::move(steps))
    {
    }

    Parts apply(Parts parts) const override
    {
        for (const auto& step : steps_)
            parts = step->apply(std::move(parts));
        return parts;
    }

private:
    std::vector<std::unique_ptr<const PreTokenizer>> steps_;
};

Behavior parseBehavior(const json& json, const std::string& label)
{
    constexpr std::pair<std::string_view, Behavior> all[] = {{"Removed", Behavior::Removed},
        {"Isolated", Behavior::Isolated}, {"MergedWithPrevious", Behavior::MergedWithPrevious},
        {"MergedWithNext", Behavior::MergedWithNext}, {"Contiguous", Behavior::Contiguous}};
    for (const auto& [name, behavior] : all)
        if (json == name)
            return behavior;
    throw Error(Fault::BadModelFile, label + ": pre_tokenizer Split: behavior " + excerpt(json) + " is not supported");
}

} // namespace

std::unique_ptr<const PreTokenizer> PreTokenizer::parse(const json& description, const std::string& label)
{
    if (description.is_null())
        return std::make_unique<Sequence>(std::vector<std::unique_ptr<const PreTokenizer>>{});
    const std::string where = label + ": pre_tokenizer";
    const auto type = textField(description, "type", "(no type)", where);
    if (type == "ByteLevel")
        return std::make_unique<ByteLevel>(boolField(description, "add_prefix_space", true, where),
            boolField(description, "use_regex", true, where), label);
    if (type == "Split")
        return std::make_unique<Split>(description.value("pattern", json::object()),
            parseBehavior(description.value("behavior", json()), label), boolField(description, "invert", false, where),
            label);
    if (type == "Digits")
        return std::make_unique<Digits>(boolField(description, "individual_digits", false, where));
    if (type == "Sequence") {
        std::vector<std::unique_ptr<const PreTokenizer>> steps;
        for (const auto& step : description.value("pretokenizers", json::array()))
            steps.push_back(parse(step, label));
        return std::make_unique<Sequence>(std::move(steps));
    }
    throw Error(Fault::BadModelFile, label + ": pre_tokenizer " + type + " is not supported (token ids still work)");
}

} // namespace headscope
