// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/model_box.h"

#include "core/model/model_catalog.h"
#include "ui/text/labels.h"

#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QHBoxLayout>
#include <QLineEdit>
#include <QPushButton>
#include <QSettings>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int recentsKept = 9;
constexpr auto recentsKey = "models/recent";

bool isModelDirectory(const QString& path) { return QFileInfo::exists(path + u"/config.json"_s); }

bool isEmbedded(const QString& model)
{
    for (const auto& embedded : embeddedModels())
        if (text(embedded.name) == model)
            return true;
    return false;
}

QStringList recents() { return QSettings().value(QLatin1String(recentsKey)).toStringList(); }

} // namespace

ModelBox::ModelBox(QWidget* parent)
    : QWidget(parent)
    , box_(new QComboBox(this))
{
    box_->setObjectName(u"modelBox"_s);
    box_->setEditable(true);
    box_->setInsertPolicy(QComboBox::NoInsert);
    box_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box_->setMinimumContentsLength(14);
    box_->lineEdit()->setPlaceholderText(tr("Model directory"));
    box_->setToolTip(
        tr("An embedded model or a Hugging Face model directory; directories can be dropped on the window"));
    auto* browse = new QPushButton(tr("&Browse…"), this);
    browse->setObjectName(u"browseButton"_s);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->addWidget(box_, 1);
    layout->addWidget(browse);
    setFocusProxy(box_);
    fill();
    connect(box_, &QComboBox::currentTextChanged, this, &ModelBox::modelChanged);
    connect(browse, &QPushButton::clicked, this, &ModelBox::browse);
}

void ModelBox::fill()
{
    const QString kept = box_->currentText();
    const QSignalBlocker quiet(box_);
    box_->clear();
    for (const auto& embedded : embeddedModels()) {
        box_->addItem(text(embedded.name));
        box_->setItemData(box_->count() - 1, text(embedded.description), Qt::ToolTipRole);
    }
    QStringList directories;
    for (const auto& entry : QDir(u"models"_s).entryList(QDir::Dirs | QDir::NoDotAndDotDot, QDir::Name))
        if (isModelDirectory(u"models/"_s + entry))
            directories << u"models/"_s + entry;
    for (const auto& recent : recents())
        if (isModelDirectory(recent) && !directories.contains(QDir().relativeFilePath(recent)))
            directories << recent;
    if (!directories.isEmpty())
        box_->insertSeparator(box_->count());
    box_->addItems(directories);
    box_->setCurrentText(kept);
}

QString ModelBox::model() const { return box_->currentText().trimmed(); }

void ModelBox::setModel(const QString& model) { box_->setCurrentText(model); }

void ModelBox::remember(const QString& model)
{
    if (isEmbedded(model))
        return;
    const QString path = QDir(model).absolutePath();
    QStringList list = recents();
    list.removeAll(path);
    list.prepend(path);
    QSettings().setValue(QLatin1String(recentsKey), list.mid(0, recentsKept));
    fill();
}

QString ModelBox::directoryOf(const QString& path)
{
    const QFileInfo info(path);
    const QString directory = info.isDir() ? info.filePath() : info.path();
    return isModelDirectory(directory) ? directory : QString();
}

void ModelBox::browse()
{
    const QString start = QFileInfo(model()).isDir() ? model() : QDir::currentPath();
    const QString chosen = QFileDialog::getExistingDirectory(this, tr("Choose a model directory"), start);
    if (!chosen.isEmpty())
        setModel(chosen);
}

} // namespace headscope::ui
