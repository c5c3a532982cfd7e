// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/attention_option.h"

#include "app/options.h"
#include "core/error.h"

namespace headscope {
namespace {

/// Options that say what is run and how.
constexpr const char* ofRuns[] = {"--model", "--prompt", "--second", "--inputs", "--backend", "--bridge-mode",
    "--sentinel", "--processing", "--prepend-bos", "--threads", "--edits", "--attention", "--device", "--cache-device",
    "--dtype", "--padding", "--positions", "--mask", "--cache-budget"};

std::size_t countOf(const CLI::App& command, const char* name)
{
    const CLI::Option* option = command.get_option_no_throw(name);
    return option ? option->count() : 0;
}

} // namespace

void addAttentionFileOptions(CLI::App& command, AttentionInput& input)
{
    if (CLI::Option* model = command.get_option_no_throw("--model"))
        model->required(false);
    command
        .add_option("--attention-file", input.file,
            "Attention that another program computed, instead of a model and a prompt; see README.md")
        ->type_name("FILE.safetensors");
    std::vector<std::pair<std::string, std::function<void()>>> kinds;
    for (const auto& [part, name] : attentionPartNames)
        kinds.emplace_back(name, [&input, part = part] { input.part = part; });
    addChoiceOption(command, "--kind", std::move(kinds),
        "Which attention of such a file; of an encoder-decoder cross, when not given");
}

CapturePtr openAttention(const CLI::App& command, const AttentionInput& input)
{
    if (input.file.empty()) {
        if (input.part)
            throw Error(Fault::BadInput, "--kind: expected --attention-file with it, found none");
        if (countOf(command, "--model") == 0)
            throw Error(Fault::BadInput, "--model is required");
        return nullptr;
    }
    for (const char* name : ofRuns)
        if (countOf(command, name) > 0)
            throw Error(Fault::BadInput,
                std::string("--attention-file: expected without ") + name + ", as no model is run; found both");
    const auto file = AttentionFile::open(input.file);
    return file->capture(input.part.value_or(file->firstPart()));
}

} // namespace headscope
