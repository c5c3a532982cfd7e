// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: tokenizer.json, and texts through it.
#include "tests/fuzz/hostile_input.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    headscope::feedTokenizer({reinterpret_cast<const char*>(data), size});
    return 0;
}
