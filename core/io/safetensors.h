// SPDX-License-Identifier: GPL-3.0-or-later
// Checked reader of the safetensors format, over a mapped file or bytes in memory. Knows nothing of LibTorch.
#pragma once

#include "core/io/mapped_file.h"

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// Element types of the safetensors format that Headscope reads.
enum class StoredType { Bool, UInt8, Int8, Int16, Int32, Int64, Float16, BFloat16, Float32, Float64 };

std::size_t bytesOf(StoredType type) noexcept;
std::string_view nameOf(StoredType type) noexcept; ///< "F32", as in the file's header

/// One tensor of a file. The bytes live as long as the SafetensorsFile.
struct StoredTensor {
    std::string name;
    StoredType type = StoredType::Float32;
    std::vector<std::int64_t> shape;
    std::span<const std::byte> bytes; ///< little-endian, row-major, exactly product(shape) elements
};

/// "[2, 3]"
std::string shapeText(const std::vector<std::int64_t>& shape);

/// A safetensors file whose header has been checked as a whole: names are unique, types known, shapes non-negative, and
/// the offsets cover the data exactly once. After that no access can leave the file.
///
/// Threads  immutable.
/// Source   safetensors format: u64 header length, JSON header, data.
class SafetensorsFile {
public:
    /// \throws Error(BadModelFile) naming the file and what is wrong with it.
    static SafetensorsFile open(const std::filesystem::path& path);
    /// \param label stands for the file in messages. \param bytes must outlive the object.
    static SafetensorsFile fromBytes(std::string label, std::span<const std::byte> bytes);

    const std::string& label() const noexcept { return label_; }
    const std::vector<StoredTensor>& tensors() const noexcept { return tensors_; } ///< in the order of their data
    const StoredTensor* find(std::string_view name) const noexcept; ///< nullptr when absent
    const std::map<std::string, std::string>& metadata() const noexcept { return metadata_; }
    std::size_t size() const noexcept { return size_; } ///< bytes of the whole file

    /// \throws Error(BadModelFile) when the file was cut while in use.
    void requireIntact() const;
    void forgetPages() const noexcept; ///< see MappedFile

private:
    SafetensorsFile() = default;
    void parse(std::span<const std::byte> bytes);

    std::string label_;
    std::shared_ptr<const MappedFile> file_; ///< null for bytes in memory
    std::vector<StoredTensor> tensors_;
    std::map<std::string, std::size_t, std::less<>> index_;
    std::map<std::string, std::string> metadata_;
    std::size_t size_ = 0;
};

} // namespace headscope
