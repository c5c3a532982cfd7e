// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/colour_bar.h"

#include "ui/text/view_text.h"
#include "ui/views/swatch.h"

#include <QCoreApplication>
#include <QPainter>

#include <algorithm>

namespace headscope::ui {

namespace {

constexpr int barWidth = 14;

QColor lineColour(const QPalette& palette)
{
    QColor colour = palette.color(QPalette::WindowText);
    colour.setAlphaF(0.35f);
    return colour;
}

/// Every how many of a scale's steps a figure stands.
int tickStride(int steps, double pitch, double line)
{
    for (int stride = 1; stride < steps; ++stride)
        if (steps % stride == 0 && stride * pitch >= line)
            return stride;
    return steps;
}

QString tickText(const ColourScale& scale, double fraction)
{
    if (!scale.range().logarithmic)
        return QString::number(scale.number(fraction), 'g', 3);
    const QString figure = QString::number(scale.number(fraction), 'g', 2);
    return fraction == 0 ? QStringLiteral("≤ ") + figure : figure;
}

void paintTicks(QPainter& painter, const QRectF& bar, double right, const ColourScale& scale, const QPalette& palette)
{
    const double line = QFontMetricsF(painter.font()).height();
    for (const auto& [fraction, figure] : ticksOf(scale, bar.height(), line)) {
        const double y = bar.bottom() - fraction * bar.height();
        painter.setPen(lineColour(palette));
        painter.drawLine(QPointF(bar.right() + 1, y), QPointF(bar.right() + 4, y));
        painter.setPen(palette.color(QPalette::WindowText));
        painter.drawText(QRectF(bar.right() + 8, y - line / 2, right - bar.right() - 8, line),
            Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, figure);
    }
}

std::vector<std::pair<CellCode, QString>> kindsOf(const LegendWords& words)
{
    std::vector<std::pair<CellCode, QString>> kinds{{maskedCode, QCoreApplication::translate("ColourBar", "masked")},
        {paddingCode, QCoreApplication::translate("ColourBar", "padding")},
        {nanCode, QCoreApplication::translate("ColourBar", "NaN")}};
    if (words.leavesOut)
        kinds.emplace_back(excludedCode, QCoreApplication::translate("ColourBar", "left out"));
    return kinds;
}

double linesOf(const LegendWords& words)
{
    return words.note.isEmpty() ? 0 : 1.1 * double(words.note.count(u'\n') + 1);
}

} // namespace

std::vector<std::pair<double, QString>> ticksOf(const ColourScale& scale, double room, double line)
{
    const int steps = scale.range().logarithmic ? decades : 4;
    const int stride = tickStride(steps, room / steps, line);
    std::vector<std::pair<double, QString>> ticks;
    for (int i = 0; i <= steps; i += stride)
        ticks.emplace_back(double(i) / steps, tickText(scale, double(i) / steps));
    return ticks;
}

QSize colourBarSize(const QFont& font, const LegendWords& words)
{
    const QFontMetrics metrics(font);
    int width = metrics.horizontalAdvance(ColourBar::tr("Probability"));
    for (const QString& line : words.note.split(u'\n'))
        width = std::max(width, metrics.horizontalAdvance(line));
    const double lines = 8 + linesOf(words) + (words.leavesOut ? 1.35 : 0);
    return {width + 8, static_cast<int>(metrics.height() * lines) + 60};
}

void paintColourBar(QPainter& painter, const QRectF& box, const ColourScale& scale, const QPalette& palette,
    const QFont& font, const LegendWords& words)
{
    const QFontMetricsF metrics(font);
    const auto kinds = kindsOf(words);
    const double line = metrics.height(), legend = static_cast<double>(kinds.size()) * line * 1.35;
    const double above = line * (2 + linesOf(words));
    const QRectF bar(
        box.left(), box.top() + above, barWidth, std::clamp(box.height() - legend - above - line * 1.4, 60.0, 280.0));
    painter.setFont(font);
    painter.setPen(palette.color(QPalette::WindowText));
    painter.drawText(QRectF(box.left(), box.top() + line * 0.4, box.width(), line),
        Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, quantityText(scale.stage()));
    painter.setPen(palette.color(QPalette::PlaceholderText));
    painter.drawText(QRectF(box.left(), box.top() + line * 1.5, box.width(), line * linesOf(words)),
        Qt::AlignLeft | Qt::TextDontClip, words.note);

    QLinearGradient gradient(bar.bottomLeft(), bar.topLeft());
    for (int i = 0; i <= 20; ++i)
        gradient.setColorAt(i / 20.0, scale.at(i / 20.0));
    painter.fillRect(bar, gradient);
    painter.setBrush(Qt::NoBrush);
    paintTicks(painter, bar, box.right(), scale, palette);

    double y = bar.bottom() + line * 1.1;
    for (const auto& [code, name] : kinds) {
        if (y + line > box.bottom() + 1)
            break; // half a line says nothing
        const QRectF patch(box.left(), y + (line - barWidth) / 2, barWidth, barWidth);
        paintSwatch(painter, patch, scale, code);
        painter.setPen(lineColour(palette));
        painter.drawRect(patch);
        painter.setPen(palette.color(QPalette::WindowText));
        painter.drawText(QRectF(patch.right() + 8, y, box.right() - patch.right() - 8, line),
            Qt::AlignLeft | Qt::AlignVCenter | Qt::TextDontClip, name);
        y += line * 1.35;
    }
}

ColourBar::ColourBar(QWidget* parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Colour scale"));
}

void ColourBar::setScale(const ColourScale& scale, const LegendWords& words)
{
    scale_ = scale;
    words_ = words;
    setAccessibleDescription(quantityText(scale.stage()) + u' ' + QString(words.note).replace(u'\n', u' '));
    update();
}

QSize ColourBar::sizeHint() const { return colourBarSize(font(), words_); }

void ColourBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintColourBar(painter, rect(), scale_, palette(), font(), words_);
}

} // namespace headscope::ui
