// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/post_processor.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/byte_alphabet.h"
#include "core/text/unicode.h"
#include "core/text/work_limit.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace headscope {
namespace {

using nlohmann::json;
using Tokens = ProcessedTokens;
using Parts = std::vector<ProcessedPart>;

/// Every run of tokens of every part.
template <typename Change> void forEachRun(Parts& parts, Change change)
{
    for (std::size_t i = 0; i < parts.size(); ++i) {
        change(parts[i].tokens, i);
        for (Tokens& tokens : parts[i].overflow)
            change(tokens, i);
    }
}

/// Tokens that a processor adds, or repeats.
void count(const ProcessedToken& token)
{
    WorkLimit::memory(sizeof(ProcessedToken) + token.piece.size(), "post_processor");
}

/// Takes leading and trailing white space out of the offsets, not out of the tokens.
class ByteLevelTrim : public PostProcessor {
public:
    ByteLevelTrim(bool trim, bool addPrefixSpace)
        : trim_(trim)
        , addPrefixSpace_(addPrefixSpace)
    {
    }

    void apply(Parts& parts, bool) const override
    {
        if (trim_)
            forEachRun(parts, [this](Tokens& tokens, std::size_t) { trim(tokens); });
    }

    std::size_t added(bool) const override { return 0; }

private:
    void trim(Tokens& tokens) const
    {
        for (std::size_t i = 0; i < tokens.size(); ++i) {
            auto& [begin, end] = tokens[i].range;
            auto [leading, trailing] = spaces(tokens[i].piece);
            // A single space in front is taken for the one that add_prefix_space puts there, which is not in the text.
            if (leading == 1 && addPrefixSpace_ && (i == 0 || begin == 0))
                leading = 0;
            begin = std::min(begin + leading, end);
            if (trailing > 0 && end >= trailing)
                end = std::max(end - trailing, begin);
        }
    }

    static std::pair<std::size_t, std::size_t> spaces(std::string_view piece)
    {
        const std::string& space = byteCharacter(' ');
        std::size_t leading = 0, trailing = 0, total = 0;
        bool front = true;
        for (std::size_t at = 0; at < piece.size(); at += utf8Length(piece[at])) {
            const bool blank = piece.substr(at).starts_with(space) || isWhiteSpace(codePointAt(piece, at));
            front = front && blank;
            leading += front;
            trailing = blank ? trailing + 1 : 0;
            ++total;
        }
        return {leading, trailing};
    }

    bool trim_, addPrefixSpace_;
};

/// Special tokens wherever the template says; and the types of tokens.
class Template : public PostProcessor {
public:
    Template(const json& description, const std::string& where)
        : where_(where)
        , single_(parseSteps(description, "single"))
        , pair_(parseSteps(description, "pair"))
    {
    }

    void apply(Parts& parts, bool addSpecial) const override
    {
        if (parts.size() > 2)
            throw Error(Fault::BadModelFile, where_ + ": expected one or two texts, found more (token ids still work)");
        Parts result;
        for (const Step& step : parts.size() == 2 ? pair_ : single_) {
            if (step.text >= parts.size()) {
                for (const ProcessedToken& token : step.special)
                    count(token);
                if (addSpecial)
                    result.push_back({step.special, {}});
                continue;
            }
            for (const ProcessedToken& token : parts[step.text].tokens)
                count(token);
            result.push_back(parts[step.text]);
            for (ProcessedToken& token : result.back().tokens) // not of what overflows, as in the library
                token.type = step.type;
        }
        parts = std::move(result);
    }

    std::size_t added(bool pair) const override
    {
        std::size_t count = 0;
        for (const Step& step : pair ? pair_ : single_)
            count += step.special.size();
        return count;
    }

private:
    struct Step {
        std::size_t text = static_cast<std::size_t>(-1); ///< 0 or 1; larger: special tokens
        std::int64_t type = 0;
        Tokens special;
    };

    std::vector<Step> parseSteps(const json& description, const char* key) const
    {
        std::vector<Step> steps;
        for (const auto& step : description.value(key, json::array()))
            steps.push_back(parseStep(step, description));
        return steps;
    }

    Step parseStep(const json& step, const json& description) const
    {
        const bool isText = step.contains("Sequence");
        if (!isText && !step.contains("SpecialToken"))
            throw Error(Fault::BadModelFile, where_ + ": expected Sequence or SpecialToken, found " + excerpt(step));
        const json& value = step.at(isText ? "Sequence" : "SpecialToken");
        const auto name = value.at("id").get<std::string>();
        Step result;
        result.type = tokenId(value.value("type_id", json(0U)), where_ + ": type_id of '" + name + "'");
        if (isText) {
            result.text = name == "A" ? 0 : 1;
            return result;
        }
        const json& token = description.at("special_tokens").at(name);
        for (std::size_t i = 0; i < token.at("ids").size(); ++i) {
            result.special.push_back({tokenId(token.at("ids")[i], where_ + ": special_tokens: '" + name + "'"),
                token.at("tokens").at(i).get<std::string>(), {0, 0}, true, result.type});
            count(result.special.back()); // a step takes a few bytes of the file and may name any number of tokens
        }
        return result;
    }

    std::string where_;
    std::vector<Step> single_, pair_;
};

/// [token, id] of the processors that BERT and RoBERTa have of their own.
ProcessedToken ownToken(const json& description, const char* key, const std::string& where)
{
    const json& value = description.at(key);
    if (!value.is_array() || value.size() != 2 || !value[0].is_string())
        throw Error(Fault::BadModelFile, where + "." + key + ": expected [token, id], found " + excerpt(value));
    return {tokenId(value[1], where + "." + key), value[0].get<std::string>(), {0, 0}, true};
}

class Bert : public PostProcessor {
public:
    Bert(const json& description, const std::string& where)
        : begin_(ownToken(description, "cls", where))
        , end_(ownToken(description, "sep", where))
    {
    }

    void apply(Parts& parts, bool addSpecial) const override
    {
        if (addSpecial)
            forEachRun(parts, [this](Tokens& tokens, std::size_t text) {
                count(begin_);
                count(end_);
                if (text == 0)
                    tokens.insert(tokens.begin(), begin_);
                tokens.push_back(end_);
                tokens.back().type = text == 0 ? 0 : 1;
            });
    }

    std::size_t added(bool pair) const override { return pair ? 3 : 2; }

private:
    ProcessedToken begin_, end_;
};

class Roberta : public PostProcessor {
public:
    Roberta(const json& description, const std::string& where)
        : trim_(boolField(description, "trim_offsets", true, where),
            boolField(description, "add_prefix_space", true, where))
        , begin_(ownToken(description, "cls", where))
        , end_(ownToken(description, "sep", where))
    {
    }

    void apply(Parts& parts, bool addSpecial) const override
    {
        trim_.apply(parts, addSpecial);
        for (ProcessedPart& part : parts)
            for (ProcessedToken& token : part.tokens)
                token.type = 0;
        if (!addSpecial) // then what overflows keeps its types, as in the library
            return;
        forEachRun(parts, [this](Tokens& tokens, std::size_t text) {
            count(begin_);
            count(end_);
            for (ProcessedToken& token : tokens)
                token.type = 0;
            tokens.insert(tokens.begin(), text == 0 ? begin_ : end_);
            tokens.push_back(end_);
        });
    }

    std::size_t added(bool pair) const override { return pair ? 4 : 2; }

private:
    ByteLevelTrim trim_;
    ProcessedToken begin_, end_;
};

class Sequence : public PostProcessor {
public:
    explicit Sequence(std::vector<std::unique_ptr<const PostProcessor>> steps)
        : steps_(std::move(steps))
    {
    }

    void apply(Parts& parts, bool addSpecial) const override
    {
        for (const auto& step : steps_) {
            for (const ProcessedPart& part : parts)
                WorkLimit::steps(part.tokens.size() + 1, "post_processor");
            step->apply(parts, addSpecial);
        }
    }

    std::size_t added(bool pair) const override
    {
        std::size_t count = 0;
        for (const auto& step : steps_)
            count += step->added(pair);
        return count;
    }

private:
    std::vector<std::unique_ptr<const PostProcessor>> steps_;
};

} // namespace

std::unique_ptr<const PostProcessor> PostProcessor::parse(const json& description, const std::string& label)
{
    std::vector<std::unique_ptr<const PostProcessor>> steps;
    if (description.is_null())
        return std::make_unique<Sequence>(std::move(steps));
    const std::string where = label + ": post_processor";
    const auto type = textField(description, "type", "(no type)", where);
    if (type == "ByteLevel")
        return std::make_unique<ByteLevelTrim>(boolField(description, "trim_offsets", true, where),
            boolField(description, "add_prefix_space", true, where));
    if (type == "TemplateProcessing")
        return std::make_unique<Template>(description, where + " TemplateProcessing");
    if (type == "BertProcessing")
        return std::make_unique<Bert>(description, where + " BertProcessing");
    if (type == "RobertaProcessing")
        return std::make_unique<Roberta>(description, where + " RobertaProcessing");
    if (type == "Sequence") {
        for (const auto& step : description.value("processors", json::array()))
            steps.push_back(parse(step, label));
        return std::make_unique<Sequence>(std::move(steps));
    }
    throw Error(Fault::BadModelFile, where + " " + type + " is not supported (token ids still work)");
}

} // namespace headscope
