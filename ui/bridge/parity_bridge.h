// SPDX-License-Identifier: GPL-3.0-or-later
// A comparison's results as signals on the UI thread.
#pragma once

#include "core/parity/parity_request.h"

#include <QObject>
#include <QString>

#include <functional>
#include <memory>
#include <vector>

namespace headscope::ui {

/// Where comparisons are run.
struct ParityEngine {
    std::function<void(ParityRequest, std::shared_ptr<ParityListener>)> submit; ///< stops what runs before it
    std::function<void()> cancel; ///< stops what runs
};

/// One comparison at a time. Lives on the UI thread; nothing of a superseded or cancelled one is ever signalled.
class ParityBridge : public QObject {
    Q_OBJECT
public:
    explicit ParityBridge(ParityEngine engine, QObject* parent = nullptr);

    void start(ParityRequest request);
    void cancel(); ///< emits cancelled() at once when a comparison is in progress; else does nothing
    bool isBusy() const { return busy_; }

Q_SIGNALS:
    void busyChanged(bool busy);
    void progressed(const QString& what, double share);
    void rowsReady(std::size_t pair, const std::vector<headscope::ParityRow>& rows);
    void pairReady(std::size_t pair, std::shared_ptr<const headscope::ParityPair> result);
    void finished(std::shared_ptr<const headscope::ParityReport> report);
    void failed(const QString& message);
    void cancelled(); ///< also when a run was started instead

private:
    class Listener;
    template <class Effect> auto ifCurrent(Effect effect);
    void setBusy(bool busy);

    ParityEngine engine_;
    std::uint64_t number_ = 0; ///< of the comparison that is listened to
    bool busy_ = false;
};

} // namespace headscope::ui
