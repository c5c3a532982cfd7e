// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/graph_command.h"

#include "app/blocking_engine.h"
#include "app/options.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/report/contribution_graph_file.h"

#include <algorithm>
#include <charconv>
#include <iostream>

namespace headscope {
namespace {

struct Arguments {
    ContributionGraphRequest request;
    GraphFileRule rule;
    std::filesystem::path output;
};

float readShare(const std::string& option, const std::string& text)
{
    double value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || !(value >= 0 && value <= 1))
        throw CLI::ValidationError(option, "expected a number from 0 to 1 such as 0.04, found '" + text + "'");
    return static_cast<float>(value);
}

int writeGraphs(Arguments arguments)
{
    const std::string extension = arguments.output.extension().string();
    if (extension != ".csv" && extension != ".json")
        throw Error(
            Fault::BadInput, "--output: expected a .csv or .json file, found '" + arguments.output.string() + "'");
    AtomicFile::requireTarget(arguments.output); // before the work, not after it
    arguments.request.leastHeadShare = std::min(arguments.request.leastHeadShare, arguments.rule.rule.threshold);
    BlockingEngine engine;
    const auto show = progressLine();
    const auto graphs = engine.contributionGraphs(arguments.request, show);
    if (show)
        std::cerr << "\r\033[K" << std::flush;
    extension == ".csv" ? writeGraphCsv(*graphs, arguments.rule, arguments.output)
                        : writeGraphJson(*graphs, arguments.rule, arguments.output);
    return 0;
}

} // namespace

std::function<int()> addGraphCommand(CLI::App& app, CLI::App*& command)
{
    const auto arguments = std::make_shared<Arguments>();
    InspectionRequest& run = arguments->request.run;
    GraphFileRule& rule = arguments->rule;
    command = app.add_subcommand("graph",
        "Where every token's residual stream comes from: a row per edge from the stream below, another token through "
        "attention, or the MLP");
    addModelOption(*command, run);
    addPromptOptions(*command, run);
    addRunOptions(*command, run);
    addIndexOption(
        *command, "--from", [&rule](std::size_t token) { rule.from = token; },
        "Only what this token's stream behind the last layer leads down to, counted without padding; without it every "
        "edge");
    command
        ->add_option_function<std::string>(
            "--threshold", [&rule](const std::string& text) { rule.rule.threshold = readShare("--threshold", text); },
            "Contributions above it are told, from 0 to 1 (0.04)")
        ->type_name("SHARE");
    addChoiceOption(*command, "--renormalise",
        {{"on", [&rule] { rule.rule.renormalise = true; }}, {"off", [&rule] { rule.rule.renormalise = false; }}},
        "Leave out every term below the threshold, each head for itself, and scale the rest of a node to 1; off tells "
        "shares of the whole (on)");
    command->add_option("--output", arguments->output, "File to write")->required()->type_name("OUT.csv|.json");
    return [arguments] { return writeGraphs(*arguments); };
}

} // namespace headscope
