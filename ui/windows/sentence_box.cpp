// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/sentence_box.h"

#include "ui/models/prompt_pairs.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/lines_view.h"
#include "ui/windows/choice_box.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lines_panel.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

SentenceBox::SentenceBox(InspectorView& inspector, QWidget* parent)
    : QWidget(parent)
    , inspector_(inspector)
    , box_(new ChoiceBox(u"sentenceBox"_s, this))
{
    box_->setAccessibleName(tr("Sentences"));
    box_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box_->setMinimumWidth(52);
    const auto add = [this](SentencePart part, const QString& name, const QString& explanation) {
        box_->add({name, explanation}, static_cast<int>(part));
    };
    add(SentencePart::All, tr("All"), tr("Sentences: every token of both texts"));
    add(SentencePart::FirstToFirst, tr("A → A"), tr("Sentences: tokens of the first text that look at the first text"));
    add(SentencePart::SecondToSecond, tr("B → B"),
        tr("Sentences: tokens of the second text that look at the second text"));
    add(SentencePart::FirstToSecond, tr("A → B"),
        tr("Sentences: tokens of the first text that look at the second text"));
    add(SentencePart::SecondToFirst, tr("B → A"),
        tr("Sentences: tokens of the second text that look at the first text"));
    auto* label = new QLabel(tr("Sentences"), this);
    label->setBuddy(box_);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(label);
    layout->addWidget(box_);
    hide();
    connect(box_, &QComboBox::currentIndexChanged, this, [this] {
        ViewOptions wanted = inspector_.options();
        wanted.sentences = box_->chosen<SentencePart>();
        inspector_.setOptions(wanted);
    });
    connect(&inspector_, &InspectorView::contentChanged, this, &SentenceBox::follow);
    connect(&inspector_, &InspectorView::optionsChanged, this, &SentenceBox::follow);
}

void SentenceBox::follow()
{
    const auto& capture = inspector_.capture();
    const auto segments = capture && !capture->header().isCross()
        ? segmentsOf(capture->header().tokens[inspector_.sequence().value])
        : std::optional<Segments>();
    {
        const QSignalBlocker quiet(box_);
        box_->choose(inspector_.options().sentences);
    }
    setVisible(segments.has_value());
    const auto limits = segments ? limitsOf(inspector_.options().sentences, *segments) : std::nullopt;
    const auto at = [](std::size_t position) { return static_cast<double>(position); };
    inspector_.heatmap().setLimits(!limits ? QRectF()
                                           : QRectF(at(limits->keys.begin), at(limits->queries.begin),
                                               at(limits->keys.size()), at(limits->queries.size())));
    inspector_.lines().view().setLimits(limits);
}

} // namespace headscope::ui
