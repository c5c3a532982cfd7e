// SPDX-License-Identifier: GPL-3.0-or-later
// A short name for the exact weights of a model, without reading all of them.
#pragma once

#include <string>

namespace headscope {

/// 64 hexadecimal digits that tell models apart, also two that were trained on from the same weights: the SHA-256 of
/// `config.json`, a zero byte, and for every tensor, in the order of their names, its line "NAME TYPE SHAPE\n"
/// ("wte.weight F32 [96, 64]") and its first and last 64 bytes. How tensors are spread over files has no part in it.
/// Not every byte is read, so that it costs milliseconds: a change in the middle of a tensor alone is not seen. Any
/// thread. \throws Error when the model cannot be read.
std::string modelFingerprint(const std::string& location);

} // namespace headscope
