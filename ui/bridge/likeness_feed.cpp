// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/likeness_feed.h"

#include "ui/bridge/hop.h"

#include <QThreadPool>

namespace headscope::ui {

void LikenessFeed::ask(SmallPatterns heads, std::size_t to)
{
    const std::uint64_t number = ++last_;
    const auto answer = hopTo(this, [this, number, to](const std::vector<std::optional<float>>& figures) {
        if (number != last_)
            return;
        answered_ = number;
        Q_EMIT ready(to, figures);
    });
    QThreadPool::globalInstance()->start([heads = std::move(heads), to, answer] { answer(likeness(heads, to)); });
}

} // namespace headscope::ui
