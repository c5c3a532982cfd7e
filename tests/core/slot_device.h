// SPDX-License-Identifier: GPL-3.0-or-later
// A make-believe accelerator for tests: devices slot:0, slot:1, … whose memory is ordinary memory and whose arithmetic
// is the CPU's, bit for bit. What it adds is strictness: operands of different devices are refused with the operator's
// name (a CPU tensor without dimensions counts as a number), host code gets no pointer to a slot's memory, and every
// copy between devices is counted, so that code that places tensors can be tested without a GPU.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace headscope::slots {

/// Makes LibTorch know `count` devices, "slot:0" and up. To be called first before other threads use LibTorch; a later
/// call changes the count and nothing else.
void install(int count);

/// What went from one device to another: "cpu" -> "slot:0", "slot:0" -> "slot:1", …
struct Crossing {
    std::string from, to;
    std::uint64_t copies, bytes; ///< bytes as the destination keeps them, which is what a GPU sends too
};

/// Every direction that copies have taken since the last reset, ordered by names. Counted are copies of at least one
/// element that the program asked for (to, copy_, _to_copy); a number that an operator reads (item) is not one.
std::vector<Crossing> crossings();
void resetCounters();

} // namespace headscope::slots
