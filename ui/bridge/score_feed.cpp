// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/score_feed.h"

#include "ui/bridge/hop.h"

namespace headscope::ui {

void ScoreFeed::restart()
{
    waiting_.clear();
    ticket_ = {};
    underWay_ = false;
    ++last_; // an answer that is on its way is not this round's
    current_ = last_;
}

void ScoreFeed::ask(CapturePtr capture, SequenceId sequence, LayerId layer)
{
    waiting_.emplace(++last_, Question{std::move(capture), sequence, layer});
    pump();
}

void ScoreFeed::pump()
{
    if (underWay_ || waiting_.empty())
        return;
    const auto first = waiting_.begin();
    const std::uint64_t number = current_ = first->first;
    const Question question = std::move(first->second);
    waiting_.erase(first);
    underWay_ = true;
    ticket_ = question.capture->requestHeadScores(question.sequence, question.layer, {},
        hopTo(this, [this, number](const std::shared_ptr<const LayerScores>& scores, const std::exception_ptr&) {
            if (number != current_ || !underWay_)
                return;
            underWay_ = false;
            if (scores) // a layer without them is simply not described
                Q_EMIT scoresReady(scores);
            pump();
        }));
}

} // namespace headscope::ui
