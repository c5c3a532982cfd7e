// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/comparison_parts.h"

#include "core/run/prompt_text.h"
#include "ui/text/labels.h"
#include "ui/views/scale_strip.h"
#include "ui/windows/comparison_panels.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/view_options_bar.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

void fillWithPrompts(QComboBox& box, const RunHeader& header)
{
    const QSignalBlocker quiet(box);
    box.clear();
    for (std::size_t s = 0; s < header.sequences(); ++s)
        box.addItem(
            u"%1: "_s.arg(s) + (s < header.request.prompts.size() ? text(promptText(header.request, s)) : QString()));
    box.setCurrentIndex(-1);
}

ComparisonHeader::ComparisonHeader(const QString& name, QWidget* parent)
    : QWidget(parent)
    , row_(new QHBoxLayout)
    , title_(new QLabel(this))
    , note_(new ElidedLabel(60, this))
    , options_(new ViewOptionsBar(name, this))
{
    title_->setObjectName(name + u"Title"_s);
    title_->setTextFormat(Qt::PlainText);
    QFont strong = title_->font();
    strong.setBold(true);
    strong.setPointSizeF(strong.pointSizeF() * 1.25);
    title_->setFont(strong);
    note_->setObjectName(name + u"Note"_s);
    note_->setForegroundRole(QPalette::PlaceholderText);
    note_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Preferred);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 6, 12, 2);
    layout->setSpacing(2);
    layout->addLayout(row_);
    layout->addWidget(options_->badge());
    row_->setSpacing(8);
    row_->addWidget(title_);
    row_->addWidget(note_, 1);
    row_->addWidget(options_);
}

void ComparisonHeader::add(QWidget* control) { row_->insertWidget(row_->indexOf(options_), control); }

QComboBox* ComparisonHeader::addPrompts(const QString& name, const QString& label)
{
    auto* box = new QComboBox(this);
    box->setObjectName(name);
    box->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    box->setMinimumContentsLength(8);
    box->setMinimumWidth(60);
    if (!label.isEmpty()) {
        auto* words = new QLabel(label, this);
        words->setBuddy(box);
        add(words);
    }
    add(box);
    return box;
}

void ComparisonHeader::setTitle(const QString& title) { title_->setText(title); }

void ComparisonHeader::setNote(const QString& note, const QString& toolTip)
{
    note_->setText(note);
    note_->setToolTip(toolTip.isEmpty() || note.isEmpty() ? QString() : note + u'\n' + toolTip);
}

PanelsWithReadout::PanelsWithReadout(const QString& name, const QString& hint, QWidget* parent)
    : QWidget(parent)
    , panels_(new ComparisonPanels(this))
    , readout_(new QLabel(this))
    , kinds_(new KindLegend(this))
    , hint_(hint)
{
    readout_->setObjectName(name);
    readout_->setTextFormat(Qt::PlainText);
    readout_->setWordWrap(true);
    readout_->setSizePolicy(QSizePolicy::Ignored, QSizePolicy::Fixed);
    readout_->setTextInteractionFlags(Qt::TextSelectableByMouse);
    readout_->setFixedHeight(2 * readout_->fontMetrics().lineSpacing() + 2);
    readout_->setAlignment(Qt::AlignLeft | Qt::AlignTop);
    auto* below = new QHBoxLayout;
    below->addWidget(readout_, 1);
    below->addWidget(kinds_, 0, Qt::AlignTop);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 2, 12, 4);
    layout->setSpacing(2);
    layout->addWidget(panels_, 1);
    layout->addLayout(below);
    connect(panels_, &ComparisonPanels::scaleChanged, this,
        [this] { kinds_->setScale(panels_->heatmap(ComparisonPanels::Change).colourScale(), leavesOut_); });
    connect(panels_, &ComparisonPanels::readoutChanged, this,
        [this] { readout_->setText(panels_->readout().isEmpty() ? hint_ : panels_->readout()); });
}

void PanelsWithReadout::setOptions(const ViewOptions& options)
{
    leavesOut_ = options.specials != SpecialTokens::Show;
    panels_->setOptions(options);
}

} // namespace headscope::ui
