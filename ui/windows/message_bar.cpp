// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/message_bar.h"

#include <QAccessible>
#include <QApplication>
#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

MessageBar::MessageBar(QWidget* parent)
    : QFrame(parent)
    , layout_(new QHBoxLayout(this))
    , text_(new QLabel(this))
    , sign_(new QLabel(this))
{
    setObjectName(u"messageBar"_s);
    setAutoFillBackground(true);
    text_->setObjectName(u"messageText"_s);
    text_->setTextFormat(Qt::PlainText);
    text_->setWordWrap(true);
    text_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    QFont bold = sign_->font();
    bold.setBold(true);
    sign_->setFont(bold);
    auto* close = new QToolButton(this);
    close->setObjectName(u"messageClose"_s);
    close->setText(u"✕"_s);
    close->setAutoRaise(true);
    close->setToolTip(tr("Dismiss"));
    close->setAccessibleName(tr("Dismiss message"));
    connect(close, &QToolButton::clicked, this, &QWidget::hide);

    layout_->setContentsMargins(12, 6, 6, 6);
    layout_->setSpacing(10);
    layout_->addWidget(sign_);
    layout_->addWidget(text_, 1);
    layout_->addWidget(close);
    hide();
}

QPushButton* MessageBar::addButton(const QString& words, const QString& toolTip)
{
    auto* button = new QPushButton(words, this);
    button->setToolTip(toolTip);
    button->setPalette(QApplication::palette(button)); // as everywhere, not in the colours of the bar
    layout_->insertWidget(layout_->count() - 1, button);
    return button;
}

void MessageBar::showError(const QString& message) { tell(message, true); }

void MessageBar::showNote(const QString& message) { tell(message, false); }

void MessageBar::tell(const QString& message, bool error)
{
    error_ = error;
    sign_->setText(error ? tr("Failed") : tr("Note"));
    text_->setText(message);
    setAccessibleName(message);
    colour();
    setVisible(true);
    QAccessibleEvent event(this, QAccessible::Alert);
    QAccessible::updateAccessibility(&event);
}

QString MessageBar::message() const { return isHidden() ? QString() : text_->text(); }

void MessageBar::colour()
{
    const bool dark = parentWidget() && parentWidget()->palette().color(QPalette::Window).lightness() < 128;
    QPalette colours = parentWidget() ? parentWidget()->palette() : palette();
    colours.setColor(
        QPalette::Window, QColor(QRgb(error_ ? (dark ? 0x5a2227 : 0xfde3e3) : (dark ? 0x23405a : 0xe1eefb))));
    colours.setColor(
        QPalette::WindowText, QColor(QRgb(error_ ? (dark ? 0xffd9d9 : 0x7d1420) : (dark ? 0xd6e9ff : 0x173f66))));
    colours.setColor(QPalette::ButtonText, colours.color(QPalette::WindowText));
    setPalette(colours);
}

void MessageBar::changeEvent(QEvent* event)
{
    QFrame::changeEvent(event);
    if (event->type() == QEvent::ParentChange)
        colour();
}

} // namespace headscope::ui
