// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/cli_commands.h"

#include "app/blocking_engine.h"
#include "app/generate_command.h"
#include "app/graph_command.h"
#include "app/heads_command.h"
#include "app/lens_command.h"
#include "app/logit_diff_command.h"
#include "app/models_command.h"
#include "app/options.h"
#include "app/parity_command.h"
#include "app/pattern_command.h"
#include "app/query_key_command.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/io/json.h"
#include "core/model/model_description.h"

#include <nlohmann/json.hpp>

#include <fstream>
#include <iostream>
#include <sstream>

namespace headscope {
namespace {

/// What the options of every command are read into.
struct Arguments {
    InspectionRequest request;
    std::filesystem::path output, texts;
    bool details = false; ///< tokenize: more than ids, tokens and offsets
    std::vector<std::filesystem::path> folders;
    bool json = false;
};

int runModel(Arguments arguments)
{
    arguments.request.keepPatterns = false; // what --hooks names is kept anyway
    const auto model = describeModel(arguments.request.model);
    const auto& missing = model->weights().missing;
    const std::string why = missing.empty() ? std::string()
                                            : arguments.request.model + ": has no language-model head (tensor '"
            + missing.front() + "' is missing), so no logits";
    if (!why.empty() && arguments.request.hooks.empty())
        throw Error(Fault::BadInput, why + "; expected --hooks to name what to write");
    BlockingEngine engine;
    const CapturePtr capture = engine.run(arguments.request);
    writeCapture(*capture, arguments.output);
    if (!why.empty())
        std::cerr << "headscope-cli: note: " << why << "\n";
    return 0;
}

std::vector<std::string> readTexts(const std::filesystem::path& path)
{
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    const std::string where = "--texts: " + path.string();
    if (!file || content.str().empty())
        throw Error(Fault::BadInput,
            where + ": expected a JSON array of strings, found a file that is empty or cannot be read");
    const auto json = parseJson(content.str(), where);
    if (!json.is_array())
        throw Error(Fault::BadInput, where + ": expected a JSON array of strings, found " + excerpt(json));
    std::vector<std::string> texts;
    for (const auto& text : json) {
        if (!text.is_string())
            throw Error(Fault::BadInput, where + ": expected a JSON array of strings, found in it " + excerpt(text));
        texts.push_back(text.get<std::string>());
    }
    return texts;
}

int tokenize(const Arguments& arguments)
{
    const ModelFiles files = ModelFiles::open(arguments.request.model);
    const auto tokenizer = Tokenizer::load(files);
    if (!tokenizer)
        throw Error(Fault::BadModelFile, files.label("tokenizer.json") + ": missing");
    auto result = nlohmann::json::array();
    for (const std::string& text : readTexts(arguments.texts)) {
        const Encoding encoding = tokenizer->encode(text);
        auto& row = result.emplace_back(
            nlohmann::json{{"ids", encoding.ids}, {"tokens", encoding.pieces}, {"offsets", encoding.offsets}});
        if (!arguments.details)
            continue;
        row["type_ids"] = encoding.typeIds;
        row["word_ids"] = encoding.words;
        row["special_tokens_mask"] = std::vector<int>(encoding.special.begin(), encoding.special.end());
        row["decoded"] = tokenizer->decode(encoding.ids);
    }
    AtomicFile file(arguments.output);
    file.write(result.dump() + "\n");
    file.commit();
    return 0;
}

int showInfo(const Arguments& arguments)
{
    BlockingEngine engine;
    const SystemInfo info = engine.systemInfo();
    for (const auto& [name, version] : info.versions)
        std::cout << name << " " << version << "\n";
    for (const DeviceInfo& device : info.devices)
        std::cout << "device " << device.name << "  " << device.description << "\n";
    std::cout << "dtypes";
    for (const std::string& dtype : info.dtypes)
        std::cout << " " << dtype;
    std::cout << "\nthreads " << info.threads << "\nmemory free " << byteText(availableMemory()) << "\n";
    if (!arguments.request.model.empty()) {
        const auto model = describeModel(arguments.request.model);
        const ModelInfo& about = model->info();
        std::cout << "model " << about.name << "  " << about.family << "  " << about.layers << " layers x "
                  << about.heads << " heads (" << about.keyValueHeads << " key/value)  width " << about.width
                  << "  vocabulary " << about.vocabulary << "  positions " << about.maxPositions << "  "
                  << about.parameters << " parameters, " << byteText(about.storedBytes) << " stored as "
                  << about.storedDtype << "\n";
        const WeightPlan& weights = model->weights();
        std::cout << "tensors " << weights.used << " used, " << weights.unused.size() << " unused, "
                  << weights.missing.size() << " missing\n";
        for (const std::string& name : weights.missing)
            std::cout << "missing tensor " << name << " (no language-model head: patterns, but no logits)\n";
        for (const std::string& name : weights.unused)
            std::cout << "unused tensor " << name << "\n";
    }
    return 0;
}

} // namespace

std::function<int()> addCommands(CLI::App& app)
{
    const auto arguments = std::make_shared<Arguments>();
    InspectionRequest& request = arguments->request;
    const auto addOutput = [&](CLI::App& command, const char* type) {
        command.add_option("--output", arguments->output, "File to write")->required()->type_name(type);
    };

    auto* run = app.add_subcommand("run", "One forward pass; writes logits and hook values");
    addModelOption(*run, request);
    addPromptOptions(*run, request);
    addRunOptions(*run, request);
    run->add_option("--hooks", request.hooks, "Hook names to write, with * and ?, separated by commas")
        ->delimiter(',')
        ->type_name("GLOB,...");
    addOutput(*run, "OUT.safetensors");

    auto* tokens = app.add_subcommand("tokenize", "Token ids, pieces and offsets of texts");
    addModelOption(*tokens, request);
    tokens->add_flag("--details", arguments->details, "Also type ids, word ids, special-tokens mask and decoded text");
    tokens->add_option("--texts", arguments->texts, "JSON array of strings")->required()->type_name("FILE.json");
    addOutput(*tokens, "OUT.json");

    CLI::App* rectangle = nullptr;
    const std::function<int()> readPattern = addPatternCommand(app, rectangle);
    CLI::App* vectors = nullptr;
    const std::function<int()> readVectors = addQueryKeyCommand(app, vectors);
    CLI::App* heads = nullptr;
    const std::function<int()> scoreHeads = addHeadsCommand(app, heads);
    CLI::App* parity = nullptr;
    const std::function<int()> compareRuns = addParityCommand(app, parity);

    CLI::App* answers = nullptr;
    const std::function<int()> readAnswers = addLogitDiffCommand(app, answers);
    CLI::App* generate = nullptr;
    const std::function<int()> continuePrompts = addGenerateCommand(app, generate);
    CLI::App* lens = nullptr;
    const std::function<int()> lookThroughLayers = addLensCommand(app, lens);

    CLI::App* graph = nullptr;
    const std::function<int()> writeGraphs = addGraphCommand(app, graph);

    auto* models = app.add_subcommand("models", "The models on this machine, and why some of them cannot be opened");
    models
        ->add_option("--folder", arguments->folders,
            "Also look here: a model directory or what holds some; repeat it for several")
        ->type_name("DIR")
        ->allow_extra_args(false);
    models->add_flag("--json", arguments->json, "An array of objects instead of a table");

    auto* info = app.add_subcommand("info", "Versions, devices, precisions, threads");
    info->add_option("--model", request.model, "Also describe this model")->type_name("DIR");

    return [=] {
        if (run->parsed() || tokens->parsed())
            AtomicFile::requireTarget(arguments->output); // before the work, not after it
        if (run->parsed())
            return runModel(*arguments);
        if (tokens->parsed())
            return tokenize(*arguments);
        if (rectangle->parsed())
            return readPattern();
        if (vectors->parsed())
            return readVectors();
        if (heads->parsed())
            return scoreHeads();
        if (parity->parsed())
            return compareRuns();
        if (answers->parsed())
            return readAnswers();
        if (generate->parsed())
            return continuePrompts();
        if (graph->parsed())
            return writeGraphs();
        if (lens->parsed())
            return lookThroughLayers();
        if (models->parsed())
            return listModels(arguments->folders, arguments->json);
        if (info->parsed())
            return showInfo(*arguments);
        throw Error(Fault::BadInput,
            "expected a command: run, tokenize, pattern, query-key, heads, parity, logit-diff, generate, graph, lens, "
            "models or info");
    };
}

} // namespace headscope
