// SPDX-License-Identifier: GPL-3.0-or-later
// What is seen in the centre of the window, for somebody who sees it for the first time.
#pragma once

#include "core/cache/pattern_source.h"
#include "core/run/run_header.h"
#include "ui/models/combined_heads.h"
#include "ui/models/head_ref.h"
#include "ui/models/view_options.h"

#include <QStringList>

#include <optional>
#include <vector>

namespace headscope::ui {

/// What the Run panel has, where nothing has been run.
struct Readiness {
    bool model = false, prompt = false;
};

/// What the centre shows.
struct SeenState {
    const RunHeader* header = nullptr; ///< of the run shown; nothing: none has been
    Readiness ready; ///< for the next run
    bool stale = false; ///< the Run panel says something else than the run shown
    bool layerThere = true; ///< what is shown has been computed
    SequenceId sequence;
    HeadRef head;
    std::optional<Combined> combined; ///< several heads that the heatmap shows as one; nothing: the head
    QString title; ///< of those: "mean of 3 heads: L0 H1, L1 H2, L3 H0"
    std::vector<HeadRef> picked; ///< heads drawn over one another as lines; none: the shown one
    ViewOptions options;
    std::optional<Cell> cell; ///< chosen
    std::optional<CellKind> kind; ///< of that cell, once its row has come
    float weight = 0; ///< of that cell
    std::string origin; ///< PatternTile::origin of the rows seen; empty while it is not known
};

/// Four sentences: what is drawn, how it was computed, what of the prompt takes part, and what the chosen cell says.
/// Where nothing has been run, four about how to begin.
QStringList explanation(const SeenState& state);

/// "colours run from 0 to 1, so that heads compare"
QString scaleText(ScaleMode scale);

/// What to do to see something, in the middle of an empty view.
QString idleText(Readiness ready);

} // namespace headscope::ui
