// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/architecture.h"

#include "core/model/embedded.h"

#include <nlohmann/json.hpp>

#include <stdexcept>

namespace headscope {
namespace {

template <class Enum>
Enum choose(
    const nlohmann::json& json, const char* key, std::initializer_list<std::pair<std::string_view, Enum>> choices)
{
    const auto text = json.at(key).get<std::string>();
    for (const auto& [name, value] : choices)
        if (name == text)
            return value;
    throw std::logic_error("architecture description: " + std::string(key) + " is '" + text + "'");
}

std::shared_ptr<const Architecture> parse(const nlohmann::json& json, std::string_view text)
{
    auto result = std::make_shared<Architecture>();
    result->family = json.at("family").get<std::string>();
    result->causal = json.at("causal").get<bool>();
    result->norm = choose<NormKind>(
        json, "norm", {{"layer", NormKind::Layer}, {"rms", NormKind::Rms}, {"rms_offset", NormKind::RmsOffset}});
    result->normPlace = choose<NormPlace>(json, "norm_place",
        {{"before", NormPlace::Before}, {"around", NormPlace::Around}, {"after", NormPlace::After}});
    result->queryKeyNorm = json.value("query_key_norm", false);
    result->scaledEmbedding = json.value("scaled_embedding", false);
    result->tokenTypes = json.value("token_types", false);
    result->position = choose<PositionKind>(
        json, "position", {{"learned", PositionKind::Learned}, {"rotary", PositionKind::Rotary}});
    result->qkv = choose<QkvLayout>(json, "qkv",
        {{"joint", QkvLayout::Joint}, {"joint_by_head", QkvLayout::JointByHead}, {"separate", QkvLayout::Separate}});
    result->projection = choose<ProjectionLayout>(
        json, "projection", {{"in_out", ProjectionLayout::InOut}, {"out_in", ProjectionLayout::OutIn}});
    result->mlp = choose<MlpKind>(json, "mlp", {{"plain", MlpKind::Plain}, {"gated", MlpKind::Gated}});
    result->softmax = choose<SoftmaxPrecision>(
        json, "softmax", {{"scores", SoftmaxPrecision::Scores}, {"float32", SoftmaxPrecision::Float32}});
    result->head = choose<HeadKind>(json, "head", {{"unembed", HeadKind::Unembed}, {"masked_lm", HeadKind::MaskedLm}});
    const auto renames = json.value("renames", nlohmann::json::object());
    for (const auto& [now, before] : renames.items())
        result->renames.emplace_back(now, before.get<std::string>());
    result->unprefixed = json.value("unprefixed", std::vector<std::string>{"unembed"});
    result->prefixes = json.at("prefixes").get<std::vector<std::string>>();
    result->tensors = json.at("tensors").get<std::map<std::string, std::string>>();
    result->description = text;
    return result;
}

/// model_type -> description.
const std::map<std::string, std::shared_ptr<const Architecture>, std::less<>>& table()
{
    static const auto built = [] {
        std::map<std::string, std::shared_ptr<const Architecture>, std::less<>> result;
        for (const auto& file : embeddedFiles()) {
            if (!file.path.starts_with("architectures/"))
                continue;
            const auto json = nlohmann::json::parse(file.text());
            const auto architecture = parse(json, file.text());
            for (const auto& type : json.at("model_types"))
                result.emplace(type.get<std::string>(), architecture);
        }
        return result;
    }();
    return built;
}

} // namespace

std::string Architecture::tensor(const std::string& role, std::size_t layer) const
{
    std::string name = tensors.at(role);
    if (const auto at = name.find("{L}"); at != std::string::npos)
        name.replace(at, 3, std::to_string(layer));
    return name;
}

std::shared_ptr<const Architecture> findArchitecture(std::string_view modelType)
{
    const auto it = table().find(modelType);
    return it == table().end() ? nullptr : it->second;
}

std::string supportedModelTypes()
{
    std::string text;
    for (const auto& [type, architecture] : table())
        text += (text.empty() ? "" : ", ") + type;
    return text;
}

} // namespace headscope
