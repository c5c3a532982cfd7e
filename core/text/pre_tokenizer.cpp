// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/pre_tokenizer.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/byte_alphabet.h"
#include "core/text/split.h"
#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <nlohmann/json.hpp>

namespace headscope {
namespace {

using nlohmann::json;
using Parts = std::vector<AlignedText>;

/// How GPT-2 cuts words.
constexpr auto byteLevelPattern = R"('s|'t|'re|'ve|'m|'ll|'d| ?\p{L}+| ?\p{N}+| ?[^\s\p{L}\p{N}]+|\s+(?!\S)|\s+)";

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
            if (addPrefixSpace_ && !part.text.starts_with(' '))
                part.prepend(" ");
            if (regex_)
                appendSplit(words, part, regex_->matches(part.text), SplitBehavior::Isolated);
            else if (!part.text.empty())
                words.push_back(std::move(part));
        }
        for (AlignedText& word : words)
            word = inByteAlphabet(word);
        return words;
    }

private:
    bool addPrefixSpace_;
    std::unique_ptr<Regex> regex_;
};

class Split : public PreTokenizer {
public:
    Split(Pattern pattern, SplitBehavior behavior, bool invert)
        : pattern_(std::move(pattern))
        , behavior_(behavior)
        , invert_(invert)
    {
    }

    Parts apply(Parts parts) const override
    {
        Parts result;
        for (const AlignedText& part : parts)
            appendSplit(result, part, pattern_.matches(part.text), behavior_, invert_);
        return result;
    }

private:
    Pattern pattern_;
    SplitBehavior behavior_;
    bool invert_;
};

/// Cuts at every character of a class.
class CharacterSplit : public PreTokenizer {
public:
    CharacterSplit(bool (*wanted)(char32_t), SplitBehavior behavior)
        : wanted_(wanted)
        , behavior_(behavior)
    {
    }

    Parts apply(Parts parts) const override
    {
        Parts result;
        for (const AlignedText& part : parts)
            appendSplit(result, part, charactersOf(part.text, wanted_), behavior_);
        return result;
    }

private:
    bool (*wanted_)(char32_t);
    SplitBehavior behavior_;
};

/// Runs of word characters, and runs of what is neither that nor white space.
class Whitespace : public PreTokenizer {
public:
    Parts apply(Parts parts) const override
    {
        Parts result;
        for (const AlignedText& part : parts)
            appendSplit(result, part, runs(part.text), SplitBehavior::Removed, true);
        return result;
    }

private:
    static std::vector<ByteRange> runs(const std::string& text)
    {
        enum class Kind { Space, Word, Other };
        std::vector<ByteRange> result;
        Kind previous = Kind::Space;
        for (std::size_t at = 0; at < text.size();) {
            const char32_t c = codePointAt(text, at);
            const std::size_t end = at + utf8Length(text[at]);
            const Kind kind = isWordCharacter(c) ? Kind::Word : isWhiteSpace(c) ? Kind::Space : Kind::Other;
            if (kind != Kind::Space && kind == previous)
                result.back().end = end;
            else if (kind != Kind::Space)
                result.push_back({at, end});
            previous = kind;
            at = end;
        }
        return result;
    }
};

/// SentencePiece's way: spaces become a visible character, which begins words.
class Metaspace : public PreTokenizer {
public:
    Metaspace(const json& options, const std::string& where)
        : replacement_(textField(options, "replacement", "\xE2\x96\x81", where))
        , scheme_(textField(options, "prepend_scheme",
              boolField(options, "add_prefix_space", true, where) ? "always" : "never", where))
        , split_(boolField(options, "split", true, where))
    {
        if (scheme_ != "always" && scheme_ != "first" && scheme_ != "never")
            throw Error(Fault::BadModelFile,
                where + " Metaspace: prepend_scheme '" + scheme_ + "' is not supported (token ids still work)");
        if (replacement_.empty() || utf8Length(replacement_.front()) != replacement_.size())
            throw Error(Fault::BadModelFile, where + " Metaspace: expected one character as replacement");
    }

    Parts apply(Parts parts) const override
    {
        Parts result;
        for (AlignedText& part : parts) {
            part.replace(all(part.text, " "), replacement_);
            const bool wanted = scheme_ == "always" || (scheme_ == "first" && part.base == 0);
            if (wanted && !part.text.starts_with(replacement_))
                part.prepend(replacement_);
            if (split_)
                appendSplit(result, part, all(part.text, replacement_), SplitBehavior::MergedWithNext);
            else if (!part.text.empty())
                result.push_back(std::move(part));
        }
        return result;
    }

private:
    static std::vector<ByteRange> all(std::string_view text, std::string_view wanted)
    {
        std::vector<ByteRange> result;
        for (std::size_t at = 0; (at = text.find(wanted, at)) != std::string_view::npos; at += wanted.size())
            result.push_back({at, at + wanted.size()});
        return result;
    }

    std::string replacement_, scheme_;
    bool split_;
};

class Sequence : public PreTokenizer {
public:
    explicit Sequence(std::vector<std::unique_ptr<const PreTokenizer>> steps)
        : steps_(std::move(steps))
    {
    }

    Parts apply(Parts parts) const override
    {
        for (const auto& step : steps_) {
            for (const AlignedText& part : parts)
                WorkLimit::steps(part.text.size() + 1, "pre_tokenizer");
            parts = step->apply(std::move(parts));
        }
        return parts;
    }

private:
    std::vector<std::unique_ptr<const PreTokenizer>> steps_;
};

using Steps = std::vector<std::unique_ptr<const PreTokenizer>>;

} // namespace

std::unique_ptr<const PreTokenizer> PreTokenizer::parse(const json& description, const std::string& label)
{
    if (description.is_null())
        return std::make_unique<Sequence>(Steps{});
    const std::string where = label + ": pre_tokenizer";
    const auto type = textField(description, "type", "(no type)", where);
    if (type == "ByteLevel")
        return std::make_unique<ByteLevel>(boolField(description, "add_prefix_space", true, where),
            boolField(description, "use_regex", true, where), label);
    if (type == "Split")
        return std::make_unique<Split>(Pattern(description.value("pattern", json::object()), where + " Split"),
            parseBehavior(description.value("behavior", json()), where + " Split"),
            boolField(description, "invert", false, where));
    if (type == "Digits")
        return std::make_unique<CharacterSplit>(isNumeric,
            boolField(description, "individual_digits", false, where) ? SplitBehavior::Isolated
                                                                      : SplitBehavior::Contiguous);
    if (type == "Punctuation")
        return std::make_unique<CharacterSplit>(
            isPunctuation, parseBehavior(description.value("behavior", json("Isolated")), where + " Punctuation"));
    if (type == "WhitespaceSplit")
        return std::make_unique<CharacterSplit>(isWhiteSpace, SplitBehavior::Removed);
    if (type == "BertPreTokenizer") {
        Steps steps;
        steps.push_back(std::make_unique<CharacterSplit>(isWhiteSpace, SplitBehavior::Removed));
        steps.push_back(std::make_unique<CharacterSplit>(isPunctuation, SplitBehavior::Isolated));
        return std::make_unique<Sequence>(std::move(steps));
    }
    if (type == "Whitespace")
        return std::make_unique<Whitespace>();
    if (type == "Metaspace")
        return std::make_unique<Metaspace>(description, where);
    if (type == "Sequence") {
        Steps steps;
        for (const auto& step : description.value("pretokenizers", json::array()))
            steps.push_back(parse(step, label));
        return std::make_unique<Sequence>(std::move(steps));
    }
    throw Error(Fault::BadModelFile, where + " " + type + " is not supported (token ids still work)");
}

} // namespace headscope
