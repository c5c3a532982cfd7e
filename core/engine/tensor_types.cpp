// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/tensor_types.h"

#include "core/error.h"

#include <ATen/detail/CUDAHooksInterface.h>
#include <c10/core/DeviceType.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>

#include <array>
#include <charconv>
#include <cstring>
#include <vector>

namespace headscope {
namespace {

constexpr std::array<std::pair<StoredType, at::ScalarType>, 10> typePairs{{{StoredType::Bool, at::kBool},
    {StoredType::UInt8, at::kByte}, {StoredType::Int8, at::kChar}, {StoredType::Int16, at::kShort},
    {StoredType::Int32, at::kInt}, {StoredType::Int64, at::kLong}, {StoredType::Float16, at::kHalf},
    {StoredType::BFloat16, at::kBFloat16}, {StoredType::Float32, at::kFloat}, {StoredType::Float64, at::kDouble}}};

} // namespace

at::ScalarType scalarType(DType dtype)
{
    switch (dtype) {
    case DType::Float32:
        return at::kFloat;
    case DType::Float16:
        return at::kHalf;
    case DType::BFloat16:
        return at::kBFloat16;
    case DType::Float64:
        return at::kDouble;
    }
    return at::kFloat;
}

at::ScalarType scalarType(StoredType type)
{
    for (const auto& [stored, scalar] : typePairs)
        if (stored == type)
            return scalar;
    throw Error(Fault::Backend, "no LibTorch dtype for " + std::string(nameOf(type)));
}

StoredType storedType(at::ScalarType type)
{
    for (const auto& [stored, scalar] : typePairs)
        if (scalar == type)
            return stored;
    throw Error(Fault::Backend, "safetensors files have no dtype for " + dtypeText(type));
}

std::string dtypeText(at::ScalarType type)
{
    switch (type) {
    case at::kFloat:
        return "float32";
    case at::kHalf:
        return "float16";
    case at::kBFloat16:
        return "bfloat16";
    case at::kDouble:
        return "float64";
    case at::kLong:
        return "int64";
    case at::kBool:
        return "bool";
    default:
        return c10::toString(type);
    }
}

namespace {

/// An accelerator that this LibTorch knows: CUDA, or one that was registered from outside.
struct Accelerator {
    std::string name;
    at::DeviceType type;
    int count = 0;
};

std::vector<Accelerator> accelerators()
{
    const auto& cuda = at::detail::getCUDAHooks();
    std::vector<Accelerator> result{{"cuda", at::kCUDA, cuda.hasCUDA() ? static_cast<int>(cuda.deviceCount()) : 0}};
    constexpr auto other = at::DeviceType::PrivateUse1;
    if (c10::is_privateuse1_backend_registered() && c10::impl::hasDeviceGuardImpl(other))
        result.push_back({c10::get_privateuse1_backend(), other,
            static_cast<int>(c10::impl::getDeviceGuardImpl(other)->deviceCount())});
    return result;
}

} // namespace

at::Device parseDevice(const std::string& text, const std::string& option)
{
    if (text == "cpu")
        return at::kCPU;
    const std::string name = text.substr(0, text.find(':'));
    for (const Accelerator& accelerator : accelerators()) {
        if (accelerator.name != name)
            continue;
        int index = 0;
        if (text != name) {
            const char* end = text.data() + text.size();
            const auto parsed = std::from_chars(text.data() + name.size() + 1, end, index);
            if (parsed.ec != std::errc() || parsed.ptr != end || index < 0 || index > 127)
                break;
        }
        if (index >= accelerator.count)
            throw Error(Fault::BadInput,
                option + ": " + text + " is not there: this LibTorch finds "
                    + (accelerator.count == 0 ? "no " : std::to_string(accelerator.count) + " ")
                    + (name == "cuda" ? "CUDA" : name) + " device" + (accelerator.count == 0 ? "" : "(s)"));
        return {accelerator.type, static_cast<at::DeviceIndex>(index)};
    }
    throw Error(Fault::BadInput, option + ": expected cpu, cuda or cuda:N, found '" + text + "'");
}

at::Tensor viewOf(const StoredTensor& stored)
{
    const auto options = at::TensorOptions().dtype(scalarType(stored.type));
    const auto address = reinterpret_cast<std::uintptr_t>(stored.bytes.data());
    if (address % bytesOf(stored.type) == 0)
        return at::from_blob(const_cast<std::byte*>(stored.bytes.data()), stored.shape, options);
    at::Tensor copy = at::empty(stored.shape, options);
    std::memcpy(copy.data_ptr(), stored.bytes.data(), stored.bytes.size());
    return copy;
}

} // namespace headscope
