// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/result_export.h"

#include "ui/views/picture.h"

#include <QApplication>
#include <QFileDialog>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int gridScale = 2;

QString tr(const char* source) { return QCoreApplication::translate("Export", source); }

/// Runs `write` on a pool thread and tells how it went. It gives back what it has to say.
template <class Write> void inBackground(QObject* context, const ExportNotice& notice, Write write)
{
    computeInBackground<QString>(context, std::move(write), notice);
}

QString outcomeText(const ExportOutcome& outcome)
{
    const auto directory = text(outcome.files.front().parent_path().string());
    QString words = outcome.files.size() == 1 ? tr("Wrote %1").arg(text(outcome.files.front().string()))
                                              : tr("Wrote %1 files into %2").arg(outcome.files.size()).arg(directory);
    return outcome.note.isEmpty() ? words : words + u", "_s + outcome.note;
}

/// Tiles of all heads, collected on the UI thread.
struct Collection {
    std::vector<PatternTilePtr> tiles;
    std::size_t missing = 0;
    bool failed = false;
};

} // namespace

RunningExport::RunningExport(QObject* context, ExportJob job, Step step, ExportNotice notice)
    : stopped_(std::make_shared<std::atomic<bool>>(false))
{
    const auto stepped = hopTo(context, [step, stopped = stopped_](std::size_t done, std::size_t total) {
        if (!*stopped)
            step(done, total);
    });
    const auto told = [notice, stopped = stopped_](const QString& done, const QString& failure) {
        if (!*stopped)
            notice(done, failure);
    };
    inBackground(context, told, [job = std::move(job), stepped, stopped = stopped_] {
        return outcomeText(runExport(job, [&](std::size_t done, std::size_t total) {
            if (*stopped)
                throw Cancelled{};
            stepped(done, total);
        }));
    });
}

void exportHead(QObject* context, const CapturePtr& capture, SequenceId sequence, HeadRef head, const QString& file,
    ExportNotice notice)
{
    ExportJob job;
    job.what = {.capture = capture, .sequence = sequence, .heads = {{head.layer.value, head.head.value}}};
    job.target = file.toStdString();
    job.font = QApplication::font();
    inBackground(context, notice, [job]() mutable {
        job.format = formatOf(job.target);
        return outcomeText(runExport(job, [](std::size_t, std::size_t) {}));
    });
}

void exportGrid(
    QObject* context, const CapturePtr& capture, SequenceId sequence, const QString& file, ExportNotice notice)
{
    if (!file.endsWith(u".png"_s, Qt::CaseInsensitive))
        return notice({}, tr("%1: expected a name that ends in .png").arg(file));
    const auto source = capture->patterns(sequence);
    const auto all = std::make_shared<Collection>();
    all->missing = source->layers() * source->heads();
    const auto answer = hopTo(context, [=](const PatternTilePtr& tile, const std::exception_ptr& why) {
        if (!tile && !std::exchange(all->failed, true))
            notice({}, messageOf(why));
        all->tiles.push_back(tile);
        if (--all->missing > 0 || all->failed)
            return;
        const std::string origin = all->tiles.front()->origin;
        const QString line = provenanceLine(
            capture->header(), {sequence, "all heads, pattern", origin.substr(0, origin.find(" (")), {}});
        const QImage picture = gridPicture(capture, all->tiles, {QApplication::font(), {}, line}, gridScale);
        inBackground(context, notice, [picture, line, file] {
            writePng(picture, line, file.toStdString());
            const QString note = scaleNote(gridScale, picture);
            return tr("Wrote %1").arg(file) + (note.isEmpty() ? QString() : u", "_s + note);
        });
    });
    for (std::size_t layer = 0; layer < source->layers(); ++layer)
        for (std::size_t head = 0; head < source->heads(); ++head)
            source
                ->request(LayerId{layer}, HeadId{head}, Stage::Pattern, {0, source->queries()}, {0, source->keys()},
                    {.maxHeight = 192, .maxWidth = 192, .priority = Priority::Background}, answer)
                .detach();
}

QString exportFilters()
{
    return tr(
        "Picture (*.png);;Vector graphics (*.svg);;PDF (*.pdf);;Table (*.csv);;NumPy array (*.npy);;Page (*.html)");
}

void exportHeadInteractively(QWidget* parent, ExportJob job, ExportNotice notice)
{
    const HeadPlace head = job.what.heads.front();
    const HeadRef shown{{head.layer}, {head.head}};
    const QString name = text(fileStem(job.what.capture->header().model.name, head)) + u".png"_s;
    const auto file = QFileDialog::getSaveFileName(parent, tr("Export %1").arg(headText(shown)), name, exportFilters());
    if (file.isEmpty())
        return;
    job.target = file.toStdString();
    inBackground(parent, notice, [job = std::move(job)]() mutable {
        job.format = formatOf(job.target);
        return outcomeText(runExport(job, [](std::size_t, std::size_t) {}));
    });
}

void exportGridInteractively(QWidget* parent, const CapturePtr& capture, SequenceId sequence, ExportNotice notice)
{
    const auto name = text(capture->header().model.name) + u"_heads.png"_s;
    const auto file = QFileDialog::getSaveFileName(parent, tr("Export all heads"), name, tr("Picture (*.png)"));
    if (!file.isEmpty())
        exportGrid(parent, capture, sequence, file, std::move(notice));
}

} // namespace headscope::ui
