// SPDX-License-Identifier: GPL-3.0-or-later
// The models that come with Headscope.
#pragma once

#include "core/ids.h"

#include <string>
#include <vector>

namespace headscope {

/// An embedded model: its name stands wherever a model directory may.
struct EmbeddedModel {
    std::string name; ///< "demo-rotary"
    std::string description; ///< one line for people
    std::string prompt; ///< a prompt that shows it at its best
    LayerId layer; ///< with `head`: the head to look at first, its induction head
    HeadId head;
};

/// In the order they are offered; the first is the default.
const std::vector<EmbeddedModel>& embeddedModels();

} // namespace headscope
