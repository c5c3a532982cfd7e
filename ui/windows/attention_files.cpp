// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/attention_files.h"

#include "ui/windows/inspector_view.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/result_export.h"

#include <QAction>
#include <QComboBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

QString attentionPartText(AttentionPart part)
{
    switch (part) {
    case AttentionPart::Self:
        return AttentionFiles::tr("Self");
    case AttentionPart::Encoder:
        return AttentionFiles::tr("Encoder");
    case AttentionPart::Decoder:
        return AttentionFiles::tr("Decoder");
    case AttentionPart::Cross:
        return AttentionFiles::tr("Cross (decoder looks at encoder)");
    }
    return {};
}

AttentionFiles::AttentionFiles(QWidget& window, InspectorView& inspector, Show show)
    : QObject(&window)
    , window_(window)
    , inspector_(inspector)
    , show_(std::move(show))
    , openAction_(new QAction(tr("Open attention…"), this))
    , parts_(new QComboBox)
{
    openAction_->setObjectName(u"openAttentionAction"_s);
    openAction_->setShortcut(QKeySequence(u"Ctrl+Shift+O"_s));
    openAction_->setToolTip(
        tr("Look at attention that another program computed, such as the cross-attention of an encoder-decoder (%1)")
            .arg(openAction_->shortcut().toString(QKeySequence::NativeText)));
    connect(openAction_, &QAction::triggered, this, &AttentionFiles::ask);

    parts_->setObjectName(u"attentionPartBox"_s);
    parts_->setAccessibleName(tr("Which attention of the file is shown"));
    parts_->setToolTip(
        tr("Which attention of the file is shown: of the source text, of the target text, or of the target "
           "(rows) to the source (columns)"));
    parts_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    parts_->setMinimumContentsLength(9);
    inspector_.addToHeader(parts_);
    parts_->hide();
    connect(parts_, &QComboBox::currentIndexChanged, this, [this](int index) {
        if (index >= 0 && file_)
            showPart(static_cast<AttentionPart>(parts_->itemData(index).toInt()));
    });
    connect(&inspector_, &InspectorView::begun, this, &AttentionFiles::onBegun);
}

void AttentionFiles::ask()
{
    const QString chosen = QFileDialog::getOpenFileName(&window_, tr("Open attention"),
        folder_.isEmpty() ? QDir::currentPath() : folder_, tr("Attention files (*.safetensors);;All files (*)"));
    if (!chosen.isEmpty())
        open(chosen);
}

void AttentionFiles::open(const QString& file, std::optional<AttentionPart> part)
{
    loading_ = true;
    const QString path = QFileInfo(file).absoluteFilePath();
    folder_ = QFileInfo(path).absolutePath();
    using Opened = std::shared_ptr<const AttentionFile>;
    computeInBackground<Opened>(
        this, [path] { return AttentionFile::open(path.toStdString()); },
        [this, path, part, asked = ++asked_](const Opened& opened, const QString& failure) {
            if (asked != asked_)
                return;
            loading_ = false;
            if (opened && part && !opened->has(*part))
                return inspector_.messages().showError(
                    path + u": "_s + tr("expected its attention of kind:") + u' ' + attentionPartText(*part));
            if (!failure.isEmpty())
                return inspector_.messages().showError(failure);
            inspector_.messages().hide();
            file_ = opened;
            offerParts(part.value_or(opened->firstPart()));
            showPart(part.value_or(opened->firstPart()));
            Q_EMIT this->opened(path);
        });
}

std::optional<AttentionView> AttentionFiles::shown() const
{
    if (!file_)
        return std::nullopt;
    return AttentionView{
        QString::fromStdString(file_->path().string()), static_cast<AttentionPart>(parts_->currentData().toInt())};
}

void AttentionFiles::offerParts(AttentionPart chosen)
{
    const QSignalBlocker quiet(parts_);
    parts_->clear();
    for (const AttentionPart part : file_->parts()) {
        parts_->addItem(attentionPartText(part), static_cast<int>(part));
        if (part == chosen)
            parts_->setCurrentIndex(parts_->count() - 1);
    }
}

void AttentionFiles::showPart(AttentionPart part)
{
    showing_ = true;
    show_(file_->capture(part));
    showing_ = false;
    parts_->setVisible(file_->parts().size() > 1);
}

/// A run takes the place of the file.
void AttentionFiles::onBegun()
{
    if (showing_)
        return;
    file_.reset();
    parts_->hide();
}

} // namespace headscope::ui
