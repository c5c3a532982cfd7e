// SPDX-License-Identifier: GPL-3.0-or-later
// What one call of a tokenizer may cost, whatever its file asks for.
#pragma once

#include "core/error.h"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>

namespace headscope {

/// A limit on the work and the memory of one call. A hostile tokenizer.json can ask for any amount of both from a short
/// text; no real one comes near the limits, which grow with the text. The parts of a tokenizer report what they do to
/// the limit that was opened last on their thread, so that none of their interfaces carries it; without one nothing is
/// counted. Steps and memory are counted, not measured: the same call is always refused or never, except where a
/// regular expression takes too long by the clock.
class WorkLimit {
public:
    /// \param label begins messages, and must outlive the limit. \param bytes of the text that the call is about
    WorkLimit(Fault fault, const std::string& label, std::size_t bytes);
    ~WorkLimit();
    WorkLimit(const WorkLimit&) = delete;
    WorkLimit& operator=(const WorkLimit&) = delete;

    /// Counts what `part`, such as "normalizer", has done or is about to do: steps of some nanoseconds each, and bytes
    /// that are kept. \throws Error beyond the limit
    static void steps(std::size_t count, const char* part);
    static void memory(std::size_t bytes, const char* part);

    /// What is left for regular expressions.
    struct Matching {
        explicit Matching(std::size_t bytes);
        std::int64_t ticks; ///< of ICU: ten thousand steps of its backtracking
        std::chrono::nanoseconds time;
    };
    static Matching* matching(); ///< nullptr without a limit

private:
    void refuse(const char* part, const char* what, std::size_t limit) const;

    Fault fault_;
    const std::string& label_;
    std::size_t stepLimit_, memoryLimit_;
    std::size_t steps_ = 0, memory_ = 0;
    Matching matching_;
    WorkLimit* outer_;
};

} // namespace headscope
