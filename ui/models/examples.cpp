// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/examples.h"

#include <QCoreApplication>

namespace headscope::ui {

namespace {

QString tr(const char* source) { return QCoreApplication::translate("Examples", source); }

InspectionRequest runOf(const char* model, std::vector<std::string> prompts)
{
    return {.model = model,
        .prompts = std::move(prompts),
        .attention = AttentionKind::Auto,
        .padding = PaddingSide::Left,
        .keepLogits = false};
}

} // namespace

std::vector<Example> builtInExamples()
{
    const char* const names = "When Mary and John went to the store, John gave a drink to";
    return {
        {tr("&Induction"),
            tr("Induction: in the second half each word looks at the word that followed it the first time, which makes "
               "the line below the diagonal, and so the model says “ Tom” next."),
            runOf(
                "demo-rotary", {"Tom river cake bird window hat train boat Tom river cake bird window hat train boat"}),
            {LayerId{1}, HeadId{2}}, {15, 8}},
        {tr("Indirect &object"),
            tr("Indirect object: the last word “ to” looks at “ Mary”, the name that was not the giver, and so the "
               "model says “ Mary” next."),
            runOf("demo-rotary", {names}), {LayerId{1}, HeadId{3}}, {13, 1}},
        {tr("Left-&padded batch"),
            tr("Left padding: the shorter prompt of the batch begins with hatched padding, which nobody looks at, and "
               "each of its words looks at the word before it as if the padding were not there."),
            runOf("demo-gpt2", {"Anna was hungry. She wanted to", names}), {LayerId{0}, HeadId{1}}, {13, 12}},
    };
}

} // namespace headscope::ui
