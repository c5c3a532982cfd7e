// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/normalizer.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/byte_alphabet.h"
#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <functional>

namespace headscope {
namespace {

using nlohmann::json;

/// A normalizer that needs no more than a function.
class Step : public Normalizer {
public:
    explicit Step(std::function<void(AlignedText&)> step)
        : step_(std::move(step))
    {
    }
    void apply(AlignedText& text) const override { step_(text); }

private:
    std::function<void(AlignedText&)> step_;
};

/// Whether every character comes before `first`.
bool isBefore(std::string_view text, char32_t first)
{
    const bool ascii
        = std::all_of(text.begin(), text.end(), [](char byte) { return static_cast<unsigned char>(byte) < 0x80; });
    if (ascii || first <= 0x80)
        return ascii;
    for (std::size_t at = 0; at < text.size(); at += utf8Length(text[at]))
        if (codePointAt(text, at) >= first)
            return false;
    return true;
}

void toForm(AlignedText& text, NormalForm form)
{
    // No character before U+0300 composes; none before U+0080 decomposes.
    if (!isBefore(text.text, form == NormalForm::Nfc ? 0x300 : 0x80))
        text.rewrite(normalized(text.text, form));
}

void toLowercase(AlignedText& text)
{
    std::vector<RewrittenCharacter> result;
    result.reserve(text.text.size());
    for (std::size_t at = 0; at < text.text.size(); at += utf8Length(text.text[at]))
        appendLowercase(result, codePointAt(text.text, at));
    text.rewrite(result);
}

void strip(AlignedText& text, bool left, bool right)
{
    std::size_t begin = 0, end = text.text.size();
    while (left && begin < end && isWhiteSpace(codePointAt(text.text, begin)))
        begin += utf8Length(text.text[begin]);
    while (
        right && begin < end && isWhiteSpace(lastCodePoint(std::string_view(text.text).substr(begin, end - begin)))) {
        do
            --end;
        while ((static_cast<unsigned char>(text.text[end]) & 0xC0) == 0x80);
    }
    const std::size_t base = text.base; // only cutting out moves it
    text = text.slice({begin, end});
    text.base = base;
}

class Bert : public Normalizer {
public:
    Bert(const json& options, const std::string& where)
        : clean_(boolField(options, "clean_text", true, where))
        , chinese_(boolField(options, "handle_chinese_chars", true, where))
        , lowercase_(boolField(options, "lowercase", true, where))
        , accents_(boolField(options, "strip_accents", lowercase_, where))
    {
    }

    void apply(AlignedText& text) const override
    {
        if (clean_)
            clean(text);
        if (chinese_)
            separateChinese(text);
        if (accents_) {
            toForm(text, NormalForm::Nfd);
            text.keepIf([](char32_t c) { return !isBertMark(c); });
        }
        if (lowercase_)
            toLowercase(text);
    }

private:
    static void clean(AlignedText& text)
    {
        text.keepIf([](char32_t c) { return !isCleanedAway(c); });
        std::vector<RewrittenCharacter> result;
        result.reserve(text.text.size());
        for (std::size_t at = 0; at < text.text.size(); at += utf8Length(text.text[at])) {
            const char32_t c = codePointAt(text.text, at);
            result.push_back({isWhiteSpace(c) ? U' ' : c, 0});
        }
        text.rewrite(result);
    }

    static void separateChinese(AlignedText& text)
    {
        if (isBefore(text.text, 0x3400))
            return;
        std::vector<RewrittenCharacter> result;
        result.reserve(text.text.size());
        for (std::size_t at = 0; at < text.text.size(); at += utf8Length(text.text[at])) {
            const char32_t c = codePointAt(text.text, at);
            if (isChinese(c))
                result.insert(result.end(), {{' ', 0}, {c, 1}, {' ', 1}});
            else
                result.push_back({c, 0});
        }
        text.rewrite(result);
    }

    bool clean_, chinese_, lowercase_, accents_;
};

class Sequence : public Normalizer {
public:
    explicit Sequence(std::vector<std::unique_ptr<const Normalizer>> steps)
        : steps_(std::move(steps))
    {
    }
    void apply(AlignedText& text) const override
    {
        for (const auto& step : steps_) {
            WorkLimit::steps(text.text.size() + 1, "normalizer");
            step->apply(text);
        }
    }

private:
    std::vector<std::unique_ptr<const Normalizer>> steps_;
};

/// Each byte as its character of the byte alphabet.
void toByteAlphabet(AlignedText& text) { text = inByteAlphabet(text); }

std::function<void(AlignedText&)> simpleStep(const std::string& type, const json& options, const std::string& where)
{
    constexpr std::pair<std::string_view, NormalForm> forms[]
        = {{"NFC", NormalForm::Nfc}, {"NFD", NormalForm::Nfd}, {"NFKC", NormalForm::Nfkc}, {"NFKD", NormalForm::Nfkd}};
    for (const auto& [name, form] : forms)
        if (type == name)
            return [form = form](AlignedText& text) { toForm(text, form); };
    if (type == "Lowercase")
        return toLowercase;
    if (type == "StripAccents")
        return [](AlignedText& text) { text.keepIf([](char32_t c) { return !isMark(c); }); };
    if (type == "ByteLevel")
        return toByteAlphabet;
    if (type == "Strip")
        return [left = boolField(options, "strip_left", true, where),
                   right = boolField(options, "strip_right", true, where)](
                   AlignedText& text) { strip(text, left, right); };
    if (type == "Prepend")
        return [content = textField(options, "prepend", "", where)](AlignedText& text) { text.prepend(content); };
    if (type == "Replace")
        return [pattern = std::make_shared<const Pattern>(options.value("pattern", json::object()), where + " Replace"),
                   content = textField(options, "content", "", where)](
                   AlignedText& text) { text.replace(pattern->matches(text.text), content); };
    return {};
}

} // namespace

std::unique_ptr<const Normalizer> Normalizer::parse(const json& description, const std::string& label)
{
    if (description.is_null())
        return nullptr;
    const std::string where = label + ": normalizer";
    const auto type = textField(description, "type", "(no type)", where);
    if (auto step = simpleStep(type, description, where))
        return std::make_unique<Step>(std::move(step));
    if (type == "BertNormalizer")
        return std::make_unique<Bert>(description, where);
    if (type == "Sequence") {
        std::vector<std::unique_ptr<const Normalizer>> steps;
        for (const auto& each : description.value("normalizers", json::array()))
            if (auto step = parse(each, label))
                steps.push_back(std::move(step));
        return std::make_unique<Sequence>(std::move(steps));
    }
    throw Error(Fault::BadModelFile, where + " " + type + " is not supported (token ids still work)");
}

} // namespace headscope
