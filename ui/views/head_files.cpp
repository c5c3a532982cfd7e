// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/head_files.h"

#include "core/cache/stage_names.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "ui/text/aggregate_text.h"
#include "ui/text/drawn_text.h"
#include "ui/text/labels.h"
#include "ui/text/view_text.h"
#include "ui/views/page_pictures.h"
#include "ui/views/picture.h"
#include "ui/views/vector_files.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr std::size_t mostPictured = 4096; ///< values a side of a picture; more are pooled
constexpr std::size_t mostInGrid = 384; ///< values a side of a head in a picture of all heads
constexpr int gridCell = 96; ///< pixels of a head there, at most

Fact qtVersion() { return {"Qt", qVersion()}; }

/// As the view shows it; data are never taken from here.
PatternTilePtr tileOf(const ExportJob& job, const HeadPlace& head, Range rows, Range columns, std::size_t most)
{
    ViewOptions view = job.view;
    view.stage = job.what.stage;
    return fetch(*sourceOf(job.what), {head.layer}, {head.head}, job.what.stage, rows, columns,
        {.maxHeight = most,
            .maxWidth = most,
            .priority = Priority::Background,
            .pool = view.pool,
            .specials = view.specials,
            .perRow = effectiveMode(view) == ScaleMode::PerRow});
}

PatternTilePtr tileOf(const ExportJob& job, const HeadPlace& head, std::size_t most)
{
    return tileOf(job, head, rowsOf(job.what), columnsOf(job.what), most);
}

/// How pictures depart from plain ones, and which part of the run the tile is of.
ExportedPart drawnPart(const ExportJob& job, const PatternTile& tile)
{
    ExportedPart part = partOf(tile);
    part.view = joinedText(part.view, drawnText(drawnWith(job.view, tile), job.shown && job.shown->kept));
    return part;
}

/// The same of all heads: their sources do the same.
std::string viewOf(const ExportJob& job)
{
    const Range rows = rowsOf(job.what), columns = columnsOf(job.what);
    const PatternTilePtr corner
        = tileOf(job, job.what.heads.front(), {rows.begin, rows.begin + 1}, {columns.begin, columns.begin + 1}, 0);
    return drawnPart(job, *corner).view;
}

ExportedPart drawnParts(const ExportJob& job, const std::string& heads)
{
    return {job.what.sequence, heads + ", " + std::string(spell(job.what.stage)), originOf(job.what), viewOf(job)};
}

SheetStyle styleOf(const ExportJob& job, const QString& line)
{
    const auto& combined = job.what.combined;
    return {job.font, job.view, job.footer ? line : QString(), job.shown,
        combined ? combinedText(*combined, job.what.capture->header().model.heads) : QString(), job.dark};
}

/// A sheet, and what its metadata say.
struct Drawn {
    HeadSheet sheet;
    VectorNotes notes;
};

Drawn draw(const ExportJob& job, const Provenance& provenance, const HeadPlace& head)
{
    const PatternTilePtr tile = tileOf(job, head, mostPictured);
    const QString line = text(provenance.line(drawnPart(job, *tile)));
    HeadSheet sheet(job.what.capture, tile, styleOf(job, line));
    QString title = sheet.title();
    return {std::move(sheet), {std::move(title), line}};
}

void writePage(const ExportJob& job, std::vector<HeadPlace> heads, const std::filesystem::path& file,
    const ExportProgress& progress)
{
    HeadExport what = job.what;
    what.heads = std::move(heads);
    const PageOptions options{job.interactive, job.footer, viewOf(job)};
    const SheetStyle style = styleOf(job, {});
    writeHeadPage(
        what, options,
        [&](const HeadPlace& head, std::size_t most) {
            return pagePicture(job.what.capture, tileOf(job, head, most), style);
        },
        file, progress);
}

void writeGrid(
    const ExportJob& job, const Provenance& provenance, const ExportProgress& progress, ExportOutcome& outcome)
{
    const auto& heads = job.what.heads;
    const QString line = text(provenance.line(drawnParts(job, "all heads")));
    GridSheet sheet(job.what.capture, job.what.sequence, styleOf(job, line));
    const std::size_t most = job.format == FileFormat::Png ? std::size_t(gridCell * job.scale) : mostInGrid;
    for (std::size_t i = 0; i < heads.size(); ++i) {
        progress(i, heads.size());
        sheet.add(*tileOf(job, heads[i], most));
    }
    const VectorNotes notes{sheet.title(), line};
    if (job.format == FileFormat::Svg)
        return writeSvg(sheet, notes, job.target);
    if (job.format == FileFormat::Pdf)
        return writePdf(
            1, [&](std::size_t) { return pageOf(sheet); }, notes, job.target);
    const QImage picture = gridPicture(sheet, job.scale);
    outcome.note = scaleNote(job.scale, picture);
    writePng(picture, line, job.target);
}

void writeOne(const ExportJob& job, const Provenance& provenance, const HeadPlace& head,
    const std::filesystem::path& file, ExportOutcome& outcome)
{
    switch (job.format) {
    case FileFormat::Csv:
        return writeHeadTable(job.what, head, TableFormat::Csv, file);
    case FileFormat::Npy:
        return writeHeadTable(job.what, head, TableFormat::Npy, file);
    case FileFormat::Html:
        return writePage(job, {head}, file, [](std::size_t, std::size_t) {});
    case FileFormat::Png: {
        const Drawn drawn = draw(job, provenance, head);
        const QImage picture = headPicture(drawn.sheet, job.scale);
        outcome.note = scaleNote(job.scale, picture);
        return writePng(picture, drawn.notes.provenance, file);
    }
    case FileFormat::Svg: {
        const Drawn drawn = draw(job, provenance, head);
        return writeSvg(drawn.sheet, drawn.notes, file);
    }
    case FileFormat::Pdf: {
        const Drawn drawn = draw(job, provenance, head);
        return writePdf(
            1, [&](std::size_t) { return pageOf(drawn.sheet); }, drawn.notes, file);
    }
    }
}

void writePages(const ExportJob& job, const Provenance& provenance, const ExportProgress& progress)
{
    const auto& heads = job.what.heads;
    const auto count = QString::number(heads.size());
    const ExportedPart part = drawnParts(job, count.toStdString() + " heads");
    const QString title
        = sheetTitle(job.what.capture, job.what.sequence, QCoreApplication::translate("Export", "%1 heads").arg(count));
    writePdf(
        heads.size(),
        [&](std::size_t page) {
            progress(page, heads.size());
            return pageOf(draw(job, provenance, heads[page]).sheet);
        },
        {title, text(provenance.line(part))}, job.target);
}

void writeTogether(const ExportJob& job, const Provenance& provenance, const ExportProgress& progress)
{
    if (job.format == FileFormat::Pdf)
        return writePages(job, provenance, progress);
    if (job.format == FileFormat::Npy)
        return writeHeadStack(job.what, job.target, progress);
    writePage(job, job.what.heads, job.target, progress);
}

} // namespace

const std::vector<FileFormatName>& fileFormats()
{
    static const std::vector<FileFormatName> formats{{FileFormat::Png, ".png"}, {FileFormat::Pdf, ".pdf"},
        {FileFormat::Svg, ".svg"}, {FileFormat::Csv, ".csv"}, {FileFormat::Npy, ".npy"}, {FileFormat::Html, ".html"}};
    return formats;
}

FileFormat formatOf(const std::filesystem::path& file)
{
    std::string ending = file.extension().string(), all;
    std::transform(ending.begin(), ending.end(), ending.begin(),
        [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    for (const auto& [format, name] : fileFormats()) {
        if (ending == name)
            return format;
        all.append(all.empty() ? "" : format == FileFormat::Html ? " or " : ", ").append(name);
    }
    throw Error(Fault::BadInput, "expected a name that ends in " + all + ", found '" + file.string() + "'");
}

bool holdsSeveral(FileFormat format)
{
    return format == FileFormat::Pdf || format == FileFormat::Npy || format == FileFormat::Html;
}

std::vector<std::filesystem::path> filesOf(const ExportJob& job)
{
    if (!job.separate)
        return {job.target};
    const auto& formats = fileFormats();
    const auto name
        = std::find_if(formats.begin(), formats.end(), [&](const auto& each) { return each.format == job.format; });
    std::vector<std::filesystem::path> files;
    for (const HeadPlace& head : job.what.heads)
        files.push_back(job.target / (fileStem(job.what, head) + name->ending));
    return files;
}

ExportOutcome runExport(ExportJob job, const ExportProgress& progress)
{
    job.what.versions.push_back(qtVersion());
    const auto& heads = job.what.heads;
    ExportOutcome outcome;
    const auto files = filesOf(job);
    for (const auto& file : files)
        AtomicFile::requireTarget(file);
    const Provenance provenance(job.what.capture->header(), job.what.versions);
    job.what = withSource(std::move(job.what));
    if (job.grid) {
        if (job.format != FileFormat::Png && job.format != FileFormat::Pdf && job.format != FileFormat::Svg)
            throw Error(Fault::BadInput,
                job.target.string() + ": expected a .png, .pdf or .svg file for a picture of all heads");
        writeGrid(job, provenance, progress, outcome);
    } else if (!job.separate && (heads.size() > 1 || (job.format == FileFormat::Npy && job.stacked))) {
        if (!holdsSeveral(job.format))
            throw Error(Fault::BadInput,
                job.target.string() + ": expected a directory, or a .pdf, .npy or .html file, for "
                    + std::to_string(heads.size()) + " heads");
        writeTogether(job, provenance, progress);
    } else {
        for (std::size_t i = 0; i < heads.size(); ++i) {
            progress(i, heads.size());
            writeOne(job, provenance, heads[i], files[i], outcome);
        }
    }
    outcome.files = files;
    return outcome;
}

QString shownName(const HeadExport& what)
{
    const HeadPlace& head = what.heads.front();
    return what.combined ? combinedText(*what.combined, what.capture->header().model.heads, 2)
                         : headText({{head.layer}, {head.head}});
}

HeadSheet sheetOf(const ExportJob& job, const HeadPlace& head)
{
    return draw(job, Provenance(job.what.capture->header(), {qtVersion()}), head).sheet;
}

QString provenanceLine(const RunHeader& header, const ExportedPart& part)
{
    return text(Provenance(header, {qtVersion()}).line(part));
}

} // namespace headscope::ui
