// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/work_limit.h"

namespace headscope {
namespace {

thread_local WorkLimit* current = nullptr;

} // namespace

WorkLimit::Matching::Matching(std::size_t bytes)
    : ticks(500 + static_cast<std::int64_t>(bytes / 100)) // GPT-2's expression takes a fortieth of the second part
    , time(std::chrono::milliseconds(500) + std::chrono::nanoseconds(500 * bytes)) // and a tenth of this one's
{
}

WorkLimit::WorkLimit(Fault fault, const std::string& label, std::size_t bytes)
    : fault_(fault)
    , label_(label)
    , stepLimit_(10'000'000 + 256 * bytes)
    , memoryLimit_((std::size_t(32) << 20) + 512 * bytes)
    , matching_(bytes)
    , outer_(current)
{
    current = this;
}

WorkLimit::~WorkLimit() { current = outer_; }

void WorkLimit::steps(std::size_t count, const char* part)
{
    if (current && __builtin_add_overflow(current->steps_, count, &current->steps_))
        current->steps_ = SIZE_MAX;
    if (current && current->steps_ > current->stepLimit_)
        current->refuse(part, "steps of work", current->stepLimit_);
}

void WorkLimit::memory(std::size_t bytes, const char* part)
{
    if (current && __builtin_add_overflow(current->memory_, bytes, &current->memory_))
        current->memory_ = SIZE_MAX;
    if (current && current->memory_ > current->memoryLimit_)
        current->refuse(part, "bytes of memory", current->memoryLimit_);
}

WorkLimit::Matching* WorkLimit::matching() { return current ? &current->matching_ : nullptr; }

void WorkLimit::refuse(const char* part, const char* what, std::size_t limit) const
{
    throw Error(fault_,
        label_ + ": " + part + ": expected to need at most " + std::to_string(limit) + " " + what
            + ", found more (token ids still work)");
}

} // namespace headscope
