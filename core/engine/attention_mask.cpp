// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/attention_mask.h"

#include "core/engine/tensor_types.h"
#include "core/error.h"

#include <limits>

namespace headscope {
namespace {

double lowest(at::ScalarType type)
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

bool everywhere(const at::Tensor& condition) { return at::all(condition).item<bool>(); }

bool isZeroOne(const at::Tensor& mask) { return everywhere(at::logical_or(at::eq(mask, 0), at::eq(mask, 1))); }

at::Tensor causalPlane(std::int64_t length, at::Device device)
{
    return at::tril(at::ones({length, length}, at::TensorOptions().dtype(at::kBool).device(device)));
}

} // namespace

AttentionMask AttentionMask::read(const at::Tensor& mask, std::int64_t batch, std::int64_t heads, std::int64_t length,
    bool causal, const std::string& label)
{
    AttentionMask result;
    result.length_ = static_cast<std::size_t>(length);
    result.causal_ = causal;
    if (!mask.defined())
        return result;
    const auto wrong = [&](const std::string& what) { return Error(Fault::BadInput, label + ": " + what); };
    const std::string found = "found " + dtypeText(mask.scalar_type()) + " " + shapeText(mask.sizes().vec());
    const bool floating = mask.is_floating_point();
    if (floating && at::isnan(mask).any().item<bool>())
        throw wrong("expected numbers, found NaN");

    if (mask.dim() == 2) {
        if (mask.size(0) != batch || mask.size(1) != length)
            throw wrong("expected shape [" + std::to_string(batch) + ", " + std::to_string(length) + "], " + found);
        if (!isZeroOne(mask))
            throw wrong("a 2-D mask holds only 0 and 1, found other values");
        result.form_ = "2-D";
        result.padding_ = at::ne(mask, 0);
        const at::Tensor host = result.padding_.contiguous().to(at::kByte);
        result.real_.assign(host.data_ptr<std::uint8_t>(), host.data_ptr<std::uint8_t>() + host.numel());
        return result;
    }
    if (mask.dim() != 3 && mask.dim() != 4)
        throw wrong("expected 2, 3 or 4 dimensions, " + found);

    result.authoritative_ = mask.dim() == 4;
    const at::Tensor plane = mask.dim() == 3 ? mask.unsqueeze(1) : mask;
    const bool fits = (plane.size(0) == batch || plane.size(0) == 1) && (plane.size(1) == heads || plane.size(1) == 1)
        && plane.size(2) >= length && plane.size(3) >= length;
    if (!fits)
        throw wrong("expected [B, T, T], [B, 1, T, T] or [B, H, T, T] with B = " + std::to_string(batch)
            + ", H = " + std::to_string(heads) + ", T = " + std::to_string(length) + ", " + found);
    const at::Tensor trimmed = plane.narrow(2, plane.size(2) - length, length).narrow(3, 0, length);
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
    result.allowed_ = at::gt(trimmed, lowest(trimmed.scalar_type()) / 2);
    return result;
}

at::Tensor AttentionMask::additive(at::ScalarType dtype, at::Device device) const
{
    if (authoritative_ && given_.defined())
        return given_.to(device);
    const auto length = static_cast<std::int64_t>(length_);
    at::Tensor allow;
    if (authoritative_) {
        allow = allowed_.to(device);
    } else {
        allow = causal_ ? causalPlane(length, device)
                        : at::ones({length, length}, at::TensorOptions().dtype(at::kBool).device(device));
        allow = allow.view({1, 1, length, length});
        if (padding_.defined())
            allow = at::bitwise_and(allow, padding_.to(device).view({padding_.size(0), 1, 1, length}));
        if (allowed_.defined())
            allow = at::bitwise_and(allow, allowed_.to(device));
    }
    const auto options = at::TensorOptions().dtype(dtype).device(device);
    const at::Tensor open = given_.defined() ? given_.to(options) : at::zeros({}, options);
    return at::where(allow, open, at::full({}, lowest(dtype), options));
}

CellKind AttentionMask::kind(std::size_t sequence, std::size_t head, std::size_t query, std::size_t key) const
{
    if (isPadding(sequence, query) || isPadding(sequence, key))
        return CellKind::Padding;
    if (!authoritative_ && causal_ && key > query)
        return CellKind::Masked;
    if (!allowed_.defined())
        return CellKind::Allowed;
    const auto at0 = allowed_.size(0) == 1 ? 0 : static_cast<std::int64_t>(sequence);
    const auto at1 = allowed_.size(1) == 1 ? 0 : static_cast<std::int64_t>(head);
    const auto offset = at0 * allowed_.stride(0) + at1 * allowed_.stride(1)
        + static_cast<std::int64_t>(query) * allowed_.stride(2) + static_cast<std::int64_t>(key) * allowed_.stride(3);
    return allowed_.const_data_ptr<bool>()[offset] ? CellKind::Allowed : CellKind::Masked;
}

} // namespace headscope
