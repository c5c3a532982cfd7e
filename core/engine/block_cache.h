// SPDX-License-Identifier: GPL-3.0-or-later
// Memory of tensors that went, kept for those that come. Internal to core: includes ATen.
#pragma once

#include <cstddef>

namespace headscope {

/// Makes LibTorch's tensors on the host use a cache of freed blocks. Layer after layer makes tensors of the same few
/// sizes; without it each is mapped, zeroed page by page and unmapped again (measured with SmolLM2 at 2,048 tokens:
/// see tests/bench/RESULTS.md). At most `mostKept` bytes wait in it.
///
/// Threads  any; the first call counts. Tensors from before stay with the allocator that made them.
void cacheBlocks(std::size_t mostKept = std::size_t{128} << 20);

} // namespace headscope
