// SPDX-License-Identifier: GPL-3.0-or-later
// What the settings dialog changes, kept in the user's settings.
#pragma once

#include "core/run/inspection_request.h"
#include "ui/models/view_options.h"

#include <QString>

namespace headscope::ui {

struct Preferences {
    static constexpr int smallestLabel = 6, largestLabel = 24; ///< points
    static constexpr int mostThreads = 256, mostCache = 1 << 20; ///< of these, MiB

    int threads = 0; ///< of a run; 0: what OMP_NUM_THREADS says, else every core
    int cache = 0; ///< MiB of q, k and v kept in memory; 0: half of what is free
    int labelPoints = 0; ///< size of labels in the grid and the heatmap; 0: as the desktop's font
    SequentialPalette palette = SequentialPalette::Viridis; ///< that a window opens with
    QString language{}; ///< "en", "de"; empty: the system's

    /// What is not understood has its default.
    static Preferences read();
    void write() const;
    void applyTo(InspectionRequest& request) const; ///< what a run takes of it

    friend bool operator==(const Preferences&, const Preferences&) = default;
};

} // namespace headscope::ui
