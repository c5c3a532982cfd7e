// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/scale_strip.h"

#include <QPainter>

#include <algorithm>
#include <utility>
#include <vector>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int gap = 6, barHeight = 10, leastBar = 40;

QColor lineColour(const QPalette& palette)
{
    QColor colour = palette.color(QPalette::WindowText);
    colour.setAlphaF(0.35f);
    return colour;
}

QFont smaller(QFont font)
{
    font.setPointSizeF(std::max(7.0, font.pointSizeF() * 0.88));
    return font;
}

std::vector<std::pair<CellCode, QString>> kindNames(bool leavesOut)
{
    std::vector<std::pair<CellCode, QString>> names{{maskedCode, KindLegend::tr("masked")},
        {paddingCode, KindLegend::tr("padding")}, {nanCode, KindLegend::tr("NaN")}};
    if (leavesOut)
        names.emplace_back(excludedCode, KindLegend::tr("left out"));
    return names;
}

} // namespace

ScaleStrip::ScaleStrip(QWidget* parent)
    : QWidget(parent)
{
    setFont(smaller(font()));
    setScale(ColourScale());
}

void ScaleStrip::setScale(const ColourScale& scale, const QString& note)
{
    scale_ = scale;
    note_ = note;
    const QString ends = tr("Colour scale from %1 to %2").arg(endText(0), endText(1));
    setAccessibleName(note.isEmpty() ? ends : ends + u", "_s + note);
    update();
}

QString ScaleStrip::endText(double fraction) const
{
    const double number = scale_.number(fraction);
    return (scale_.isDiverging() && number > 0 ? u"+"_s : QString()) + QString::number(number, 'g', 3);
}

QString ScaleStrip::upperText() const
{
    const QString end = endText(1), whole = note_.isEmpty() ? end : end + u"  "_s + note_;
    const int left = width() - fontMetrics().horizontalAdvance(endText(0) + whole) - 2 * gap;
    return left >= leastBar ? whole : end;
}

QSize ScaleStrip::sizeHint() const
{
    return {2 * fontMetrics().horizontalAdvance(u"-8.88e-08"_s) + 80, fontMetrics().height() + 2};
}

QRect ScaleStrip::barRect() const
{
    const int left = fontMetrics().horizontalAdvance(endText(0)) + gap;
    const int right = fontMetrics().horizontalAdvance(upperText()) + gap;
    return {left, (height() - barHeight) / 2, std::max(0, std::min(width() - left - right, 160)), barHeight};
}

void ScaleStrip::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QRect bar = barRect();
    painter.setPen(palette().color(QPalette::WindowText));
    painter.drawText(QRect(0, 0, bar.left() - gap, height()), Qt::AlignRight | Qt::AlignVCenter, endText(0));
    painter.drawText(QRect(bar.right() + 1 + gap, 0, width(), height()), Qt::AlignLeft | Qt::AlignVCenter, upperText());
    for (int x = 0; x < bar.width(); ++x)
        painter.fillRect(bar.left() + x, bar.top(), 1, bar.height(), scale_.at(x / std::max(1.0, bar.width() - 1.0)));
    painter.setPen(lineColour(palette()));
    painter.drawRect(bar.adjusted(0, 0, -1, -1));
    if (scale_.isDiverging())
        painter.drawLine(bar.center().x(), bar.top() - 2, bar.center().x(), bar.bottom() + 2);
}

KindLegend::KindLegend(QWidget* parent)
    : QWidget(parent)
{
    setFont(smaller(font()));
}

void KindLegend::setScale(const ColourScale& scale, bool leavesOut)
{
    scale_ = scale;
    if (std::exchange(leavesOut_, leavesOut) != leavesOut)
        updateGeometry();
    update();
}

QSize KindLegend::sizeHint() const
{
    int width = 0;
    for (const auto& [code, name] : kindNames(leavesOut_))
        width += barHeight + gap + fontMetrics().horizontalAdvance(name) + 2 * gap;
    return {width, fontMetrics().height() + 2};
}

void KindLegend::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    int x = 0;
    for (const auto& [code, name] : kindNames(leavesOut_)) {
        const QRect patch(x, (height() - barHeight) / 2, barHeight, barHeight);
        for (int row = 0; row < barHeight; ++row)
            for (int column = 0; column < barHeight; ++column)
                painter.fillRect(patch.left() + column, patch.top() + row, 1, 1, QColor(scale_.of(code, column, row)));
        painter.setPen(lineColour(palette()));
        painter.drawRect(patch.adjusted(0, 0, -1, -1));
        painter.setPen(palette().color(QPalette::WindowText));
        const int width = fontMetrics().horizontalAdvance(name);
        painter.drawText(QRect(patch.right() + 1 + gap, 0, width + gap, height()), Qt::AlignVCenter, name);
        x += barHeight + gap + width + 2 * gap;
    }
}

} // namespace headscope::ui
