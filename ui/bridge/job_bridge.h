// SPDX-License-Identifier: GPL-3.0-or-later
// What the bridges to the engine's longer jobs share: one job at a time, and nothing said of an earlier one.
#pragma once

#include "ui/bridge/hop.h"

#include <QObject>
#include <QString>

#include <cstdint>
#include <exception>
#include <functional>
#include <memory>

namespace headscope::ui {

/// Where jobs of one kind are run.
template <class Request, class Listener> struct JobEngine {
    std::function<void(Request, std::shared_ptr<Listener>)> submit; ///< stops what runs before it
    std::function<void()> cancel; ///< stops what runs
};

/// One job at a time. Lives on the UI thread; nothing of a superseded or cancelled one is ever signalled.
class JobBridge : public QObject {
    Q_OBJECT
public:
    void cancel(); ///< emits cancelled() at once while a job runs; else does nothing
    bool isBusy() const { return busy_; }

Q_SIGNALS:
    void busyChanged(bool busy);
    void failed(const QString& message);
    void cancelled(); ///< also when something else was started instead

protected:
    /// \param stop stops what the engine runs.
    JobBridge(std::function<void()> stop, QObject* parent);

    void supersede() { ++number_; } ///< the next job's effects are listened to, those of an earlier one are not
    void setBusy(bool busy);
    void end(); ///< listens no longer, and is not busy
    std::function<void(std::exception_ptr)> whenFailed(); ///< hops; ends the job listened to now
    std::function<void()> whenCancelled(); ///< likewise

    /// An effect that hops, and is dropped then when another job is listened to.
    template <class Effect> auto ifCurrent(Effect effect)
    {
        return hopTo(this, [this, number = number_, effect = std::move(effect)](const auto&... results) {
            if (number == number_)
                effect(results...);
        });
    }

private:
    std::function<void()> stop_;
    std::uint64_t number_ = 0; ///< of the job that is listened to
    bool busy_ = false;
};

} // namespace headscope::ui
