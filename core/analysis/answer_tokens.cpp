// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/answer_tokens.h"

#include "core/error.h"
#include "core/text/token_text.h"
#include "core/text/tokenizer.h"

#include <algorithm>

namespace headscope {
namespace {

AnswerToken tokenOf(const Answer& answer, const Tokenizer* tokenizer, std::int64_t vocabulary, const std::string& where)
{
    AnswerToken result{.text = answer.text};
    if (answer.id) {
        result.ids = {*answer.id};
    } else if (!tokenizer) {
        throw Error(Fault::BadInput,
            where + ": expected a token id, as this model has no tokenizer; found '" + answer.text + "'");
    } else {
        try {
            result.ids = tokenizer->encode(answer.text, false).ids;
        } catch (const Error& e) {
            throw Error(e.fault(), where + ": " + e.what());
        }
        if (result.ids.empty())
            throw Error(Fault::BadInput, where + ": expected an answer with a token, found '" + answer.text + "'");
    }
    std::vector<TokenBytes> bytes;
    for (const std::int64_t id : result.ids) {
        if (id >= vocabulary)
            throw Error(Fault::BadInput,
                where + ": expected a token id from 0 to " + std::to_string(vocabulary - 1) + ", found "
                    + std::to_string(id));
        bytes.push_back(bytesOf(id, tokenizer, tokenizer && tokenizer->isSpecial(id)));
    }
    for (TokenLabel& label : labelsOf(bytes))
        result.labels.push_back(std::move(label.text));
    return result;
}

std::string tokenName(const AnswerToken& answer, std::size_t index)
{
    return answer.labels[index] + " (" + std::to_string(answer.ids[index]) + ")";
}

/// The distinct first tokens; says which answers share one, and which are longer than it.
std::vector<std::int64_t> firstTokens(
    const std::vector<AnswerToken>& answers, const char* side, std::vector<std::string>& notes)
{
    std::vector<std::int64_t> ids;
    for (const AnswerToken& answer : answers) {
        if (answer.isCut()) {
            std::string note = std::string(side) + " answer '" + answer.text + "' is "
                + std::to_string(answer.ids.size()) + " tokens:";
            for (std::size_t i = 0; i < answer.ids.size(); ++i)
                note.append(i ? ", " : " ").append(tokenName(answer, i));
            notes.push_back(note + "; the first one is read");
        }
        if (std::find(ids.begin(), ids.end(), answer.id()) == ids.end())
            ids.push_back(answer.id());
        else
            notes.push_back(
                std::string(side) + " answers share the token " + tokenName(answer, 0) + ", which is counted once");
    }
    return ids;
}

} // namespace

ExampleAnswers answerTokens(const PromptExample& example, const Tokenizer* tokenizer, std::int64_t vocabulary)
{
    ExampleAnswers result;
    const auto resolve = [&](const std::vector<Answer>& answers, const char* key, std::vector<AnswerToken>& target) {
        for (const Answer& answer : answers)
            target.push_back(tokenOf(answer, tokenizer, vocabulary, example.where + ": " + key));
        return firstTokens(target, key, result.notes);
    };
    result.correctIds = resolve(example.correct, "correct", result.correct);
    result.incorrectIds = resolve(example.incorrect, "incorrect", result.incorrect);
    for (const std::int64_t id : result.correctIds)
        if (std::find(result.incorrectIds.begin(), result.incorrectIds.end(), id) != result.incorrectIds.end()) {
            const auto answer = std::find_if(
                result.correct.begin(), result.correct.end(), [&](const AnswerToken& each) { return each.id() == id; });
            result.notes.push_back("the token " + tokenName(*answer, 0) + " is on both sides");
        }
    return result;
}

std::string describe(const AnswerToken& answer) { return tokenName(answer, 0); }

} // namespace headscope
