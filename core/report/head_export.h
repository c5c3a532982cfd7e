// SPDX-License-Identifier: GPL-3.0-or-later
// Values of heads as files: CSV, NumPy arrays, and a page for people. One head is held at a time, and of that a part.
#pragma once

#include "core/analysis/logit_difference.h"
#include "core/cache/capture.h"
#include "core/cache/combined_heads.h"
#include "core/report/page_picture.h"
#include "core/report/provenance.h"

#include <filesystem>
#include <functional>
#include <optional>

namespace headscope {

/// Some heads of one sequence of a run.
struct HeadExport {
    CapturePtr capture{};
    SequenceId sequence{};
    std::vector<HeadPlace> heads{}; ///< in the order they are written, at least one; all there
    Stage stage = Stage::Pattern;
    std::optional<Range> rows{}, columns{}; ///< positions; all of them when not given
    std::vector<Fact> versions{}; ///< of libraries that core does not know
    /// Several heads as one; `heads` is then layer 0 and head 0 of what they are.
    std::optional<CombinedHeads> combined{};
    std::shared_ptr<PatternSource> source{}; ///< of `combined`, where somebody has it already
};

/// Where the values come from: the run's patterns, or several heads as one. \throws Error as combine() does
std::shared_ptr<PatternSource> sourceOf(const HeadExport& what);
/// The same with its source, so that a rollout is made once, whatever is then read of it.
HeadExport withSource(HeadExport what);
/// "L1 H2", or "mean of 2 heads: L0 H1, L3 H7".
std::string nameOf(const HeadExport& what, const HeadPlace& head);

/// Told before each head; throws Cancelled to stop. What is half written then is not left behind.
using ExportProgress = std::function<void(std::size_t done, std::size_t total)>;

/// Formats that hold values. \throws Error
enum class TableFormat { Csv, Npy };

/// The file that stands beside an array: FILE.npy.json.
std::filesystem::path sidecarOf(std::filesystem::path array);

/// One head; beside an array stands a file with its axes, tokens and provenance. Blocks until it is done: not for the
/// UI thread.
void writeHeadTable(
    const HeadExport& what, const HeadPlace& head, TableFormat format, const std::filesystem::path& file);

/// All heads as one array [heads, queries, keys], with the same file beside it.
void writeHeadStack(const HeadExport& what, const std::filesystem::path& file, const ExportProgress& progress);

/// One head as text with tabs between the fields, otherwise as CSV: for a clipboard. \throws Error(BadInput) above a
/// million values
std::string valuesText(const HeadExport& what);

struct PageOptions {
    bool interactive = false; ///< values are in the page, to be read under the pointer
    bool footer = true; ///< the provenance is also shown, not only in the page's metadata
    std::string view{}; ///< how its pictures depart from plain ones, as in ExportedPart
};
/// All heads as one page without anything outside it: pictures, statistics, strongest weights, what made them. Values
/// under the pointer and in tables are those of the run, however `paint` draws them.
void writeHeadPage(const HeadExport& what, const PageOptions& options, const PagePainter& paint,
    const std::filesystem::path& file, const ExportProgress& progress);

/// The positions exported. \throws Error(BadInput) when they are not within the sequence.
Range rowsOf(const HeadExport& what);
Range columnsOf(const HeadExport& what);

/// Calls `visit` with all columns of a head's rows, some rows at a time, each at its full resolution.
void forEachRows(
    const HeadExport& what, const HeadPlace& head, const std::function<void(const PatternTile& tile)>& visit);

/// How the values of all the heads came about: "eager", "recomputed from q, k".
std::string originOf(const HeadExport& what);

/// "model_L03_H07": a file name for one head, without what file systems do not take. Of several heads as one
/// "model_mean".
std::string fileStem(const HeadExport& what, const HeadPlace& head);

} // namespace headscope
