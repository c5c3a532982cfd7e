// SPDX-License-Identifier: GPL-3.0-or-later
// Scores of every head, as their layers finish.
#pragma once

#include "core/cache/capture.h"

#include <QObject>

#include <map>

namespace headscope::ui {

/// Asks for the head scores of finished layers, behind everything that is looked at, one layer at a time.
class ScoreFeed : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    void restart(); ///< withdraws everything still asked for
    void ask(CapturePtr capture, SequenceId sequence, LayerId layer);
    std::size_t pending() const { return waiting_.size() + (underWay_ ? 1 : 0); }

Q_SIGNALS:
    void scoresReady(std::shared_ptr<const headscope::LayerScores> scores);

private:
    struct Question {
        CapturePtr capture;
        SequenceId sequence;
        LayerId layer;
    };
    void pump();

    std::map<std::uint64_t, Question> waiting_; ///< in the order asked
    std::uint64_t last_ = 0, current_ = 0; ///< numbers of questions
    bool underWay_ = false;
    Ticket ticket_;
};

} // namespace headscope::ui
