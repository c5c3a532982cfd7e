// SPDX-License-Identifier: GPL-3.0-or-later
// Everything known of a model without computing with it.
#pragma once

#include "core/model/model_config.h"
#include "core/model/weight_plan.h"
#include "core/run/run_header.h"
#include "core/text/tokenizer.h"

#include <exception>
#include <memory>
#include <string>
#include <vector>

namespace headscope {

/// A model directory, read and checked: configuration, tokenizer, and which stored tensor plays which part.
///
/// Threads  immutable.
class ModelDescription {
public:
    /// \throws Error(BadModelFile) or Error(BadInput). A tokenizer that cannot be read is not an error until it is
    /// needed.
    static std::shared_ptr<const ModelDescription> open(const std::string& location, Depth depth = Depth::Everything);

    const ModelConfig& config() const noexcept { return config_; }
    const ModelInfo& info() const noexcept { return info_; }
    const WeightPlan& weights() const noexcept { return plan_; }
    const std::vector<SafetensorsFile>& files() const noexcept { return files_; }
    const Tokenizer* tokenizer() const noexcept { return tokenizer_.get(); } ///< nullptr when there is none
    /// \throws the reason why there is no tokenizer.
    const Tokenizer& requireTokenizer() const;
    /// \throws Error(BadModelFile) when a weight file was cut while in use.
    void requireIntact() const;

private:
    ModelDescription() = default;

    ModelConfig config_;
    std::shared_ptr<const Tokenizer> tokenizer_;
    std::exception_ptr tokenizerError_;
    std::vector<SafetensorsFile> files_;
    WeightPlan plan_;
    ModelInfo info_;
};

/// Like ModelDescription::open, but remembers the last few; a model whose files have changed since is read again.
/// Thread-safe.
std::shared_ptr<const ModelDescription> describeModel(const std::string& location);

} // namespace headscope
