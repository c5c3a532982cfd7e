// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/logit_diff_command.h"

#include "app/blocking_engine.h"
#include "app/options.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/parity/parity_axes.h"
#include "core/report/logit_difference_file.h"

#include <iostream>

namespace headscope {
namespace {

struct Arguments {
    InspectionRequest run;
    LogitDifferenceRequest request;
    std::vector<Backend> backends;
    std::string prompts, heads, from;
    std::filesystem::path output, attribution;
};

void requireTable(const char* option, const std::filesystem::path& path)
{
    const std::string extension = path.extension().string();
    if (extension != ".csv" && extension != ".json")
        throw Error(
            Fault::BadInput, std::string(option) + ": expected a .csv or .json file, found '" + path.string() + "'");
    AtomicFile::requireTarget(path); // before the work, not after it
}

void tellNotes(const LogitDifferenceResult& result)
{
    for (const LogitDifferenceRun& each : result.runs)
        for (const std::string& note : each.notes)
            std::cerr << "headscope-cli: note: " << spell(each.header.request.backend) << ": " << note << "\n";
    std::size_t noted = 0;
    for (const ExampleAnswers& answers : result.answers)
        noted += !answers.notes.empty();
    if (noted > 0)
        std::cerr << "headscope-cli: note: " << noted << " of " << result.answers.size()
                  << " prompts have answers that are more than one token or share one; see notes in the output\n";
}

int run(Arguments arguments, const CLI::App& command)
{
    requireTable("--output", arguments.output);
    const bool attributes = command.count("--attribution") > 0;
    if (attributes)
        requireTable("--attribution", arguments.attribution);
    if (attributes && std::filesystem::absolute(arguments.attribution) == std::filesystem::absolute(arguments.output))
        throw Error(Fault::BadInput, "--attribution: expected another file than --output, found the same");
    const bool cuts = command.count("--ablate") > 0;
    for (const char* option : {"--method", "--ablate-from"})
        if (command.count(option) > 0 && !cuts)
            throw Error(Fault::BadInput, std::string(option) + ": expected --ablate to name heads, found none");
    LogitDifferenceRequest& request = arguments.request;
    if (command.count("--ablate-from") > 0 && request.ablation.method != AblationMethod::CrossRun)
        throw Error(Fault::BadInput,
            "--ablate-from: expected --method cross-run, found " + std::string(spell(request.ablation.method)));
    if (command.count("--backends") > 0 && command.count("--backend") > 0)
        throw Error(Fault::BadInput, "--backends: expected either --backend or --backends, found both");
    if (request.batch == 0)
        throw Error(Fault::BadInput, "--batch: expected a whole number from 1, found 0");
    request.runs = command.count("--backends") > 0 ? crossed(arguments.run, {.backends = arguments.backends}).runs
                                                   : std::vector{arguments.run};
    requireTakenChoices(arguments.run, request.runs);
    request.prompts = readPromptSet(arguments.prompts);
    request.attribution = attributes;
    if (cuts)
        request.ablation.heads = readHeads(arguments.heads, "--ablate");
    if (command.count("--ablate-from") > 0)
        request.ablation.from = readPromptSet(arguments.from);

    BlockingEngine engine;
    const auto show = progressLine();
    const auto result = engine.readAnswers(std::move(request), show);
    if (show)
        std::cerr << "\r\033[K" << std::flush;
    const bool csv = arguments.output.extension() == ".csv";
    csv ? writeCsv(*result, arguments.output) : writeJson(*result, arguments.output);
    if (attributes)
        arguments.attribution.extension() == ".csv" ? writeAttributionCsv(*result, arguments.attribution)
                                                    : writeAttributionJson(*result, arguments.attribution);
    for (const LogitDifferenceRun& each : result->runs)
        std::cout << spell(each.header.request.backend) << ": " << describeSummary(each) << "\n";
    tellNotes(*result);
    return 0;
}

} // namespace

std::function<int()> addLogitDiffCommand(CLI::App& app, CLI::App*& command)
{
    const auto arguments = std::make_shared<Arguments>();
    LogitDifferenceRequest& request = arguments->request;
    arguments->run.attention = AttentionKind::Auto; // any length: nothing quadratic is kept
    command = app.add_subcommand(
        "logit-diff", "Right against wrong answers of a prompt set: logits, loss, which heads carry it, heads cut");
    addModelOption(*command, arguments->run);
    std::string known;
    for (const std::string& name : embeddedPromptSets())
        known.append(known.empty() ? "" : ", ").append(name);
    command
        ->add_option("--prompts", arguments->prompts,
            "JSONL lines {\"prompt\", \"correct\", \"incorrect\"} or CSV, or one of " + known)
        ->required()
        ->type_name("FILE|NAME");
    addListOption(*command, "--backends", arguments->backends, "Several backends side by side");
    addRunOptions(*command, arguments->run);
    addIndexOption(
        *command, "--answer-index", [&request](std::size_t value) { request.answerIndex = value; },
        "Position in the padded sequence that answers are read at; else the last real token");
    addIndexOption(
        *command, "--batch", [&request](std::size_t value) { request.batch = value; },
        "Prompts computed at once; all are padded to the longest of the set", 1 << 16);
    command->add_option("--ablate", arguments->heads, "Heads to cut together: before and after side by side")
        ->type_name("L.H,...");
    std::vector<std::pair<std::string, std::function<void()>>> methods;
    for (const auto& spelling : spellings<AblationMethod>())
        methods.emplace_back(spelling.text, [&request, value = spelling.value] { request.ablation.method = value; });
    addChoiceOption(*command, "--method", std::move(methods), "What stands in the heads' place")
        ->default_str(std::string(spell(request.ablation.method)));
    command
        ->add_option("--ablate-from", arguments->from,
            "cross-run: prompts that the heads' values come from, else `corrupt` of each line, else the next prompt of "
            "as many tokens")
        ->type_name("FILE|NAME");
    command
        ->add_option("--attribution", arguments->attribution,
            "Also write what every head, MLP, embedding and bias adds to each logit difference")
        ->type_name("OUT.csv|.json");
    command->add_option("--output", arguments->output, "File to write")->required()->type_name("OUT.csv|.json");
    return [arguments, command] { return run(*arguments, *command); };
}

} // namespace headscope
