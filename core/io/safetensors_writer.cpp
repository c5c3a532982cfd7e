// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/safetensors_writer.h"

#include "core/io/atomic_file.h"

#include <nlohmann/json.hpp>

namespace headscope {

void writeSafetensors(const std::filesystem::path& output, std::span<const StoredTensor> tensors,
    const std::map<std::string, std::string>& metadata)
{
    nlohmann::ordered_json header = nlohmann::ordered_json::object();
    if (!metadata.empty())
        header["__metadata__"] = metadata;
    std::size_t offset = 0;
    for (const StoredTensor& tensor : tensors) {
        header[tensor.name] = {{"dtype", nameOf(tensor.type)}, {"shape", tensor.shape},
            {"data_offsets", {offset, offset + tensor.bytes.size()}}};
        offset += tensor.bytes.size();
    }
    std::string text = header.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    text.resize((text.size() + 7) / 8 * 8, ' '); // keeps the data 8-byte aligned in the file
    const std::uint64_t size = text.size();

    AtomicFile file(output);
    file.write(std::as_bytes(std::span(&size, 1)));
    file.write(text);
    for (const StoredTensor& tensor : tensors)
        file.write(tensor.bytes);
    file.commit();
}

} // namespace headscope
