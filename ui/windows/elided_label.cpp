// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/elided_label.h"

#include <QPainter>
#include <QStyle>

#include <algorithm>

namespace headscope::ui {

ElidedLabel::ElidedLabel(int mostCharacters, QWidget* parent)
    : QLabel(parent)
    , most_(mostCharacters)
{
    setTextFormat(Qt::PlainText);
}

QSize ElidedLabel::sizeHint() const
{
    const auto metrics = fontMetrics();
    return {std::min(metrics.horizontalAdvance(text()) + 2, metrics.averageCharWidth() * most_), metrics.height()};
}

QSize ElidedLabel::minimumSizeHint() const
{
    return {std::min(sizeHint().width(), fontMetrics().averageCharWidth() * 4), fontMetrics().height()};
}

void ElidedLabel::paintEvent(QPaintEvent*)
{
    QPainter painter(this);
    const QString shown = fontMetrics().elidedText(text(), Qt::ElideRight, width());
    style()->drawItemText(
        &painter, rect(), static_cast<int>(alignment()), palette(), isEnabled(), shown, foregroundRole());
}

} // namespace headscope::ui
