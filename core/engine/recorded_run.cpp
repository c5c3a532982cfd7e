// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/recorded_run.h"

#include "core/engine/canonical_hooks.h"
#include "core/engine/tensor_types.h"
#include "core/error.h"

namespace headscope {
namespace {

/// One of an enumeration's spellings in a file's metadata; left as it is when the key is not there.
template <class Enum> void readChoice(const SafetensorsFile& file, const std::string& key, Enum& target)
{
    const auto found = file.metadata().find(key);
    if (found == file.metadata().end())
        return;
    const auto value = unspell<Enum>(found->second);
    if (!value) {
        std::string all;
        for (const auto& spelling : spellings<Enum>())
            all.append(all.empty() ? "" : "|").append(spelling.text);
        throw Error(Fault::BadInput,
            file.label() + ": metadata " + key + ": expected " + all + ", found '" + found->second + "'");
    }
    target = *value;
}

std::string metadata(const SafetensorsFile& file, const std::string& key)
{
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? std::string() : found->second;
}

/// The request that a run with the dump's policies would have.
InspectionRequest requestOf(const SafetensorsFile& file, const std::filesystem::path& path, InspectionRequest request)
{
    const bool hasIds = file.find("input_ids") != nullptr;
    request.backend = Backend::Tapped; // what a person's own port is most likely to follow
    request.bridgeMode = BridgeMode::Plain;
    request.sentinel = SentinelChoice::BackendDefault;
    request.processing = {};
    request.attention = AttentionKind::Eager;
    request.positions = PositionPolicy::BackendDefault;
    request.device = "cpu";
    request.edits.clear();
    readChoice(file, "backend", request.backend);
    readChoice(file, "bridge_mode", request.bridgeMode);
    readChoice(file, "attention", request.attention);
    readChoice(file, "dtype", request.dtype);
    if (hasIds) {
        request.prompts.clear();
        request.secondPrompts.clear();
        request.inputs = path;
        request.mask = MaskForm::Given;
        request.prependBos = PrependBos::Off;
    } else {
        readChoice(file, "padding", request.padding);
    }
    const std::string processing = metadata(file, "processing"), positions = metadata(file, "positions");
    const bool processes = request.backend == Backend::Hooked || request.bridgeMode == BridgeMode::Compat;
    if (!processing.empty() && processes)
        request.processing = readProcessing(processing, file.label() + ": metadata processing");
    if (!(hasIds && file.find("position_ids")) && positions == "arange")
        request.positions = PositionPolicy::Arange;
    if (!(hasIds && file.find("position_ids")) && positions == "mask")
        request.positions = PositionPolicy::FromMask;
    return request;
}

} // namespace

void RecordedRun::add(const std::string& name, const at::Tensor& value)
{
    SpilledTensor kept = spilled(value);
    values_[name] = std::move(kept.tensor);
    if (kept.file)
        files_.push_back(std::move(kept.file));
}

const at::Tensor* RecordedRun::find(const std::string& name) const
{
    const auto found = values_.find(name);
    return found == values_.end() ? nullptr : &found->second;
}

void RecordedRun::forgetPages() const
{
    for (const auto& file : files_)
        file->forgetPages();
    if (dump_)
        dump_->forgetPages();
}

void RecordedRun::requireIntact() const
{
    if (dump_)
        dump_->requireIntact();
}

RecordedRun RecordedRun::ofDump(
    const std::filesystem::path& dump, InspectionRequest request, const std::vector<std::string>& globs)
{
    SafetensorsFile file = [&] {
        try {
            return SafetensorsFile::open(dump);
        } catch (const Error& e) { // the user named it: it is input, not part of a model
            throw Error(Fault::BadInput, std::string("--reference: ") + e.what());
        }
    }();
    RecordedRun result(planRun(requestOf(file, dump, std::move(request))));
    const PlannedRun& plan = result.plan_;
    HookVocabulary vocabulary = plan.policies.hooks;
    if (vocabulary == HookVocabulary::HuggingFace)
        vocabulary = HookVocabulary::Decoder; // a dump of transformers may hold whatever its hooks could reach
    const auto names = canonicalHooks(globs, plan.config(), vocabulary);
    for (const StoredTensor& stored : file.tensors()) {
        const bool logits = stored.name == "logits";
        const auto found = names.find(stored.name);
        if (!logits && found == names.end())
            continue;
        const at::Tensor value = viewOf(stored);
        if (!value.is_floating_point())
            throw Error(Fault::BadInput,
                file.label() + ": " + stored.name + ": expected a floating dtype, found "
                    + std::string(nameOf(stored.type)));
        result.values_[logits ? stored.name : found->second.name] = value;
    }
    if (result.values_.empty())
        throw Error(Fault::BadInput,
            file.label() + ": expected logits or hook values under names such as " + hookName(HookPoint::Pattern, 0)
                + " that are compared; found " + std::to_string(file.tensors().size()) + " tensors, none of them such");
    const std::string system = metadata(file, "system"), emulates = metadata(file, "emulates");
    result.system_ = !system.empty() ? system : !emulates.empty() ? "Headscope emulating " + emulates : "a dump";
    result.positionsGiven_ = metadata(file, "positions") == "given";
    result.dump_ = std::move(file);
    return result;
}

void requireHookShape(const std::string& label, const at::Tensor& value, const at::Tensor& expected, bool square)
{
    const auto text = [](const at::Tensor& tensor) { return shapeText(tensor.sizes().vec()); };
    bool fits = value.dim() == expected.dim() && (value.size(0) == expected.size(0) || value.size(0) == 1);
    if (fits && square)
        fits = value.dim() == 4 && value.size(1) == expected.size(1) && value.size(2) == value.size(3)
            && expected.size(2) == expected.size(3) && value.size(0) == expected.size(0);
    for (std::int64_t axis = 2; fits && !square && axis < value.dim(); ++axis)
        fits = value.size(axis) == expected.size(axis);
    if (!fits)
        throw Error(Fault::BadInput, label + ": expected shape " + text(expected) + ", found " + text(value));
}

} // namespace headscope
