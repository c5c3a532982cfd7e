// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/options.h"

#include "core/error.h"

#include <charconv>
#include <iostream>

namespace headscope {
namespace {

/// An option whose values are the spellings of an enumeration.
template <class Enum>
void addChoice(CLI::App& command, const std::string& name, Enum& target, const std::string& description)
{
    std::vector<std::pair<std::string, std::function<void()>>> choices;
    for (const auto& spelling : spellings<Enum>())
        choices.emplace_back(spelling.text, [&target, value = spelling.value] { target = value; });
    addChoiceOption(command, name, std::move(choices), description)->default_str(std::string(spell(target)));
}

} // namespace

CLI::Option* addChoiceOption(CLI::App& command, const std::string& name,
    std::vector<std::pair<std::string, std::function<void()>>> choices, const std::string& description)
{
    std::string all;
    for (const auto& [text, choose] : choices)
        all += (all.empty() ? "" : "|") + text;
    return command
        .add_option_function<std::string>(
            name,
            [name, all, choices = std::move(choices)](const std::string& text) {
                for (const auto& [spelling, choose] : choices)
                    if (spelling == text)
                        return choose();
                throw CLI::ValidationError(name, "expected " + all + ", found '" + text + "'");
            },
            description)
        ->type_name(all);
}

CLI::Option* addIndexOption(CLI::App& command, const std::string& name, std::function<void(std::size_t)> assign,
    const std::string& description, std::size_t most)
{
    return command
        .add_option_function<std::string>(
            name,
            [name, most, assign = std::move(assign)](const std::string& text) {
                std::size_t value = 0;
                const char* end = text.data() + text.size();
                const auto parsed = std::from_chars(text.data(), end, value);
                if (parsed.ec != std::errc() || parsed.ptr != end || value > most)
                    throw CLI::ValidationError(
                        name, "expected a whole number from 0 to " + std::to_string(most) + ", found '" + text + "'");
                assign(value);
            },
            description)
        ->type_name("N");
}

void addModelOption(CLI::App& command, InspectionRequest& request)
{
    command.add_option("--model", request.model, "Model directory, or demo-rotary or demo-gpt2")
        ->required()
        ->type_name("DIR");
}

void addPromptOptions(CLI::App& command, InspectionRequest& request)
{
    // One value each, repeated for a batch, so that a prompt is never mistaken for something else.
    command.add_option("--prompt", request.prompts, "Text to run; repeat it for a batch")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    command
        .add_option("--second", request.secondPrompts,
            "Second text of a pair, one for each --prompt (\"\": none), for models with token types such as BERT")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    command.add_option("--inputs", request.inputs, "Token ids, and optionally masks and positions, instead of text")
        ->type_name("IN.safetensors");
}

void addSemanticsOptions(CLI::App& command, InspectionRequest& request)
{
    addChoice(command, "--bridge-mode", request.bridgeMode, "bridge: before or after enable_compatibility_mode()");
    addChoice(command, "--sentinel", request.sentinel, "bridge, hooked: what stands in masked scores");
    command
        .add_option_function<std::string>(
            "--processing", [&](const std::string& text) { request.processing = readProcessing(text, "--processing"); },
            "hooked, bridge compat: steps of weight processing")
        ->type_name("all|none|STEP,...");
    addChoice(command, "--prepend-bos", request.prependBos, "Whether to put the tokenizer's bos_token in front");
    addIndexOption(
        command, "--threads", [&](std::size_t value) { request.threads = static_cast<int>(value); },
        "Threads for tensor operations; 0 lets LibTorch choose", 4096);
}

void addRunOptions(CLI::App& command, InspectionRequest& request)
{
    addChoice(command, "--backend", request.backend, "Whose semantics to follow");
    addSemanticsOptions(command, request);
    command
        .add_option_function<std::string>(
            "--edits", [&](const std::string& file) { request.edits = readEdits(file); },
            "Interventions at hooks, see README.md")
        ->type_name("FILE.json");
    addChoice(command, "--attention", request.attention, "How attention is computed");
    command.add_option("--device", request.device, "cpu, cuda, cuda:N, or several with commas")
        ->type_name("DEV")
        ->capture_default_str();
    command.add_option("--cache-device", request.cacheDevice, "Where captures are kept; never moves the model")
        ->type_name("DEV");
    addChoice(command, "--dtype", request.dtype, "Precision of weights and activations");
    addChoice(command, "--padding", request.padding, "Side on which shorter prompts of a batch are padded");
    addChoice(command, "--positions", request.positions, "Position ids");
    addChoice(command, "--mask", request.mask, "What becomes of the 2-D mask of padded prompts");
    addIndexOption(
        command, "--cache-budget",
        [&](std::size_t value) { request.cacheBudget = static_cast<std::uint64_t>(value) << 20; },
        "MiB of q, k and v kept in memory, the rest in a file in TMPDIR; 0: half of what is free", 1 << 24);
}

void requireBelow(const std::string& option, std::size_t value, std::size_t count)
{
    if (value >= count)
        throw Error(Fault::BadInput,
            option + ": expected 0 to " + std::to_string(count - 1) + ", found " + std::to_string(value));
}

Range parseRange(const std::string& option, const std::string& text, std::size_t count)
{
    Range range{0, count};
    if (text.empty())
        return range;
    const auto colon = text.find(':');
    const auto side = [&](std::string_view part, std::size_t& target) {
        const auto parsed = std::from_chars(part.data(), part.data() + part.size(), target);
        return part.empty() || (parsed.ec == std::errc() && parsed.ptr == part.data() + part.size());
    };
    const bool valid = colon != std::string::npos && side(std::string_view(text).substr(0, colon), range.begin)
        && side(std::string_view(text).substr(colon + 1), range.end) && range.begin < range.end && range.end <= count;
    if (!valid)
        throw Error(
            Fault::BadInput, option + ": expected A:B within 0:" + std::to_string(count) + ", found '" + text + "'");
    return range;
}

int complain(const std::string& program, const std::string& message)
{
    std::string line = program + ": " + message;
    for (char& c : line)
        if (c == '\n' || c == '\r')
            c = ' ';
    std::cerr << line << std::endl;
    return 2;
}

int parseAndRun(CLI::App& app, int argc, char** argv, const std::function<int()>& work)
try {
    app.parse(argc, argv);
    return work();
} catch (const CLI::Success& e) { // --help and --version
    return app.exit(e);
} catch (const CLI::Error& e) {
    return complain(app.get_name(), e.what());
} catch (const Cancelled&) {
    complain(app.get_name(), "interrupted");
    return 130;
} catch (const std::exception& e) {
    return complain(app.get_name(), e.what());
}

} // namespace headscope
