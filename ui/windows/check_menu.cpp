// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/check_menu.h"

#include <QKeyEvent>
#include <QMenu>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

CheckMenu::CheckMenu(const QString& what, const QString& name, QWidget* parent)
    : QPushButton(parent)
    , what_(what)
    , menu_(new QMenu(this))
{
    setObjectName(name);
    setMenu(menu_);
    menu_->setToolTipsVisible(true);
    menu_->installEventFilter(this);
}

void CheckMenu::addEntry(const Choice& choice, int value, bool checked)
{
    auto* entry = menu_->addAction(choice.name);
    entry->setToolTip(choice.explanation);
    entry->setCheckable(true);
    entry->setChecked(checked);
    entry->setData(value);
    connect(entry, &QAction::toggled, this, [this, entry] { toggled(entry); });
    tell();
}

void CheckMenu::toggled(QAction* entry)
{
    if (chosenValues().empty()) { // something has to be chosen
        const QSignalBlocker quiet(entry);
        entry->setChecked(true);
        return;
    }
    tell();
    Q_EMIT edited();
}

std::vector<int> CheckMenu::chosenValues() const
{
    std::vector<int> values;
    for (const auto* entry : menu_->actions())
        if (entry->isChecked())
            values.push_back(entry->data().toInt());
    return values;
}

void CheckMenu::chooseValues(const std::vector<int>& values)
{
    for (auto* entry : menu_->actions()) {
        const QSignalBlocker quiet(entry);
        entry->setChecked(std::find(values.begin(), values.end(), entry->data().toInt()) != values.end());
    }
    tell();
    Q_EMIT edited();
}

void CheckMenu::tell()
{
    QStringList names;
    for (const auto* entry : menu_->actions())
        if (entry->isChecked())
            names << entry->text().section(u" ("_s, 0, 0);
    constexpr qsizetype most = 2;
    const QString shown = names.size() > most ? names.mid(0, most).join(u", "_s) + u" +%1"_s.arg(names.size() - most)
                                              : names.join(u", "_s);
    setText(what_ + u": "_s + shown);
    setAccessibleName(what_ + u": "_s + names.join(u", "_s));
    setToolTip(accessibleName());
    updateGeometry();
}

/// Checking an entry leaves the menu open.
bool CheckMenu::eventFilter(QObject* object, QEvent* event)
{
    if (object != menu_)
        return QPushButton::eventFilter(object, event);
    QAction* entry = nullptr;
    if (event->type() == QEvent::MouseButtonRelease)
        entry = menu_->actionAt(static_cast<QMouseEvent*>(event)->position().toPoint());
    else if (event->type() == QEvent::KeyPress && static_cast<QKeyEvent*>(event)->key() == Qt::Key_Space)
        entry = menu_->activeAction();
    if (!entry || !entry->isEnabled())
        return QPushButton::eventFilter(object, event);
    entry->trigger();
    return true;
}

} // namespace headscope::ui
