// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_catalog.h"

#include "core/model/embedded.h"

namespace headscope {

const std::vector<EmbeddedModel>& embeddedModels()
{
    static const std::vector<EmbeddedModel> models{
        {"demo-rotary", "embedded demo: llama architecture with rotary positions and clear induction heads",
            "When Mary and John went to the store, John gave a drink to", {1}, {2}},
        {"demo-gpt2", "embedded demo: gpt2 architecture with learned positions",
            "When Mary and John went to the store, John gave a drink to", {1}, {2}},
    };
    return models;
}

const EmbeddedFile* findEmbeddedFile(std::string_view path)
{
    for (const EmbeddedFile& file : embeddedFiles())
        if (file.path == path)
            return &file;
    return nullptr;
}

} // namespace headscope
