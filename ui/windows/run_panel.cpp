// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/run_panel.h"

#include "ui/bridge/engine_bridge.h"
#include "ui/text/labels.h"
#include "ui/windows/model_box.h"
#include "ui/windows/outlook_label.h"
#include "ui/windows/prompt_edit.h"

#include <QAction>
#include <QComboBox>
#include <QFormLayout>
#include <QLabel>
#include <QProgressBar>
#include <QPushButton>
#include <QVBoxLayout>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QString shown(DType dtype) { return text(spell(dtype)); }

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

} // namespace

RunPanel::RunPanel(EngineBridge& bridge, QAction* run, QAction* cancel, QWidget* parent)
    : QWidget(parent)
    , model_(new ModelBox(this))
    , prompts_(new PromptEdit(this))
    , device_(new QComboBox(this))
    , dtype_(new QComboBox(this))
    , padding_(new QComboBox(this))
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
    layout->addWidget(makeSettings());
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

    connect(model_, &ModelBox::modelChanged, this, &RunPanel::onEdited);
    connect(prompts_, &QPlainTextEdit::textChanged, this, &RunPanel::onEdited);
    connect(prompts_, &PromptEdit::runWanted, run, &QAction::trigger);
    for (auto* box : {device_, dtype_, padding_})
        connect(box, &QComboBox::currentIndexChanged, this, &RunPanel::onEdited);
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
    device_->setObjectName(u"deviceBox"_s);
    dtype_->setObjectName(u"dtypeBox"_s);
    padding_->setObjectName(u"paddingBox"_s);
    device_->addItem(tr("CPU"), u"cpu"_s);
    device_->setSizeAdjustPolicy(QComboBox::AdjustToMinimumContentsLengthWithIcon);
    for (const auto dtype : {DType::Float32, DType::BFloat16, DType::Float16})
        dtype_->addItem(shown(dtype), static_cast<int>(dtype));
    padding_->addItem(tr("left"), static_cast<int>(PaddingSide::Left));
    padding_->addItem(tr("right"), static_cast<int>(PaddingSide::Right));
    padding_->setToolTip(tr("Where shorter prompts of a batch are filled up"));
    form->addRow(tr("&Device"), device_);
    form->addRow(tr("Precis&ion"), dtype_);
    form->addRow(tr("Paddin&g"), padding_);
    return box;
}

void RunPanel::setSystem(const SystemInfo& system)
{
    const QString chosen = device_->currentData().toString();
    const QSignalBlocker quiet(device_);
    device_->clear();
    for (const auto& device : system.devices) {
        device_->addItem(text(device.description), text(device.name));
        device_->setItemData(device_->count() - 1, text(device.name), Qt::ToolTipRole);
    }
    if (device_->findData(chosen) < 0)
        device_->addItem(chosen, chosen); // asked for on the command line; running it will say what is wrong
    device_->setCurrentIndex(device_->findData(chosen));
}

InspectionRequest RunPanel::request() const
{
    InspectionRequest request = base_;
    request.model = model_->model().toStdString();
    if (request.inputs.empty()) {
        request.prompts.clear();
        for (const auto& prompt : prompts_->prompts())
            request.prompts.push_back(prompt.toStdString());
    }
    request.device = device_->currentData().toString().toStdString();
    request.dtype = static_cast<DType>(dtype_->currentData().toInt());
    request.padding = static_cast<PaddingSide>(padding_->currentData().toInt());
    return request;
}

void RunPanel::setRequest(const InspectionRequest& request)
{
    {
        const QSignalBlocker quiet(this);
        base_ = request;
        QStringList prompts;
        for (const auto& prompt : request.prompts)
            prompts << text(prompt);
        model_->setModel(text(request.model));
        prompts_->setPrompts(prompts);
        if (device_->findData(text(request.device)) < 0)
            device_->addItem(text(request.device), text(request.device));
        device_->setCurrentIndex(device_->findData(text(request.device)));
        dtype_->setCurrentIndex(std::max(0, dtype_->findData(static_cast<int>(request.dtype))));
        padding_->setCurrentIndex(padding_->findData(static_cast<int>(request.padding)));
    }
    onEdited();
}

void RunPanel::setModel(const QString& model) { model_->setModel(model); }

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

void RunPanel::onEdited()
{
    outlook_->setRequest(request());
    Q_EMIT edited();
}

} // namespace headscope::ui
