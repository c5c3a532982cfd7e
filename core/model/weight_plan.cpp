// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weight_plan.h"

#include "core/error.h"

#include <algorithm>
#include <set>

namespace headscope {
namespace {

using Shape = std::vector<std::int64_t>;

bool sameValues(const StoredTensor& a, const StoredTensor& b, Depth depth)
{
    constexpr std::size_t beginning = 4096;
    if (a.type != b.type || a.shape != b.shape)
        return false;
    const auto compared = depth == Depth::Headers ? a.bytes.first(std::min(beginning, a.bytes.size())) : a.bytes;
    return std::equal(compared.begin(), compared.end(), b.bytes.begin());
}

class Planner {
public:
    Planner(const ModelConfig& config, const std::vector<SafetensorsFile>& files, std::string label, Depth depth)
        : config_(config)
        , architecture_(*config.architecture)
        , files_(files)
        , label_(std::move(label))
        , prefix_(architecture_.prefixes.front())
        , depth_(depth)
    {
    }

    WeightPlan plan()
    {
        const std::int64_t width = config_.width, vocabulary = config_.vocabulary;
        const std::int64_t queryWidth = config_.heads * config_.headWidth,
                           keyWidth = config_.keyValueHeads * config_.headWidth;
        // Like transformers: of a tied pair either one may be the one that is stored.
        const bool onlyHead = config_.tied && !find(nameOf("embed", 0)) && find(nameOf("unembed", 0));
        const StoredTensor* embed = add("embed", 0, {vocabulary, width}, onlyHead ? "unembed" : "embed");
        if (architecture_.position == PositionKind::Learned)
            add("positions", 0, {config_.maxPositions, width});
        if (architecture_.tokenTypes)
            add("token_types", 0, {config_.tokenTypes, width});
        if (architecture_.hasTensor("embed_norm"))
            norm("embed_norm", 0);
        for (std::size_t layer = 0; layer < static_cast<std::size_t>(config_.layers); ++layer) {
            norm("norm1", layer);
            if (architecture_.qkv == QkvLayout::Separate) {
                linear("query", layer, width, queryWidth, config_.attentionBias);
                linear("key", layer, width, keyWidth, config_.attentionBias);
                linear("value", layer, width, keyWidth, config_.attentionBias);
            } else {
                linear("qkv", layer, width, queryWidth + 2 * keyWidth, config_.attentionBias);
            }
            if (architecture_.queryKeyNorm) {
                add("query_norm.weight", layer, {config_.headWidth}, "query_norm", ".weight");
                add("key_norm.weight", layer, {config_.headWidth}, "key_norm", ".weight");
            }
            linear("output", layer, queryWidth, width, config_.outputBias);
            norm("norm2", layer);
            if (architecture_.normPlace == NormPlace::Around) {
                norm("post_norm1", layer);
                norm("post_norm2", layer);
            }
            if (architecture_.mlp == MlpKind::Gated)
                linear("mlp_gate", layer, width, config_.inner, config_.mlpBias);
            linear("mlp_in", layer, width, config_.inner, config_.mlpBias);
            linear("mlp_out", layer, config_.inner, width, config_.mlpBias);
        }
        const bool masked = architecture_.head == HeadKind::MaskedLm;
        if (!masked)
            norm("final_norm", 0);
        if (!hasHead())
            return finish();
        if (masked) {
            linear("head_dense", 0, width, width, true);
            add("unembed_bias", 0, {vocabulary});
            norm("final_norm", 0);
        }
        // Like transformers 5: a head that is stored as well and differs is the model's own, whatever the config says.
        const StoredTensor* head = find(nameOf("unembed", 0));
        if (config_.tied && (!head || sameValues(*head, *embed, depth_)))
            plan_.tensors[{"unembed", 0}] = embed;
        else
            add("unembed", 0, {vocabulary, width});
        return finish();
    }

private:
    /// Whether any tensor of the head is stored, or it needs none. Otherwise remembers what is missing.
    bool hasHead()
    {
        std::vector<std::string> names;
        if (architecture_.head == HeadKind::MaskedLm)
            names = {nameOf("head_dense", 0) + ".weight", nameOf("head_dense", 0) + ".bias",
                nameOf("final_norm", 0) + ".weight", nameOf("final_norm", 0) + ".bias", nameOf("unembed_bias", 0)};
        if (!config_.tied)
            names.push_back(nameOf("unembed", 0));
        if (names.empty() || std::any_of(names.begin(), names.end(), [&](const auto& name) { return find(name); }))
            return true;
        plan_.missing = std::move(names);
        return false;
    }

    const StoredTensor* findExactly(const std::string& name) const
    {
        for (const SafetensorsFile& file : files_)
            if (const StoredTensor* tensor = file.find(name))
                return tensor;
        return nullptr;
    }

    /// By its name; without or with the base model's prefix, as every tensor may have been exported.
    const StoredTensor* find(const std::string& name) const
    {
        if (const StoredTensor* tensor = findSpelled(name))
            return tensor;
        for (const std::string& prefix : architecture_.prefixes) {
            if (!prefix.empty() && name.starts_with(prefix))
                if (const StoredTensor* tensor = findSpelled(name.substr(prefix.size())))
                    return tensor;
            if (!prefix.empty())
                if (const StoredTensor* tensor = findSpelled(prefix + name))
                    return tensor;
        }
        return nullptr;
    }

    /// By a name, or by what older checkpoints call it.
    const StoredTensor* findSpelled(const std::string& name) const
    {
        if (const StoredTensor* tensor = findExactly(name))
            return tensor;
        for (const auto& [now, before] : architecture_.renames)
            if (const auto at = name.find(now); at != std::string::npos)
                if (const StoredTensor* tensor = findExactly(std::string(name).replace(at, now.size(), before)))
                    return tensor;
        return nullptr;
    }

    std::string nameOf(const std::string& role, std::size_t layer) const
    {
        const auto& bare = architecture_.unprefixed;
        const bool prefixed = std::find(bare.begin(), bare.end(), role) == bare.end();
        return (prefixed ? prefix_ : "") + architecture_.tensor(role, layer);
    }

    /// \param key what the plan calls the tensor; its name is that of `role` (the key, if empty) and a suffix.
    const StoredTensor* add(const std::string& key, std::size_t layer, const Shape& shape, const std::string& role = {},
        const char* suffix = "")
    {
        const std::string name = nameOf(role.empty() ? key : role, layer) + suffix;
        const StoredTensor* tensor = find(name);
        if (!tensor)
            throw Error(
                Fault::BadModelFile, label_ + ": tensor '" + name + "' is missing, expected shape " + shapeText(shape));
        if (tensor->shape != shape)
            throw Error(Fault::BadModelFile,
                label_ + ": tensor '" + name + "': expected shape " + shapeText(shape) + ", found "
                    + shapeText(tensor->shape));
        const bool floating = tensor->type == StoredType::Float16 || tensor->type == StoredType::BFloat16
            || tensor->type == StoredType::Float32 || tensor->type == StoredType::Float64;
        if (!floating)
            throw Error(Fault::BadModelFile,
                label_ + ": tensor '" + name + "': expected a floating-point dtype, found "
                    + std::string(headscope::nameOf(tensor->type)));
        plan_.tensors[{key, layer}] = tensor;
        return tensor;
    }

    void norm(const std::string& role, std::size_t layer)
    {
        add(role + ".weight", layer, {config_.width}, role, ".weight");
        if (architecture_.norm == NormKind::Layer)
            add(role + ".bias", layer, {config_.width}, role, ".bias");
    }

    void linear(const std::string& role, std::size_t layer, std::int64_t in, std::int64_t out, bool bias)
    {
        const bool inOut = architecture_.projection == ProjectionLayout::InOut;
        add(role + ".weight", layer, inOut ? Shape{in, out} : Shape{out, in}, role, ".weight");
        if (bias)
            add(role + ".bias", layer, {out}, role, ".bias");
    }

    WeightPlan finish()
    {
        std::set<const StoredTensor*> used;
        std::map<StoredType, std::uint64_t> elements;
        for (const auto& [key, tensor] : plan_.tensors) {
            if (!used.insert(tensor).second)
                continue;
            const std::uint64_t count = tensor->bytes.size() / bytesOf(tensor->type);
            plan_.parameters += count;
            elements[tensor->type] += count;
        }
        plan_.used = used.size();
        const auto most = std::max_element(
            elements.begin(), elements.end(), [](const auto& a, const auto& b) { return a.second < b.second; });
        const std::map<StoredType, std::string> names{{StoredType::Float16, "float16"},
            {StoredType::BFloat16, "bfloat16"}, {StoredType::Float32, "float32"}, {StoredType::Float64, "float64"}};
        plan_.mostCommonType = names.at(most->first);
        for (const SafetensorsFile& file : files_)
            for (const StoredTensor& tensor : file.tensors())
                if (!used.contains(&tensor))
                    plan_.unused.push_back(tensor.name);
        return std::move(plan_);
    }

    const ModelConfig& config_;
    const Architecture& architecture_;
    const std::vector<SafetensorsFile>& files_;
    std::string label_, prefix_;
    Depth depth_;
    WeightPlan plan_;
};

} // namespace

WeightPlan planWeights(
    const ModelConfig& config, const std::vector<SafetensorsFile>& files, const std::string& label, Depth depth)
{
    return Planner(config, files, label, depth).plan();
}

} // namespace headscope
