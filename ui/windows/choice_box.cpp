// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/choice_box.h"

#include <QStylePainter>
#include <QWheelEvent>

namespace headscope::ui {

ChoiceBox::ChoiceBox(const QString& name, QWidget* parent)
    : QComboBox(parent)
{
    setObjectName(name);
    setSizeAdjustPolicy(AdjustToMinimumContentsLengthWithIcon);
    setMinimumContentsLength(8);
    setFocusPolicy(Qt::StrongFocus);
    connect(this, &QComboBox::currentIndexChanged, this, &ChoiceBox::explain);
}

void ChoiceBox::add(const Choice& choice, int value)
{
    addItem(choice.name, value);
    setItemData(count() - 1, choice.explanation, Qt::ToolTipRole);
    explain(); // the first item is chosen before it is explained
}

void ChoiceBox::chooseNothing(const QString& why)
{
    nothing_ = why;
    setCurrentIndex(-1);
    setToolTip(why);
}

void ChoiceBox::paintEvent(QPaintEvent*)
{
    QStyleOptionComboBox option;
    initStyleOption(&option);
    const QRect field = style()->subControlRect(QStyle::CC_ComboBox, &option, QStyle::SC_ComboBoxEditField, this);
    const QString words = currentIndex() < 0 ? nothing_ : currentText();
    option.currentText = fontMetrics().elidedText(words, Qt::ElideRight, field.width() - 4);
    QStylePainter painter(this);
    painter.drawComplexControl(QStyle::CC_ComboBox, option);
    painter.drawControl(QStyle::CE_ComboBoxLabel, option);
}

void ChoiceBox::wheelEvent(QWheelEvent* event)
{
    if (hasFocus())
        QComboBox::wheelEvent(event);
    else
        event->ignore();
}

void ChoiceBox::explain() { setToolTip(currentData(Qt::ToolTipRole).toString()); }

} // namespace headscope::ui
