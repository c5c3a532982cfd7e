// SPDX-License-Identifier: GPL-3.0-or-later
// How long something takes, again and again.
#pragma once

#include <QElapsedTimer>

#include <algorithm>
#include <cstddef>
#include <vector>

namespace headscope::bench {

/// Milliseconds.
struct Times {
    double median, worst;
};

/// Calls `act` with the number of the round. The first two fill caches and do not count.
template <class Act> Times measure(int rounds, Act act)
{
    std::vector<double> times;
    for (int i = 0; i < rounds + 2; ++i) {
        QElapsedTimer clock;
        clock.start();
        act(static_cast<std::size_t>(i));
        if (i >= 2)
            times.push_back(static_cast<double>(clock.nsecsElapsed()) / 1e6);
    }
    std::sort(times.begin(), times.end());
    return {times[times.size() / 2], times.back()};
}

} // namespace headscope::bench
