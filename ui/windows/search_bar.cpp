// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/search_bar.h"

#include "ui/windows/theme.h"

#include <QHBoxLayout>
#include <QKeyEvent>
#include <QLabel>
#include <QLineEdit>
#include <QToolButton>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

SearchBar::SearchBar(const QString& what, QWidget* parent)
    : QWidget(parent)
    , edit_(new QLineEdit(this))
    , found_(new QLabel(this))
    , before_(new QToolButton(this))
    , after_(new QToolButton(this))
{
    auto* close = new QToolButton(this);
    edit_->setObjectName(u"searchEdit"_s);
    edit_->setPlaceholderText(what);
    edit_->setAccessibleName(what);
    edit_->setToolTip(tr("%1. Return: the next one, Shift+Return: the one before, Esc: close").arg(what));
    edit_->installEventFilter(this);
    found_->setObjectName(u"searchCount"_s);
    const auto prepare = [](QToolButton* button, const QString& sign, const QString& name) {
        button->setText(sign);
        button->setAutoRaise(true);
        button->setAccessibleName(name);
        button->setToolTip(name);
    };
    prepare(before_, u"↑"_s, tr("The match before (Shift+Return)"));
    prepare(after_, u"↓"_s, tr("The next match (Return)"));
    prepare(close, u"✕"_s, tr("Close the search (Esc)"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    layout->addWidget(edit_, 1);
    layout->addWidget(found_);
    layout->addWidget(before_);
    layout->addWidget(after_);
    layout->addWidget(close);
    connect(edit_, &QLineEdit::textChanged, this, &SearchBar::wordsChanged);
    connect(before_, &QToolButton::clicked, this, [this] { step(false); });
    connect(after_, &QToolButton::clicked, this, [this] { step(true); });
    connect(close, &QToolButton::clicked, this, &SearchBar::close);
    setCount(0);
    hide();
}

void SearchBar::open()
{
    show();
    edit_->setFocus(Qt::ShortcutFocusReason);
    edit_->selectAll();
}

void SearchBar::close()
{
    hide();
    edit_->clear();
    Q_EMIT closed();
}

QString SearchBar::words() const { return edit_->text(); }

void SearchBar::setCount(std::size_t count)
{
    count_ = count;
    current_ = 0;
    tell();
}

void SearchBar::step(bool forward)
{
    if (count_ == 0)
        return;
    current_ = (current_ + (forward ? 1 : count_ - 1)) % count_;
    tell();
    Q_EMIT currentChanged();
}

void SearchBar::tell()
{
    const bool none = count_ == 0;
    found_->setText(words().isEmpty() ? QString() : none ? tr("none") : tr("%1 of %2").arg(current_ + 1).arg(count_));
    found_->setPalette(none ? cautious(palette()) : palette());
    before_->setEnabled(!none);
    after_->setEnabled(!none);
}

bool SearchBar::eventFilter(QObject* object, QEvent* event)
{
    // Before the window's shortcuts, which know Esc, too.
    if (event->type() == QEvent::ShortcutOverride && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Escape)
        event->accept();
    if (event->type() == QEvent::KeyPress) {
        const auto* key = static_cast<QKeyEvent*>(event);
        if (key->key() == Qt::Key_Escape) {
            close();
            return true;
        }
        if (key->key() == Qt::Key_Return || key->key() == Qt::Key_Enter) {
            step(!(key->modifiers() & Qt::ShiftModifier));
            return true;
        }
    }
    return QWidget::eventFilter(object, event);
}

void SearchBar::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && found_)
        tell();
}

} // namespace headscope::ui
