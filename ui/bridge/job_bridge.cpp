// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/job_bridge.h"

#include "ui/text/labels.h"

namespace headscope::ui {

JobBridge::JobBridge(std::function<void()> stop, QObject* parent)
    : QObject(parent)
    , stop_(std::move(stop))
{
}

void JobBridge::cancel()
{
    if (!busy_)
        return;
    stop_();
    end();
    Q_EMIT cancelled();
}

void JobBridge::end()
{
    supersede(); // whatever is still on its way is stale
    setBusy(false);
}

void JobBridge::setBusy(bool busy)
{
    if (busy == busy_)
        return;
    busy_ = busy;
    Q_EMIT busyChanged(busy);
}

std::function<void(std::exception_ptr)> JobBridge::whenFailed()
{
    return ifCurrent([this](const std::exception_ptr& why) {
        end();
        Q_EMIT failed(messageOf(why));
    });
}

std::function<void()> JobBridge::whenCancelled()
{
    return ifCurrent([this] {
        end();
        Q_EMIT cancelled();
    });
}

} // namespace headscope::ui
