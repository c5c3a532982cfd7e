// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/run_panel.h"

#include "core/run/prompt_text.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/models/preferences.h"
#include "ui/models/prompt_pairs.h"
#include "ui/text/labels.h"
#include "ui/windows/choice_box.h"
#include "ui/windows/model_box.h"
#include "ui/windows/outlook_label.h"
#include "ui/windows/prompt_edit.h"
#include "ui/windows/semantics_box.h"
#include "ui/windows/theme.h"

#include <QAction>
#include <QEvent>
#include <QFormLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QPushButton* buttonFor(QAction* action, const QString& name, QWidget* parent)
{
    auto* button = new QPushButton(action->text(), parent);
    button->setObjectName(name);
    button->setToolTip(action->toolTip());
    button->setEnabled(action->isEnabled());
    QObject::connect(button, &QPushButton::clicked, action, &QAction::trigger);
    QObject::connect(action, &QAction::changed, button, [button, action] { button->setEnabled(action->isEnabled()); });
    return button;
}

void addDevice(ChoiceBox& box, const QString& description, const QString& name)
{
    box.add({description, RunPanel::tr("Where the model runs: %1").arg(name)}, 0);
    box.setItemData(box.count() - 1, name);
}

} // namespace

RunPanel::RunPanel(EngineBridge& bridge, QAction* run, QAction* cancel, QWidget* parent)
    : QWidget(parent)
    , model_(new ModelBox(this))
    , prompts_(new PromptEdit(this))
    , template_(new QLabel(tr("This model has a chat template; prompts are sent as raw text."), this))
    , device_(new ChoiceBox(u"deviceBox"_s, this))
    , dtype_(new ChoiceBox(u"dtypeBox"_s, this))
    , padding_(new ChoiceBox(u"paddingBox"_s, this))
    , positions_(new ChoiceBox(u"positionsBox"_s, this))
    , backend_(new ChoiceBox(u"backendBox"_s, this))
    , attention_(new ChoiceBox(u"attentionBox"_s, this))
    , semantics_(new SemanticsBox(this))
    , progress_(new QProgressBar(this))
    , outlook_(new OutlookLabel(bridge, this))
    , run_(buttonFor(run, u"runButton"_s, this))
    , cancel_(buttonFor(cancel, u"cancelButton"_s, this))
{
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(6);
    const auto labelled = [&](const QString& name, QWidget* field, int stretch = 0) {
        auto* label = new QLabel(name, this);
        label->setBuddy(field);
        layout->addWidget(label);
        layout->addWidget(field, stretch);
        layout->addSpacing(6);
    };
    labelled(tr("&Model"), model_);
    labelled(tr("&Prompts, one a line"), prompts_);
    template_->setObjectName(u"templateLabel"_s);
    template_->setWordWrap(true);
    template_->setPalette(quiet(palette()));
    template_->hide();
    layout->insertWidget(layout->indexOf(prompts_) + 1, template_);
    layout->addWidget(makeSettings());
    layout->addSpacing(2);
    layout->addWidget(semantics_);
    layout->addSpacing(8);

    auto* buttons = new QHBoxLayout;
    run_->setDefault(true);
    buttons->addWidget(run_, 2);
    buttons->addWidget(cancel_, 1);
    layout->addLayout(buttons);
    progress_->setObjectName(u"runProgress"_s);
    progress_->setTextVisible(false);
    progress_->setMaximumHeight(6);
    QSizePolicy keep = progress_->sizePolicy();
    keep.setRetainSizeWhenHidden(true); // nothing below jumps when a run starts
    progress_->setSizePolicy(keep);
    progress_->hide();
    layout->addWidget(progress_);
    layout->addWidget(outlook_);
    layout->addStretch(1);

    connect(model_, &ModelBox::modelChanged, this, [this] {
        pairs_ = false; // until it is known
        onEdited();
    });
    connect(prompts_, &QPlainTextEdit::textChanged, this, &RunPanel::onEdited);
    connect(prompts_, &PromptEdit::runWanted, run, &QAction::trigger);
    connect(backend_, &QComboBox::currentIndexChanged, this,
        [this] { semantics_->setBackend(backend_->chosen<Backend>()); });
    for (auto* box : {device_, dtype_, padding_, positions_, backend_, attention_})
        connect(box, &QComboBox::currentIndexChanged, this, &RunPanel::onEdited);
    connect(outlook_, &OutlookLabel::modelKnown, this, &RunPanel::onModelKnown);
    connect(semantics_, &SemanticsBox::edited, this, &RunPanel::onEdited);
    bridge
        .requestSystemInfo(this,
            [this](const auto& system, const auto&) {
                if (system)
                    setSystem(*system);
            })
        .detach();
}

QWidget* RunPanel::makeSettings()
{
    auto* box = new QWidget(this);
    auto* form = new QFormLayout(box);
    form->setContentsMargins({});
    form->setSpacing(8);
    form->setFieldGrowthPolicy(QFormLayout::AllNonFixedFieldsGrow);
    form->setLabelAlignment(Qt::AlignLeft);
    addDevice(*device_, tr("CPU"), u"cpu"_s);
    const QString precision = tr("Precision of weights and activations");
    for (const auto dtype : {DType::Float32, DType::BFloat16, DType::Float16, DType::Float64})
        dtype_->add({text(spell(dtype)), precision}, static_cast<int>(dtype));
    padding_->addAll<PaddingSide>();
    positions_->addAll<PositionPolicy>();
    backend_->addAll<Backend>();
    attention_->addAll<AttentionKind>();
    form->addRow(tr("&Device"), device_);
    form->addRow(tr("Precis&ion"), dtype_);
    form->addRow(tr("Paddin&g"), padding_);
    form->addRow(tr("Posi&tions"), positions_);
    form->addRow(tr("Bac&kend"), backend_);
    form->addRow(tr("Attention"), attention_);
    return box;
}

void RunPanel::setSystem(const SystemInfo& system)
{
    const QString chosen = device_->currentData().toString();
    const QSignalBlocker quiet(device_);
    device_->clear();
    for (const auto& device : system.devices) {
        addDevice(*device_, text(device.description), text(device.name));
    }
    if (device_->findData(chosen) < 0)
        addDevice(*device_, chosen, chosen); // asked for on the command line; running it will say what is wrong
    device_->setCurrentIndex(device_->findData(chosen));
}

/// \pre request is base_ with the model in the box
void RunPanel::takePrompts(InspectionRequest& request) const
{
    if (prompts_->isAsGiven() && request.model == base_.model)
        return; // may hold what lines cannot
    request.prompts.clear();
    request.secondPrompts.clear();
    bool pair = false;
    for (const auto& line : prompts_->prompts()) {
        const auto [first, second] = pairs_ ? splitPair(line) : std::pair(line, QString());
        request.prompts.push_back(first.toStdString());
        request.secondPrompts.push_back(second.toStdString());
        pair = pair || !second.isEmpty();
    }
    if (!pair)
        request.secondPrompts.clear();
}

InspectionRequest RunPanel::request() const
{
    InspectionRequest request = base_;
    request.model = model_->model().toStdString();
    if (request.inputs.empty())
        takePrompts(request);
    request.device = device_->currentData().toString().toStdString();
    request.dtype = dtype_->chosen<DType>();
    request.padding = padding_->chosen<PaddingSide>();
    request.positions = positions_->chosen<PositionPolicy>();
    request.backend = backend_->chosen<Backend>();
    request.attention = attention_->chosen<AttentionKind>();
    semantics_->applyTo(request);
    return request;
}

void RunPanel::setRequest(const InspectionRequest& request)
{
    {
        const QSignalBlocker quiet(this);
        base_ = request;
        QStringList prompts;
        for (std::size_t row = 0; row < request.prompts.size(); ++row)
            prompts << text(promptText(request, row));
        model_->setModel(text(request.model));
        prompts_->setPrompts(prompts);
        if (device_->findData(text(request.device)) < 0)
            addDevice(*device_, text(request.device), text(request.device));
        device_->setCurrentIndex(device_->findData(text(request.device)));
        dtype_->setCurrentIndex(std::max(0, dtype_->findData(static_cast<int>(request.dtype))));
        padding_->choose(request.padding);
        positions_->choose(request.positions);
        backend_->choose(request.backend);
        attention_->choose(request.attention);
        semantics_->setChoices(request);
    }
    onEdited();
}

void RunPanel::setResources(const Preferences& preferences)
{
    preferences.applyTo(base_);
    onEdited();
}

void RunPanel::chooseModel(const QString& directory) { model_->choose(directory); }

bool RunPanel::isComplete() const
{
    return !model_->model().isEmpty() && (!prompts_->prompts().isEmpty() || !base_.inputs.empty());
}

bool RunPanel::isWaiting() const { return outlook_->isWaiting(); }

void RunPanel::rememberModel(const QString& model) { model_->remember(model); }

void RunPanel::showProgress(int done, int total)
{
    progress_->setRange(0, total);
    progress_->setValue(done);
    progress_->show();
}

void RunPanel::hideProgress() { progress_->hide(); }

void RunPanel::onModelKnown(const ModelInfo& model)
{
    if (!model.family.empty() && pairs_ != takesPairs(model)) {
        pairs_ = !pairs_;
        onEdited();
    }
    template_->setVisible(model.hasChatTemplate && base_.inputs.empty()); // token ids are what they are
}

void RunPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        template_->setPalette(quiet(palette()));
}

void RunPanel::onEdited()
{
    outlook_->setRequest(request());
    Q_EMIT edited();
}

} // namespace headscope::ui
