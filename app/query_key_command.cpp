// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/query_key_command.h"

#include "app/blocking_engine.h"
#include "app/options.h"
#include "core/cache/query_keys.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/model/model_description.h"
#include "core/report/query_key_file.h"

namespace headscope {
namespace {

struct Arguments {
    InspectionRequest request;
    std::filesystem::path output;
    std::size_t layer = 0, head = 0, query = 0, sequence = 0;
    std::string keys;
};

int readQueryKeys(Arguments arguments)
{
    const std::string extension = arguments.output.extension().string();
    if (extension != ".csv" && extension != ".json")
        throw Error(
            Fault::BadInput, "--output: expected a .csv or .json file, found '" + arguments.output.string() + "'");
    const auto info
        = describeModel(arguments.request.model)->info(); // before the run: a wrong head should not cost a forward pass
    requireBelow("--layer", arguments.layer, info.layers);
    requireBelow("--head", arguments.head, info.heads);
    arguments.request.keepScores = true;
    arguments.request.keepLogits = false;

    BlockingEngine engine;
    const CapturePtr capture = engine.runUpTo({arguments.layer}, arguments.request);
    requireBelow("--sequence", arguments.sequence, capture->header().sequences());
    const auto source = capture->patterns({arguments.sequence});
    requireBelow("--query", arguments.query, source->queries());
    const Range keys = parseRange("--keys", arguments.keys, source->keys());
    const Range row{arguments.query, arguments.query + 1};
    const LayerId layer{arguments.layer};
    const HeadId head{arguments.head};
    const auto vectors = fetchQueryKeys(*capture, {arguments.sequence}, layer, head, {arguments.query}, keys);
    const auto scores = fetch(*source, layer, head, Stage::Scores, row, keys);
    const auto pattern = fetch(*source, layer, head, Stage::Pattern, row, keys);
    const QueryKeyRow table{*vectors, *scores, *pattern};
    extension == ".csv" ? writeCsv(table, capture->header(), arguments.output)
                        : writeJson(table, capture->header(), arguments.output);
    return 0;
}

} // namespace

std::function<int()> addQueryKeyCommand(CLI::App& app, CLI::App*& command)
{
    const auto arguments = std::make_shared<Arguments>();
    InspectionRequest& request = arguments->request;
    Arguments& into = *arguments;
    command = app.add_subcommand("query-key", "What a query's scores are made of: q * k, dimension by dimension");
    addModelOption(*command, request);
    addPromptOptions(*command, request);
    addRunOptions(*command, request);
    addIndexOption(
        *command, "--layer", [&into](std::size_t value) { into.layer = value; }, "Layer, from 0")
        ->required();
    addIndexOption(
        *command, "--head", [&into](std::size_t value) { into.head = value; }, "Head, from 0")
        ->required();
    addIndexOption(
        *command, "--query", [&into](std::size_t value) { into.query = value; }, "Position of the query, from 0")
        ->required();
    addIndexOption(
        *command, "--sequence", [&into](std::size_t value) { into.sequence = value; }, "Row of the batch, from 0");
    command->add_option("--keys", arguments->keys, "Keys A to B - 1")->type_name("A:B");
    command->add_option("--output", arguments->output, "File to write")->required()->type_name("OUT.csv|.json");
    CLI::App* const parsed = command;
    return [arguments, parsed] {
        AtomicFile::requireTarget(arguments->output); // before the work, not after it
        if (parsed->count("--attention") == 0)
            arguments->request.attention = AttentionKind::Auto;
        return readQueryKeys(*arguments);
    };
}

} // namespace headscope
