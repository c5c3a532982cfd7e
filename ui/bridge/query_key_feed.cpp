// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/query_key_feed.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

namespace headscope::ui {

void QueryKeyFeed::setRun(const CapturePtr& capture, SequenceId sequence)
{
    look({});
    capture_ = capture;
    sequence_ = sequence;
    answer_ = {};
    answerPlace_.reset();
}

void QueryKeyFeed::extendRun(const CapturePtr& capture)
{
    capture_ = capture;
    if (broken_)
        ask();
}

void QueryKeyFeed::look(std::optional<Place> place)
{
    if (place == wanted_)
        return;
    wanted_ = place;
    ask();
}

void QueryKeyFeed::ask()
{
    ++asked_;
    for (Ticket& ticket : tickets_)
        ticket.withdraw();
    missing_ = 0;
    broken_ = false;
    coming_ = {};
    if (!wanted_ || !capture_ || wanted_ == answerPlace_)
        return;
    missing_ = 3;
    const auto [head, query] = *wanted_;
    const auto source = capture_->patterns(sequence_);
    const Range row{query, query + 1}, keys{0, source->keys()};
    const auto tile = [&](Stage stage, PatternTilePtr QueryKeys::*where) {
        return source->request(head.layer, head.head, stage, row, keys, {},
            hopTo(this, [this, asked = asked_, where](const PatternTilePtr& answer, const std::exception_ptr& why) {
                if (asked == asked_)
                    coming_.*where = answer;
                take(asked, why);
            }));
    };
    tickets_[0] = capture_->requestQueryKeys(sequence_, head.layer, head.head, {query}, keys,
        hopTo(this,
            [this, asked = asked_](
                const std::shared_ptr<const QueryKeyVectors>& answer, const std::exception_ptr& why) {
                if (asked == asked_)
                    coming_.vectors = answer;
                take(asked, why);
            }));
    tickets_[1] = tile(Stage::Pattern, &QueryKeys::pattern);
    tickets_[2] = tile(Stage::Mask, &QueryKeys::mask);
}

void QueryKeyFeed::take(std::uint64_t asked, const std::exception_ptr& why)
{
    if (asked != asked_ || broken_)
        return;
    --missing_;
    if (why) {
        broken_ = true;
        missing_ = 0;
        Q_EMIT failed(messageOf(why));
    } else if (missing_ == 0) {
        answer_ = coming_;
        answerPlace_ = wanted_;
        Q_EMIT arrived();
    }
}

} // namespace headscope::ui
