// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/view_options_bar.h"

#include "ui/text/view_text.h"
#include "ui/windows/choice_box.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/theme.h"
#include "ui/windows/view_options_menu.h"

#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QStandardItemModel>
#include <QToolButton>

#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int narrowest = 52; ///< pixels of a box where the window is narrow

template <class Value> void fill(ChoiceBox& box, const std::vector<NamedChoice<Value>>& choices)
{
    for (const auto& choice : choices)
        box.add({choice.name, choice.explanation}, static_cast<int>(choice.value));
}

template <class Value> void choose(ChoiceBox& box, Value value)
{
    const QSignalBlocker quiet(box);
    box.choose(value);
}

} // namespace

ViewOptionsBar::ViewOptionsBar(QWidget* parent)
    : QWidget(parent)
    , scope_(OptionScope::Run)
    , badge_(new ElidedLabel(60, this))
    , menu_(new ViewOptionsMenu(this))
{
    make(u"specialsBadge"_s, u"scaleBox"_s, u"viewOptionsButton"_s);
}

ViewOptionsBar::ViewOptionsBar(const QString& name, QWidget* parent)
    : QWidget(parent)
    , scope_(OptionScope::Comparison)
    , badge_(new ElidedLabel(60, this))
    , menu_(new ViewOptionsMenu(this, OptionScope::Comparison))
{
    menu_->setObjectName(name + u"Menu"_s);
    make(name + u"Badge"_s, name + u"Scale"_s, name + u"OptionsButton"_s);
}

void ViewOptionsBar::make(const QString& badge, const QString& scale, const QString& button)
{
    const bool run = scope_ == OptionScope::Run;
    auto* row = new QHBoxLayout(this);
    row->setContentsMargins({});
    row->setSpacing(8);
    badge_->setObjectName(badge);
    badge_->hide();
    row->addWidget(badge_);
    if (run) {
        stage_ = addBox(u"stageBox"_s, tr("&Stage"));
        fill(*stage_, stageChoices());
        connect(stage_, &QComboBox::currentIndexChanged, this, [this] {
            ViewOptions wanted = options_;
            wanted.stage = static_cast<Stage>(stage_->currentData().toInt());
            Q_EMIT chosen(wanted);
        });
    }
    scale_ = addBox(scale, {}); // stands beside the stage, whose scale it is
    scale_->setAccessibleName(run ? tr("Colour scale") : tr("Colour scale of A and B"));
    fill(*scale_, scaleChoices());
    auto* more = new QToolButton(this);
    more->setObjectName(button);
    more->setText(tr("View"));
    more->setToolTip(tr("Palette, special tokens, orientation and more"));
    more->setAccessibleName(tr("How heads are drawn"));
    more->setPopupMode(QToolButton::InstantPopup);
    more->setMenu(menu_);
    more->setFocusPolicy(Qt::StrongFocus);
    row->addWidget(more);
    connect(scale_, &QComboBox::currentIndexChanged, this, [this] {
        ViewOptions wanted = options_;
        wanted.scale = static_cast<ScaleMode>(scale_->currentData().toInt());
        Q_EMIT chosen(wanted);
    });
    connect(menu_, &ViewOptionsMenu::chosen, this, &ViewOptionsBar::chosen);
    setOptions({});
}

void ViewOptionsBar::setRollout(bool rollout)
{
    if (std::exchange(rollout_, rollout) != rollout)
        showBadge();
}

QWidget* ViewOptionsBar::badge() const { return badge_; }

ChoiceBox* ViewOptionsBar::addBox(const QString& name, const QString& label)
{
    auto* box = new ChoiceBox(name, this);
    box->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    box->setMinimumWidth(narrowest);
    if (!label.isEmpty()) {
        auto* words = new QLabel(label, this);
        words->setBuddy(box);
        layout()->addWidget(words);
    }
    layout()->addWidget(box);
    return box;
}

void ViewOptionsBar::setOptions(const ViewOptions& options)
{
    options_ = options;
    menu_->setOptions(options);
    if (stage_) {
        choose(*stage_, options.stage);
        if (options.stage != Stage::Pattern)
            stage_->setToolTip(stage_->toolTip() + u'\n' + tr("The small maps keep showing probabilities."));
    }
    offerScales();
    choose(*scale_, effectiveMode(drawnIn(scope_, options)));
    showBadge();
}

void ViewOptionsBar::showBadge()
{
    const QString specials = specialsNote(options_);
    const QString note = scope_ == OptionScope::Comparison ? comparedNote(options_)
        : rollout_ && !specials.isEmpty()                  ? tr("a rollout is of all tokens")
                                                           : specials;
    badge_->setText(note);
    badge_->setToolTip(note.isEmpty() ? QString() : note + u'\n' + tr("Exported data keep the run's own values."));
    badge_->setPalette(cautious(palette()));
    badge_->setVisible(!note.isEmpty());
}

void ViewOptionsBar::offerScales()
{
    auto* model = qobject_cast<QStandardItemModel*>(scale_->model());
    for (int i = 0; i < scale_->count(); ++i)
        model->item(i)->setEnabled(
            isOffered(static_cast<ScaleMode>(scale_->itemData(i).toInt()), drawnIn(scope_, options_).stage));
}

} // namespace headscope::ui
