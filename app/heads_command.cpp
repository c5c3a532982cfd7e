// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/heads_command.h"

#include "app/attention_option.h"
#include "app/blocking_engine.h"
#include "app/options.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/report/head_scores_file.h"

#include <chrono>
#include <cstdio>
#include <optional>

namespace headscope {
namespace {

struct Arguments {
    InspectionRequest request;
    AttentionInput file;
    HeadScoreOptions options;
    std::filesystem::path output;
};

int scoreHeads(Arguments arguments, const CLI::App& command)
{
    const std::string extension = arguments.output.extension().string();
    if (extension != ".csv" && extension != ".json")
        throw Error(
            Fault::BadInput, "--output: expected a .csv or .json file, found '" + arguments.output.string() + "'");
    AtomicFile::requireTarget(arguments.output); // before the work, not after it
    arguments.request.keepLogits = false;
    std::optional<BlockingEngine> engine;
    CapturePtr capture = openAttention(command, arguments.file);
    if (!capture)
        capture = engine.emplace().run(arguments.request);
    const auto start = std::chrono::steady_clock::now();
    std::vector<LayerScores> scores;
    for (std::size_t sequence = 0; sequence < capture->header().sequences(); ++sequence)
        for (std::size_t layer = 0; layer < capture->layersDone(); ++layer)
            scores.push_back(*fetchHeadScores(*capture, {sequence}, {layer}, arguments.options));
    const std::chrono::duration<double> scoring = std::chrono::steady_clock::now() - start;
    extension == ".csv" ? writeCsv(scores, capture->header(), arguments.output)
                        : writeJson(scores, capture->header(), arguments.output);
    std::fprintf(stderr, "forward_s=%.3f scoring_s=%.3f\n", engine ? engine->forwardSeconds() : 0.0, scoring.count());
    return 0;
}

} // namespace

std::function<int()> addHeadsCommand(CLI::App& app, CLI::App*& command)
{
    const auto arguments = std::make_shared<Arguments>();
    InspectionRequest& request = arguments->request;
    request.attention = AttentionKind::Auto; // any length: patterns are recomputed block by block
    command = app.add_subcommand(
        "heads", "A row of scores per layer and head: entropy, first, previous and duplicate token, induction");
    addModelOption(*command, request);
    addAttentionFileOptions(*command, arguments->file);
    addPromptOptions(*command, request);
    addRunOptions(*command, request);
    command->add_flag("--exclude-bos", arguments->options.excludeBos,
        "Previous, duplicate and induction: leave out attention to the first real token");
    command->add_flag("--exclude-current-token", arguments->options.excludeCurrentToken,
        "Previous, duplicate and induction: leave out the diagonal");
    command->add_option("--output", arguments->output, "File to write")->required()->type_name("OUT.csv|.json");
    return [arguments, parsed = command] { return scoreHeads(*arguments, *parsed); };
}

} // namespace headscope
