// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/prompt_text.h"

#include "core/model/architecture.h"

namespace headscope {

bool takesPairs(const ModelInfo& model)
{
    const auto architecture = findArchitecture(model.family);
    return architecture && architecture->tokenTypes;
}

} // namespace headscope
