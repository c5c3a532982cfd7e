// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parity/parity_prompts.h"

#include "core/analysis/answer_tokens.h"
#include "core/error.h"
#include "core/model/model_description.h"

namespace headscope {

ParityPrompts readParityPrompts(const std::string& name, const std::string& model)
{
    const PromptSet set = readPromptSet(name, AnswersAre::Optional);
    const auto description = describeModel(model);
    ParityPrompts result;
    for (const PromptExample& example : set.examples) {
        if (!example.promptIds.empty())
            throw Error(Fault::BadInput,
                example.where + ": prompt: expected a text, found token ids, which parity takes from --inputs");
        result.prompts.push_back(example.prompt);
        if (example.correct.empty())
            continue;
        const ExampleAnswers tokens = answerTokens(example, description->tokenizer(), description->config().vocabulary);
        for (const std::string& note : tokens.notes)
            result.notes.push_back(example.where + ": " + note);
        result.answers.push_back({tokens.correctIds, tokens.incorrectIds});
    }
    if (!result.answers.empty() && result.answers.size() < set.examples.size())
        throw Error(Fault::BadInput,
            name + ": expected answers for every prompt or for none, found them for "
                + std::to_string(result.answers.size()) + " of " + std::to_string(set.examples.size()));
    return result;
}

} // namespace headscope
