// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/model_list_delegate.h"

#include <QPainter>

#include <algorithm>

namespace headscope::ui {

namespace {

constexpr int edge = 10, indent = 20, gap = 18, widestName = 300;

bool isHeading(const QModelIndex& index) { return !index.data(ModelListDelegate::FactsRole).isValid(); }

QColor faded(QColor colour)
{
    colour.setAlphaF(0.68f);
    return colour;
}

} // namespace

int ModelListDelegate::nameWidth(const QStringList& names, const QFontMetrics& metrics)
{
    int widest = 0;
    for (const QString& name : names)
        widest = std::max(widest, metrics.horizontalAdvance(name));
    return std::min(widest, widestName) + gap;
}

void ModelListDelegate::paint(QPainter* painter, const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    QPalette palette = option.palette;
    palette.setCurrentColorGroup(QPalette::Active); // what is disabled has no other paper
    const bool chosen = option.state & (QStyle::State_Selected | QStyle::State_MouseOver)
        && index.flags().testFlag(Qt::ItemIsEnabled);
    painter->save();
    painter->setClipRect(option.rect);
    painter->fillRect(option.rect, palette.color(chosen ? QPalette::Highlight : QPalette::Base));
    const QColor colour = palette.color(chosen ? QPalette::HighlightedText : QPalette::Text);
    QRect room = option.rect.adjusted(indent, 0, -edge, 0);
    QFont font = option.font;
    if (isHeading(index)) {
        room.setLeft(option.rect.left() + edge);
        font.setBold(true);
        painter->setFont(font);
        painter->setPen(faded(colour));
        painter->drawText(room.adjusted(0, 0, 0, -3), Qt::AlignLeft | Qt::AlignBottom, index.data().toString());
        if (index.row() > 0) {
            const int line = option.rect.top() + 4;
            painter->setPen(palette.color(QPalette::Disabled, QPalette::Text));
            painter->setOpacity(0.4);
            painter->drawLine(option.rect.left() + edge, line, option.rect.right() - edge, line);
        }
    } else {
        const bool opens = index.flags().testFlag(Qt::ItemIsEnabled);
        const QFontMetrics metrics(font);
        const QString facts = index.data(FactsRole).toString();
        const bool keepsEnd = !opens && facts.contains(QLatin1String(", found "));
        painter->setFont(font);
        painter->setPen(opens ? colour : palette.color(QPalette::Disabled, QPalette::Text));
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
            metrics.elidedText(index.data(NameRole).toString(), Qt::ElideMiddle, nameWidth_ - gap));
        room.setLeft(room.left() + nameWidth_);
        if (opens && !chosen)
            painter->setPen(faded(colour));
        painter->drawText(room, Qt::AlignLeft | Qt::AlignVCenter,
            metrics.elidedText(facts, keepsEnd ? Qt::ElideMiddle : Qt::ElideRight, room.width()));
    }
    painter->restore();
}

QSize ModelListDelegate::sizeHint(const QStyleOptionViewItem& option, const QModelIndex& index) const
{
    const QFontMetrics metrics(option.font);
    if (isHeading(index))
        return {indent + metrics.horizontalAdvance(index.data().toString()) + edge, // bold, but never the widest
            metrics.height() + (index.row() > 0 ? 14 : 8)};
    return {
        indent + nameWidth_ + metrics.horizontalAdvance(index.data(FactsRole).toString()) + edge, metrics.height() + 8};
}

} // namespace headscope::ui
