// SPDX-License-Identifier: GPL-3.0-or-later
// How alike heads are, computed beside the UI thread.
#pragma once

#include "ui/models/head_likeness.h"

#include <QObject>

#include <cstdint>

namespace headscope::ui {

/// Compares one head with all on a worker thread; only the answer to the latest question comes.
class LikenessFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    void ask(SmallPatterns heads, std::size_t to);
    void restart() { answered_ = ++last_; } ///< withdraws what was asked
    bool isWaiting() const { return answered_ != last_; }

Q_SIGNALS:
    void ready(std::size_t to, const std::vector<std::optional<float>>& figures);

private:
    std::uint64_t last_ = 0, answered_ = 0;
};

} // namespace headscope::ui
