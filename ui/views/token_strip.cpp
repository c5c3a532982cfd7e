// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/token_strip.h"

#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"
#include "ui/windows/theme.h"

#include <QHelpEvent>
#include <QPainter>
#include <QScrollBar>
#include <QToolTip>

#include <algorithm>
#include <cstdlib>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int margin = 6, inside = 4, between = 2, widest = 180; ///< pixels

QColor sheer(QColor colour, double opacity)
{
    colour.setAlphaF(static_cast<float>(opacity));
    return colour;
}

} // namespace

TokenStrip::TokenStrip(QWidget* parent)
    : QAbstractScrollArea(parent)
{
    setFrameShape(QFrame::NoFrame);
    setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    setFocusPolicy(Qt::StrongFocus);
    setAccessibleName(tr("Tokens of the prompt"));
}

void TokenStrip::setTokens(const TokenRow& tokens)
{
    tokens_ = tokens;
    tints_.clear();
    picked_.clear();
    matches_.clear();
    match_.reset();
    cursor_ = 0;
    measure();
    verticalScrollBar()->setValue(0);
}

void TokenStrip::setTints(std::vector<float> tints)
{
    tints_ = std::move(tints);
    viewport()->update();
}

void TokenStrip::setMatches(std::vector<std::size_t> matches, std::optional<std::size_t> current)
{
    matches_ = std::move(matches);
    match_ = current;
    viewport()->update();
}

void TokenStrip::setNotice(const QString& notice)
{
    notice_ = notice;
    viewport()->update();
}

void TokenStrip::pick(std::vector<std::size_t> positions)
{
    std::erase_if(positions, [this](std::size_t each) { return each >= widths_.size(); });
    std::sort(positions.begin(), positions.end());
    picked_ = std::move(positions);
    if (picked_.size() == 1)
        reveal(cursor_ = picked_.front());
    viewport()->update();
}

void TokenStrip::pickByUser(std::vector<std::size_t> positions)
{
    pick(std::move(positions));
    Q_EMIT pickedChanged();
}

QString TokenStrip::label(std::size_t position) const
{
    const QString words = shownLabel((*tokens_)[position].label);
    return words.isEmpty() ? u" "_s : words;
}

void TokenStrip::measure()
{
    widths_.clear();
    const QFontMetrics metrics(font());
    for (std::size_t i = 0; tokens_ && i < tokens_->size(); ++i)
        widths_.push_back(std::min(widest, metrics.horizontalAdvance(label(i))) + 2 * inside);
    layOut();
}

int TokenStrip::pitch() const { return fontMetrics().height() + 8; }

void TokenStrip::layOut()
{
    places_.clear();
    const int room = viewport()->width() - margin;
    Place next{margin, 0};
    for (const int width : widths_) {
        if (next.x > margin && next.x + width > room)
            next = {margin, next.line + 1};
        places_.push_back(next);
        next.x += width + between;
    }
    const int height = places_.empty() ? 0 : (places_.back().line + 1) * pitch() + 2 * margin;
    auto* bar = verticalScrollBar();
    bar->setRange(0, std::max(0, height - viewport()->height()));
    bar->setPageStep(std::max(1, viewport()->height()));
    bar->setSingleStep(pitch());
    viewport()->update();
}

QRect TokenStrip::tokenRect(std::size_t position) const
{
    const Place place = places_[position];
    return {
        place.x, margin + place.line * pitch() - verticalScrollBar()->value(), widths_[position], pitch() - between};
}

std::optional<std::size_t> TokenStrip::tokenAt(QPoint place) const
{
    const Range range = visible();
    for (std::size_t i = range.begin; i < range.end; ++i)
        if (tokenRect(i).contains(place))
            return i;
    return std::nullopt;
}

Range TokenStrip::visible() const
{
    const int first = (verticalScrollBar()->value() - margin) / pitch();
    const int last = (verticalScrollBar()->value() + viewport()->height()) / pitch();
    const auto below = [](const Place& place, int line) { return place.line < line; };
    const auto begin = std::lower_bound(places_.begin(), places_.end(), first, below);
    const auto end = std::lower_bound(begin, places_.end(), last + 1, below);
    return {static_cast<std::size_t>(begin - places_.begin()), static_cast<std::size_t>(end - places_.begin())};
}

std::size_t TokenStrip::nearest(int line, int x) const
{
    line = std::clamp(line, 0, places_.back().line);
    std::size_t best = 0;
    int distance = -1;
    for (std::size_t i = 0; i < places_.size(); ++i) {
        const int away = std::abs(places_[i].x + widths_[i] / 2 - x);
        if (places_[i].line == line && (distance < 0 || away < distance)) {
            best = i;
            distance = away;
        }
    }
    return best;
}

void TokenStrip::reveal(std::size_t position)
{
    if (position >= places_.size())
        return;
    const int above = places_[position].line * pitch(), below = above + pitch() + 2 * margin - viewport()->height();
    auto* bar = verticalScrollBar();
    bar->setValue(std::min(std::max(bar->value(), below), above));
}

void TokenStrip::paintToken(QPainter& painter, std::size_t position) const
{
    const Token& token = (*tokens_)[position];
    const QRect box = tokenRect(position);
    const QColor text = palette().color(QPalette::WindowText), mark = palette().color(QPalette::Highlight);
    painter.fillRect(box, sheer(text, 0.05));
    if (position < tints_.size() && tints_[position] > 0)
        painter.fillRect(box, sheer(mark, strongestTint * static_cast<double>(std::min(1.0f, tints_[position]))));
    if (token.padding)
        painter.fillRect(box, QBrush(sheer(text, 0.22), Qt::BDiagPattern));
    painter.setBrush(Qt::NoBrush);
    const bool picked = std::binary_search(picked_.begin(), picked_.end(), position);
    if (picked) {
        painter.setPen(QPen(mark, 2));
        painter.drawRect(box.adjusted(1, 1, -1, -1));
    }
    if (std::binary_search(matches_.begin(), matches_.end(), position)) {
        const QColor found = cautious(palette()).color(QPalette::WindowText);
        const int thick = match_ == position ? 3 : 2;
        painter.fillRect(QRect(box.left(), box.bottom() - thick + 1, box.width(), thick), found);
        if (match_ == position)
            painter.fillRect(QRect(box.left(), box.top(), box.width(), 3), found);
    }
    QFont face = font();
    face.setItalic(token.special || token.padding);
    painter.setFont(face);
    painter.setPen(token.padding ? sheer(text, 0.5) : token.special ? specialColour(palette()) : text);
    const QRect room = box.adjusted(inside, 0, -inside, 0);
    painter.drawText(room.adjusted(0, 0, 2, 0), Qt::AlignLeft | Qt::AlignVCenter,
        painter.fontMetrics().elidedText(label(position), Qt::ElideRight, room.width() + 2));
    if (token.joinsNext) // both show the same character
        painter.fillRect(QRect(box.right() + 1, box.center().y(), between, 2), sheer(text, 0.6));
}

void TokenStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(viewport());
    painter.fillRect(viewport()->rect(), palette().color(QPalette::Base));
    if (places_.empty()) {
        painter.setPen(sheer(palette().color(QPalette::WindowText), 0.6));
        painter.drawText(
            viewport()->rect().adjusted(margin, margin, -margin, -margin), Qt::AlignCenter | Qt::TextWordWrap, notice_);
    }
    const Range range = visible();
    for (std::size_t i = range.begin; i < range.end; ++i)
        paintToken(painter, i);
    if (focused_) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette().color(QPalette::Highlight), 2));
        painter.drawRect(viewport()->rect().adjusted(1, 1, -1, -1));
    }
}

bool TokenStrip::viewportEvent(QEvent* event)
{
    if (event->type() != QEvent::ToolTip)
        return QAbstractScrollArea::viewportEvent(event);
    const auto* help = static_cast<QHelpEvent*>(event);
    const auto token = tokenAt(help->pos());
    if (token)
        QToolTip::showText(help->globalPos(), tokenToolTip(u'q', *token, (*tokens_)[*token]), this);
    else
        QToolTip::hideText();
    return true;
}

void TokenStrip::resizeEvent(QResizeEvent* event)
{
    QAbstractScrollArea::resizeEvent(event);
    layOut();
    if (picked_.size() == 1)
        reveal(picked_.front());
}

void TokenStrip::mousePressEvent(QMouseEvent* event)
{
    const auto token = tokenAt(event->position().toPoint());
    if (event->button() != Qt::LeftButton || !token)
        return;
    std::vector<std::size_t> picked{*token};
    if (event->modifiers() & Qt::ControlModifier) {
        picked = picked_;
        if (std::erase(picked, *token) == 0)
            picked.push_back(*token);
        if (picked.empty())
            return; // one always stays
    }
    cursor_ = *token;
    pickByUser(picked);
}

void TokenStrip::keyPressEvent(QKeyEvent* event)
{
    if (places_.empty())
        return QAbstractScrollArea::keyPressEvent(event);
    const std::size_t last = places_.size() - 1;
    const Place at = places_[cursor_];
    const int middle = at.x + widths_[cursor_] / 2;
    std::size_t next = cursor_;
    switch (event->key()) {
    case Qt::Key_Left:
        next -= next > 0;
        break;
    case Qt::Key_Right:
        next += next < last;
        break;
    case Qt::Key_Up:
        next = nearest(at.line - 1, middle);
        break;
    case Qt::Key_Down:
        next = nearest(at.line + 1, middle);
        break;
    case Qt::Key_Home:
        next = 0;
        break;
    case Qt::Key_End:
        next = last;
        break;
    default:
        return QAbstractScrollArea::keyPressEvent(event);
    }
    cursor_ = next;
    std::vector<std::size_t> picked{next};
    if (event->modifiers() & Qt::ShiftModifier) // more of them
        for (const auto each : picked_)
            if (each != next)
                picked.push_back(each);
    pickByUser(picked);
    reveal(next);
}

void TokenStrip::focusInEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusInEvent(event);
    focused_ = event->reason() != Qt::MouseFocusReason;
    viewport()->update();
}

void TokenStrip::focusOutEvent(QFocusEvent* event)
{
    QAbstractScrollArea::focusOutEvent(event);
    focused_ = false;
    viewport()->update();
}

void TokenStrip::changeEvent(QEvent* event)
{
    QAbstractScrollArea::changeEvent(event);
    if (event->type() == QEvent::FontChange)
        measure();
    if (event->type() == QEvent::PaletteChange)
        viewport()->update();
}

} // namespace headscope::ui
