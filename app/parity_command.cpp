// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/parity_command.h"

#include "app/blocking_engine.h"
#include "app/options.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/parity/parity_axes.h"
#include "core/parity/parity_prompts.h"
#include "core/report/parity_files.h"
#include "core/run/comma_list.h"

#include <charconv>
#include <cmath>
#include <iostream>

namespace headscope {
namespace {

/// What makes the exit status 1.
enum class FailOn { Diverges, Known, Difference, Never };

struct Arguments {
    InspectionRequest common;
    ParityAxes axes;
    std::filesystem::path reference;
    std::string prompts;
    std::vector<std::string> hooks;
    Tolerances tolerances;
    std::optional<std::size_t> answerIndex;
    bool sameInputs = false, noExplain = false;
    std::size_t pictures = 6;
    FailOn failOn = FailOn::Diverges;
    std::vector<std::filesystem::path> reports;
};

double readTolerance(const std::string& option, std::string_view text)
{
    double value = 0;
    const auto parsed = std::from_chars(text.data(), text.data() + text.size(), value);
    if (parsed.ec != std::errc() || parsed.ptr != text.data() + text.size() || !(value >= 0) || std::isinf(value))
        throw CLI::ValidationError(
            option, "expected a number from 0 up such as 1e-5, found '" + std::string(text) + "'");
    return value;
}

bool fails(VerdictKind worst, FailOn failOn)
{
    switch (failOn) {
    case FailOn::Never:
        return false;
    case FailOn::Diverges:
        return worst == VerdictKind::Diverges;
    case FailOn::Known:
        return worst == VerdictKind::Diverges || worst == VerdictKind::Known;
    case FailOn::Difference:
        return worst != VerdictKind::Identical;
    }
    return true;
}

/// Prompts of a set into `common`. \return the tokens of its answers
std::vector<AnswerTokens> takePrompts(const std::string& name, InspectionRequest& common)
{
    if (!common.prompts.empty() || !common.inputs.empty())
        throw Error(Fault::BadInput, "--prompts: expected prompts from one place, found --prompt or --inputs as well");
    if (!common.secondPrompts.empty())
        throw Error(Fault::BadInput, "--second: expected --prompt with it, found --prompts");
    ParityPrompts set = readParityPrompts(name, common.model);
    for (const std::string& note : set.notes)
        std::cerr << "headscope-cli: note: " << note << "\n";
    common.prompts = std::move(set.prompts);
    return std::move(set.answers);
}

int compare(const Arguments& arguments)
{
    for (const auto& report : arguments.reports) {
        requireParityFormat(report);
        AtomicFile::requireTarget(report); // before the work, not after it
    }
    InspectionRequest common = arguments.common;
    if (arguments.sameInputs && arguments.axes.positions.empty())
        common.positions = PositionPolicy::Arange;
    const std::vector<AnswerTokens> answers
        = arguments.prompts.empty() ? std::vector<AnswerTokens>() : takePrompts(arguments.prompts, common);
    ParityRequest request = crossed(common, arguments.axes);
    requireTakenChoices(common, request.runs);
    request.answers = answers;
    request.reference = arguments.reference;
    request.hooks = arguments.hooks;
    request.tolerances = arguments.tolerances;
    request.answerIndex = arguments.answerIndex;
    request.explain = !arguments.noExplain;
    request.pictures = arguments.pictures;
    if (request.reference.empty() && common.prompts.empty() && common.inputs.empty())
        throw Error(Fault::BadInput, "--prompt: expected --prompt, --prompts, --inputs or --reference, found none");
    BlockingEngine engine;
    const auto show = progressLine();
    const auto report = engine.compare(std::move(request), show);
    if (show)
        std::cerr << "\r\033[K" << std::flush;
    for (const auto& pair : report->pairs)
        std::cout << pair->candidate.label << " against " << pair->reference.label << ": " << describe(*pair) << "\n";
    for (const auto& output : arguments.reports)
        writeParityReport(*report, output);
    return fails(report->worst(), arguments.failOn) ? 1 : 0;
}

void addAxes(CLI::App& command, Arguments& arguments)
{
    ParityAxes& axes = arguments.axes;
    addListOption(command, "--backends", axes.backends, "Whose semantics to follow; the first is the reference");
    addListOption(command, "--attentions", axes.attentions, "How attention is computed");
    addListOption(command, "--dtypes", axes.dtypes, "Precisions");
    addListOption(command, "--padding", axes.paddings, "Sides on which shorter prompts of a batch are padded");
    addListOption(command, "--masks", axes.masks, "What becomes of the 2-D mask of padded prompts");
    addListOption(command, "--positions", axes.positions, "Position ids");
    command
        .add_option_function<std::string>(
            "--devices", [&axes](const std::string& text) { axes.devices = splitAtCommas(text); },
            "Devices, one run on each")
        ->type_name("DEV,...");
    command.add_flag(
        "--same-inputs", arguments.sameInputs, "The same as --positions arange: one rule for every backend");
}

void addTolerances(CLI::App& command, Tolerances& tolerances)
{
    command
        .add_option_function<std::string>(
            "--tolerance", [&](const std::string& text) { tolerances.all = readTolerance("--tolerance", text); },
            "t in |a - b| <= t + t * max(|a|, rms of a's row); by default float64 1e-9, float32 1e-4, float16 5e-3, "
            "bfloat16 2e-2")
        ->type_name("T");
    command
        .add_option_function<std::vector<std::string>>(
            "--tolerance-for",
            [&](const std::vector<std::string>& texts) {
                for (const std::string& text : texts) {
                    const auto equals = text.rfind('=');
                    if (equals == std::string::npos || equals == 0)
                        throw CLI::ValidationError("--tolerance-for",
                            "expected GLOB=T such as blocks.*.attn.hook_pattern=1e-6, found '" + text + "'");
                    tolerances.hooks.emplace_back(text.substr(0, equals),
                        readTolerance("--tolerance-for", std::string_view(text).substr(equals + 1)));
                }
            },
            "Tolerance of some hooks; repeat it for several, the first that matches counts")
        ->type_name("GLOB=T")
        ->allow_extra_args(false);
}

} // namespace

std::function<int()> addParityCommand(CLI::App& app, CLI::App*& command)
{
    const auto arguments = std::make_shared<Arguments>();
    InspectionRequest& request = arguments->common;
    command = app.add_subcommand(
        "parity", "Compares ways of running a model; exit 1 when one diverges for no known reason");
    addModelOption(*command, request);
    addPromptOptions(*command, request);
    command
        ->add_option(
            "--prompts", arguments->prompts, "Prompts of a JSONL or CSV file, or a built-in set; answers are compared")
        ->type_name("FILE|NAME");
    addAxes(*command, *arguments);
    addSemanticsOptions(*command, request);
    command
        ->add_option("--reference", arguments->reference,
            "What a run or tests/oracle/dump_reference.py has written, instead of the first run")
        ->type_name("DUMP.safetensors");
    command->add_option("--hooks", arguments->hooks, "Hook names to compare, with * and ?, separated by commas")
        ->delimiter(',')
        ->type_name("GLOB,...");
    addTolerances(*command, arguments->tolerances);
    addIndexOption(
        *command, "--answer-index", [arguments](std::size_t value) { arguments->answerIndex = value; },
        "Position where answers are read, from 0, instead of each prompt's last token");
    addIndexOption(
        *command, "--pictures", [arguments](std::size_t value) { arguments->pictures = value; },
        "Heads shown as pictures in an HTML report, for each pair", 100);
    command->add_flag("--no-explain", arguments->noExplain, "Only compare: do not run again with policies aligned");
    FailOn& failOn = arguments->failOn;
    addChoiceOption(*command, "--fail-on",
        {{"diverges", [&failOn] { failOn = FailOn::Diverges; }}, {"known", [&failOn] { failOn = FailOn::Known; }},
            {"difference", [&failOn] { failOn = FailOn::Difference; }},
            {"never", [&failOn] { failOn = FailOn::Never; }}},
        "What makes the exit status 1")
        ->default_str("diverges");
    command->add_option("--report", arguments->reports, "File to write; repeat it for several kinds")
        ->type_name("OUT.json|.csv|.md|.html")
        ->allow_extra_args(false);
    return [arguments] { return compare(*arguments); };
}

} // namespace headscope
