// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_description.h"

#include "core/error.h"
#include "core/io/json.h"

#include <nlohmann/json.hpp>

#include <deque>
#include <mutex>

namespace headscope {
namespace {

/// Changes whenever a file of the model does.
std::string fingerprint(const std::string& location)
{
    std::error_code ignored;
    std::string result = location;
    for (const auto& entry : std::filesystem::directory_iterator(location, ignored))
        result.append("|")
            .append(entry.path().filename().string())
            .append(":")
            .append(std::to_string(entry.file_size(ignored)))
            .append(":")
            .append(std::to_string(entry.last_write_time(ignored).time_since_epoch().count()));
    return result;
}

/// Whether the model comes with a template that makes prompts of conversations. Nothing is said of a broken file here.
bool hasChatTemplate(const ModelFiles& files)
try {
    constexpr auto settings = "tokenizer_config.json";
    if (files.has("chat_template.jinja"))
        return true;
    const auto config = files.has(settings) ? parseJson(files.text(settings), settings) : nlohmann::json();
    return config.is_object() && config.contains("chat_template") && !config.at("chat_template").is_null();
} catch (const Error&) {
    return false;
}

} // namespace

std::shared_ptr<const ModelDescription> ModelDescription::open(const std::string& location, Depth depth)
{
    const ModelFiles files = ModelFiles::open(location);
    std::shared_ptr<ModelDescription> result(new ModelDescription);
    result->config_ = readModelConfig(files);
    result->files_ = files.weights();
    const std::string label = result->files_.size() == 1 ? result->files_.front().label() : location;
    result->plan_ = planWeights(result->config_, result->files_, label, depth);
    result->config_.hasHead = result->plan_.missing.empty();
    try {
        if (depth == Depth::Headers)
            throw Error(Fault::BadModelFile, files.label("tokenizer.json") + ": not read");
        result->tokenizer_ = Tokenizer::load(files);
        if (!result->tokenizer_)
            throw Error(Fault::BadModelFile,
                files.label("tokenizer.json") + ": missing; give token ids with --inputs instead of text");
    } catch (const Error&) {
        result->tokenizerError_ = std::current_exception();
    }

    const ModelConfig& config = result->config_;
    ModelInfo& info = result->info_;
    info.name = files.name();
    info.location = location;
    info.family = config.architecture->family;
    info.layers = static_cast<std::size_t>(config.layers);
    info.heads = static_cast<std::size_t>(config.heads);
    info.keyValueHeads = static_cast<std::size_t>(config.keyValueHeads);
    info.headWidth = static_cast<std::size_t>(config.headWidth);
    info.width = static_cast<std::size_t>(config.width);
    info.vocabulary = static_cast<std::size_t>(config.vocabulary);
    info.maxPositions = static_cast<std::size_t>(config.maxPositions);
    info.parameters = result->plan_.parameters;
    for (const SafetensorsFile& file : result->files_)
        info.storedBytes += file.size();
    info.storedDtype = result->plan_.mostCommonType;
    info.causal = config.architecture->causal;
    info.hasChatTemplate = hasChatTemplate(files);
    return result;
}

const Tokenizer& ModelDescription::requireTokenizer() const
{
    if (!tokenizer_)
        std::rethrow_exception(tokenizerError_);
    return *tokenizer_;
}

void ModelDescription::requireIntact() const
{
    for (const SafetensorsFile& file : files_)
        file.requireIntact();
}

namespace {

std::shared_ptr<const ModelDescription> rememberedModel(const std::string& location)
{
    static std::mutex mutex;
    static std::deque<std::pair<std::string, std::shared_ptr<const ModelDescription>>> recent;
    constexpr std::size_t keep = 3;

    const std::string key = fingerprint(location);
    {
        const std::lock_guard lock(mutex);
        for (const auto& [known, description] : recent)
            if (known == key)
                return description;
    }
    auto description = ModelDescription::open(location);
    const std::lock_guard lock(mutex);
    recent.emplace_front(key, description);
    if (recent.size() > keep)
        recent.pop_back();
    return description;
}

} // namespace

std::shared_ptr<const ModelDescription> describeModel(const std::string& location)
{
    std::shared_ptr<const ModelDescription> result;
    translated("reading " + location, [&] { result = rememberedModel(location); });
    return result;
}

} // namespace headscope
