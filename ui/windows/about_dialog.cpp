// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/about_dialog.h"

#include "core/model/model_catalog.h"
#include "core/run/system_info.h"
#include "ui/text/labels.h"

#include <QDialogButtonBox>
#include <QFile>
#include <QFontDatabase>
#include <QHeaderView>
#include <QLabel>
#include <QPlainTextEdit>
#include <QTabWidget>
#include <QTableWidget>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

struct Component {
    const char* name;
    const char* version; ///< name in libraryVersions(); "" where that does not tell it
    const char* licence;
    const char* use;
};

// Names and licences are the same in every language.
constexpr Component components[]{
    {"Qt", "", "LGPL-3.0 / GPL-3.0", QT_TRANSLATE_NOOP("AboutDialog", "Windows, painting, files")},
    {"QCustomPlot", "", "GPL-3.0", QT_TRANSLATE_NOOP("AboutDialog", "Layers and buffers of the heatmap")},
    {"LibTorch", "LibTorch", "BSD-3-Clause", QT_TRANSLATE_NOOP("AboutDialog", "Tensors and kernels")},
    {"nlohmann/json", "nlohmann_json", "MIT", QT_TRANSLATE_NOOP("AboutDialog", "Configurations, tokenizers, reports")},
    {"ICU", "ICU", "Unicode-3.0", QT_TRANSLATE_NOOP("AboutDialog", "Regular expressions and normalisation")},
    {"CLI11", "", "BSD-3-Clause", QT_TRANSLATE_NOOP("AboutDialog", "Command lines")},
    {"libpng", "", "libpng-2.0", QT_TRANSLATE_NOOP("AboutDialog", "Pictures in reports")},
};

QString versionOf(const Component& component)
{
    if (QLatin1String(component.name) == u"Qt"_s)
        return QLatin1String(qVersion());
    for (const auto& [name, version] : libraryVersions())
        if (name == component.version)
            return text(version);
    return {};
}

QTableWidget* makeTable(const QStringList& columns, int rows, const QString& name, QWidget* parent)
{
    auto* table = new QTableWidget(rows, static_cast<int>(columns.size()), parent);
    table->setObjectName(name);
    table->setHorizontalHeaderLabels(columns);
    table->verticalHeader()->hide();
    table->setEditTriggers(QAbstractItemView::NoEditTriggers);
    table->setTabKeyNavigation(false);
    table->setShowGrid(false);
    table->setWordWrap(true);
    return table;
}

void fill(QTableWidget& table, int row, const QStringList& cells)
{
    for (int column = 0; column < cells.size(); ++column)
        table.setItem(row, column, new QTableWidgetItem(cells[column]));
}

void finish(QTableWidget& table, const QString& accessibleName)
{
    table.setAccessibleName(accessibleName);
    table.resizeColumnsToContents();
    table.horizontalHeader()->setStretchLastSection(true);
    table.resizeRowsToContents();
}

QWidget* makeAbout(QWidget* parent)
{
    auto* page = new QWidget(parent);
    auto* layout = new QVBoxLayout(page);
    layout->setContentsMargins(16, 16, 16, 16);
    auto* title = new QLabel(u"Headscope %1"_s.arg(text(libraryVersions().front().second)), page);
    QFont strong = title->font();
    strong.setBold(true);
    strong.setPointSizeF(strong.pointSizeF() * 1.5);
    title->setFont(strong);
    layout->addWidget(title);
    for (const QString& words :
        {AboutDialog::tr(
             "Headscope looks at the attention heads of language models: why a model says what it says, and "
             "whether two ways of running it agree."),
            AboutDialog::tr("Free software under the GNU General Public License, version 3 or later. It comes with "
                            "absolutely no warranty.")}) {
        auto* label = new QLabel(words, page);
        label->setWordWrap(true);
        label->setTextInteractionFlags(Qt::TextSelectableByMouse | Qt::TextSelectableByKeyboard);
        layout->addWidget(label);
    }
    layout->addStretch(1);
    return page;
}

QWidget* makeComponents(QWidget* parent)
{
    const QStringList columns{AboutDialog::tr("Library"), AboutDialog::tr("Version"), AboutDialog::tr("Licence"),
        AboutDialog::tr("What it does here")};
    auto* table = makeTable(columns, static_cast<int>(std::size(components)), u"componentTable"_s, parent);
    for (int row = 0; row < static_cast<int>(std::size(components)); ++row) {
        const Component& each = components[row];
        fill(*table, row,
            {QLatin1String(each.name), versionOf(each), QLatin1String(each.licence), AboutDialog::tr(each.use)});
    }
    finish(*table, AboutDialog::tr("Libraries and their licences"));
    return table;
}

QWidget* makeModels(QWidget* parent)
{
    const auto& models = embeddedModels();
    const QStringList columns{AboutDialog::tr("Model"), AboutDialog::tr("Licence"), AboutDialog::tr("What it is")};
    auto* table = makeTable(columns, static_cast<int>(models.size()), u"modelTable"_s, parent);
    for (std::size_t row = 0; row < models.size(); ++row)
        fill(*table, static_cast<int>(row),
            {text(models[row].name), u"GPL-3.0-or-later"_s, text(models[row].description)});
    finish(*table, AboutDialog::tr("Embedded models and their licences"));
    return table;
}

QWidget* makeLicence(QWidget* parent)
{
    QFile file(u":/headscope/LICENSE"_s);
    auto* words = new QPlainTextEdit(parent);
    words->setObjectName(u"licenceText"_s);
    words->setReadOnly(true);
    words->setTabChangesFocus(true);
    words->setAccessibleName(AboutDialog::tr("Licence of Headscope"));
    words->setFont(QFontDatabase::systemFont(QFontDatabase::FixedFont));
    if (file.open(QIODevice::ReadOnly))
        words->setPlainText(QString::fromUtf8(file.readAll()));
    return words;
}

} // namespace

AboutDialog::AboutDialog(QWidget* parent)
    : QDialog(parent)
{
    setObjectName(u"aboutDialog"_s);
    setWindowTitle(tr("About Headscope"));
    auto* tabs = new QTabWidget(this);
    tabs->setObjectName(u"aboutTabs"_s);
    tabs->setAccessibleName(windowTitle());
    tabs->addTab(makeAbout(tabs), tr("&About"));
    tabs->addTab(makeComponents(tabs), tr("&Libraries"));
    tabs->addTab(makeModels(tabs), tr("&Models"));
    tabs->addTab(makeLicence(tabs), tr("Li&cence"));
    auto* buttons = new QDialogButtonBox(QDialogButtonBox::Close, this);
    connect(buttons, &QDialogButtonBox::rejected, this, &QDialog::reject);
    auto* layout = new QVBoxLayout(this);
    layout->addWidget(tabs);
    layout->addWidget(buttons);
    resize(720, 460);
}

} // namespace headscope::ui
