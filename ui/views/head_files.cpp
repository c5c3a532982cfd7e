// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/head_files.h"

#include "core/cache/stage_names.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "ui/text/labels.h"
#include "ui/views/picture.h"
#include "ui/views/vector_files.h"

#include <QCoreApplication>

#include <algorithm>
#include <optional>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr std::size_t mostPictured = 4096; ///< values a side of a picture; more are pooled

Fact qtVersion() { return {"Qt", qVersion()}; }

/// As the view shows it; data are never taken from here.
PatternTilePtr tileOf(const ExportJob& job, const HeadPlace& head)
{
    const HeadExport& what = job.what;
    return fetch(*what.capture->patterns(what.sequence), {head.layer}, {head.head}, what.stage, rowsOf(what),
        columnsOf(what),
        {.maxHeight = mostPictured,
            .maxWidth = mostPictured,
            .priority = Priority::Background,
            .pool = job.view.pool,
            .specials = job.view.specials,
            .perRow = job.view.scale == ScaleMode::PerRow});
}

/// A sheet, and what its metadata say.
struct Drawn {
    HeadSheet sheet;
    VectorNotes notes;
};

Drawn draw(const ExportJob& job, const Provenance& provenance, const HeadPlace& head)
{
    const PatternTilePtr tile = tileOf(job, head);
    const QString line = text(provenance.line(partOf(*tile)));
    HeadSheet sheet(job.what.capture, tile, {job.font, job.view, job.footer ? line : QString()});
    QString title = sheet.title();
    return {std::move(sheet), {std::move(title), line}};
}

void writeOne(const ExportJob& job, const Provenance& provenance, const HeadPlace& head,
    const std::filesystem::path& file, ExportOutcome& outcome)
{
    switch (job.format) {
    case FileFormat::Csv:
        return writeHeadTable(job.what, head, TableFormat::Csv, file);
    case FileFormat::Npy:
        return writeHeadTable(job.what, head, TableFormat::Npy, file);
    case FileFormat::Html: {
        HeadExport one = job.what;
        one.heads = {head};
        return writeHeadPage(one, {job.interactive, job.footer}, file, [](std::size_t, std::size_t) {});
    }
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
            1, [&](std::size_t) { return drawn.sheet; }, drawn.notes, file);
    }
    }
}

void writePages(const ExportJob& job, const Provenance& provenance, const ExportProgress& progress)
{
    const auto& heads = job.what.heads;
    const auto count = QString::number(heads.size());
    const ExportedPart part{job.what.sequence, count.toStdString() + " heads, " + std::string(spell(job.what.stage)),
        originOf(job.what), {}};
    const QString title
        = sheetTitle(job.what.capture, job.what.sequence, QCoreApplication::translate("Export", "%1 heads").arg(count));
    writePdf(
        heads.size(),
        [&](std::size_t page) {
            progress(page, heads.size());
            return draw(job, provenance, heads[page]).sheet;
        },
        {title, text(provenance.line(part))}, job.target);
}

void writeTogether(const ExportJob& job, const Provenance& provenance, const ExportProgress& progress)
{
    if (job.format == FileFormat::Pdf)
        return writePages(job, provenance, progress);
    if (job.format == FileFormat::Npy)
        return writeHeadStack(job.what, job.target, progress);
    writeHeadPage(job.what, {job.interactive, job.footer}, job.target, progress);
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
        files.push_back(job.target / (fileStem(job.what.capture->header().model.name, head) + name->ending));
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
    if (!job.separate && (heads.size() > 1 || (job.format == FileFormat::Npy && job.stacked))) {
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

HeadSheet sheetOf(const ExportJob& job, const HeadPlace& head)
{
    return draw(job, Provenance(job.what.capture->header(), {qtVersion()}), head).sheet;
}

QString provenanceLine(const RunHeader& header, const ExportedPart& part)
{
    return text(Provenance(header, {qtVersion()}).line(part));
}

} // namespace headscope::ui
