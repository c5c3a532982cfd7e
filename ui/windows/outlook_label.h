// SPDX-License-Identifier: GPL-3.0-or-later
// What a run would need, said before it is started.
#pragma once

#include "core/run/engine_thread.h"

#include <QLabel>
#include <QTimer>

namespace headscope::ui {

class EngineBridge;

/// "9 tokens · needs 12 MiB of 20 GiB free"; red when it does not fit. Asks again 150 ms after the last change.
class OutlookLabel : public QLabel {
    Q_OBJECT
public:
    /// \param bridge must outlive this widget.
    explicit OutlookLabel(EngineBridge& bridge, QWidget* parent = nullptr);

    void setRequest(InspectionRequest request);
    bool isWaiting() const { return waiting_; }

Q_SIGNALS:
    void modelKnown(const headscope::ModelInfo& model); ///< of the last request; empty when it cannot be opened

protected:
    void changeEvent(QEvent* event) override;

private:
    void ask();
    void tell(const Outlook& outlook);
    void say(const QString& words, bool alarming);
    void colour();

    EngineBridge& bridge_;
    InspectionRequest request_;
    QTimer delay_;
    Ticket ticket_;
    std::uint64_t asked_ = 0;
    bool waiting_ = false, alarming_ = false;
};

} // namespace headscope::ui
