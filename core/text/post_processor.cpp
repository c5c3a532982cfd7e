// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/post_processor.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/byte_alphabet.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace headscope {
namespace {

using nlohmann::json;
using Tokens = std::vector<ProcessedToken>;

/// Takes leading and trailing white space out of the offsets, not out of the tokens.
class ByteLevelTrim : public PostProcessor {
public:
    ByteLevelTrim(bool trim, bool addPrefixSpace)
        : trim_(trim)
        , addPrefixSpace_(addPrefixSpace)
    {
    }

    void apply(Tokens& tokens, bool) const override
    {
        if (!trim_)
            return;
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

private:
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

/// Special tokens before and after a single text.
class Template : public PostProcessor {
public:
    Template(const json& description, const std::string& label)
    {
        bool seenText = false;
        for (const auto& step : description.at("single")) {
            if (step.contains("Sequence")) {
                seenText = true;
                continue;
            }
            if (!step.contains("SpecialToken"))
                throw Error(Fault::BadModelFile,
                    label + ": post_processor TemplateProcessing: expected Sequence or SpecialToken, found "
                        + excerpt(step));
            const auto name = step.at("SpecialToken").at("id").get<std::string>();
            const json& token = description.at("special_tokens").at(name);
            for (std::size_t i = 0; i < token.at("ids").size(); ++i)
                (seenText ? after_ : before_)
                    .push_back({tokenId(token.at("ids")[i], label + ": post_processor: special_tokens: '" + name + "'"),
                        token.at("tokens")[i].get<std::string>(), {0, 0}, true});
        }
    }

    void apply(Tokens& tokens, bool addSpecial) const override
    {
        if (!addSpecial)
            return;
        tokens.insert(tokens.begin(), before_.begin(), before_.end());
        tokens.insert(tokens.end(), after_.begin(), after_.end());
    }

private:
    Tokens before_, after_;
};

class Sequence : public PostProcessor {
public:
    explicit Sequence(std::vector<std::unique_ptr<const PostProcessor>> steps)
        : steps_(std::move(steps))
    {
    }

    void apply(Tokens& tokens, bool addSpecial) const override
    {
        for (const auto& step : steps_)
            step->apply(tokens, addSpecial);
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
    const auto type = textField(description, "type", "(no type)", label + ": post_processor");
    if (type == "ByteLevel")
        return std::make_unique<ByteLevelTrim>(boolField(description, "trim_offsets", true, label + ": post_processor"),
            boolField(description, "add_prefix_space", true, label + ": post_processor"));
    if (type == "TemplateProcessing")
        return std::make_unique<Template>(description, label);
    if (type == "Sequence") {
        for (const auto& step : description.value("processors", json::array()))
            steps.push_back(parse(step, label));
        return std::make_unique<Sequence>(std::move(steps));
    }
    throw Error(Fault::BadModelFile, label + ": post_processor " + type + " is not supported (token ids still work)");
}

} // namespace headscope
