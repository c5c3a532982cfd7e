// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/cell_readout.h"

#include "ui/text/readout.h"

namespace headscope::ui {

CellReadout::CellReadout(QObject* parent)
    : QObject(parent)
{
    for (const RowFeed* feed : {&probabilities_, &scores_, &shown_})
        connect(feed, &RowFeed::rowReady, this, &CellReadout::changed);
}

void CellReadout::forget()
{
    for (RowFeed* feed : {&probabilities_, &scores_, &shown_})
        feed->forget();
}

bool CellReadout::isWaiting() const { return probabilities_.isWaiting() || scores_.isWaiting() || shown_.isWaiting(); }

QString CellReadout::of(HeadTileFeed& tiles, Cell cell, const std::vector<Token>& queries,
    const std::vector<Token>& keys, const ViewOptions& options)
{
    PatternSource& source = *tiles.source();
    const HeadRef head = *tiles.head();
    const PatternTilePtr probabilities = probabilities_.row(source, head, cell.query);
    const PatternTilePtr scores = scores_.row(source, head, cell.query, Stage::Scores);
    const bool plain = options.stage == Stage::Pattern && options.specials == SpecialTokens::Show;
    const PatternTilePtr shown
        = plain ? probabilities : shown_.row(source, head, cell.query, options.stage, options.specials);
    if (shown)
        return rowReadout({probabilities.get(), scores.get(), shown.get()}, queries, keys, cell);
    const PatternTilePtr painted = tiles.finest(cell);
    return painted && !painted->perRow ? readout(*painted, queries, keys, cell) : QString();
}

} // namespace headscope::ui
