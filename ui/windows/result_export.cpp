// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/result_export.h"

#include <QApplication>
#include <QFileDialog>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

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

void exportGrid(QObject* context, const CapturePtr& capture, SequenceId sequence, const ViewOptions& view,
    const QString& file, ExportNotice notice)
{
    ExportJob job;
    job.what = {.capture = capture, .sequence = sequence};
    const auto& model = capture->header().model;
    for (std::size_t i = 0; i < model.layers * model.heads; ++i)
        job.what.heads.push_back({i / model.heads, i % model.heads});
    job.grid = true;
    job.target = file.toStdString();
    job.font = QApplication::font();
    job.view = view;
    inBackground(context, notice, [job]() mutable {
        job.format = formatOf(job.target);
        return outcomeText(runExport(job, [](std::size_t, std::size_t) {}));
    });
}

QString exportFilters()
{
    return tr(
        "Picture (*.png);;Vector graphics (*.svg);;PDF (*.pdf);;Table (*.csv);;NumPy array (*.npy);;Page (*.html)");
}

void exportHeadInteractively(QWidget* parent, ExportJob job, ExportNotice notice)
{
    const QString name = text(fileStem(job.what, job.what.heads.front())) + u".png"_s;
    const auto file
        = QFileDialog::getSaveFileName(parent, tr("Export %1").arg(shownName(job.what)), name, exportFilters());
    if (file.isEmpty())
        return;
    job.target = file.toStdString();
    inBackground(parent, notice, [job = std::move(job)]() mutable {
        job.format = formatOf(job.target);
        return outcomeText(runExport(job, [](std::size_t, std::size_t) {}));
    });
}

void exportGridInteractively(
    QWidget* parent, const CapturePtr& capture, SequenceId sequence, const ViewOptions& view, ExportNotice notice)
{
    const auto name = text(capture->header().model.name) + u"_heads.png"_s;
    const auto file = QFileDialog::getSaveFileName(
        parent, tr("Export all heads"), name, tr("Picture (*.png);;Vector graphics (*.svg);;PDF (*.pdf)"));
    if (!file.isEmpty())
        exportGrid(parent, capture, sequence, view, file, std::move(notice));
}

} // namespace headscope::ui
