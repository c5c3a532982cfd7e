// SPDX-License-Identifier: GPL-3.0-or-later
// A Hugging Face model directory, on disk or embedded.
#pragma once

#include "core/io/safetensors.h"

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// The files of one model.
///
/// Errors  every member throws Error(BadModelFile) naming the file; open() throws Error(BadInput) when there is no such
/// model.
class ModelFiles {
public:
    /// \param location a directory, or the name of an embedded model.
    static ModelFiles open(const std::string& location);

    const std::string& location() const noexcept { return location_; }
    /// Last part of the directory, NAME of a snapshot of the Hugging Face cache, or the embedded name.
    std::string name() const;
    bool has(std::string_view file) const;
    std::string text(std::string_view file) const; ///< the whole file; a regular one of sane size
    std::string label(std::string_view file) const; ///< how messages call it

    /// The weight files: model.safetensors, or the shards that model.safetensors.index.json names, each once.
    std::vector<SafetensorsFile> weights() const;

private:
    std::vector<SafetensorsFile> shards() const; ///< as the index says; every tensor it names is where it says

    std::string location_;
    bool embedded_ = false;
    std::filesystem::path path(std::string_view file) const { return std::filesystem::path(location_) / file; }
};

} // namespace headscope
