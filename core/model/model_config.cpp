// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_config.h"

#include "core/error.h"
#include "core/io/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <cmath>
#include <optional>

namespace headscope {
namespace {

using nlohmann::json;

constexpr std::int64_t mostLayers = 1 << 16;

double positiveNumber(const json& value, const std::string& where)
{
    if (!value.is_number() || !(value.get<double>() > 0) || !std::isfinite(value.get<double>()))
        throw Error(Fault::BadModelFile, where + ": expected a positive number, found " + excerpt(value));
    return value.get<double>();
}

/// config.json together with the description that says what its keys mean.
class Reader {
public:
    Reader(const json& config, const json& description, std::string label)
        : config_(config)
        , roles_(description.at("config"))
        , label_(std::move(label))
    {
    }

    std::int64_t count(const char* role, std::int64_t fallback = 0) const
    {
        const json value = lookUp(role);
        if (value.is_null() && fallback > 0)
            return fallback;
        // An upper bound far above any model keeps later products inside int64.
        constexpr std::int64_t limit = 1LL << 31;
        if (!value.is_number_integer() || value.get<double>() < 1 || value.get<double>() > static_cast<double>(limit))
            throw wrong(role, "a positive integer", value);
        return value.get<std::int64_t>();
    }

    std::int64_t natural(const char* role) const
    {
        const json value = lookUp(role);
        if (!value.is_number_integer() || value.get<double>() < 0)
            throw wrong(role, "an integer of at least 0", value);
        return value.get<std::int64_t>();
    }

    double positive(const char* role) const
    {
        return positiveNumber(lookUp(role), label_ + ": " + roles_.at(role).at("key").get<std::string>());
    }

    bool flag(const char* role) const
    {
        const json value = lookUp(role);
        if (!value.is_boolean())
            throw wrong(role, "true or false", value);
        return value.get<bool>();
    }

    std::string text(const char* role) const
    {
        const json value = lookUp(role);
        if (!value.is_string())
            throw wrong(role, "a string", value);
        return value.get<std::string>();
    }

    bool has(const char* role) const { return roles_.contains(role); }

    /// A positive number, or nothing where the file says null (a key left out has its default).
    std::optional<double> limit(const char* role) const
    {
        const auto key = roles_.at(role).at("key").get<std::string>();
        const json value = config_.contains(key) ? config_.at(key) : roles_.at(role).value("default", json());
        if (value.is_null())
            return std::nullopt;
        return positiveNumber(value, label_ + ": " + key);
    }

    json raw(const char* role) const { return lookUp(role); }

    Error wrong(const char* role, const std::string& expected, const json& found) const
    {
        return Error(Fault::BadModelFile,
            label_ + ": " + roles_.at(role).at("key").get<std::string>() + ": expected " + expected + ", found "
                + excerpt(found));
    }

private:
    json lookUp(const char* role) const
    {
        if (!roles_.contains(role))
            return nullptr;
        const auto key = roles_.at(role).at("key").get<std::string>();
        if (config_.contains(key) && !config_.at(key).is_null())
            return config_.at(key);
        return roles_.at(role).value("default", json());
    }

    const json& config_;
    const json& roles_;
    std::string label_;
};

void refuseUnsupported(const json& config, const json& description, const std::string& label)
{
    for (const auto& [key, allowed] : description.at("only").items()) {
        if (!config.contains(key))
            continue;
        const json& found = config.at(key);
        if (std::find(allowed.begin(), allowed.end(), found) == allowed.end())
            throw Error(Fault::BadModelFile,
                label + ": " + key + ": " + excerpt(found) + " is not supported, expected "
                    + (allowed.front().is_null() ? "null" : allowed.front().dump()));
    }
}

/// transformers 5 writes rope_parameters, earlier releases rope_theta and rope_scaling; the kind is "rope_type" or
/// "type".
RopeConfig readRope(const json& config, const Reader& reader, const std::string& label)
{
    RopeConfig rope;
    const bool partial = reader.has("rotary_part");
    json theta = config.value("rope_theta", json());
    if (partial) {
        rope.part = reader.positive("rotary_part");
        theta = reader.raw("rotary_base");
    }
    for (const char* key : {"rope_scaling", "rope_parameters"}) {
        const json parameters = config.value(key, json());
        if (parameters.is_null())
            continue;
        const std::string where = label + ": " + key;
        if (!parameters.is_object())
            throw Error(Fault::BadModelFile, where + ": expected an object, found " + excerpt(parameters));
        const auto number
            = [&](const char* name) { return positiveNumber(parameters.value(name, json()), where + "." + name); };
        const json kind = parameters.value("rope_type", parameters.value("type", json("default")));
        if (kind == "linear") {
            rope.kind = RopeConfig::Kind::Linear;
            rope.factor = number("factor");
        } else if (kind == "dynamic") {
            rope.kind = RopeConfig::Kind::Dynamic;
            rope.factor = number("factor");
        } else if (kind == "llama3") {
            rope.kind = RopeConfig::Kind::Llama3;
            rope.factor = number("factor");
            rope.lowFrequency = number("low_freq_factor");
            rope.highFrequency = number("high_freq_factor");
            rope.originalPositions = number("original_max_position_embeddings");
        } else if (kind != "default") {
            throw Error(Fault::BadModelFile,
                where + ".rope_type: " + excerpt(kind)
                    + " is not supported, expected default, linear, dynamic or llama3");
        }
        const json part = parameters.value("partial_rotary_factor", json());
        if (partial && !part.is_null())
            rope.part = number("partial_rotary_factor");
        else if (!part.is_null() && part != 1.0)
            throw Error(Fault::BadModelFile,
                where + ".partial_rotary_factor: " + excerpt(part) + " is not supported, expected 1.0");
        theta = parameters.value("rope_theta", theta);
    }
    if (!theta.is_null())
        rope.theta = positiveNumber(theta, label + ": rope_theta");
    if (rope.part > 1)
        throw Error(Fault::BadModelFile,
            label + ": partial rotary factor: expected at most 1, found " + std::to_string(rope.part));
    return rope;
}

/// How far back each layer sees, 0 for no limit.
std::vector<std::int64_t> readWindows(const json& description, const Reader& reader, std::int64_t layers)
{
    std::vector<std::int64_t> windows(static_cast<std::size_t>(layers), 0);
    const std::string rule = description.value("window", "none");
    if (rule == "none")
        return windows;
    const bool used = !reader.has("use_window") || reader.flag("use_window");
    const std::int64_t window = used && reader.limit("window") ? reader.count("window") : 0;
    if (rule == "every_layer") {
        std::fill(windows.begin(), windows.end(), window);
        return windows;
    }
    const json types = reader.raw("layer_types");
    if (types.is_null()) {
        const std::int64_t from = rule == "by_layer" ? reader.natural("window_from") : 0;
        for (std::int64_t layer = 0; layer < layers; ++layer) {
            const bool local = rule == "alternating" ? layer % 2 == 0 : layer >= from;
            windows[static_cast<std::size_t>(layer)] = local ? window : 0;
        }
    } else {
        if (!types.is_array() || types.size() != windows.size())
            throw reader.wrong("layer_types", "one entry for each of the " + std::to_string(layers) + " layers", types);
        for (std::size_t layer = 0; layer < windows.size(); ++layer) {
            if (types[layer] != "sliding_attention" && types[layer] != "full_attention")
                throw reader.wrong("layer_types", "sliding_attention or full_attention", types[layer]);
            if (types[layer] == "sliding_attention" && window == 0)
                throw reader.wrong("layer_types", "no sliding_attention without a sliding window", types[layer]);
            windows[layer] = types[layer] == "sliding_attention" ? window : 0;
        }
    }
    return windows;
}

bool readBias(const json& description, const char* which, const Reader& reader)
{
    const json& rule = description.at("biases").at(which);
    return rule.is_boolean() ? rule.get<bool>() : reader.flag(rule.get<std::string>().c_str());
}

} // namespace

bool isActivation(std::string_view name)
{
    constexpr std::array<std::string_view, 9> known{
        "gelu_new", "gelu", "gelu_pytorch_tanh", "relu", "silu", "swish", "tanh", "sigmoid", "quick_gelu"};
    return std::find(known.begin(), known.end(), name) != known.end();
}

double scoreScale(const ModelConfig& config, std::size_t layer)
{
    const double scale = config.scaleScores ? std::pow(config.queryScalar, -0.5) : 1.0;
    return config.scaleByLayer ? scale / static_cast<double>(layer + 1) : scale;
}

ModelConfig readModelConfig(const ModelFiles& files)
{
    if (!files.has("config.json"))
        throw Error(
            Fault::BadModelFile, files.location() + ": expected a Hugging Face model directory, found no config.json");
    const std::string label = files.label("config.json");
    const json config = parseJson(files.text("config.json"), label);
    if (!config.is_object())
        throw Error(Fault::BadModelFile, label + ": expected a JSON object, found " + config.type_name());
    const json type = config.value("model_type", json());
    ModelConfig result;
    result.architecture = type.is_string() ? findArchitecture(type.get<std::string>()) : nullptr;
    if (!result.architecture)
        throw Error(Fault::BadModelFile,
            label + ": model_type: expected one of " + supportedModelTypes() + ", found " + excerpt(type));

    const json description = json::parse(result.architecture->description);
    const Reader reader(config, description, label);
    refuseUnsupported(config, description, label);
    result.layers = reader.count("layers");
    if (result.layers > mostLayers) // lists by layer are made before any weight is looked at
        throw reader.wrong("layers", "at most " + std::to_string(mostLayers), result.layers);
    result.heads = reader.count("heads");
    result.keyValueHeads = reader.count("key_value_heads", result.heads);
    result.width = reader.count("width");
    if (result.heads % result.keyValueHeads != 0)
        throw reader.wrong(
            "key_value_heads", "a divisor of " + std::to_string(result.heads) + " heads", result.keyValueHeads);
    result.headWidth = reader.count("head_width", std::max<std::int64_t>(1, result.width / result.heads));
    if (result.architecture->qkv != QkvLayout::Separate && result.width % result.heads != 0)
        throw reader.wrong("heads", "a divisor of the width " + std::to_string(result.width), result.heads);
    if (result.architecture->position == PositionKind::Rotary) {
        result.rope = readRope(config, reader, label);
        result.rotaryWidth = static_cast<std::int64_t>(static_cast<double>(result.headWidth) * result.rope.part);
        if (result.rotaryWidth % 2 != 0 || result.rotaryWidth < 2)
            throw reader.wrong(reader.has("head_width") ? "head_width" : "rotary_part",
                "an even rotary width of at least 2", result.rotaryWidth);
    }
    result.windows = readWindows(description, reader, result.layers);
    if (reader.has("parallel"))
        result.parallelResidual = reader.flag("parallel");
    if (reader.has("score_cap")) {
        result.scoreCap = reader.limit("score_cap").value_or(0);
        result.logitCap = reader.limit("logit_cap").value_or(0);
    }
    result.queryScalar
        = reader.has("query_scalar") ? reader.positive("query_scalar") : static_cast<double>(result.headWidth);
    if (result.architecture->tokenTypes)
        result.tokenTypes = reader.count("token_type_count");
    result.inner = reader.count("inner", 4 * result.width);
    result.vocabulary = reader.count("vocabulary");
    result.maxPositions = reader.count("max_positions");
    result.normEpsilon = reader.positive("norm_epsilon");
    result.activation = reader.text("activation");
    if (!isActivation(result.activation))
        throw reader.wrong("activation", "a known activation function such as gelu_new or silu", result.activation);
    result.tied = reader.flag("tied");
    if (description.at("config").contains("scale_scores")) {
        result.scaleScores = reader.flag("scale_scores");
        result.scaleByLayer = reader.flag("scale_by_layer");
        result.upcastScores = reader.flag("upcast_scores");
    }
    result.attentionBias = readBias(description, "attention", reader);
    result.outputBias = readBias(description, "output", reader);
    result.mlpBias = readBias(description, "mlp", reader);
    return result;
}

} // namespace headscope
