// SPDX-License-Identifier: GPL-3.0-or-later
// File dialogs and background writing of pictures and tables.
#pragma once

#include "core/cache/capture.h"
#include "ui/models/head_ref.h"

#include <QObject>
#include <QString>

#include <functional>

class QWidget;

namespace headscope::ui {

/// Told once on the UI thread: what was done, or why not. Not told when the user changes their mind.
using ExportNotice = std::function<void(const QString& done, const QString& failure)>;

/// Asks for a file name and writes one head as PNG or CSV, by the ending. Encoding and writing happen off the UI
/// thread.
void exportHeadInteractively(
    QWidget* parent, const CapturePtr& capture, SequenceId sequence, HeadRef head, ExportNotice notice);
/// The same for the grid of all heads, PNG only.
void exportGridInteractively(QWidget* parent, const CapturePtr& capture, SequenceId sequence, ExportNotice notice);

/// Without the dialogs. `context` must live on the UI thread; when it goes, nothing is told.
void exportHead(QObject* context, const CapturePtr& capture, SequenceId sequence, HeadRef head, const QString& file,
    ExportNotice notice);
void exportGrid(
    QObject* context, const CapturePtr& capture, SequenceId sequence, const QString& file, ExportNotice notice);

} // namespace headscope::ui
