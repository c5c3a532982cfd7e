// SPDX-License-Identifier: GPL-3.0-or-later
// What the shown result is, and time and memory, at the bottom of the window.
#pragma once

#include "core/run/engine_thread.h"

#include <QElapsedTimer>
#include <QTimer>
#include <QWidget>

class QLabel;

namespace headscope::ui {

class ElidedLabel;

/// Whose semantics the shown run follows, elapsed time of the run in progress or of the last one, the device, and the
/// memory this process holds.
class StatusStrip : public QWidget {
    Q_OBJECT
public:
    explicit StatusStrip(QWidget* parent = nullptr);

    void startClock();
    void stopClock();
    void setProgress(const Progress& progress); ///< of the run whose clock is running
    void setRun(const RunHeader& header); ///< of the result that is shown

protected:
    void changeEvent(QEvent* event) override;

private:
    void refresh();
    void colour();
    ElidedLabel* emulates_;
    ElidedLabel* extension_;
    QLabel* time_;
    QLabel* device_;
    QLabel* memory_;
    QElapsedTimer clock_;
    qint64 elapsed_ = -1;
    Progress progress_;
    qint64 layersBegan_ = 0, layersSeen_ = 0; ///< on the clock, in milliseconds
    QTimer tick_;
};

/// Bytes of memory resident in this process; 0 where the system does not say.
std::uint64_t residentBytes();

} // namespace headscope::ui
