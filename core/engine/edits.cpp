// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/edits.h"

#include "core/engine/tensor_types.h"
#include "core/error.h"

#include <algorithm>
#include <array>

namespace headscope {
namespace {

/// The dimension of each selectable axis in a hook value; -1: it has none.
struct Axes {
    std::int64_t rows = 0, heads = -1, queries = -1, keys = -1;

    std::int64_t positions() const { return queries >= 0 ? queries : keys; }
};

Axes axesOf(const std::string& name)
{
    const auto ends = [&](std::initializer_list<const char*> suffixes) {
        return std::any_of(
            suffixes.begin(), suffixes.end(), [&](const char* suffix) { return name.ends_with(suffix); });
    };
    if (ends({"attn.hook_attn_scores", "attn.hook_pattern"}))
        return {0, 1, 2, 3};
    if (ends(
            {"attn.hook_k", "attn.hook_v", "attn.hook_rot_k", "attn.k_norm.hook_scale", "attn.k_norm.hook_normalized"}))
        return {0, 2, -1, 1};
    if (ends({"attn.hook_q", "attn.hook_rot_q", "attn.hook_z", "attn.hook_result", "attn.q_norm.hook_scale",
            "attn.q_norm.hook_normalized"}))
        return {0, 2, 1, -1};
    return {0, -1, 1, -1};
}

struct Selection {
    const char* name;
    std::int64_t axis;
    const std::vector<std::int64_t>* indices;
};

std::array<Selection, 4> selectionsOf(const Edit& edit, const Axes& axes)
{
    return {{{"rows", axes.rows, &edit.rows}, {"heads", axes.heads, &edit.heads},
        {"queries", axes.queries, &edit.queries}, {"keys", axes.keys, &edit.keys}}};
}

/// [size] bool, true where selected, shaped to broadcast along one axis of `value`.
at::Tensor along(const std::vector<std::int64_t>& indices, std::int64_t axis, const at::Tensor& value)
{
    at::Tensor chosen = at::zeros({value.size(axis)}, at::kBool);
    for (const std::int64_t index : indices)
        chosen.data_ptr<bool>()[index] = true;
    std::vector<std::int64_t> shape(static_cast<std::size_t>(value.dim()), 1);
    shape[static_cast<std::size_t>(axis)] = value.size(axis);
    return chosen.view(shape).to(value.device());
}

} // namespace

EditSet::EditSet(
    const std::vector<Edit>& edits, const ModelConfig& config, const BackendPolicies& policies, at::Tensor padding)
    : edits_(edits)
    , padding_(std::move(padding))
{
    for (const Edit& edit : edits_) {
        Prepared& prepared = prepared_.emplace_back();
        prepared.edit = &edit;
        prepared.where = "--edits: entry " + std::to_string(prepared_.size());
        const auto wrong
            = [&](const std::string& what) { return Error(Fault::BadInput, prepared.where + ": " + what); };
        const std::vector<std::string> names = matchingHooks(edit.hook, config, policies.hooks);
        if (names.empty())
            throw wrong("hook: '" + edit.hook + "' matches no hook of this model and backend");
        for (const std::string& name : names) {
            if (policies.scoreHook == ScoreHook::Probabilities
                && (name.ends_with("attn.hook_attn_scores") || name.ends_with("attn.hook_pattern")))
                throw wrong("hook: " + name
                    + ": TransformerBridge only shows an encoder's attention and discards "
                      "edits of it; expected --backend tapped or hooked");
            for (const auto& [axis, dimension, indices] : selectionsOf(edit, axesOf(name)))
                if (!indices->empty() && dimension < 0)
                    throw wrong(std::string(axis) + ": " + name + " has no such axis");
        }
        if (edit.source.empty())
            continue;
        const SafetensorsFile& file = files_.emplace_back(SafetensorsFile::open(edit.source));
        for (const std::string& name : names) {
            const std::string& wanted = edit.tensor.empty() ? name : edit.tensor;
            prepared.operands[name] = file.find(wanted);
            if (!prepared.operands[name])
                throw wrong(file.label() + ": expected a tensor '" + wanted + "', found none");
        }
    }
}

void EditSet::addTo(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles) const
{
    for (const Prepared& prepared : prepared_)
        handles.push_back(hooks.edit(prepared.edit->hook,
            [this, &prepared](const std::string& name, at::Tensor& value) { value = applied(prepared, name, value); }));
}

bool EditSet::touches(const std::string& name) const
{
    return std::any_of(edits_.begin(), edits_.end(), [&](const Edit& edit) { return globMatches(edit.hook, name); });
}

at::Tensor EditSet::mean(const Edit& edit, const std::string& name, const at::Tensor& value) const
{
    const Axes axes = axesOf(name);
    at::Tensor counted; // rows and positions that are averaged, broadcastable
    const auto narrow
        = [&](const at::Tensor& plane) { counted = counted.defined() ? at::bitwise_and(counted, plane) : plane; };
    if (!edit.rows.empty())
        narrow(along(edit.rows, axes.rows, value));
    const std::vector<std::int64_t>& positions = axes.queries >= 0 ? edit.queries : edit.keys;
    if (!positions.empty())
        narrow(along(positions, axes.positions(), value));
    if (padding_.defined()) {
        std::vector<std::int64_t> shape(static_cast<std::size_t>(value.dim()), 1);
        shape[0] = value.size(0);
        shape[static_cast<std::size_t>(axes.positions())] = value.size(axes.positions());
        narrow(padding_.expand({value.size(0), -1}).reshape(shape).to(value.device()));
    }
    const at::Tensor wide = value.to(at::promoteTypes(value.scalar_type(), at::kFloat));
    const std::vector<std::int64_t> over{axes.rows, axes.positions()};
    if (!counted.defined())
        return wide.mean(over, true).to(value.scalar_type());
    std::vector<std::int64_t> everywhere(static_cast<std::size_t>(value.dim()), 1);
    everywhere[0] = value.size(0);
    everywhere[static_cast<std::size_t>(axes.positions())] = value.size(axes.positions());
    const at::Tensor count = counted.expand(everywhere).sum(over, true);
    return at::div(at::where(counted, wide, 0.0).sum(over, true), count).to(value.scalar_type());
}

at::Tensor EditSet::applied(const Prepared& prepared, const std::string& name, const at::Tensor& value) const
{
    using Operation = Edit::Operation;
    const Edit& edit = *prepared.edit;
    const auto wrong = [&](const std::string& what) { return Error(Fault::BadInput, prepared.where + ": " + what); };
    at::Tensor selected;
    for (const auto& [axis, dimension, indices] : selectionsOf(edit, axesOf(name))) {
        if (indices->empty())
            continue;
        for (const std::int64_t index : *indices)
            if (index >= value.size(dimension))
                throw wrong(std::string(axis) + ": expected 0 to " + std::to_string(value.size(dimension) - 1) + " at "
                    + name + ", found " + std::to_string(index));
        const at::Tensor plane = along(*indices, dimension, value);
        selected = selected.defined() ? at::bitwise_and(selected, plane) : plane;
    }

    const auto operand = [&]() -> at::Tensor {
        if (edit.source.empty())
            return at::full({}, edit.value, value.options());
        const StoredTensor& stored = *prepared.operands.at(name);
        // A copy: results may outlive the file.
        const at::Tensor tensor = viewOf(stored).to(value.options(), false, true);
        const auto shape = value.sizes(), given = tensor.sizes();
        bool fits = given.size() <= shape.size();
        for (std::size_t i = 1; fits && i <= given.size(); ++i)
            fits = given[given.size() - i] == 1 || given[given.size() - i] == shape[shape.size() - i];
        if (!fits)
            throw wrong("tensor '" + stored.name + "': expected a shape that fits " + shapeText(shape.vec()) + " of "
                + name + ", found " + shapeText(stored.shape));
        return tensor;
    };
    at::Tensor changed;
    switch (edit.operation) {
    case Operation::Replace:
        changed = operand();
        break;
    case Operation::Add:
        changed = at::add(value, operand());
        break;
    case Operation::Scale:
        changed = at::mul(value, edit.value);
        break;
    case Operation::Zero:
        changed = at::zeros({}, value.options());
        break;
    case Operation::Mean:
        changed = mean(edit, name, value);
        break;
    }
    // expand_as: an operand may be smaller than the value; contiguous: what follows may look at the memory.
    return selected.defined() ? at::where(selected, changed, value) : changed.expand_as(value).contiguous();
}

} // namespace headscope
