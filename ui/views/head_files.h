// SPDX-License-Identifier: GPL-3.0-or-later
// Heads as files in any format: the one way that the window and `headscope export` share.
#pragma once

#include "core/report/head_export.h"
#include "ui/views/head_sheet.h"

#include <QString>

#include <filesystem>
#include <optional>
#include <vector>

namespace headscope::ui {

enum class FileFormat { Png, Pdf, Svg, Csv, Npy, Html };

/// All of them, with the ending that stands for each: ".png".
struct FileFormatName {
    FileFormat format;
    const char* ending;
};
const std::vector<FileFormatName>& fileFormats();
/// By the ending, whatever its case. \throws Error(BadInput) naming the endings there are.
FileFormat formatOf(const std::filesystem::path& file);
/// Whether one file takes several heads: PDF as pages, HTML as sections, NPY as an array.
bool holdsSeveral(FileFormat format);

/// What is exported, and how.
struct ExportJob {
    HeadExport what{}; ///< Qt's version is added
    FileFormat format = FileFormat::Png;
    bool separate = false; ///< a file per head, in a directory
    bool stacked = false; ///< NPY: [heads, queries, keys] also for a single head
    bool grid = false; ///< PNG, PDF, SVG: all heads of the model, which `what` names, in one picture
    std::filesystem::path target{}; ///< the file, or the directory
    int scale = 2; ///< PNG: device pixels a unit, 1 to 4
    bool footer = true; ///< the provenance is also shown, not only in the metadata
    bool interactive = false; ///< HTML: with values under the pointer
    QFont font{}; ///< its family is used in pictures
    ViewOptions view{}; ///< of pictures
    std::optional<ShownScale> shown{}; ///< the scale of the window whose picture this is
    bool dark = false; ///< pictures on a dark ground
};

/// What came of it.
struct ExportOutcome {
    std::vector<std::filesystem::path> files{};
    QString note{}; ///< what differs from what was asked for, such as a smaller scale; or empty
};

/// The files that a job is going to write.
std::vector<std::filesystem::path> filesOf(const ExportJob& job);

/// Writes them, each whole or not at all, and holds one head at a time. Blocks until it is done: not for the UI thread.
/// Pictures need a QGuiApplication.
/// \throws Error, and what `progress` throws; files that are done by then stay.
ExportOutcome runExport(ExportJob job, const ExportProgress& progress);

/// What the first head is called: "L1 H2", "mean of 12 heads: layer 5".
QString shownName(const HeadExport& what);

/// One head as the job would draw it, for other uses than a file. As runExport.
HeadSheet sheetOf(const ExportJob& job, const HeadPlace& head);

/// The line that all files of a run tell in their own way, with Qt's version.
QString provenanceLine(const RunHeader& header, const ExportedPart& part);

} // namespace headscope::ui
