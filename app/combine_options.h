// SPDX-License-Identifier: GPL-3.0-or-later
// Several heads as one on a command line: what `pattern` and `export` share.
#pragma once

#include "core/cache/combined_heads.h"
#include "core/run/run_header.h"

#include <CLI/CLI.hpp>

#include <optional>
#include <string>

namespace headscope {

/// Which head is wanted, or which heads as one, as somebody wrote it.
struct HeadChoice {
    std::optional<std::size_t> layer{}, head{};
    std::string heads{}; ///< "0.1,2.3"
    std::optional<CombinedHeads> combined{}; ///< its heads and last layer are not known yet
};

/// Adds --aggregate.
void addAggregateOption(CLI::App& command, HeadChoice& choice);

/// \pre choice.combined \throws Error(BadInput) for options that do not go together
void checkCombination(const HeadChoice& choice, Stage stage);

/// What is combined, with all its heads. \pre checkCombination()
/// \throws Error(BadInput) for heads that the model does not have
CombinedHeads combinedHeads(const HeadChoice& choice, const ModelInfo& model);

} // namespace headscope
