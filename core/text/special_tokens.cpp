// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/special_tokens.h"

#include "core/error.h"
#include "core/io/json.h"

#include <nlohmann/json.hpp>

#include <string_view>

namespace headscope {
namespace {

using nlohmann::json;

/// What a class of transformers 5.23.0 has when nobody says; of the classes that a model type has when no class is
/// named.
struct ClassDefaults {
    std::string_view name, bos, eos;
    std::optional<std::string_view> pad; ///< none where the class leaves it to tokenizer.json
    std::string_view modelTypes;
};
constexpr ClassDefaults classes[] = {
    {"GPT2Tokenizer", "<|endoftext|>", "<|endoftext|>", "", " gpt2 "},
    {"GPTNeoXTokenizer", "<|endoftext|>", "<|endoftext|>", "<|padding|>", " gpt_neox "},
    {"LlamaTokenizer", "<s>", "</s>", {}, ""},
    {"CodeLlamaTokenizer", "<s>", "</s>", {}, ""},
    {"GemmaTokenizer", "<bos>", "<eos>", "<pad>", " gemma2 "},
    {"Qwen2Tokenizer", "", "<|endoftext|>", "<|endoftext|>", " qwen2 qwen3 "},
    {"BertTokenizer", "", "", "[PAD]", " bert "},
    {"DistilBertTokenizer", "", "", "[PAD]", ""},
    {"RobertaTokenizer", "<s>", "</s>", "<pad>", ""},
    {"XLMRobertaTokenizer", "<s>", "</s>", "<pad>", ""},
    {"CamembertTokenizer", "<s>", "</s>", "<pad>", ""},
    {"T5Tokenizer", "", "</s>", "<pad>", ""},
};

json readObject(const ModelFiles& files, const char* name)
{
    json result = files.has(name) ? parseJson(files.text(name), files.label(name)) : json::object();
    if (!result.is_object())
        throw Error(Fault::BadModelFile, files.label(name) + ": expected a JSON object");
    return result;
}

std::string textOf(const json& object, const char* key)
{
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

const ClassDefaults* defaultsOf(const ModelFiles& files, const json& settings)
{
    std::string name = textOf(settings, "tokenizer_class"), type = " ";
    if (name.empty()) {
        const json config = readObject(files, "config.json");
        name = textOf(config, "tokenizer_class");
        type.append(textOf(config, "model_type")).append(" ");
    }
    if (name.ends_with("Fast"))
        name.resize(name.size() - 4);
    for (const ClassDefaults& defaults : classes)
        if (name.empty() ? type.size() > 2 && defaults.modelTypes.find(type) != type.npos : defaults.name == name)
            return &defaults;
    return nullptr;
}

} // namespace

SpecialTokens readSpecialTokens(const ModelFiles& files, const json& tokenizer, const json& settings)
{
    const json map
        = settings.contains("added_tokens_decoder") ? json::object() : readObject(files, "special_tokens_map.json");
    const ClassDefaults* defaults = defaultsOf(files, settings);
    const auto named = [&](const char* key, std::string_view otherwise) -> std::optional<std::string> {
        const json& source = map.contains(key) ? map : settings;
        if (!source.contains(key)) // null is an answer
            return otherwise.empty() ? std::nullopt : std::optional<std::string>(otherwise);
        const json& value = source.at(key);
        const std::string text = value.is_object() ? textOf(value, "content") : textOf(source, key);
        return text.empty() ? std::nullopt : std::optional<std::string>(text);
    };
    const json padding = tokenizer.value("padding", json());
    const std::string ofFile = padding.is_object() ? textOf(padding, "pad_token") : std::string();
    const std::string_view bos = defaults ? defaults->bos : "", eos = defaults ? defaults->eos : "",
                           pad = defaults && defaults->pad ? *defaults->pad : std::string_view(ofFile);
    return {named("bos_token", bos), named("eos_token", eos), named("pad_token", pad)};
}

} // namespace headscope
