// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/weight_plan.h"

#include "core/error.h"

#include <algorithm>
#include <set>

namespace headscope {
namespace {

using Shape = std::vector<std::int64_t>;

bool sameValues(const StoredTensor& a, const StoredTensor& b)
{
    return a.type == b.type && a.shape == b.shape && std::equal(a.bytes.begin(), a.bytes.end(), b.bytes.begin());
}

class Planner {
public:
    Planner(const ModelConfig& config, const std::vector<SafetensorsFile>& files, std::string label)
        : config_(config)
        , architecture_(*config.architecture)
        , files_(files)
        , label_(std::move(label))
    {
        for (const std::string& candidate : architecture_.prefixes)
            if (find(candidate + architecture_.tensor("embed"))) {
                prefix_ = candidate;
                break;
            }
    }

    WeightPlan plan()
    {
        const std::int64_t width = config_.width, vocabulary = config_.vocabulary;
        const std::int64_t queryWidth = config_.heads * config_.headWidth,
                           keyWidth = config_.keyValueHeads * config_.headWidth;
        const StoredTensor* embed = add("embed", 0, prefixed("embed", 0), {vocabulary, width});
        if (architecture_.position == PositionKind::Learned)
            add("positions", 0, prefixed("positions", 0), {config_.maxPositions, width});
        for (std::size_t layer = 0; layer < static_cast<std::size_t>(config_.layers); ++layer) {
            norm("norm1", layer);
            if (architecture_.qkv == QkvLayout::Joint) {
                linear("qkv", layer, width, queryWidth + 2 * keyWidth, config_.attentionBias);
            } else {
                linear("query", layer, width, queryWidth, config_.attentionBias);
                linear("key", layer, width, keyWidth, config_.attentionBias);
                linear("value", layer, width, keyWidth, config_.attentionBias);
            }
            linear("output", layer, queryWidth, width, config_.outputBias);
            norm("norm2", layer);
            if (architecture_.mlp == MlpKind::Gated)
                linear("mlp_gate", layer, width, config_.inner, config_.mlpBias);
            linear("mlp_in", layer, width, config_.inner, config_.mlpBias);
            linear("mlp_out", layer, config_.inner, width, config_.mlpBias);
        }
        norm("final_norm", 0);
        // Like transformers 5: a head that is stored as well and differs is the model's own, whatever the config says.
        const StoredTensor* head = find(architecture_.tensor("unembed"));
        if (config_.tied && (!head || sameValues(*head, *embed)))
            plan_.tensors[{"unembed", 0}] = embed;
        else
            add("unembed", 0, architecture_.tensor("unembed"), {vocabulary, width});
        return finish();
    }

private:
    const StoredTensor* find(const std::string& name) const
    {
        for (const SafetensorsFile& file : files_)
            if (const StoredTensor* tensor = file.find(name))
                return tensor;
        return nullptr;
    }

    std::string prefixed(const std::string& role, std::size_t layer) const
    {
        return prefix_ + architecture_.tensor(role, layer);
    }

    const StoredTensor* add(const std::string& key, std::size_t layer, const std::string& name, const Shape& shape)
    {
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
                    + std::string(nameOf(tensor->type)));
        plan_.tensors[{key, layer}] = tensor;
        return tensor;
    }

    void norm(const std::string& role, std::size_t layer)
    {
        add(role + ".weight", layer, prefixed(role, layer) + ".weight", {config_.width});
        if (architecture_.norm == NormKind::Layer)
            add(role + ".bias", layer, prefixed(role, layer) + ".bias", {config_.width});
    }

    void linear(const std::string& role, std::size_t layer, std::int64_t in, std::int64_t out, bool bias)
    {
        const bool inOut = architecture_.projection == ProjectionLayout::InOut;
        add(role + ".weight", layer, prefixed(role, layer) + ".weight", inOut ? Shape{in, out} : Shape{out, in});
        if (bias)
            add(role + ".bias", layer, prefixed(role, layer) + ".bias", {out});
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
    WeightPlan plan_;
};

} // namespace

WeightPlan planWeights(const ModelConfig& config, const std::vector<SafetensorsFile>& files, const std::string& label)
{
    return Planner(config, files, label).plan();
}

} // namespace headscope
