// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/bridge/combined_feed.h"

#include "ui/bridge/hop.h"
#include "ui/text/labels.h"

namespace headscope::ui {

QString CombinedFeed::prepare(
    const CapturePtr& capture, std::uint64_t run, SequenceId sequence, const Combined& combined)
{
    // A later snapshot of the same run has the same values, unless layers were missing.
    const bool same = combined_ == combined && sequence_ == sequence && run_ == run && tiles_.source()
        && tiles_.source()->has({0}, Stage::Pattern);
    if (!same) {
        stop();
        capture_ = capture;
        run_ = run;
        sequence_ = sequence;
        combined_ = combined;
        try {
            tiles_.setSource(make(), ++round_, sequence);
        } catch (...) {
            combined_.reset();
            return messageOf(std::current_exception());
        }
        Q_EMIT renewed();
    }
    if (!tiles_.source()->has({0}, Stage::Pattern))
        return combined.aggregate ? tr("Not all of these layers have been computed")
                                  : tr("Not all layers up to %1 have been computed").arg(combined.last.value);
    return {};
}

void CombinedFeed::show(TileForm form)
{
    if (!combined_->aggregate)
        form.specials = SpecialTokens::Show;
    tiles_.show({}, form);
}

void CombinedFeed::stop()
{
    if (!combined_)
        return;
    ++round_;
    percent_ = -1;
    combined_.reset();
    capture_.reset();
    tiles_.stop();
    tiles_.extendSource(nullptr); // its end ends a rollout
}

std::shared_ptr<PatternSource> CombinedFeed::make()
{
    const auto tell = hopTo(this, [this, round = round_ + 1](std::size_t done, std::size_t total) {
        if (round != round_)
            return;
        percent_ = done == total ? -1 : static_cast<int>(100 * done / total);
        Q_EMIT progressed();
    });
    return combine(*capture_, sequence_, *combined_, tell);
}

} // namespace headscope::ui
