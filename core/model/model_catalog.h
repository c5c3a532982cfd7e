// SPDX-License-Identifier: GPL-3.0-or-later
// The models that come with Headscope.
#pragma once

#include <string>
#include <vector>

namespace headscope {

/// An embedded model: its name stands wherever a model directory may.
struct EmbeddedModel {
    std::string name;        ///< "demo-rotary"
    std::string description; ///< one line for people
    std::string prompt;      ///< a prompt that shows it at its best
};

/// In the order they are offered; the first is the default.
const std::vector<EmbeddedModel>& embeddedModels();

} // namespace headscope
