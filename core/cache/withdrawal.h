// SPDX-License-Identifier: GPL-3.0-or-later
// Tells work of many requests that its ticket was dropped.
#pragma once

#include "core/cache/pattern_source.h"

namespace headscope {

/// A ticket is nothing but a flag; the end of this one's last holder calls work->stop() at once, on that thread. It
/// holds no more than that: what waits for the sink to go may hold the ticket.
template <class Work> Ticket ticketOf(const std::shared_ptr<Work>& work)
{
    const auto withdrawn = std::make_shared<std::atomic<bool>>(false);
    return Ticket(std::shared_ptr<std::atomic<bool>>(
        withdrawn.get(), [withdrawn, work = std::weak_ptr(work)](std::atomic<bool>*) {
            if (!withdrawn->load())
                return; // detached
            if (const auto alive = work.lock())
                alive->stop();
        }));
}

} // namespace headscope
