// SPDX-License-Identifier: GPL-3.0-or-later
// libFuzzer target: config.json.
#include "tests/fuzz/hostile_input.h"

#include <cstdint>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
    headscope::feedConfig({reinterpret_cast<const char*>(data), size});
    return 0;
}
