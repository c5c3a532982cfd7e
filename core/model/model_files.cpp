// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_files.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/model/embedded.h"
#include "core/model/model_catalog.h"

#include <nlohmann/json.hpp>

#include <cerrno>
#include <cstring>
#include <fstream>
#include <sstream>

namespace headscope {
namespace {

constexpr auto weightFile = "model.safetensors";
constexpr auto indexFile = "model.safetensors.index.json";

/// Far above any real one: what a hostile file may cost in memory.
std::uintmax_t largest(std::string_view file) { return (file == "config.json" ? 16ULL : 128ULL) << 20; }

std::string embeddedPath(const std::string& model, std::string_view file)
{
    return "models/" + model + "/" + std::string(file);
}

} // namespace

ModelFiles ModelFiles::open(const std::string& location)
{
    ModelFiles result;
    result.location_ = location;
    result.embedded_ = findEmbeddedFile(embeddedPath(location, "config.json")) != nullptr;
    if (result.embedded_)
        return result;
    std::string names;
    for (const auto& model : embeddedModels())
        names += (names.empty() ? "" : ", ") + model.name;
    std::error_code ignored;
    if (!std::filesystem::is_directory(location, ignored))
        throw Error(Fault::BadInput,
            location + ": expected a model directory or one of " + names + ", found "
                + (std::filesystem::exists(location, ignored) ? "a file" : "nothing there"));
    return result;
}

std::string ModelFiles::name() const
{
    if (embedded_)
        return location_;
    auto whole = std::filesystem::absolute(location_).lexically_normal();
    if (!whole.has_filename())
        whole = whole.parent_path();
    // The Hugging Face cache: models--ORG--NAME/snapshots/REVISION.
    const std::string repository = whole.parent_path().parent_path().filename().string();
    if (whole.parent_path().filename() == "snapshots" && repository.starts_with("models--"))
        return repository.substr(repository.rfind("--") + 2);
    return whole.filename().string();
}

std::string ModelFiles::label(std::string_view file) const
{
    return embedded_ ? location_ + "/" + std::string(file) : path(file).string();
}

bool ModelFiles::has(std::string_view file) const
{
    std::error_code ignored;
    return embedded_ ? findEmbeddedFile(embeddedPath(location_, file)) != nullptr
                     : std::filesystem::exists(path(file), ignored);
}

std::string ModelFiles::text(std::string_view file) const
{
    if (embedded_) {
        const auto* found = findEmbeddedFile(embeddedPath(location_, file));
        if (!found)
            throw Error(Fault::BadModelFile, label(file) + ": not part of the embedded model");
        return std::string(found->text());
    }
    std::error_code failed;
    if (!std::filesystem::is_regular_file(path(file), failed)) // a pipe would block
        throw Error(Fault::BadModelFile, label(file) + ": expected a regular file");
    if (const auto size = std::filesystem::file_size(path(file), failed); !failed && size > largest(file))
        throw Error(Fault::BadModelFile,
            label(file) + ": expected at most " + std::to_string(largest(file)) + " bytes, found "
                + std::to_string(size));
    std::ifstream stream(path(file), std::ios::binary);
    std::ostringstream text;
    text << stream.rdbuf();
    if (!stream)
        throw Error(Fault::BadModelFile, label(file) + ": cannot be read: " + std::strerror(errno));
    return std::move(text).str();
}

std::vector<SafetensorsFile> ModelFiles::shards() const
{
    const std::string label = this->label(indexFile);
    const nlohmann::json index = parseJson(text(indexFile), label);
    const auto map = index.is_object() ? index.find("weight_map") : index.end();
    if (map == index.end() || !map->is_object() || map->empty())
        throw Error(Fault::BadModelFile, label + ": weight_map: expected an object of tensors and files");
    std::map<std::string, SafetensorsFile> opened;
    for (const auto& [tensor, shard] : map->items()) {
        const std::string where = label + ": weight_map: '" + tensor + "'";
        const std::string name = shard.is_string() ? shard.get<std::string>() : std::string();
        if (name.empty() || name.find('/') != std::string::npos || name == ".." || name == ".")
            throw Error(Fault::BadModelFile, where + ": expected a file beside it, found " + excerpt(shard));
        auto it = opened.find(name);
        if (it == opened.end())
            it = opened.emplace(name, SafetensorsFile::open(path(name))).first;
        if (!it->second.find(tensor))
            throw Error(Fault::BadModelFile, where + ": expected in " + name + ", which does not have it");
    }
    std::map<std::string_view, const std::string*> holders;
    for (const auto& [name, file] : opened)
        for (const StoredTensor& tensor : file.tensors())
            if (const auto [holder, isNew] = holders.emplace(tensor.name, &name); !isNew)
                throw Error(Fault::BadModelFile,
                    label + ": tensor '" + tensor.name + "': expected in one file, found in " + *holder->second
                        + " and " + name);
    std::vector<SafetensorsFile> files;
    for (auto& [name, file] : opened)
        files.push_back(std::move(file));
    return files;
}

std::vector<SafetensorsFile> ModelFiles::weights() const
{
    std::vector<SafetensorsFile> files;
    if (embedded_) {
        const auto* found = findEmbeddedFile(embeddedPath(location_, weightFile));
        if (!found)
            throw Error(Fault::BadModelFile, label(weightFile) + ": not part of the embedded model");
        files.push_back(SafetensorsFile::fromBytes(label(weightFile), found->bytes));
        return files;
    }
    if (has(weightFile)) {
        files.push_back(SafetensorsFile::open(path(weightFile)));
        return files;
    }
    if (has(indexFile))
        return shards();
    for (const char* pickle : {"pytorch_model.bin", "pytorch_model.bin.index.json", "model.pt", "consolidated.00.pth"})
        if (has(pickle))
            throw Error(Fault::BadModelFile,
                label(pickle)
                    + ": pickle checkpoints can run code and are not read; convert it in Python with "
                      "AutoModelForCausalLM.from_pretrained(DIR).save_pretrained(NEW_DIR)");
    throw Error(Fault::BadModelFile, location_ + ": expected " + weightFile + " or " + indexFile + ", found neither");
}

} // namespace headscope
