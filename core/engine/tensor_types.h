// SPDX-License-Identifier: GPL-3.0-or-later
// Dtypes, devices and stored tensors in LibTorch's terms. Internal to core: includes ATen.
#pragma once

#include "core/engine/ops.h"
#include "core/io/safetensors.h"
#include "core/run/settings.h"

#include <memory>
#include <string>

namespace headscope {

at::ScalarType scalarType(DType dtype);
at::ScalarType scalarType(StoredType type);
/// \throws Error(Backend) for a dtype that safetensors files do not have.
StoredType storedType(at::ScalarType type);
std::string dtypeText(at::ScalarType type); ///< "float32"

/// "cpu", "cuda" (meaning cuda:0), "cuda:N", or likewise the name of an accelerator that was registered with LibTorch
/// from outside; checked against what is there.
/// \param option names the option for messages, such as "--device".
/// \throws Error(BadInput)
at::Device parseDevice(const std::string& text, const std::string& option);

/// The tensor's bytes in place, without a copy. \pre the bytes outlive the result
/// (a copy is made where they are not aligned for the dtype).
at::Tensor viewOf(const StoredTensor& stored);

} // namespace headscope
