// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/lens_command.h"

#include "app/blocking_engine.h"
#include "app/options.h"
#include "core/analysis/answer_tokens.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/model/model_description.h"
#include "core/report/logit_lens_file.h"

#include <iostream>

namespace headscope {
namespace {

struct Arguments {
    LogitLensRequest request;
    std::optional<std::size_t> position, mlp;
    std::size_t top = 10;
    std::string head;
    std::vector<std::string> tokens;
    LensNorm norm = LensNorm::Own;
    std::filesystem::path output;
};

void refuse(bool wrong, const std::string& message)
{
    if (wrong)
        throw Error(Fault::BadInput, message);
}

/// Options that do not go together.
void check(const Arguments& arguments, const CLI::App& command)
{
    const std::string extension = arguments.output.extension().string();
    refuse(extension != ".csv" && extension != ".json",
        "--output: expected a .csv or .json file, found '" + arguments.output.string() + "'");
    AtomicFile::requireTarget(arguments.output); // before the work, not after it
    const bool part = arguments.mlp || !arguments.head.empty();
    refuse(arguments.mlp && !arguments.head.empty(), "--mlp: expected either --head or --mlp, found both");
    refuse(part && command.count("--norm") > 0,
        "--norm: expected none with --head and --mlp, whose logits always hold the final norm's scale");
    refuse(part && !arguments.tokens.empty(), "--token: expected none with --head and --mlp");
    refuse(!part && !arguments.position && !arguments.tokens.empty(), "--token: expected --position with it");
    refuse(!part && !arguments.position && command.count("--top") > 0,
        "--top: expected --position, --head or --mlp with it; without one, each cell has its best token");
    refuse(arguments.top == 0, "--top: expected a whole number from 1, found 0");
}

std::optional<LensPart> partOf(const Arguments& arguments)
{
    if (arguments.mlp)
        return LensPart{.layer = {*arguments.mlp}};
    if (arguments.head.empty())
        return {};
    const std::vector<HeadPlace> heads = readHeads(arguments.head, "--head");
    refuse(heads.size() != 1, "--head: expected one head, found " + std::to_string(heads.size()));
    return LensPart{.layer = {heads.front().layer}, .head = HeadId{heads.front().head}};
}

std::vector<std::int64_t> idsOf(const std::vector<std::string>& tokens, const ModelDescription& model)
{
    if (tokens.empty())
        return {};
    PromptExample example{.where = "--token"};
    for (const std::string& token : tokens)
        example.correct.push_back({.text = token});
    const ExampleAnswers answers = answerTokens(example, model.tokenizer(), model.config().vocabulary);
    for (const std::string& note : answers.notes)
        std::cerr << "headscope-cli: note: --token: " << note << "\n";
    return answers.correctIds;
}

std::size_t lastToken(const std::vector<Token>& tokens)
{
    std::size_t last = tokens.size() - 1;
    while (last > 0 && tokens[last].padding)
        --last;
    return last;
}

int look(Arguments arguments, const CLI::App& command)
{
    check(arguments, command);
    const auto model = describeModel(arguments.request.run.model); // before the run: a mistake should not cost a pass
    const std::optional<LensPart> part = partOf(arguments);
    if (part) {
        const ModelInfo info = model->info();
        requireBelow(part->head ? "--head: layer" : "--mlp", part->layer.value, info.layers);
        requireBelow("--head: head", part->head.value_or(HeadId{}).value, info.heads);
    }
    const std::vector<std::int64_t> asked = idsOf(arguments.tokens, *model);
    if (arguments.position)
        arguments.request.positions = Range{*arguments.position, *arguments.position + 1};
    BlockingEngine engine;
    const auto show = progressLine();
    const LogitLensPtr lens = engine.lookThroughLayers(arguments.request, show);
    if (show)
        std::cerr << "\r\033[K" << std::flush;
    const RunHeader& header = lens->header();
    const TokenPos position{arguments.position.value_or(lastToken(header.tokens[arguments.request.sequence.value]))};
    if (part)
        writeLens(*fetchPart(*lens, *part, position, arguments.top), lens->sequence(), header, arguments.output);
    else if (arguments.position)
        writeLens(*fetchPosition(*lens, position, {.count = arguments.top, .asked = asked, .norm = arguments.norm}),
            header, arguments.output);
    else
        writeLens(*fetchGrid(*lens, lens->positions(), arguments.norm), header, arguments.output);
    return 0;
}

} // namespace

std::function<int()> addLensCommand(CLI::App& app, CLI::App*& command)
{
    const auto arguments = std::make_shared<Arguments>();
    Arguments& into = *arguments;
    command = app.add_subcommand(
        "lens", "What the model would say after each layer, and the tokens that a head or an MLP promotes");
    into.request.run.attention = AttentionKind::Auto;
    addModelOption(*command, into.request.run);
    addPromptOptions(*command, into.request.run);
    addRunOptions(*command, into.request.run);
    addIndexOption(
        *command, "--sequence", [&into](std::size_t value) { into.request.sequence = {value}; },
        "Row of the batch, from 0");
    addIndexOption(
        *command, "--position", [&into](std::size_t value) { into.position = value; },
        "Position in the padded sequence, from 0; without it the best token of every position");
    addIndexOption(
        *command, "--top", [&into](std::size_t value) { into.top = value; },
        "Tokens after each layer, or promoted and suppressed each (10)", 1'000'000);
    command->add_option("--token", into.tokens, "Also follow this token through the layers; repeat it for several")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    std::vector<std::pair<std::string, std::function<void()>>> norms;
    for (const auto& [each, name] : spellings<LensNorm>())
        norms.emplace_back(name, [&into, each = each] { into.norm = each; });
    addChoiceOption(*command, "--norm", std::move(norms),
        "The final norm: as if each layer were the last (own), or with its scale held where the run had it (final)");
    command->add_option("--head", into.head, "Tokens that this head promotes and suppresses")->type_name("LAYER.HEAD");
    addIndexOption(
        *command, "--mlp", [&into](std::size_t value) { into.mlp = value; }, "Likewise, the MLP of this layer");
    command->add_option("--output", into.output, "File to write")->required()->type_name("OUT.csv|.json");
    CLI::App* const parsed = command;
    return [arguments, parsed] { return look(*arguments, *parsed); };
}

} // namespace headscope
