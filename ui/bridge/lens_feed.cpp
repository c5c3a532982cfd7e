// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/lens_feed.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

#include <algorithm>

namespace headscope::ui {

void LensFeed::setLens(const LogitLensPtr& lens, LensNorm norm)
{
    ++number_;
    gridTicket_.withdraw();
    positionTicket_.withdraw();
    lens_ = lens;
    norm_ = norm;
    strips_.clear();
    wishes_.clear();
    underWay_.reset();
    broken_ = positionAsked_ = false;
    position_.reset();
    Q_EMIT lensChanged();
    forgetPart();
    Q_EMIT positionChanged();
}

Range LensFeed::rangeOf(std::size_t strip) const
{
    const Range all = lens_->positions();
    const std::size_t begin = all.begin + strip * stripPositions;
    return {begin, std::min(begin + stripPositions, all.end)};
}

const LensCell* LensFeed::cell(std::size_t depth, std::size_t position) const
{
    const std::size_t strip = (position - lens_->positions().begin) / stripPositions;
    const auto found = strips_.find(strip);
    if (found != strips_.end())
        return &found->second->at(depth, position);
    wish(strip);
    return nullptr;
}

void LensFeed::wish(std::size_t strip) const
{
    if (broken_ || underWay_ == strip)
        return;
    std::erase(wishes_, strip);
    wishes_.push_back(strip);
    // Not from here: a view is painting.
    if (!std::exchange(pumping_, true))
        QMetaObject::invokeMethod(const_cast<LensFeed*>(this), &LensFeed::pump, Qt::QueuedConnection);
}

/// Whether an answer is of the lens and norm shown now; tells of a failure.
bool LensFeed::accepts(std::uint64_t number, const std::exception_ptr& why)
{
    if (number != number_)
        return false;
    if (why)
        Q_EMIT failed(messageOf(why));
    return true;
}

void LensFeed::pump()
{
    pumping_ = false;
    if (underWay_ || wishes_.empty() || !lens_)
        return;
    const std::size_t strip = wishes_.back();
    wishes_.pop_back();
    underWay_ = strip;
    gridTicket_ = lens_->requestGrid(rangeOf(strip), norm_,
        hopTo(this,
            [this, number = number_, strip](
                const std::shared_ptr<const LensGrid>& grid, const std::exception_ptr& why) {
                if (!accepts(number, why))
                    return;
                underWay_.reset();
                if (!grid) {
                    broken_ = true;
                    wishes_.clear();
                    return;
                }
                strips_[strip] = grid;
                std::erase(wishes_, strip);
                Q_EMIT cellsChanged();
                pump();
            }));
}

void LensFeed::askPosition(TokenPos position, std::size_t count)
{
    positionTicket_.withdraw();
    position_.reset();
    positionAsked_ = true;
    const auto asked = ++positionNumber_;
    positionTicket_ = lens_->requestPosition(position, {.count = count, .norm = norm_},
        hopTo(this,
            [this, number = number_, asked](
                const std::shared_ptr<const LensPosition>& answer, const std::exception_ptr& why) {
                if (asked != positionNumber_ || !accepts(number, why))
                    return;
                positionAsked_ = false;
                position_ = answer;
                Q_EMIT positionChanged();
            }));
    Q_EMIT positionChanged();
}

void LensFeed::askPart(LensPart part, TokenPos position, std::size_t count)
{
    forgetPart();
    partAsked_ = true;
    partTicket_ = lens_->requestPart(part, position, count,
        hopTo(this,
            [this, number = number_, asked = partNumber_](
                const std::shared_ptr<const PartTokens>& answer, const std::exception_ptr& why) {
                if (asked != partNumber_ || !accepts(number, why))
                    return;
                partAsked_ = false;
                part_ = answer;
                Q_EMIT partChanged();
            }));
}

void LensFeed::forgetPart()
{
    ++partNumber_;
    partTicket_.withdraw();
    partAsked_ = false;
    part_.reset();
    Q_EMIT partChanged();
}

} // namespace headscope::ui
