// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/lines_view.h"

#include "ui/text/token_tool_tip.h"

#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cmath>
#include <utility>

namespace headscope::ui {

LinesView::LinesView(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    viewport()->setMouseTracking(true);
    setAccessibleName(tr("Attention lines"));
    connect(&feed_, &StripFeed::arrived, this, [this] { collect(); });
    applyPalette();
}

void LinesView::setSource(std::shared_ptr<PatternSource> source, const TokenRow& queries, const TokenRow& keys)
{
    feed_.setSource(std::move(source));
    scene_.queries = TokenLabels(queries, scene_.font);
    scene_.keys = TokenLabels(keys, scene_.font);
    scene_.heads.clear(); // those of another model may not be there
    scene_.chosen.reset();
    locked_.reset();
    hovered_.reset();
    verticalScrollBar()->setValue(0);
    layOut();
}

void LinesView::extendSource(std::shared_ptr<PatternSource> source)
{
    feed_.extendSource(std::move(source));
    plan();
}

void LinesView::setHeads(std::vector<LineHead> heads)
{
    scene_.heads = std::move(heads);
    plan();
}

void LinesView::setRule(const LineRule& rule)
{
    if (std::exchange(rule_, rule) == rule)
        return;
    collect();
}

void LinesView::setLimits(std::optional<SentenceLimits> limits)
{
    if (std::exchange(limits_, limits) == limits)
        return;
    collect();
}

void LinesView::setNotice(const QString& notice)
{
    scene_.notice = notice;
    viewport()->update();
}

void LinesView::setChosen(std::optional<Cell> cell)
{
    scene_.chosen = cell;
    viewport()->update();
}

void LinesView::lock(std::optional<LineToken> token)
{
    if (token && token->position >= scene_.labelsOf(token->side).count())
        token.reset();
    if (std::exchange(locked_, token) == token)
        return;
    if (token)
        reveal(token->position);
    plan();
}

void LinesView::lockByUser(std::optional<LineToken> token)
{
    lock(token);
    Q_EMIT tokenLocked();
}

void LinesView::hover(std::optional<LineToken> token)
{
    if (std::exchange(hovered_, token) != token)
        plan();
}

Strip LinesView::blockOf(HeadRef head, std::size_t row) const
{
    const std::size_t first = row / block * block;
    return {head, {first, std::min(first + block, scene_.queries.count())}, {0, scene_.keys.count()}};
}

Strip LinesView::columnOf(HeadRef head, std::size_t key) const
{
    return {head, {0, scene_.queries.count()}, {key, key + 1}};
}

void LinesView::plan()
{
    scene_.shown = hovered_ ? hovered_ : locked_;
    std::vector<Strip> wanted;
    if (feed_.source() && scene_.rows() > 0 && isVisible()) {
        const Range rows = scene_.visible(TokenSide::Query);
        for (const auto& head : scene_.heads) {
            if (scene_.shown && scene_.shown->side == TokenSide::Key)
                wanted.push_back(columnOf(head.head, scene_.shown->position));
            else if (scene_.shown)
                wanted.push_back(blockOf(head.head, scene_.shown->position));
            for (std::size_t row = rows.begin / block * block; row < rows.end; row += block)
                if (const Strip strip = blockOf(head.head, row); wanted.empty() || !(wanted.back() == strip))
                    wanted.push_back(strip);
        }
    }
    feed_.look(wanted);
    collect();
}

TokenWeights LinesView::weightsAt(HeadRef head, LineToken token) const
{
    const bool query = token.side == TokenSide::Query;
    const auto tile = feed_.find(query ? blockOf(head, token.position) : columnOf(head, token.position));
    if (!tile)
        return {};
    TokenWeights weights = query ? weightsOfRow(*tile, token.position) : weightsOfColumn(*tile, token.position);
    if (!limits_)
        return weights;
    const auto outside = [](Range range, std::size_t at) { return at < range.begin || at >= range.end; };
    if (outside(query ? limits_->queries : limits_->keys, token.position))
        return {};
    std::erase_if(weights.weights,
        [&](const TokenWeight& each) { return outside(query ? limits_->keys : limits_->queries, each.position); });
    return weights;
}

std::vector<HeadWeights> LinesView::weightsOf(LineToken token) const
{
    LineRule rule = rule_;
    rule.share = 1; // of one token everything can be seen
    std::vector<HeadWeights> result;
    for (const auto& head : scene_.heads)
        result.push_back({head.head, strongest(weightsAt(head.head, token).weights, rule)});
    return result;
}

void LinesView::collect()
{
    auto& lines = scene_.lines;
    lines.clear();
    scene_.nanRows.clear();
    const Range rows = scene_.visible(TokenSide::Query);
    for (std::size_t h = 0; h < scene_.heads.size(); ++h)
        for (std::size_t row = rows.begin; row < rows.end; ++row) {
            const TokenWeights weights = weightsAt(scene_.heads[h].head, {TokenSide::Query, row});
            if (weights.nan)
                scene_.nanRows.insert(row);
            if (!scene_.shown)
                for (const auto& each : strongest(weights.weights, rule_))
                    lines.push_back({row, each.position, each.weight, h});
        }
    if (scene_.shown)
        collectShown();
    std::stable_sort(
        lines.begin(), lines.end(), [](const AttentionLine& a, const AttentionLine& b) { return a.weight < b.weight; });
    viewport()->update();
    Q_EMIT linesChanged();
}

void LinesView::collectShown()
{
    const LineToken token = *scene_.shown;
    const auto heads = weightsOf(token);
    for (std::size_t h = 0; h < heads.size(); ++h)
        for (const auto& each : heads[h].strongest) {
            const bool query = token.side == TokenSide::Query;
            scene_.lines.push_back(
                {query ? token.position : each.position, query ? each.position : token.position, each.weight, h});
        }
}

void LinesView::reveal(std::size_t position)
{
    const double row = scene_.pitch();
    const int above = static_cast<int>(static_cast<double>(position) * row);
    const int below = static_cast<int>(std::ceil(above + row - (scene_.size.height() - scene_.top())));
    auto* bar = verticalScrollBar();
    bar->setValue(std::min(std::max(bar->value(), below), above));
}

void LinesView::layOut()
{
    scene_.size = viewport()->size();
    auto* bar = verticalScrollBar();
    bar->setRange(0, std::max(0, scene_.contentHeight() - scene_.size.height()));
    bar->setPageStep(std::max(1, scene_.size.height() - static_cast<int>(scene_.top())));
    bar->setSingleStep(static_cast<int>(scene_.pitch()));
    scene_.scroll = bar->value();
    plan();
}

void LinesView::applyPalette()
{
    scene_.palette = palette();
    scene_.font = font();
    scene_.font.setPointSizeF(std::max(7.0, font().pointSizeF() * 0.92));
    scene_.queries = TokenLabels(scene_.queries.tokens(), scene_.font);
    scene_.keys = TokenLabels(scene_.keys.tokens(), scene_.font);
    layOut();
}

bool LinesView::viewportEvent(QEvent* event)
{
    if (event->type() == QEvent::Leave) {
        pointer_.reset();
        hover(std::nullopt);
    }
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto token = scene_.tokenAt(help->pos());
    if (token)
        QToolTip::showText(help->globalPos(),
            tokenToolTip(token->side == TokenSide::Query ? QLatin1Char('q') : QLatin1Char('k'), token->position,
                scene_.labelsOf(token->side).tokens()->at(token->position)),
            this);
    else
        QToolTip::hideText();
    return true;
}

void LinesView::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    scene_.paint(painter);
}

void LinesView::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
}

void LinesView::scrollContentsBy(int, int)
{
    scene_.scroll = verticalScrollBar()->value();
    if (pointer_)
        hovered_ = scene_.tokenAt(*pointer_); // others have come under it
    plan();
}

void LinesView::mouseMoveEvent(QMouseEvent* event)
{
    pointer_ = event->position().toPoint();
    hover(scene_.tokenAt(event->position()));
}

void LinesView::mousePressEvent(QMouseEvent* event)
{
    if (event->button() != Qt::LeftButton)
        return;
    const auto token = scene_.tokenAt(event->position());
    lockByUser(token == locked_ ? std::nullopt : token);
}

void LinesView::keyPressEvent(QKeyEvent* event)
{
    if (scene_.rows() == 0)
        return QAbstractScrollArea::keyPressEvent(event);
    LineToken token = locked_.value_or(LineToken{TokenSide::Query, scene_.queries.count() - 1});
    const auto lastOf = [this](TokenSide side) { return scene_.labelsOf(side).count() - 1; };
    const std::size_t last = lastOf(token.side);
    switch (event->key()) {
    case Qt::Key_Up:
        token.position -= locked_ && token.position > 0;
        break;
    case Qt::Key_Down:
        token.position += locked_ && token.position < last;
        break;
    case Qt::Key_Left:
        token = {TokenSide::Query, std::min(token.position, lastOf(TokenSide::Query))};
        break;
    case Qt::Key_Right:
        token = {TokenSide::Key, std::min(token.position, lastOf(TokenSide::Key))};
        break;
    case Qt::Key_Home:
        token.position = 0;
        break;
    case Qt::Key_End:
        token.position = last;
        break;
    case Qt::Key_Escape:
        if (locked_)
            return lockByUser(std::nullopt);
        [[fallthrough]];
    default:
        return QAbstractScrollArea::keyPressEvent(event);
    }
    hovered_.reset(); // the keys have the last word
    lockByUser(token);
}

void LinesView::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    scene_.focused = event->reason() != Qt::MouseFocusReason;
    viewport()->update();
}

void LinesView::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    scene_.focused = false;
    viewport()->update();
}

void LinesView::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::PaletteChange || event->type() == QEvent::FontChange)
        applyPalette();
}

void LinesView::showEvent(QShowEvent* event)
{
    QAbstractScrollArea::showEvent(event);
    layOut();
}

void LinesView::hideEvent(QHideEvent* event)
{
    QAbstractScrollArea::hideEvent(event);
    plan(); // what nobody sees is not fetched
}

} // namespace headscope::ui
