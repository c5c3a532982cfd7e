// SPDX-License-Identifier: GPL-3.0-or-later
// Tensors in temporary files. Internal to core: includes ATen.
#pragma once

#include "core/engine/ops.h"
#include "core/io/spill_file.h"

#include <memory>

namespace headscope {

/// A tensor on the host whose bytes are a temporary file's; the tensor alone keeps the file.
struct SpilledTensor {
    at::Tensor tensor;
    std::shared_ptr<const SpillFile> file; ///< null for a tensor without bytes
};

/// \throws Error(OutOfMemory) naming the folder when there is no room.
SpilledTensor spilled(const at::Tensor& tensor);

} // namespace headscope
