// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/generate_command.h"

#include "app/blocking_engine.h"
#include "app/options.h"
#include "core/error.h"
#include "core/io/atomic_file.h"

#include <nlohmann/json.hpp>

#include <iostream>

namespace headscope {
namespace {

struct Arguments {
    GenerationRequest request;
    std::filesystem::path output;
};

nlohmann::ordered_json jsonOf(const GeneratedText& text, const std::string& prompt)
{
    return {{"prompt", prompt}, {"text", text.text}, {"ids", text.ids}, {"ended", text.ended},
        {"no_positions_left", text.full}, {"same_tokens", text.sameTokens}};
}

int continuePrompts(const Arguments& arguments)
{
    const bool writes = !arguments.output.empty();
    if (writes && arguments.output.extension() != ".json")
        throw Error(Fault::BadInput, "--output: expected a .json file, found '" + arguments.output.string() + "'");
    if (writes)
        AtomicFile::requireTarget(arguments.output); // before the work, not after it
    BlockingEngine engine;
    const auto show = progressLine();
    const std::vector<GeneratedText> texts = engine.generate(arguments.request, show);
    if (show)
        std::cerr << "\r\033[K" << std::flush;
    if (!writes) {
        for (const GeneratedText& text : texts)
            std::cout << text.text << "\n";
        return 0;
    }
    nlohmann::ordered_json result = nlohmann::ordered_json::array();
    for (std::size_t row = 0; row < texts.size(); ++row)
        result.push_back(jsonOf(texts[row], arguments.request.run.prompts[row]));
    AtomicFile file(arguments.output);
    file.write(result.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    file.commit();
    return 0;
}

} // namespace

std::function<int()> addGenerateCommand(CLI::App& app, CLI::App*& command)
{
    const auto arguments = std::make_shared<Arguments>();
    InspectionRequest& run = arguments->request.run;
    run.attention = AttentionKind::Auto; // with it a token costs only itself
    command = app.add_subcommand("generate", "Continue each prompt with the most likely tokens");
    addModelOption(*command, run);
    addPromptOptions(*command, run);
    addRunOptions(*command, run);
    addIndexOption(
        *command, "--count", [arguments](std::size_t count) { arguments->request.count = count; },
        "Tokens to add to each prompt at most (20)", 100'000);
    command->add_option("--output", arguments->output, "File to write; without it the texts go to standard output")
        ->type_name("OUT.json");
    return [arguments] { return continuePrompts(*arguments); };
}

} // namespace headscope
