// SPDX-License-Identifier: GPL-3.0-or-later
// What jobs on the runner thread share. Internal to core: includes ATen.
#pragma once

#include "core/engine/inspector.h"

namespace headscope {

struct EngineRoom {
    ModelKeeper& keeper;
    Inspector& inspector;
    std::weak_ptr<ReaderQueue> queue;
};

} // namespace headscope
