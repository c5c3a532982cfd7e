// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/colour_bar.h"

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

} // namespace

void paintColourBar(
    QPainter& painter, const QRectF& box, const ColourScale& scale, const QPalette& palette, const QFont& font)
{
    const QFontMetricsF metrics(font);
    const double line = metrics.height(), legend = 3 * line * 1.35;
    const QRectF bar(
        box.left(), box.top() + line * 2, barWidth, std::clamp(box.height() - legend - line * 3.4, 60.0, 280.0));
    painter.setFont(font);
    painter.setPen(palette.color(QPalette::WindowText));
    painter.drawText(QRectF(box.left(), box.top() + line * 0.4, box.width(), line), Qt::AlignLeft | Qt::AlignVCenter,
        scale.stage() == Stage::Pattern ? QCoreApplication::translate("ColourBar", "Probability")
                                        : QCoreApplication::translate("ColourBar", "Score"));

    QLinearGradient gradient(bar.bottomLeft(), bar.topLeft());
    for (int i = 0; i <= 20; ++i)
        gradient.setColorAt(i / 20.0, scale.at(i / 20.0));
    painter.fillRect(bar, gradient);
    painter.setBrush(Qt::NoBrush);
    for (int i = 0; i <= 4; ++i) {
        const double y = bar.bottom() - i / 4.0 * bar.height();
        painter.setPen(lineColour(palette));
        painter.drawLine(QPointF(bar.right() + 1, y), QPointF(bar.right() + 4, y));
        painter.setPen(palette.color(QPalette::WindowText));
        painter.drawText(QRectF(bar.right() + 8, y - line / 2, box.right() - bar.right() - 8, line),
            Qt::AlignLeft | Qt::AlignVCenter, QString::number(scale.number(i / 4.0), 'g', 3));
    }

    const std::pair<CellCode, QString> kinds[]{{maskedCode, QCoreApplication::translate("ColourBar", "masked")},
        {paddingCode, QCoreApplication::translate("ColourBar", "padding")},
        {nanCode, QCoreApplication::translate("ColourBar", "NaN")}};
    double y = bar.bottom() + line * 1.1;
    for (const auto& [code, name] : kinds) {
        const QRectF patch(box.left(), y + (line - barWidth) / 2, barWidth, barWidth);
        paintSwatch(painter, patch, scale, code);
        painter.setPen(lineColour(palette));
        painter.drawRect(patch);
        painter.setPen(palette.color(QPalette::WindowText));
        painter.drawText(QRectF(patch.right() + 8, y, box.right() - patch.right() - 8, line),
            Qt::AlignLeft | Qt::AlignVCenter, name);
        y += line * 1.35;
    }
}

ColourBar::ColourBar(QWidget* parent)
    : QWidget(parent)
{
    setAccessibleName(tr("Colour scale"));
}

void ColourBar::setScale(const ColourScale& scale)
{
    scale_ = scale;
    update();
}

QSize ColourBar::sizeHint() const
{
    return {fontMetrics().horizontalAdvance(tr("Probability")) + 8, fontMetrics().height() * 8 + 60};
}

void ColourBar::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    painter.setRenderHint(QPainter::Antialiasing, false);
    paintColourBar(painter, rect(), scale_, palette(), font());
}

} // namespace headscope::ui
