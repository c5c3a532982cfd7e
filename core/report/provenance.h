// SPDX-License-Identifier: GPL-3.0-or-later
// What an exported file tells of how it came about: the same facts in every format.
#pragma once

#include "core/cache/pattern_source.h"
#include "core/run/run_header.h"

#include <string>
#include <utility>
#include <vector>

namespace headscope {

/// What a file holds of a run.
struct ExportedPart {
    SequenceId sequence{};
    std::string what{}; ///< "L1 H2 pattern", "12 heads, pattern"
    std::string origin{}; ///< of the values, as in PatternTile; empty: not known
    std::string
        view{}; ///< how a picture departs from the plain values, "renormalised without special tokens"; or empty
};

/// "L1 H2 pattern"; the part a tile holds, with its origin.
ExportedPart partOf(const PatternTile& tile);

/// Name and value of one thing that made a result.
using Fact = std::pair<std::string, std::string>;

/// The facts of one run, gathered once for all the files that are made of it.
/// Threads  immutable.
class Provenance {
public:
    /// Reads the model's fingerprint; "unknown" where the model is not there any more. The date is that of the call, or
    /// SOURCE_DATE_EPOCH where it is set. \param more versions besides those of the run, such as Qt's
    explicit Provenance(const RunHeader& header, std::vector<Fact> more = {});

    /// One line, valid UTF-8 without controls, beginning as provenance(header): "demo-rotary · native auto · cpu
    /// float32 · … · L1 H2 pattern · recomputed from q, k · text “one two three” · fingerprint 0123456789ab ·
    /// 2026-01-31T12:00:00Z"
    std::string line(const ExportedPart& part) const;
    /// The same and more, one by one: for tables and JSON. Names are lower-case words with `_` between.
    std::vector<Fact> facts(const ExportedPart& part) const;
    /// A JSON object of facts(), with the line as "provenance".
    std::string json(const ExportedPart& part) const;

private:
    std::string textOf(SequenceId sequence) const;
    std::vector<Fact> factsOfFile(const ExportedPart& part) const; ///< of attention that another program computed

    RunHeader header_; ///< without its tokens
    std::vector<Fact> more_;
    std::string fingerprint_, date_;
};

} // namespace headscope
