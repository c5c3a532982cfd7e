// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/semantics_box.h"

#include "ui/windows/choice_box.h"
#include "ui/windows/elided_label.h"

#include <QCheckBox>
#include <QFormLayout>
#include <QLabel>
#include <QSettings>
#include <QToolButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr auto openKey = "window/semantics";

struct Step {
    bool Processing::*flag;
    const char* objectName;
    const char* name;
    const char* explanation;
};
constexpr Step steps[]{
    {&Processing::foldLn, "foldLnBox", QT_TRANSLATE_NOOP("SemanticsBox", "Fold norms"),
        QT_TRANSLATE_NOOP("SemanticsBox", "fold_ln: a norm's weight and bias go into the matrices behind it")},
    {&Processing::centerWritingWeights, "centerWritingBox", QT_TRANSLATE_NOOP("SemanticsBox", "Center writing weights"),
        QT_TRANSLATE_NOOP("SemanticsBox", "center_writing_weights: what is written to the residual stream has mean 0")},
    {&Processing::centerUnembed, "centerUnembedBox", QT_TRANSLATE_NOOP("SemanticsBox", "Center unembedding"),
        QT_TRANSLATE_NOOP("SemanticsBox", "center_unembed: the logits of a position have mean 0")},
    {&Processing::foldValueBiases, "foldValueBiasesBox", QT_TRANSLATE_NOOP("SemanticsBox", "Fold value biases"),
        QT_TRANSLATE_NOOP("SemanticsBox", "fold_value_biases: b_V goes into b_O")},
};

} // namespace

SemanticsBox::SemanticsBox(QWidget* parent)
    : QWidget(parent)
    , toggle_(new QToolButton(this))
    , summary_(new ElidedLabel(40, this))
    , fields_(new QWidget(this))
    , mode_(new ChoiceBox(u"bridgeModeBox"_s, fields_))
    , sentinel_(new ChoiceBox(u"sentinelBox"_s, fields_))
    , prependBos_(new ChoiceBox(u"prependBosBox"_s, fields_))
{
    toggle_->setObjectName(u"semanticsToggle"_s);
    toggle_->setText(tr("Sema&ntics"));
    toggle_->setToolTip(tr("The finer choices of what the backend computes"));
    toggle_->setCheckable(true);
    toggle_->setAutoRaise(true);
    toggle_->setFocusPolicy(Qt::StrongFocus);
    toggle_->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
    summary_->setObjectName(u"semanticsSummary"_s);
    auto* heading = new QHBoxLayout;
    heading->setSpacing(8);
    heading->addWidget(toggle_, 0, Qt::AlignLeft);
    heading->addWidget(summary_, 1);

    mode_->addAll<BridgeMode>();
    sentinel_->addAll<SentinelChoice>();
    prependBos_->addAll<PrependBos>();
    auto* form = new QFormLayout(fields_);
    form->setContentsMargins(18, 0, 0, 0);
    form->setSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft);
    form->addRow(tr("Bridge mode"), mode_);
    form->addRow(tr("Masked &with"), sentinel_);
    form->addRow(tr("Prepend BOS"), prependBos_);
    addSteps(*form);

    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins({});
    layout->addLayout(heading);
    layout->addWidget(fields_);
    connect(toggle_, &QToolButton::toggled, this, [this](bool open) {
        setOpen(open);
        QSettings().setValue(QLatin1String(openKey), open);
    });
    for (auto* box : {mode_, sentinel_, prependBos_})
        connect(box, &QComboBox::currentIndexChanged, this, &SemanticsBox::onEdited);
    setOpen(QSettings().value(QLatin1String(openKey)).toBool());
    refresh();
}

void SemanticsBox::addSteps(QFormLayout& form)
{
    auto* column = new QVBoxLayout;
    column->setSpacing(4);
    column->addWidget(new QLabel(tr("Weight processing"), fields_));
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        steps_[i] = new QCheckBox(tr(steps[i].name), fields_);
        steps_[i]->setObjectName(QLatin1String(steps[i].objectName));
        steps_[i]->setToolTip(tr(steps[i].explanation));
        column->addWidget(steps_[i]);
        connect(steps_[i], &QCheckBox::toggled, this, &SemanticsBox::onEdited);
    }
    form.addRow(column);
}

bool SemanticsBox::hasMode() const { return choices_.backend == Backend::Bridge; }

bool SemanticsBox::hasSentinel() const
{
    return choices_.backend == Backend::Bridge || choices_.backend == Backend::Hooked;
}

bool SemanticsBox::hasProcessing() const
{
    return choices_.backend == Backend::Hooked || (hasMode() && choices_.mode == BridgeMode::Compat);
}

void SemanticsBox::setChoices(const InspectionRequest& request)
{
    choices_ = {request.backend, request.bridgeMode, request.sentinel, request.processing, request.prependBos};
    refresh();
}

void SemanticsBox::setBackend(Backend backend)
{
    choices_.backend = backend;
    refresh();
}

void SemanticsBox::applyTo(InspectionRequest& request) const
{
    const Choices none;
    request.bridgeMode = hasMode() ? choices_.mode : none.mode;
    request.sentinel = hasSentinel() ? choices_.sentinel : none.sentinel;
    request.processing = hasProcessing() ? choices_.processing : none.processing;
    request.prependBos = choices_.prependBos;
}

void SemanticsBox::setOpen(bool open)
{
    toggle_->setChecked(open);
    toggle_->setArrowType(open ? Qt::DownArrow : Qt::RightArrow);
    fields_->setVisible(open);
    summary_->setVisible(!open); // open, the fields say it
}

QSize SemanticsBox::minimumSizeHint() const
{
    return QWidget::minimumSizeHint().expandedTo({fields_->minimumSizeHint().width(), 0});
}

void SemanticsBox::onEdited()
{
    if (hasMode())
        choices_.mode = mode_->chosen<BridgeMode>();
    if (hasSentinel())
        choices_.sentinel = sentinel_->chosen<SentinelChoice>();
    choices_.prependBos = prependBos_->chosen<PrependBos>();
    if (steps_[0]->isEnabled()) // else they show what has just become impossible
        for (std::size_t i = 0; i < steps_.size(); ++i)
            choices_.processing.*(steps[i].flag) = steps_[i]->isChecked();
    refresh();
    Q_EMIT edited();
}

void SemanticsBox::refresh()
{
    const auto show = [](ChoiceBox& box, bool possible, auto value, const QString& why) {
        const QSignalBlocker quiet(box);
        box.setEnabled(possible);
        if (possible)
            box.choose(value);
        else
            box.chooseNothing(why);
    };
    show(*mode_, hasMode(), choices_.mode, tr("Bridge only"));
    show(*sentinel_, hasSentinel(), choices_.sentinel, tr("Bridge and Hooked only"));
    show(*prependBos_, true, choices_.prependBos, {});
    for (std::size_t i = 0; i < steps_.size(); ++i) {
        const QSignalBlocker quiet(steps_[i]);
        steps_[i]->setEnabled(hasProcessing());
        steps_[i]->setChecked(hasProcessing() && choices_.processing.*(steps[i].flag));
    }
    summary_->setText(summary());
    toggle_->setAccessibleDescription(summary());
}

QString SemanticsBox::summary() const
{
    QStringList words;
    if (hasMode())
        words << describe(choices_.mode).name;
    if (hasSentinel() && choices_.sentinel != SentinelChoice::BackendDefault)
        words << describe(choices_.sentinel).name;
    if (hasProcessing() && choices_.processing != Processing{}) {
        const auto on = std::count_if(
            std::begin(steps), std::end(steps), [this](const Step& step) { return choices_.processing.*(step.flag); });
        words << tr("%1 of 4 steps").arg(on);
    }
    if (choices_.prependBos != PrependBos::Off)
        words << (choices_.prependBos == PrependBos::On ? tr("BOS on") : tr("BOS as the original"));
    return words.isEmpty() ? tr("defaults") : words.join(tr(", "));
}

} // namespace headscope::ui
