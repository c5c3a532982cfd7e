// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/export_dialog.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "ui/text/labels.h"
#include "ui/windows/theme.h"

#include <QApplication>
#include <QCheckBox>
#include <QComboBox>
#include <QDialogButtonBox>
#include <QDir>
#include <QFileDialog>
#include <QFileInfo>
#include <QFormLayout>
#include <QLabel>
#include <QLineEdit>
#include <QMessageBox>
#include <QPushButton>
#include <QSettings>
#include <QSpinBox>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr auto directoryKey = "export/directory"_L1, formatKey = "export/format"_L1, scaleKey = "export/scale"_L1;

QString endingOf(FileFormat format)
{
    for (const auto& each : fileFormats())
        if (each.format == format)
            return QString::fromLatin1(each.ending);
    return {};
}

QString nameOf(FileFormat format)
{
    switch (format) {
    case FileFormat::Png:
        return ExportDialog::tr("Picture (PNG)");
    case FileFormat::Pdf:
        return ExportDialog::tr("Document (PDF)");
    case FileFormat::Svg:
        return ExportDialog::tr("Vector graphics (SVG)");
    case FileFormat::Csv:
        return ExportDialog::tr("Table of values (CSV)");
    case FileFormat::Npy:
        return ExportDialog::tr("NumPy array (NPY)");
    case FileFormat::Html:
        return ExportDialog::tr("Page for a browser (HTML)");
    }
    return {};
}

/// A widget that says what it is to those who point at it and to those who do not see it.
template <class Widget> Widget* named(Widget* widget, const char* object, const QString& name, const QString& tip)
{
    widget->setObjectName(QLatin1StringView(object));
    widget->setAccessibleName(name);
    widget->setToolTip(tip);
    return widget;
}

QString rangeText(Range range) { return u"%1–%2"_s.arg(range.begin).arg(range.end - 1); }

} // namespace

ExportDialog::ExportDialog(ExportOffer offer, QWidget* parent)
    : QDialog(parent)
    , offer_(std::move(offer))
    , directory_(QSettings().value(directoryKey, QDir::currentPath()).toString())
    , what_(named(new QComboBox, "exportWhat", tr("What"), tr("Which heads are exported")))
    , format_(named(new QComboBox, "exportFormat", tr("Format"), tr("What kind of file is written")))
    , target_(named(new QLineEdit, "exportTarget", tr("Target"), tr("The file, or the directory for a file per head")))
    , summary_(new QLabel)
    , buttons_(new QDialogButtonBox(QDialogButtonBox::Cancel))
{
    setWindowTitle(tr("Export"));
    const QString shown = shownName(offer_.view);
    what_->addItem(
        offer_.view.combined ? tr("What is in view, %1").arg(shown) : tr("The head in view, %1").arg(shown), View);
    if (!offer_.picked.empty())
        what_->addItem(tr("The %n picked heads", nullptr, static_cast<int>(offer_.picked.size())), Picked);
    what_->addItem(tr("All %n heads", nullptr, static_cast<int>(offer_.all.size())), All);
    for (const auto& each : fileFormats())
        format_->addItem(nameOf(each.format), static_cast<int>(each.format));
    format_->setCurrentIndex(std::max(0, format_->findData(QSettings().value(formatKey, 0))));

    auto* row = new QHBoxLayout;
    auto* browse = named(new QPushButton(tr("&Browse…")), "exportBrowse", tr("Browse"), tr("Choose the target"));
    row->addWidget(target_, 1);
    browse->setAutoDefault(false); // Return exports
    row->addWidget(browse);
    auto* form = new QFormLayout;
    form->addRow(tr("&What"), what_);
    form->addRow(tr("&Format"), format_);
    form->addRow(QString(), makeOptions());
    auto* to = new QLabel(tr("&To"), this);
    to->setBuddy(target_);
    form->addRow(to, row);
    summary_->setWordWrap(true);
    summary_->setTextFormat(Qt::PlainText);
    summary_->setObjectName(u"exportSummary"_s);
    summary_->setPalette(quiet(palette()));
    auto* accept = buttons_->addButton(tr("&Export"), QDialogButtonBox::AcceptRole);
    auto* layout = new QVBoxLayout(this);
    layout->addLayout(form);
    layout->addWidget(summary_);
    layout->addStretch(1);
    layout->addWidget(buttons_);
    accept->setDefault(true); // now that it stands in a dialog
    setMinimumWidth(520);

    connect(browse, &QPushButton::clicked, this, &ExportDialog::browse);
    connect(buttons_, &QDialogButtonBox::accepted, this, &ExportDialog::accept);
    connect(buttons_, &QDialogButtonBox::rejected, this, &ExportDialog::reject);
    for (auto* box : {what_, format_})
        connect(box, &QComboBox::currentIndexChanged, this, &ExportDialog::followChoices);
    for (auto* box : {part_, separate_, interactive_})
        connect(box, &QCheckBox::toggled, this, &ExportDialog::followChoices);
    followChoices();
}

QWidget* ExportDialog::makeOptions()
{
    auto* options = new QWidget;
    auto* layout = new QVBoxLayout(options);
    layout->setContentsMargins({});
    const auto check = [&](const char* object, const QString& name, const QString& tip, bool on) {
        auto* box = named(new QCheckBox(name), object, QString(name).remove(u'&'), tip);
        box->setChecked(on);
        layout->addWidget(box);
        return box;
    };
    const HeadExport& view = offer_.view;
    QString part = tr("Only the &part in view");
    if (view.rows && view.columns)
        part += u" (q %1, k %2)"_s.arg(rangeText(*view.rows), rangeText(*view.columns));
    part_ = check("exportPart", part, tr("Leave out the tokens that are scrolled or zoomed away"), true);
    separate_ = check("exportSeparate", tr("A file per &head"),
        tr("Several files in a directory instead of one with all heads"), false);
    auto* row = new QHBoxLayout;
    scale_ = named(
        new QSpinBox, "exportScale", tr("Scale"), tr("Pixels of the picture for each pixel of the window, 1 to 4"));
    scale_->setRange(1, 4);
    scale_->setSuffix(u"×"_s);
    scale_->setValue(QSettings().value(scaleKey, 2).toInt());
    scaleLabel_ = new QLabel(tr("&Scale"));
    scaleLabel_->setBuddy(scale_);
    row->addWidget(scaleLabel_);
    row->addWidget(scale_);
    row->addStretch(1);
    layout->addLayout(row);
    footer_ = check("exportFooter", tr("A &line that says what made it"),
        tr("Model, backend, device, precision, versions, prompt and date, below the picture. They are in the metadata "
           "of the "
           "file in any case."),
        true);
    interactive_ = check("exportInteractive", tr("&Values under the pointer"),
        tr("The values are in the page, up to 512 tokens: the file grows by about 6 bytes a value"), true);
    return options;
}

ExportDialog::What ExportDialog::what() const { return static_cast<What>(what_->currentData().toInt()); }
FileFormat ExportDialog::format() const { return static_cast<FileFormat>(format_->currentData().toInt()); }

std::vector<HeadPlace> ExportDialog::heads() const
{
    return what() == View ? offer_.view.heads : what() == Picked ? offer_.picked : offer_.all;
}

bool ExportDialog::isSeparate() const
{
    return heads().size() > 1 && (!holdsSeveral(format()) || separate_->isChecked());
}

void ExportDialog::followChoices()
{
    const FileFormat chosen = format();
    const bool several = heads().size() > 1, together = holdsSeveral(chosen);
    const bool picture = chosen == FileFormat::Png || chosen == FileFormat::Pdf || chosen == FileFormat::Svg;
    part_->setVisible(what() == View && offer_.view.rows && offer_.view.columns);
    separate_->setVisible(several);
    separate_->setEnabled(together);
    if (several && !together) {
        const QSignalBlocker quietly(separate_);
        separate_->setChecked(true);
    }
    scale_->setVisible(chosen == FileFormat::Png);
    scaleLabel_->setVisible(chosen == FileFormat::Png);
    footer_->setVisible(picture || chosen == FileFormat::Html);
    interactive_->setVisible(chosen == FileFormat::Html);
    proposeTarget();
    const std::size_t count = heads().size();
    QString words = isSeparate() ? tr("%n files", nullptr, static_cast<int>(count))
        : several                ? tr("One file with %n heads", nullptr, static_cast<int>(count))
                                 : tr("One file");
    if (chosen == FileFormat::Csv || chosen == FileFormat::Npy)
        words += tr(". Values are those of the run, whatever the view shows");
    if (chosen == FileFormat::Npy)
        words += tr("; beside each array stands a .json file with its tokens and what made it");
    summary_->setText(words + u'.');
}

void ExportDialog::proposeTarget()
{
    if (!proposed_.isNull() && target_->text() != proposed_) { // the user's own: only its ending follows
        QString own = target_->text();
        for (const auto& each : fileFormats())
            if (!isSeparate() && own.endsWith(QLatin1StringView(each.ending), Qt::CaseInsensitive))
                target_->setText(own.chopped(QLatin1StringView(each.ending).size()) + endingOf(format()));
        return;
    }
    const QDir directory(directory_);
    const HeadExport chosen = exported();
    std::string stem = fileStem(chosen, chosen.heads.front());
    if (chosen.heads.size() > 1)
        stem = stem.substr(0, stem.rfind("_L")) + "_heads";
    proposed_ = isSeparate() ? directory.path() : directory.filePath(text(stem) + endingOf(format()));
    target_->setText(QDir::toNativeSeparators(proposed_));
    proposed_ = target_->text();
}

void ExportDialog::setTarget(const QString& target) { target_->setText(target); }

void ExportDialog::browse()
{
    const QString chosen = isSeparate()
        ? QFileDialog::getExistingDirectory(this, tr("Directory for the files"), directory_)
        : QFileDialog::getSaveFileName(this, tr("Export to"), target_->text(),
            u"%1 (*%2)"_s.arg(nameOf(format()).section(u" ("_s, 0, 0), endingOf(format())), nullptr,
            QFileDialog::DontConfirmOverwrite); // asked when it is written
    if (!chosen.isEmpty())
        target_->setText(QDir::toNativeSeparators(chosen));
}

HeadExport ExportDialog::exported() const
{
    HeadExport chosen = offer_.view;
    chosen.heads = heads();
    if (what() != View || !part_->isChecked())
        chosen.rows = chosen.columns = std::nullopt;
    if (what() != View) { // heads as they are
        chosen.combined.reset();
        chosen.source.reset();
    }
    return chosen;
}

ExportJob ExportDialog::job() const
{
    ExportJob job;
    job.what = exported();
    job.format = format();
    job.separate = isSeparate();
    job.stacked = what() != View;
    QString target = QDir::fromNativeSeparators(target_->text());
    if (!job.separate && !target.endsWith(endingOf(job.format), Qt::CaseInsensitive))
        target += endingOf(job.format);
    job.target = target.toStdString();
    job.scale = scale_->value();
    job.footer = footer_->isChecked();
    job.interactive = interactive_->isChecked();
    job.font = QApplication::font();
    job.view = offer_.options;
    if (what() == View || (offer_.shown && offer_.shown->kept)) // else every head has its own
        job.shown = offer_.shown;
    return job;
}

void ExportDialog::accept()
{
    const ExportJob chosen = job();
    QStringList there;
    try {
        if (chosen.separate && !std::filesystem::is_directory(chosen.target))
            throw Error(Fault::Output, chosen.target.string() + ": expected a directory for a file per head");
        for (const auto& file : filesOf(chosen)) {
            AtomicFile::requireTarget(file);
            if (std::filesystem::exists(file))
                there.push_back(text(file.filename().string()));
        }
    } catch (const Error& e) {
        summary_->setPalette(cautious(palette()));
        return summary_->setText(text(e.what()));
    }
    if (!there.isEmpty()
        && QMessageBox::question(this, tr("Replace files"),
               there.size() == 1 ? tr("%1 is there already. Replace it?").arg(there.front())
                                 : tr("%1 and %n more files are there already. Replace them?", nullptr,
                                     static_cast<int>(there.size()) - 1)
                                       .arg(there.front()))
            != QMessageBox::Yes)
        return;
    QSettings settings;
    settings.setValue(directoryKey,
        chosen.separate ? text(chosen.target.string()) : QFileInfo(text(chosen.target.string())).absolutePath());
    settings.setValue(formatKey, static_cast<int>(chosen.format));
    settings.setValue(scaleKey, chosen.scale);
    QDialog::accept();
}

} // namespace headscope::ui
