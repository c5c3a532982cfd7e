// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/attention_mask.h"

#include "core/engine/tensor_types.h"
#include "core/error.h"

#include <algorithm>
#include <limits>

namespace headscope {

double finfoMin(at::ScalarType type)
{
    switch (type) {
    case at::kHalf:
        return static_cast<double>(std::numeric_limits<c10::Half>::lowest());
    case at::kBFloat16:
        return static_cast<double>(std::numeric_limits<c10::BFloat16>::lowest());
    case at::kDouble:
        return std::numeric_limits<double>::lowest();
    default:
        return std::numeric_limits<float>::lowest();
    }
}

namespace {

bool everywhere(const at::Tensor& condition) { return at::all(condition).item<bool>(); }

bool isZeroOne(const at::Tensor& mask) { return everywhere(at::logical_or(at::eq(mask, 0), at::eq(mask, 1))); }

/// [Q,K]: key <= query and, with a window, key > query - window. Query q is at the position of key q + offset.
at::Tensor causalPlane(MaskShape shape, std::int64_t offset, bool causal, std::int64_t window, at::Device device)
{
    const at::Tensor ones = at::ones({shape.queries, shape.keys}, at::TensorOptions().dtype(at::kBool).device(device));
    const at::Tensor past = causal ? at::tril(ones, offset) : ones;
    return window > 0 ? at::triu(past, offset - window + 1) : past;
}

at::Tensor cut(const at::Tensor& tensor, std::int64_t axis, Range range)
{
    return tensor.narrow(axis, static_cast<std::int64_t>(range.begin), static_cast<std::int64_t>(range.size()));
}

} // namespace

AttentionMask AttentionMask::read(const at::Tensor& mask, MaskShape shape, bool causal, const std::string& label)
{
    AttentionMask result;
    result.shape_ = shape;
    result.offset_ = shape.keys - shape.queries;
    result.causal_ = causal;
    const auto [batch, heads, queries, keys] = shape;
    if (!mask.defined())
        return result;
    const auto wrong = [&](const std::string& what) { return Error(Fault::BadInput, label + ": " + what); };
    const std::string found = "found " + dtypeText(mask.scalar_type()) + " " + shapeText(mask.sizes().vec());
    const bool floating = mask.is_floating_point();
    if (floating && at::isnan(mask).any().item<bool>())
        throw wrong("expected numbers, found NaN");

    result.rank_ = static_cast<int>(mask.dim());
    if (mask.dim() == 2) {
        if (mask.size(0) != batch || mask.size(1) != keys)
            throw wrong("expected shape [" + std::to_string(batch) + ", " + std::to_string(keys) + "], " + found);
        if (!isZeroOne(mask))
            throw wrong("a 2-D mask holds only 0 and 1, found other values");
        result.form_ = "2-D";
        result.padding_ = at::ne(mask, 0);
        const at::Tensor host = result.padding_.contiguous().to(at::kByte);
        result.real_.assign(host.data_ptr<std::uint8_t>(), host.data_ptr<std::uint8_t>() + host.numel());
        result.anyPadding_ = std::find(result.real_.begin(), result.real_.end(), 0) != result.real_.end();
        return result;
    }
    if (mask.dim() != 3 && mask.dim() != 4)
        throw wrong("expected 2, 3 or 4 dimensions, " + found);

    result.authoritative_ = mask.dim() == 4;
    const at::Tensor plane = mask.dim() == 3 ? mask.unsqueeze(1) : mask;
    const bool fits = (plane.size(0) == batch || plane.size(0) == 1) && (plane.size(1) == heads || plane.size(1) == 1)
        && plane.size(2) >= queries && plane.size(3) >= keys;
    if (!fits)
        throw wrong("expected [B, T, T], [B, 1, T, T] or [B, H, T, T] with B = " + std::to_string(batch)
            + ", H = " + std::to_string(heads) + ", T = " + std::to_string(keys) + ", " + found);
    const at::Tensor trimmed = plane.narrow(2, plane.size(2) - queries, queries).narrow(3, 0, keys);
    const std::string rank = std::to_string(mask.dim()) + "-D ";
    if (!floating) {
        if (!isZeroOne(trimmed))
            throw wrong("an integer mask holds only 0 and 1, found other values");
        result.form_ = rank + "boolean";
        result.allowed_ = at::ne(trimmed, 0);
        return result;
    }
    if (!everywhere(at::le(trimmed, 0)))
        throw wrong(
            "is it boolean or additive? Expected bool, integer 0/1, or additive floats <= 0; found floats above 0");
    result.form_ = rank + "additive";
    result.given_ = trimmed;
    result.allowed_ = at::gt(trimmed, finfoMin(trimmed.scalar_type()) / 2);
    return result;
}

at::Tensor AttentionMask::allowed(at::Device device, std::int64_t window) const
{
    if (authoritative_)
        return allowed_.to(device);
    at::Tensor allow;
    const auto narrow
        = [&](const at::Tensor& plane) { allow = allow.defined() ? at::bitwise_and(allow, plane) : plane; };
    if (causal_ || window > 0)
        narrow(causalPlane(shape_, offset_, causal_, window, device).view({1, 1, shape_.queries, shape_.keys}));
    if (padding_.defined())
        narrow(padding_.to(device).view({padding_.size(0), 1, 1, shape_.keys}));
    if (allowed_.defined())
        narrow(allowed_.to(device));
    return allow;
}

at::Tensor AttentionMask::bias(at::ScalarType dtype, at::Device device) const
{
    return given_.defined() ? given_.to(at::TensorOptions().dtype(dtype).device(device)) : at::Tensor();
}

at::Tensor AttentionMask::additive(at::ScalarType dtype, at::Device device, std::int64_t window) const
{
    if (authoritative_ && given_.defined())
        return given_.to(device);
    const at::Tensor allow = allowed(device, window);
    if (!allow.defined())
        return {};
    const auto options = at::TensorOptions().dtype(dtype).device(device);
    const at::Tensor open = given_.defined() ? bias(dtype, device) : at::zeros({}, options);
    return at::where(allow, open, at::full({}, finfoMin(dtype), options));
}

CellKind AttentionMask::kind(
    std::size_t sequence, std::size_t head, std::size_t query, std::size_t key, std::int64_t window) const
{
    const auto position = query + static_cast<std::size_t>(offset_);
    if (isPadding(sequence, position) || isPadding(sequence, key))
        return CellKind::Padding;
    const bool outside = window > 0 && key + static_cast<std::size_t>(window) <= position;
    if (!authoritative_ && ((causal_ && key > position) || outside))
        return CellKind::Masked;
    if (!allowed_.defined())
        return CellKind::Allowed;
    const auto at0 = allowed_.size(0) == 1 ? 0 : static_cast<std::int64_t>(sequence);
    const auto at1 = allowed_.size(1) == 1 ? 0 : static_cast<std::int64_t>(head);
    const auto offset = at0 * allowed_.stride(0) + at1 * allowed_.stride(1)
        + static_cast<std::int64_t>(query) * allowed_.stride(2) + static_cast<std::int64_t>(key) * allowed_.stride(3);
    return allowed_.const_data_ptr<bool>()[offset] ? CellKind::Allowed : CellKind::Masked;
}

void AttentionMask::kinds(
    std::size_t sequence, std::size_t head, std::size_t query, Range keys, std::int64_t window, CellKind* out) const
{
    if (allowed_.defined()) {
        for (std::size_t key = keys.begin; key < keys.end; ++key)
            *out++ = kind(sequence, head, query, key, window);
        return;
    }
    const auto position = query + static_cast<std::size_t>(offset_);
    if (isPadding(sequence, position)) {
        std::fill_n(out, keys.size(), CellKind::Padding);
        return;
    }
    const std::size_t first = window > 0 && position + 1 > static_cast<std::size_t>(window)
        ? position + 1 - static_cast<std::size_t>(window)
        : 0;
    const std::size_t last = causal_ ? position + 1 : keys.end;
    const std::size_t from = std::clamp(first, keys.begin, keys.end), to = std::clamp(last, from, keys.end);
    std::fill_n(out, from - keys.begin, CellKind::Masked);
    std::fill_n(out + (from - keys.begin), to - from, CellKind::Allowed);
    std::fill_n(out + (to - keys.begin), keys.end - to, CellKind::Masked);
    if (!real_.empty())
        for (std::size_t key = keys.begin; key < keys.end; ++key)
            if (isPadding(sequence, key))
                out[key - keys.begin] = CellKind::Padding;
}

MaskSection AttentionMask::whole() const
{
    const auto all = [](std::int64_t count) { return Range{0, static_cast<std::size_t>(count)}; };
    return {all(shape_.batch), all(shape_.heads), all(shape_.queries), all(shape_.keys)};
}

AttentionMask AttentionMask::section(const MaskSection& part) const
{
    AttentionMask result = *this;
    const auto size = [](Range range) { return static_cast<std::int64_t>(range.size()); };
    result.shape_ = {size(part.sequences), size(part.heads), size(part.rows), size(part.columns)};
    result.offset_
        = offset_ + static_cast<std::int64_t>(part.rows.begin) - static_cast<std::int64_t>(part.columns.begin);
    result.real_.clear();
    if (padding_.defined())
        result.padding_ = cut(cut(padding_, 0, part.sequences), 1, part.columns);
    for (at::Tensor* plane : {&result.allowed_, &result.given_})
        if (plane->defined()) {
            *plane = cut(cut(*plane, 2, part.rows), 3, part.columns);
            if (plane->size(0) > 1)
                *plane = cut(*plane, 0, part.sequences);
            if (plane->size(1) > 1)
                *plane = cut(*plane, 1, part.heads);
        }
    return result;
}

} // namespace headscope
