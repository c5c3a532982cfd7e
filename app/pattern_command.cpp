// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pattern_command.h"

#include "app/attention_option.h"
#include "app/blocking_engine.h"
#include "app/combine_options.h"
#include "app/options.h"
#include "core/cache/stage_names.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/model/model_description.h"
#include "core/report/head_export.h"

namespace headscope {
namespace {

struct Arguments {
    InspectionRequest request;
    AttentionInput file;
    std::filesystem::path output;
    HeadChoice choice;
    std::size_t sequence = 0;
    Stage stage = Stage::Pattern;
    std::string rows, columns;
};

void refuse(bool wrong, const std::string& message)
{
    if (wrong)
        throw Error(Fault::BadInput, message);
}

/// Options that do not go together.
void check(const Arguments& arguments)
{
    const HeadChoice& choice = arguments.choice;
    if (choice.combined)
        return checkCombination(choice, arguments.stage);
    refuse(!choice.layer, "--layer is required");
    refuse(!choice.head, "--head is required");
    refuse(!choice.heads.empty(), "--heads: expected --aggregate mean, max or std with it");
}

TableFormat formatOf(const std::filesystem::path& output)
{
    const std::string extension = output.extension().string();
    refuse(extension != ".csv" && extension != ".npy",
        "--output: expected a .npy or .csv file, found '" + output.string() + "'");
    return extension == ".csv" ? TableFormat::Csv : TableFormat::Npy;
}

int pattern(Arguments arguments, const CapturePtr& opened)
{
    const TableFormat format = formatOf(arguments.output);
    AtomicFile::requireTarget(arguments.output); // before the work, not after it
    if (format == TableFormat::Npy)
        AtomicFile::requireTarget(sidecarOf(arguments.output));
    check(arguments);
    const ModelInfo info = opened ? opened->header().model : describeModel(arguments.request.model)->info();
    HeadExport what; // checked before the run: a wrong head should not cost a forward pass
    what.stage = arguments.stage;
    LayerId last;
    if (arguments.choice.combined) {
        what.combined = combinedHeads(arguments.choice, info);
        what.heads = {{0, 0}};
        last = lastLayer(*what.combined);
    } else {
        requireBelow("--layer", *arguments.choice.layer, info.layers);
        requireBelow("--head", *arguments.choice.head, info.heads);
        what.heads = {{*arguments.choice.layer, *arguments.choice.head}};
        last = {*arguments.choice.layer};
    }
    arguments.request.keepScores = arguments.stage == Stage::Scores;
    arguments.request.keepLogits = false;

    std::optional<BlockingEngine> engine;
    what.capture = opened ? opened : engine.emplace().runUpTo(last, arguments.request);
    requireBelow("--sequence", arguments.sequence, what.capture->header().sequences());
    what.sequence = {arguments.sequence};
    what.rows = parseRange("--rows", arguments.rows, rowsOf(what).size());
    what.columns = parseRange("--columns", arguments.columns, columnsOf(what).size());
    writeHeadTable(what, what.heads.front(), format, arguments.output);
    return 0;
}

} // namespace

std::function<int()> addPatternCommand(CLI::App& app, CLI::App*& command)
{
    const auto arguments = std::make_shared<Arguments>();
    InspectionRequest& request = arguments->request;
    Arguments& into = *arguments;
    command = app.add_subcommand("pattern", "A rectangle of one head, or of several heads as one");
    addModelOption(*command, request);
    addAttentionFileOptions(*command, arguments->file);
    addPromptOptions(*command, request);
    addRunOptions(*command, request);
    addIndexOption(
        *command, "--layer", [&into](std::size_t value) { into.choice.layer = value; },
        "Layer, from 0; of a rollout the last one");
    addIndexOption(
        *command, "--head", [&into](std::size_t value) { into.choice.head = value; }, "Head, from 0");
    addAggregateOption(*command, into.choice);
    command->add_option("--heads", into.choice.heads, "Heads to aggregate")->type_name("LAYER.HEAD,...");
    addIndexOption(
        *command, "--sequence", [&into](std::size_t value) { into.sequence = value; }, "Row of the batch, from 0");
    std::vector<std::pair<std::string, std::function<void()>>> stages;
    for (const auto& [each, name] : stageNames)
        stages.emplace_back(name, [&into, each = each] { into.stage = each; });
    addChoiceOption(*command, "--stage", std::move(stages),
        "Scores before the softmax, what the mask adds, the pattern, |pattern * v * W_O|, |pattern * v|");
    command->add_option("--rows", arguments->rows, "Queries A to B - 1")->type_name("A:B");
    command->add_option("--columns", arguments->columns, "Keys A to B - 1")->type_name("A:B");
    command->add_option("--output", arguments->output, "File to write")->required()->type_name("OUT.npy|.csv");
    CLI::App* const parsed = command;
    return [arguments, parsed] {
        if (parsed->count("--attention") == 0)
            arguments->request.attention = AttentionKind::Auto;
        return pattern(*arguments, openAttention(*parsed, arguments->file));
    };
}

} // namespace headscope
