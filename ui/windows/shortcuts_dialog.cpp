// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/shortcuts_dialog.h"

#include "ui/windows/recent_files.h"

#include <QAction>
#include <QDialogButtonBox>
#include <QHeaderView>
#include <QLineEdit>
#include <QMainWindow>
#include <QMenu>
#include <QMenuBar>
#include <QTableWidget>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

/// "&Open…" as people read it.
QString plain(QString words)
{
    const QString ampersand(QChar::Null);
    return words.replace(u"&&"_s, ampersand).remove(u'&').replace(ampersand, u"&"_s);
}

void addMenu(const QString& place, const QMenu& menu, QList<KeyHelp>& help)
{
    for (const QAction* action : menu.actions()) {
        if (qobject_cast<const RecentFiles*>(action->menu())) {
            const QString first = QKeySequence(u"Ctrl+Alt+1"_s).toString(QKeySequence::NativeText);
            help << KeyHelp{place, first + u" … 9"_s, ShortcutsDialog::tr("Open what was opened lately")};
        } else if (const QMenu* inner = action->menu())
            addMenu(place + u" › "_s + plain(inner->title()), *inner, help);
        else if (!action->shortcut().isEmpty())
            help << KeyHelp{place, action->shortcut().toString(QKeySequence::NativeText), plain(action->text())};
    }
}

/// Words for keys that no action has.
QString keysText(std::initializer_list<const char*> keys)
{
    QStringList words;
    for (const char* key : keys)
        words << QKeySequence(QLatin1String(key)).toString(QKeySequence::NativeText);
    return words.join(u"  "_s);
}

void addWidgets(QList<KeyHelp>& help)
{
    const auto tr = [](const char* words) { return ShortcutsDialog::tr(words); };
    const QString grid = tr("Grid of heads"), heatmap = tr("Heatmap"), prompts = tr("Prompts");
    help << KeyHelp{grid, keysText({"Left", "Right", "Up", "Down"}), tr("Move to another head")}
         << KeyHelp{grid, keysText({"Return", "Space"}), tr("Lock the head, or unlock it")}
         << KeyHelp{heatmap, keysText({"Left", "Right", "Up", "Down"}), tr("Choose another cell")}
         << KeyHelp{heatmap, keysText({"Home", "End"}), tr("First and last key of the row")}
         << KeyHelp{heatmap, keysText({"Ctrl+Home", "Ctrl+End"}), tr("First and last query of the column")}
         << KeyHelp{heatmap, keysText({"Shift+Left", "Shift+Right", "Shift+Up", "Shift+Down"}), tr("Pan")}
         << KeyHelp{heatmap, keysText({"+", "-", "0"}), tr("Closer, farther, the whole head")}
         << KeyHelp{prompts, keysText({"Ctrl+Return"}), tr("Run")};
}

} // namespace

QList<KeyHelp> keyHelp(const QMainWindow& window)
{
    QList<KeyHelp> help;
    for (const QAction* menu : window.menuBar()->actions())
        if (menu->menu())
            addMenu(plain(menu->text()), *menu->menu(), help);
    addWidgets(help);
    return help;
}

ShortcutsDialog::ShortcutsDialog(const QList<KeyHelp>& keys, QWidget* parent)
    : QDialog(parent)
{
    setObjectName(u"shortcutsDialog"_s);
    setWindowTitle(tr("Keyboard shortcuts"));
    auto* search = new QLineEdit(this);
    search->setObjectName(u"shortcutSearch"_s);
    search->setPlaceholderText(tr("Search"));
    search->setAccessibleName(tr("Search shortcuts"));
    search->setToolTip(tr("Show the lines with these words only"));
    search->setClearButtonEnabled(true);
    auto* table = new QTableWidget(static_cast<int>(keys.size()), 3, this);
    table->setObjectName(u"shortcutTable"_s);
    table->setAccessibleName(windowTitle());
    table->setHorizontalHeaderLabels({tr("Where"), tr("Keys"), tr("What they do")});
    table->verticalHeader()->hide();
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setSelectionBehavior(QAbstractItemView::SelectRows);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setAlternatingRowColors(true);
    for (int row = 0; row < keys.size(); ++row) {
        table->setItem(row, 0, new QTableWidgetItem(keys[row].place));
        table->setItem(row, 1, new QTableWidgetItem(keys[row].keys));
        table->setItem(row, 2, new QTableWidgetItem(keys[row].effect));
    }
    table->resizeColumnsToContents();
    table->setColumnWidth(1, std::min(table->columnWidth(1), fontMetrics().averageCharWidth() * 34));
    table->horizontalHeader()->setStretchLastSection(true);
    connect(search, &QLineEdit::textChanged, table, [table](const QString& wanted) {
        for (int row = 0; row < table->rowCount(); ++row) {
            bool found = false;
            for (int column = 0; column < 3; ++column)
                found = found || table->item(row, column)->text().contains(wanted, Qt::CaseInsensitive);
            table->setRowHidden(row, !found);
        }
    });
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(search);
    layout->addWidget(table);
    layout->addWidget(buttons);
    resize(680, 560);
    ensurePolished();
    table->resizeRowsToContents();
}

} // namespace headscope::ui
