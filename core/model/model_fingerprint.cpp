// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_fingerprint.h"

#include "core/io/sha256.h"
#include "core/model/model_description.h"
#include "core/model/model_files.h"

#include <algorithm>

namespace headscope {

std::string modelFingerprint(const std::string& location)
{
    constexpr std::size_t sample = 64;
    const auto model = describeModel(location);
    std::vector<const StoredTensor*> tensors;
    for (const SafetensorsFile& file : model->files())
        for (const StoredTensor& tensor : file.tensors())
            tensors.push_back(&tensor);
    std::sort(
        tensors.begin(), tensors.end(), [](const StoredTensor* a, const StoredTensor* b) { return a->name < b->name; });
    Sha256 hash;
    hash.add(ModelFiles::open(location).text("config.json"));
    hash.add(std::string_view("\0", 1));
    for (const StoredTensor* tensor : tensors) {
        hash.add(tensor->name + " " + std::string(nameOf(tensor->type)) + " " + shapeText(tensor->shape) + "\n");
        const std::size_t count = std::min(sample, tensor->bytes.size());
        hash.add(tensor->bytes.first(count));
        hash.add(tensor->bytes.last(count));
    }
    model->requireIntact();
    return hash.hex();
}

} // namespace headscope
