// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/pattern_command.h"

#include "app/attention_option.h"
#include "app/blocking_engine.h"
#include "app/options.h"
#include "core/cache/aggregate_source.h"
#include "core/cache/rollout_source.h"
#include "core/cache/stage_names.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/model/model_description.h"
#include "core/report/csv.h"
#include "core/report/npy.h"

#include <optional>

namespace headscope {
namespace {

/// One head, or several as one.
enum class Combine { None, Heads, Rollout };

struct Arguments {
    InspectionRequest request;
    AttentionInput file;
    std::filesystem::path output;
    std::optional<std::size_t> layer, head;
    std::string heads; ///< of an aggregate
    Combine combine = Combine::None;
    Aggregate aggregate = Aggregate::Mean;
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
    const bool one = arguments.combine == Combine::None, several = arguments.combine == Combine::Heads;
    refuse(one && !arguments.layer, "--layer is required");
    refuse(one && !arguments.head, "--head is required");
    refuse(!one && arguments.head.has_value(),
        several ? "--head: expected --heads LAYER.HEAD,… with --aggregate, or --layer alone for all heads of a layer"
                : "--head: expected none with --aggregate rollout, which takes the mean of all heads");
    refuse(!several && !arguments.heads.empty(), "--heads: expected --aggregate mean, max or std with it");
    refuse(several && arguments.heads.empty() == !arguments.layer.has_value(),
        "--aggregate: expected either --heads LAYER.HEAD,… or --layer for all heads of it");
    refuse(!one && arguments.stage != Stage::Pattern,
        "--stage: expected pattern with --aggregate, found " + std::string(spell(arguments.stage)));
}

std::vector<HeadPlace> headsOf(const Arguments& arguments, const ModelInfo& model)
{
    if (!arguments.heads.empty()) {
        auto heads = readHeads(arguments.heads, "--heads");
        for (const HeadPlace& place : heads) {
            requireBelow("--heads: layer", place.layer, model.layers);
            requireBelow("--heads: head", place.head, model.heads);
        }
        return heads;
    }
    std::vector<HeadPlace> heads;
    for (std::size_t head = 0; head < model.heads; ++head)
        heads.push_back({*arguments.layer, head});
    return heads;
}

int pattern(Arguments arguments, const CapturePtr& opened)
{
    const std::string extension = arguments.output.extension().string();
    if (extension != ".csv" && extension != ".npy")
        throw Error(
            Fault::BadInput, "--output: expected a .npy or .csv file, found '" + arguments.output.string() + "'");
    check(arguments);
    const ModelInfo info = opened ? opened->header().model : describeModel(arguments.request.model)->info();
    // Before the run: a wrong head should not cost a forward pass.
    requireBelow("--layer", arguments.layer.value_or(0), info.layers);
    requireBelow("--head", arguments.head.value_or(0), info.heads);
    std::size_t last = arguments.layer.value_or(info.layers - 1);
    std::vector<HeadPlace> heads;
    if (arguments.combine == Combine::Heads) {
        heads = headsOf(arguments, info);
        last = 0;
        for (const HeadPlace& place : heads)
            last = std::max(last, place.layer);
    }
    arguments.request.keepScores = arguments.stage == Stage::Scores;
    arguments.request.keepLogits = false;

    std::optional<BlockingEngine> engine;
    const CapturePtr capture = opened ? opened : engine.emplace().runUpTo({last}, arguments.request);
    requireBelow("--sequence", arguments.sequence, capture->header().sequences());
    auto source = capture->patterns({arguments.sequence});
    const Range rows = parseRange("--rows", arguments.rows, source->queries());
    const Range columns = parseRange("--columns", arguments.columns, source->keys());
    HeadPlace place;
    if (arguments.combine == Combine::Heads)
        source = aggregateOf(source, heads, arguments.aggregate);
    else if (arguments.combine == Combine::Rollout)
        source = rolloutOf(*capture, {arguments.sequence}, {last});
    else
        place = {*arguments.layer, *arguments.head};
    const PatternTilePtr tile = fetch(*source, {place.layer}, {place.head}, arguments.stage, rows, columns);
    extension == ".csv" ? writeCsv(*tile, capture->header(), arguments.output) : writeNpy(*tile, arguments.output);
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
        *command, "--layer", [&into](std::size_t value) { into.layer = value; },
        "Layer, from 0; of a rollout the last one");
    addIndexOption(
        *command, "--head", [&into](std::size_t value) { into.head = value; }, "Head, from 0");
    const auto heads = [&into](Aggregate aggregate) {
        return [&into, aggregate] {
            into.combine = Combine::Heads;
            into.aggregate = aggregate;
        };
    };
    addChoiceOption(*command, "--aggregate",
        {{"mean", heads(Aggregate::Mean)}, {"max", heads(Aggregate::Maximum)}, {"std", heads(Aggregate::Deviation)},
            {"rollout", [&into] { into.combine = Combine::Rollout; }}},
        "Several heads as one: of --heads or all of --layer; rollout: all heads up to --layer");
    command->add_option("--heads", arguments->heads, "Heads to aggregate")->type_name("LAYER.HEAD,...");
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
        AtomicFile::requireTarget(arguments->output); // before the work, not after it
        if (parsed->count("--attention") == 0)
            arguments->request.attention = AttentionKind::Auto;
        return pattern(*arguments, openAttention(*parsed, arguments->file));
    };
}

} // namespace headscope
