// SPDX-License-Identifier: GPL-3.0-or-later
// Which tensors of a file are attention, and whether they belong together.
#include "core/cache/attention_contents.h"
#include "core/error.h"
#include "core/io/wide_floats.h"

#include <algorithm>
#include <charconv>

namespace headscope {
namespace {

/// What stands before and behind the number of a layer.
struct NameRow {
    std::string_view before, behind;
    AttentionPart part;
};
constexpr std::array<NameRow, 12> nameTable{{
    {"attentions.", "", AttentionPart::Self}, // outputs of transformers
    {"encoder_attentions.", "", AttentionPart::Encoder},
    {"decoder_attentions.", "", AttentionPart::Decoder},
    {"cross_attentions.", "", AttentionPart::Cross},
    {"blocks.", ".attn.hook_pattern", AttentionPart::Self}, // TransformerLens: decoders and encoders
    {"encoder.", ".attn.hook_pattern", AttentionPart::Encoder}, // HookedEncoderDecoder
    {"decoder.", ".attn.hook_pattern", AttentionPart::Decoder},
    {"decoder.", ".cross_attn.hook_pattern", AttentionPart::Cross},
    {"encoder_blocks.", ".attn.hook_pattern", AttentionPart::Encoder}, // TransformerBridge
    {"decoder_blocks.", ".attn.hook_pattern", AttentionPart::Decoder},
    {"decoder_blocks.", ".self_attn.hook_pattern", AttentionPart::Decoder},
    {"decoder_blocks.", ".cross_attn.hook_pattern", AttentionPart::Cross},
}};

Error bad(const SafetensorsFile& file, const StoredTensor& tensor, const std::string& what)
{
    return Error(Fault::BadInput, file.label() + ": tensor '" + tensor.name + "': " + what);
}

/// [batch, heads, queries, keys]
std::array<std::size_t, 4> extentsOf(const SafetensorsFile& file, const StoredTensor& tensor)
{
    const auto& shape = tensor.shape;
    const bool fits = (shape.size() == 3 || shape.size() == 4)
        && std::all_of(shape.begin(), shape.end(), [](std::int64_t extent) { return extent > 0; });
    if (!fits)
        throw bad(file, tensor,
            "expected [batch, heads, queries, keys] or [heads, queries, keys], none of them 0, found "
                + shapeText(shape));
    if (!isFloat(tensor.type))
        throw bad(file, tensor, "expected dtype F32, F16, BF16 or F64, found " + std::string(nameOf(tensor.type)));
    std::array<std::size_t, 4> extents{1};
    std::copy(shape.begin(), shape.end(), extents.end() - static_cast<std::ptrdiff_t>(shape.size()));
    return extents;
}

} // namespace

std::string_view spell(AttentionPart part) noexcept
{
    return std::find_if(attentionPartNames.begin(), attentionPartNames.end(), [part](const auto& row) {
        return row.first == part;
    })->second;
}

std::optional<std::pair<AttentionPart, std::size_t>> attentionTensor(std::string_view name)
{
    for (const NameRow& row : nameTable) {
        if (name.size() <= row.before.size() + row.behind.size() || !name.starts_with(row.before)
            || !name.ends_with(row.behind))
            continue;
        const auto digits = name.substr(row.before.size(), name.size() - row.before.size() - row.behind.size());
        std::size_t layer = 0;
        const auto parsed = std::from_chars(digits.data(), digits.data() + digits.size(), layer);
        if (parsed.ec == std::errc() && parsed.ptr == digits.data() + digits.size())
            return std::pair(row.part, layer);
    }
    return std::nullopt;
}

void checkLayers(const SafetensorsFile& file, AttentionPart part, AttentionLayers& layers)
{
    std::map<std::size_t, const StoredTensor*> found;
    for (const StoredTensor& tensor : file.tensors())
        if (const auto what = attentionTensor(tensor.name); what && what->first == part)
            if (const auto [at, isNew] = found.emplace(what->second, &tensor); !isNew)
                throw bad(file, tensor,
                    "expected one tensor for layer " + std::to_string(what->second) + " of the "
                        + std::string(spell(part)) + " attention, found also '" + at->second->name + "'");
    const StoredTensor& first = *found.begin()->second;
    const std::array<std::size_t, 4> extents = extentsOf(file, first);
    for (const auto& [layer, tensor] : found) {
        if (layer != layers.layers.size())
            throw Error(Fault::BadInput,
                file.label() + ": expected every layer from 0 to " + std::to_string(found.rbegin()->first) + " of the "
                    + std::string(spell(part)) + " attention, found none for layer "
                    + std::to_string(layers.layers.size()) + " before '" + tensor->name + "'");
        if (extentsOf(file, *tensor) != extents)
            throw bad(file, *tensor,
                "expected " + shapeText(first.shape) + " as '" + first.name + "', found " + shapeText(tensor->shape));
        layers.layers.push_back(tensor);
    }
    layers.batch = extents[0];
    layers.heads = extents[1];
    layers.queries = extents[2];
    layers.keys = extents[3];
}

} // namespace headscope
