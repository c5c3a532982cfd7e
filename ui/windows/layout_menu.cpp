// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/layout_menu.h"

#include <QDialog>
#include <QDialogButtonBox>
#include <QInputDialog>
#include <QLabel>
#include <QListWidget>
#include <QMainWindow>
#include <QPushButton>
#include <QSettings>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr auto key = "window/layouts";
constexpr int longestName = 40;

QVariantMap layouts() { return QSettings().value(QLatin1String(key)).toMap(); }
void setLayouts(const QVariantMap& map) { QSettings().setValue(QLatin1String(key), map); }

} // namespace

LayoutMenu::LayoutMenu(QMainWindow& window)
    : QMenu(tr("La&youts"), &window)
    , window_(window)
{
    setObjectName(u"layoutMenu"_s);
    setToolTipsVisible(true);
    connect(this, &QMenu::aboutToShow, this, &LayoutMenu::refresh);
    refresh();
}

QStringList LayoutMenu::names() { return layouts().keys(); }

void LayoutMenu::save(const QString& name)
{
    const QString trimmed = name.simplified().left(longestName);
    if (trimmed.isEmpty())
        return;
    QVariantMap map = layouts();
    map[trimmed] = window_.saveState();
    setLayouts(map);
}

bool LayoutMenu::show(const QString& name)
{
    const QVariantMap map = layouts();
    return map.contains(name) && window_.restoreState(map[name].toByteArray());
}

void LayoutMenu::rename(const QString& before, const QString& after)
{
    QVariantMap map = layouts();
    const QString trimmed = after.simplified().left(longestName);
    if (trimmed.isEmpty() || !map.contains(before) || trimmed == before)
        return;
    map[trimmed] = map.take(before);
    setLayouts(map);
}

void LayoutMenu::remove(const QString& name)
{
    QVariantMap map = layouts();
    map.remove(name);
    setLayouts(map);
}

void LayoutMenu::refresh()
{
    clear();
    const QStringList known = names();
    for (const QString& name : known) {
        QString shown = name;
        auto* action = addAction(shown.replace(u'&', u"&&"_s), this, [this, name] { show(name); });
        action->setToolTip(tr("Arrange the docks as they were saved"));
    }
    if (known.isEmpty())
        addAction(tr("No layouts saved"))->setEnabled(false);
    addSeparator();
    addAction(tr("&Save layout as…"), this, &LayoutMenu::askName)->setObjectName(u"saveLayoutAction"_s);
    auto* manage = addAction(tr("&Manage layouts…"), this, &LayoutMenu::manage);
    manage->setObjectName(u"manageLayoutsAction"_s);
    manage->setEnabled(!known.isEmpty());
}

void LayoutMenu::askName()
{
    bool chosen = false;
    const QString name = QInputDialog::getText(
        &window_, tr("Save layout"), tr("Name of the arrangement of docks:"), QLineEdit::Normal, {}, &chosen);
    if (chosen)
        save(name);
}

void LayoutMenu::manage()
{
    QDialog dialog(&window_);
    dialog.setObjectName(u"layoutDialog"_s);
    dialog.setWindowTitle(tr("Layouts"));
    auto* list = new QListWidget(&dialog);
    list->setAccessibleName(tr("Layouts"));
    list->setToolTip(tr("F2 or a double click renames"));
    for (const QString& name : names()) {
        auto* item = new QListWidgetItem(name, list);
        item->setData(Qt::UserRole, name);
        item->setFlags(item->flags() | Qt::ItemIsEditable);
    }
    connect(list, &QListWidget::itemChanged, this, [this, list](QListWidgetItem* item) {
        rename(item->data(Qt::UserRole).toString(), item->text());
        const QSignalBlocker quiet(list);
        const QString kept = item->text().simplified().left(longestName);
        item->setText(names().contains(kept) ? kept : item->data(Qt::UserRole).toString());
        item->setData(Qt::UserRole, item->text());
    });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, &dialog);
    auto* removing = buttons->addButton(tr("&Delete"), QDialogButtonBox::ActionRole);
    removing->setObjectName(u"deleteLayoutButton"_s);
    removing->setToolTip(tr("Delete the chosen layout"));
    connect(removing, &QPushButton::clicked, this, [this, list] {
        if (const auto* item = list->currentItem()) {
            remove(item->data(Qt::UserRole).toString());
            delete list->takeItem(list->currentRow());
        }
    });
    connect(buttons, &QDialogButtonBox::rejected, &dialog, &QDialog::reject);
    auto* layout = new QVBoxLayout(&dialog);
    layout->addWidget(list);
    layout->addWidget(buttons);
    list->setCurrentRow(0);
    dialog.exec();
}

} // namespace headscope::ui
