// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/lines_scene.h"

#include "ui/text/labels.h"
#include "ui/views/colour_scale.h"
#include "ui/windows/theme.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr double widestLines = 620; ///< pixels between the columns; longer lines are hard to follow
constexpr double leastOpacity = 0.06;
constexpr std::size_t fewTokens = 16; ///< more are told apart by their positions, too

QString tr(const char* source) { return QCoreApplication::translate("LinesScene", source); }

QString queryTitle() { return tr("Query (attends from)"); }

QString keyTitle() { return tr("Key (attended to)"); }

QColor faded(const QPalette& palette, double share)
{
    QColor colour = palette.color(QPalette::WindowText);
    colour.setAlphaF(static_cast<float>(share));
    return colour;
}

QColor sheer(QColor colour, double opacity)
{
    colour.setAlphaF(static_cast<float>(opacity));
    return colour;
}

} // namespace

double LinesScene::opacity(float weight) { return std::clamp(static_cast<double>(weight), leastOpacity, 1.0); }

double LinesScene::width(float weight) { return 1 + 2.5 * std::clamp(static_cast<double>(weight), 0.0, 1.0); }

double LinesScene::pitch() const { return std::ceil(QFontMetricsF(font).height() * 1.3); }

double LinesScene::top() const { return std::ceil(QFontMetricsF(font).height() * 1.8); }

QRectF LinesScene::linesArea() const
{
    const QFontMetricsF metrics(font);
    const double figures = metrics.horizontalAdvance(u"0.0000 "_s) + gap; // behind the labels
    const double titles
        = std::max(metrics.horizontalAdvance(queryTitle()), metrics.horizontalAdvance(keyTitle())) + gap;
    const double room = size.width() - 2 * std::max(labelRoom() + figures, titles);
    const double wide = std::clamp(room, 40.0, widestLines);
    return {(size.width() - wide) / 2, top(), wide, size.height() - top()};
}

double LinesScene::middleOf(std::size_t position) const
{
    return top() + (static_cast<double>(position) + 0.5) * pitch() - scroll;
}

QRectF LinesScene::labelRect(LineToken token) const
{
    const QRectF area = linesArea();
    const double y = middleOf(token.position) - pitch() / 2;
    return token.side == TokenSide::Query ? QRectF(area.left() - labelRoom(), y, labelRoom(), pitch())
                                          : QRectF(area.right(), y, labelRoom(), pitch());
}

QLineF LinesScene::lineOf(const AttentionLine& line) const
{
    const QRectF area = linesArea();
    return {area.left(), middleOf(line.query), area.right(), middleOf(line.key)};
}

std::optional<LineToken> LinesScene::tokenAt(QPointF place) const
{
    const QRectF area = linesArea();
    const bool left = place.x() < area.left() && place.x() >= area.left() - labelRoom();
    const bool right = place.x() >= area.right() && place.x() < area.right() + labelRoom();
    const double token = (place.y() - top() + scroll) / pitch();
    const TokenSide side = left ? TokenSide::Query : TokenSide::Key;
    if ((!left && !right) || place.y() < top() || token < 0 || token >= static_cast<double>(labelsOf(side).count()))
        return std::nullopt;
    return LineToken{side, static_cast<std::size_t>(token)};
}

Range LinesScene::visible(TokenSide side) const
{
    const double first = scroll / pitch(), last = (scroll + size.height() - top()) / pitch();
    const auto most = static_cast<double>(labelsOf(side).count());
    return {static_cast<std::size_t>(std::clamp(std::floor(first), 0.0, most)),
        static_cast<std::size_t>(std::clamp(std::ceil(last), 0.0, most))};
}

int LinesScene::contentHeight() const
{
    return static_cast<int>(std::ceil(top() + static_cast<double>(rows()) * pitch() + pitch() / 2));
}

void LinesScene::paint(QPainter& painter) const
{
    painter.setFont(font);
    painter.fillRect(QRect(QPoint(), size), palette.color(QPalette::Window));
    if (!notice.isEmpty() || rows() == 0) {
        painter.setPen(faded(palette, 0.6));
        painter.drawText(QRect(QPoint(), size), Qt::AlignCenter | Qt::TextWordWrap, notice);
        return;
    }
    painter.save();
    painter.setClipRect(QRectF(0, top(), size.width(), size.height() - top()));
    paintLines(painter);
    if (shown)
        paintWeights(painter);
    for (const auto side : {TokenSide::Query, TokenSide::Key}) {
        const Range range = visible(side);
        for (std::size_t i = range.begin; i < range.end; ++i)
            paintLabel(painter, {side, i});
    }
    painter.restore();
    paintTitles(painter);
    if (focused) {
        painter.setBrush(Qt::NoBrush);
        painter.setPen(QPen(palette.color(QPalette::Highlight), 2));
        painter.drawRect(QRectF(QPointF(), size).adjusted(1, 1, -1, -1));
    }
}

void LinesScene::paintTitles(QPainter& painter) const
{
    const QRectF area = linesArea();
    painter.setFont(font);
    painter.setPen(faded(palette, 0.72));
    const double height = top() - 2;
    painter.drawText(QRectF(area.left() - 400, 0, 400 - gap, height), Qt::AlignRight | Qt::AlignVCenter, queryTitle());
    painter.drawText(QRectF(area.right() + gap, 0, 400, height), Qt::AlignLeft | Qt::AlignVCenter, keyTitle());
}

void LinesScene::paintLines(QPainter& painter) const
{
    painter.setRenderHint(QPainter::Antialiasing);
    for (const auto& line : lines) {
        painter.setPen(
            QPen(sheer(heads[line.head].colour, opacity(line.weight)), width(line.weight), Qt::SolidLine, Qt::FlatCap));
        painter.drawLine(lineOf(line));
    }
    painter.setRenderHint(QPainter::Antialiasing, false);
}

/// Behind the labels that the shown token is tied to, one slice for each head, and the largest weight as a number.
void LinesScene::paintWeights(QPainter& painter) const
{
    const bool toKeys = shown->side == TokenSide::Query;
    std::map<std::size_t, float> largest;
    for (const auto& line : lines) {
        const LineToken other{toKeys ? TokenSide::Key : TokenSide::Query, toKeys ? line.key : line.query};
        QRectF slice = labelRect(other).adjusted(1, 1, -1, -1);
        const double wide = slice.width() / static_cast<double>(heads.size());
        slice = {slice.left() + wide * static_cast<double>(line.head), slice.top(), wide, slice.height()};
        painter.fillRect(slice, sheer(heads[line.head].colour, 0.7 * opacity(line.weight)));
        float& most = largest[other.position];
        most = std::max(most, line.weight);
    }
    painter.setFont(font);
    painter.setPen(faded(palette, 0.72));
    for (const auto& [position, weight] : largest) {
        const LineToken other{toKeys ? TokenSide::Key : TokenSide::Query, position};
        const QRectF label = labelRect(other);
        const QRectF place
            = toKeys ? label.translated(label.width() + gap, 0) : label.translated(-label.width() - gap, 0);
        painter.drawText(place, (toKeys ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter,
            probabilityText(static_cast<double>(weight)));
    }
}

void LinesScene::paintLabel(QPainter& painter, LineToken token) const
{
    const TokenLabels& labels = labelsOf(token.side);
    const Token& what = (*labels.tokens())[token.position];
    const bool query = token.side == TokenSide::Query;
    const bool marked = chosen && token.position == (query ? chosen->query : chosen->key);
    const QRectF box = labelRect(token);
    if (shown == token) {
        painter.fillRect(box.adjusted(1, 1, -1, -1), sheer(palette.color(QPalette::Highlight), 0.3));
        painter.setPen(QPen(palette.color(QPalette::Highlight), 1));
        painter.setBrush(Qt::NoBrush);
        painter.drawRect(box.adjusted(1, 1, -2, -2));
    }
    if (what.padding)
        painter.fillRect(box.adjusted(1, 1, -1, -1), QBrush(faded(palette, 0.22), Qt::BDiagPattern));
    QFont face = font;
    face.setItalic(what.special || what.padding);
    face.setBold(marked);
    painter.setFont(face);
    painter.setPen(what.padding ? faded(palette, 0.5)
            : what.special      ? specialColour(palette)
                                : palette.color(QPalette::WindowText));
    painter.drawText(box.adjusted(query ? -60 : gap, 0, query ? -gap : 60, 0),
        (query ? Qt::AlignRight : Qt::AlignLeft) | Qt::AlignVCenter,
        labels.label(token.position, labels.count() > fewTokens));
    if (labels.joinsNext(token.position)) // both show the same character
        painter.fillRect(
            QRectF(query ? box.right() - 2 : box.left() + 0.5, box.center().y(), 1.5, pitch()), faded(palette, 0.6));
    if (query && nanRows.count(token.position) > 0) {
        painter.setFont(font);
        painter.setPen(QColor(ColourScale::forPalette(palette).nan()));
        painter.drawText(
            QRectF(box.right() + gap, box.top(), 60, box.height()), Qt::AlignLeft | Qt::AlignVCenter, u"NaN"_s);
    }
}

} // namespace headscope::ui
