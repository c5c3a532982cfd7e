// SPDX-License-Identifier: GPL-3.0-or-later
// Several heads as one in the heatmap.
#include "ui/text/labels.h"
#include "ui/text/readout.h"
#include "ui/text/view_text.h"
#include "ui/views/attention_heatmap.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/show_box.h"

namespace headscope::ui {

void InspectorView::showCombined()
{
    tiles_.stop();
    QString why = combined_.prepare(capture_, run_, sequence_, *show_->combined());
    if (why.isEmpty() && options_.stage != Stage::Pattern)
        why = tr("Only probabilities of several heads are combined; choose that stage");
    if (why.isEmpty()) {
        combined_.show(
            {Stage::Pattern, options_.pool, options_.specials, effectiveMode(options_) == ScaleMode::PerRow});
        return heatmap_->setTiles(&combined_.tiles());
    }
    combined_.tiles().stop();
    heatmap_->setNotice(why);
}

const std::optional<Combined>& InspectorView::combined() const { return show_->combined(); }

std::shared_ptr<PatternSource> InspectorView::combinedSource() const
{
    return show_->combined() && combined_.tiles().head() ? combined_.tiles().source() : nullptr;
}

bool InspectorView::isCombined() const { return show_->combined().has_value(); }

ShownHeads InspectorView::shownHeads() const
{
    if (!capture_)
        return {};
    if (!show_->combined())
        return {tiles_.source(), selection_.shown(), {}, headText(selection_.shown())};
    return {combined_.tiles().source(), {}, show_->combined(), show_->title()};
}

HeadTileFeed& InspectorView::shownTiles() { return show_->combined() ? combined_.tiles() : tiles_; }
const HeadTileFeed& InspectorView::shownTiles() const { return show_->combined() ? combined_.tiles() : tiles_; }

QString InspectorView::combinedReadout(Cell cell, const std::vector<Token>& queries, const std::vector<Token>& keys)
{
    HeadTileFeed& tiles = combined_.tiles();
    PatternTilePtr tile = rows_.row(*tiles.source(), *tiles.head(), cell.query, Stage::Pattern, tiles.form().specials);
    if (!tile) // what is known until the row has come
        tile = tiles.finest(cell);
    return tile && !tile->perRow ? readout(*tile, queries, keys, cell, show_->title()) : QString();
}

} // namespace headscope::ui
