// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors.h"

#include "core/error.h"
#include "core/io/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <bit>
#include <cstring>

namespace headscope {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors data is used in place, little-endian");

struct TypeRow {
    StoredType type;
    std::string_view name;
    std::size_t bytes;
};
constexpr std::array<TypeRow, 10> typeTable{{{StoredType::Bool, "BOOL", 1}, {StoredType::UInt8, "U8", 1},
    {StoredType::Int8, "I8", 1}, {StoredType::Int16, "I16", 2}, {StoredType::Int32, "I32", 4},
    {StoredType::Int64, "I64", 8}, {StoredType::Float16, "F16", 2}, {StoredType::BFloat16, "BF16", 2},
    {StoredType::Float32, "F32", 4}, {StoredType::Float64, "F64", 8}}};

constexpr std::uint64_t maxHeaderBytes = 100'000'000; // the format's own limit

std::uint64_t toUnsigned(const nlohmann::json& value, const std::string& where)
{
    if (!value.is_number_unsigned())
        throw Error(Fault::BadModelFile, where + ": expected a non-negative integer, found " + excerpt(value));
    return value.get<std::uint64_t>();
}

} // namespace

std::size_t bytesOf(StoredType type) noexcept
{
    return std::find_if(typeTable.begin(), typeTable.end(), [&](const TypeRow& row) {
        return row.type == type;
    })->bytes;
}

std::string_view nameOf(StoredType type) noexcept
{
    return std::find_if(typeTable.begin(), typeTable.end(), [&](const TypeRow& row) { return row.type == type; })->name;
}

std::string shapeText(const std::vector<std::int64_t>& shape)
{
    std::string text = "[";
    for (std::size_t i = 0; i < shape.size(); ++i)
        text += (i ? ", " : "") + std::to_string(shape[i]);
    return text + "]";
}

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& path)
{
    SafetensorsFile result;
    result.label_ = path.string();
    result.file_ = MappedFile::open(path);
    result.parse(result.file_->bytes());
    result.requireIntact();
    return result;
}

SafetensorsFile SafetensorsFile::fromBytes(std::string label, std::span<const std::byte> bytes)
{
    SafetensorsFile result;
    result.label_ = std::move(label);
    result.parse(bytes);
    return result;
}

const StoredTensor* SafetensorsFile::find(std::string_view name) const noexcept
{
    const auto it = index_.find(name);
    return it == index_.end() ? nullptr : &tensors_[it->second];
}

void SafetensorsFile::forgetPages() const noexcept
{
    if (file_)
        file_->forgetPages();
}

void SafetensorsFile::requireIntact() const
{
    if (file_)
        file_->requireIntact();
}

void SafetensorsFile::parse(std::span<const std::byte> bytes)
{
    const auto bad = [&](const std::string& what) { return Error(Fault::BadModelFile, label_ + ": " + what); };
    size_ = bytes.size();
    if (bytes.size() < 8)
        throw bad("expected a safetensors file, found only " + std::to_string(bytes.size()) + " bytes");
    std::uint64_t headerBytes = 0;
    std::memcpy(&headerBytes, bytes.data(), 8);
    if (headerBytes > maxHeaderBytes && headerBytes <= bytes.size() - 8)
        throw bad("the header claims " + std::to_string(headerBytes) + " bytes, expected at most "
            + std::to_string(maxHeaderBytes));
    if (headerBytes > bytes.size() - 8)
        throw bad("the header claims " + std::to_string(headerBytes) + " bytes, but the file has "
            + std::to_string(bytes.size()) + "; not a safetensors file, or cut short");
    const std::string_view text(reinterpret_cast<const char*>(bytes.data()) + 8, headerBytes);
    const auto data = bytes.subspan(8 + headerBytes);
    const nlohmann::json header = parseJson(text, label_ + ": the header");
    if (!header.is_object())
        throw bad("the header is not a JSON object");

    for (const auto& [name, entry] : header.items()) {
        if (name == "__metadata__") {
            if (!entry.is_object())
                throw bad("__metadata__: expected an object");
            for (const auto& [key, value] : entry.items())
                metadata_[key] = value.is_string() ? value.get<std::string>() : excerpt(value);
            continue;
        }
        const std::string where = "tensor '" + name + "'";
        if (!entry.is_object() || !entry.contains("dtype") || !entry.contains("shape")
            || !entry.contains("data_offsets") || !entry["dtype"].is_string() || !entry["shape"].is_array()
            || !entry["data_offsets"].is_array() || entry["data_offsets"].size() != 2)
            throw bad(where + ": expected dtype, shape and two data_offsets");
        const auto dtype = entry["dtype"].get<std::string>();
        const auto row
            = std::find_if(typeTable.begin(), typeTable.end(), [&](const TypeRow& r) { return r.name == dtype; });
        if (row == typeTable.end())
            throw bad(where + ": dtype " + dtype + " is not supported");
        StoredTensor tensor;
        tensor.name = name;
        tensor.type = row->type;
        std::uint64_t count = 1;
        for (const auto& extent : entry["shape"]) {
            const std::uint64_t n = toUnsigned(extent, label_ + ": " + where + ": shape");
            if (n > INT64_MAX || __builtin_mul_overflow(count, n, &count))
                throw bad(where + ": shape overflows");
            tensor.shape.push_back(static_cast<std::int64_t>(n));
        }
        const std::uint64_t begin = toUnsigned(entry["data_offsets"][0], label_ + ": " + where + ": data_offsets");
        const std::uint64_t end = toUnsigned(entry["data_offsets"][1], label_ + ": " + where + ": data_offsets");
        if (begin > end || end > data.size())
            throw bad(where + ": data_offsets " + std::to_string(begin) + ".." + std::to_string(end)
                + " leave the file's " + std::to_string(data.size()) + " bytes of data");
        std::uint64_t expected = 0;
        if (__builtin_mul_overflow(count, row->bytes, &expected) || end - begin != expected)
            throw bad(where + ": " + dtype + " " + shapeText(tensor.shape) + " needs " + std::to_string(expected)
                + " bytes, data_offsets give " + std::to_string(end - begin));
        tensor.bytes = data.subspan(begin, end - begin);
        tensors_.push_back(std::move(tensor));
    }

    std::sort(tensors_.begin(), tensors_.end(), [](const StoredTensor& a, const StoredTensor& b) {
        return std::pair(a.bytes.data(), a.bytes.size()) < std::pair(b.bytes.data(), b.bytes.size());
    });
    const std::byte* reached = data.data();
    for (std::size_t i = 0; i < tensors_.size(); ++i) {
        const StoredTensor& tensor = tensors_[i];
        if (tensor.bytes.data() != reached)
            throw bad("tensor '" + tensor.name + "' overlaps another one or leaves a hole before it");
        reached = tensor.bytes.data() + tensor.bytes.size();
        index_.emplace(tensor.name, i);
    }
    if (reached != data.data() + data.size())
        throw bad("has " + std::to_string(data.data() + data.size() - reached) + " bytes after its last tensor");
}

} // namespace headscope
