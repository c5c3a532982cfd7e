// SPDX-License-Identifier: GPL-3.0-or-later
// Writing of pictures, tables and pages in the background.
#pragma once

#include "core/cache/capture.h"
#include "core/error.h"
#include "ui/bridge/hop.h"
#include "ui/models/head_ref.h"
#include "ui/text/labels.h"
#include "ui/views/head_files.h"

#include <QObject>
#include <QString>
#include <QThreadPool>

#include <atomic>
#include <functional>
#include <memory>

class QWidget;

namespace headscope::ui {

/// Told once on the UI thread: what was done, or why not. Not told when the user changes their mind.
using ExportNotice = std::function<void(const QString& done, const QString& failure)>;

/// A job on a thread of its own. Dropping it, or cancel(), stops it before its next head; nothing is told then.
class RunningExport {
public:
    using Step = std::function<void(std::size_t done, std::size_t total)>;
    /// \param context lives on the UI thread; when it goes, nothing is told. \param step called there before each head.
    RunningExport(QObject* context, ExportJob job, Step step, ExportNotice notice);
    ~RunningExport() { cancel(); }
    RunningExport(const RunningExport&) = delete;
    RunningExport& operator=(const RunningExport&) = delete;

    void cancel() { *stopped_ = true; }

private:
    std::shared_ptr<std::atomic<bool>> stopped_;
};

/// Computes on a pool thread and hands over on the UI thread, unless `context` has gone: the value, or why there is
/// none.
template <class Value, class Compute, class Take> void computeInBackground(QObject* context, Compute compute, Take take)
{
    const auto taken = hopTo(context, std::move(take));
    QThreadPool::globalInstance()->start([compute = std::move(compute), taken]() mutable {
        try {
            taken(compute(), QString());
        } catch (const Cancelled&) {
        } catch (...) {
            taken(Value(), messageOf(std::current_exception()));
        }
    });
}

/// Asks for a file name and writes one head in the format of its ending.
void exportHeadInteractively(QWidget* parent, ExportJob job, ExportNotice notice);
/// All heads in one picture: PNG, SVG or PDF.
void exportGridInteractively(
    QWidget* parent, const CapturePtr& capture, SequenceId sequence, const ViewOptions& view, ExportNotice notice);

/// Without the dialogs. `context` must live on the UI thread; when it goes, nothing is told.
void exportHead(QObject* context, const CapturePtr& capture, SequenceId sequence, HeadRef head, const QString& file,
    ExportNotice notice);
void exportGrid(QObject* context, const CapturePtr& capture, SequenceId sequence, const ViewOptions& view,
    const QString& file, ExportNotice notice);

/// "Pictures (*.png);;…": every format, for file dialogs.
QString exportFilters();

} // namespace headscope::ui
