// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: safetensors files, their index, and which tensor is which part.
#include "tests/fuzz/hostile_input.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    headscope::feedSafetensors({reinterpret_cast<const char*>(data), size});
    return 0;
}
