// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/contributions_panel.h"

#include "ui/models/ablation_model.h"
#include "ui/models/contribution_delegate.h"
#include "ui/models/contribution_model.h"
#include "ui/text/answer_text.h"
#include "ui/text/labels.h"
#include "ui/windows/choice_box.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/quiet_table.h"
#include "ui/windows/theme.h"

#include <QEvent>
#include <QGridLayout>
#include <QHeaderView>
#include <QLabel>
#include <QLineEdit>
#include <QProgressBar>
#include <QPushButton>
#include <QSortFilterProxyModel>
#include <QTableView>
#include <QVBoxLayout>

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int wholeProgress = 1000;
constexpr int fewestParts = 7; ///< lines of the table that are always seen
constexpr double visible = 5e-5; ///< logits: what is less is 0 in the figures shown

/// Nothing for an empty field; else its text, or the id of "id:517".
std::optional<Answer> answerIn(const QLineEdit& field)
{
    const QString words = field.text();
    if (words.isEmpty())
        return std::nullopt;
    bool number = false;
    const qlonglong id = words.startsWith("id:"_L1) ? words.mid(3).toLongLong(&number) : 0;
    return number ? Answer{.text = {}, .id = id} : Answer{.text = words.toStdString(), .id = {}};
}

void quietenParts(QTableView& view, int rowHeight)
{
    quieten(view, rowHeight);
    view.setSelectionBehavior(QAbstractItemView::SelectRows);
    view.setAlternatingRowColors(true);
    view.setEditTriggers(QAbstractItemView::NoEditTriggers);
    view.verticalHeader()->setMinimumSectionSize(rowHeight);
    view.verticalHeader()->setSectionResizeMode(QHeaderView::Fixed);
    view.horizontalHeader()->setSectionResizeMode(QHeaderView::ResizeToContents);
}

QLabel* plainLabel(const QString& name, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(name);
    label->setTextFormat(Qt::PlainText);
    label->setWordWrap(true);
    label->setTextInteractionFlags(Qt::TextSelectableByMouse);
    return label;
}

} // namespace

ContributionsPanel::ContributionsPanel(QWidget* parent)
    : QWidget(parent)
    , model_(new ContributionModel(this))
    , sorted_(new QSortFilterProxyModel(this))
    , ablation_(new AblationModel(this))
{
    setObjectName(u"contributionsPanel"_s);
    auto* layout = new QVBoxLayout(this);
    layout->setContentsMargins(12, 10, 12, 10);
    layout->setSpacing(8);
    layout->addWidget(makeQuestion());
    layout->addWidget(makeContributions(), 1);
    layout->addWidget(makeAblation());
    connectAll();
    clear();
    setBusy(false);
    setStale(false);
    showOtherPrompt();
}

QWidget* ContributionsPanel::makeQuestion()
{
    auto* box = new QWidget(this);
    place_ = plainLabel(u"contributionsPlace"_s, box);
    const auto answer = [&](const QString& name, const QString& accessible) {
        auto* field = new QLineEdit(box);
        field->setObjectName(name);
        field->setAccessibleName(accessible);
        field->setToolTip(
            tr("Taken literally, a space in front is part of it; id:517 is a token id. Left empty: one of "
               "the two most likely next tokens."));
        return field;
    };
    answerA_ = answer(u"answerA"_s, tr("Answer A"));
    answerB_ = answer(u"answerB"_s, tr("Answer B"));
    auto* labelA = new QLabel(tr("Answer A"), box);
    auto* labelB = new QLabel(tr("Answer B"), box);
    labelA->setBuddy(answerA_);
    labelB->setBuddy(answerB_);
    attribute_ = new QPushButton(tr("Show contributions"), box);
    attribute_->setObjectName(u"attributeButton"_s);
    cancel_ = new QPushButton(tr("Cancel"), box);
    cancel_->setObjectName(u"cancelContributionsButton"_s);
    cancel_->setToolTip(tr("Stop what is being computed (Esc)"));
    progress_ = new QProgressBar(box);
    progress_->setObjectName(u"contributionsProgress"_s);
    progress_->setAccessibleName(tr("Progress of the contributions"));
    progress_->setRange(0, wholeProgress);
    progress_->setTextVisible(false);
    progress_->setMaximumHeight(6);
    message_ = plainLabel(u"contributionsMessage"_s, box);
    message_->hide();
    stale_ = plainLabel(u"contributionsStale"_s, box);
    stale_->setText(tr("Of another question than the one above – F8 to renew"));

    auto* buttons = new QHBoxLayout;
    buttons->addWidget(attribute_, 1);
    buttons->addWidget(cancel_);
    auto* layout = new QGridLayout(box);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addWidget(place_, 0, 0, 1, 2);
    layout->addWidget(labelA, 1, 0);
    layout->addWidget(answerA_, 1, 1);
    layout->addWidget(labelB, 2, 0);
    layout->addWidget(answerB_, 2, 1);
    layout->addLayout(buttons, 3, 0, 1, 2);
    layout->addWidget(progress_, 4, 0, 1, 2);
    layout->addWidget(message_, 5, 0, 1, 2);
    layout->addWidget(stale_, 6, 0, 1, 2);
    return box;
}

QWidget* ContributionsPanel::makeContributions()
{
    auto* box = new QWidget(this);
    difference_ = plainLabel(u"contributionsDifference"_s, box);
    difference_->setAccessibleName(tr("Logit difference and the sum of its parts"));
    QFont strong = difference_->font();
    strong.setBold(true);
    difference_->setFont(strong);
    sum_ = plainLabel(u"contributionsSum"_s, box);
    sum_->setToolTip(
        tr("What every part adds goes through the final norm with its scale held where it was, so that all "
           "of them together make the difference of the logits"));
    sorted_->setSourceModel(model_);
    sorted_->setSortRole(ContributionModel::SortRole);
    parts_ = new QTableView(box);
    parts_->setObjectName(u"contributionTable"_s);
    parts_->setAccessibleName(tr("What each part of the model adds to the logit difference"));
    const int rowHeight = fontMetrics().height() + 6;
    parts_->setModel(sorted_);
    quietenParts(*parts_, rowHeight);
    parts_->setItemDelegateForColumn(ContributionModel::BarColumn, new ContributionDelegate(parts_));
    parts_->horizontalHeader()->setSectionResizeMode(ContributionModel::BarColumn, QHeaderView::Stretch);
    parts_->setSortingEnabled(true);
    parts_->sortByColumn(ContributionModel::ValueColumn, Qt::DescendingOrder);
    parts_->setMinimumHeight(fewestParts * rowHeight + parts_->horizontalHeader()->sizeHint().height());
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins({});
    layout->setSpacing(4);
    layout->addWidget(difference_);
    layout->addWidget(sum_);
    layout->addWidget(parts_, 1);
    return box;
}

QWidget* ContributionsPanel::makeAblation()
{
    auto* box = new QWidget(this);
    heads_ = new ElidedLabel(40, box);
    heads_->setObjectName(u"cutHeads"_s);
    auto* method = new ChoiceBox(u"ablationMethod"_s, box);
    method->setAccessibleName(tr("What stands in the heads' place"));
    method->add({tr("zero"), tr("The heads mix nothing: zeros stand in place of their values at every position")},
        static_cast<int>(AblationMethod::Zero));
    method->add({tr("mean"),
                    tr("The mean of each head's values over the tokens of the run's prompts stands in their place at "
                       "every position")},
        static_cast<int>(AblationMethod::Mean));
    method->add({tr("another prompt"),
                    tr("What the heads make of another prompt with as many tokens stands in their place, token for "
                       "token")},
        static_cast<int>(AblationMethod::CrossRun));
    method_ = method;
    otherPrompt_ = new QLineEdit(box);
    otherPrompt_->setObjectName(u"otherPrompt"_s);
    otherPrompt_->setAccessibleName(tr("The other prompt"));
    otherPrompt_->setPlaceholderText(tr("Another prompt of as many tokens"));
    otherPrompt_->setToolTip(tr("The heads' values are taken from this prompt, token for token"));
    cut_ = new QPushButton(tr("Cut heads"), box);
    cut_->setObjectName(u"cutButton"_s);
    forget_ = new QPushButton(tr("Clear"), box);
    forget_->setObjectName(u"clearCutButton"_s);
    forget_->setToolTip(tr("Forget what cutting heads came to"));
    cutHeading_ = plainLabel(u"cutHeading"_s, box);
    scores_ = new QTableView(box);
    scores_->setObjectName(u"ablationTable"_s);
    scores_->setAccessibleName(tr("Answers before and after heads were cut"));
    scores_->setModel(ablation_);
    const int rowHeight = fontMetrics().height() + 4;
    quietenParts(*scores_, rowHeight);
    scores_->setSelectionMode(QAbstractItemView::NoSelection);
    scores_->setFocusPolicy(Qt::NoFocus);
    scores_->horizontalHeader()->setSectionResizeMode(QHeaderView::Stretch);
    scores_->horizontalHeader()->setSectionResizeMode(AblationModel::NameColumn, QHeaderView::ResizeToContents);
    scores_->setFixedHeight(AblationModel::RowCount * rowHeight + scores_->horizontalHeader()->sizeHint().height() + 2);

    auto* chosen = new QHBoxLayout;
    chosen->addWidget(heads_, 1);
    chosen->addWidget(method_);
    auto* buttons = new QHBoxLayout;
    buttons->addWidget(cut_, 1);
    buttons->addWidget(forget_);
    auto* layout = new QVBoxLayout(box);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    layout->addLayout(chosen);
    layout->addWidget(otherPrompt_);
    layout->addLayout(buttons);
    layout->addWidget(cutHeading_);
    layout->addWidget(scores_);
    return box;
}

void ContributionsPanel::connectAll()
{
    connect(attribute_, &QPushButton::clicked, this, &ContributionsPanel::attributeWanted);
    connect(cut_, &QPushButton::clicked, this, &ContributionsPanel::cutWanted);
    connect(cancel_, &QPushButton::clicked, this, &ContributionsPanel::cancelWanted);
    connect(forget_, &QPushButton::clicked, this, &ContributionsPanel::forgetCut);
    for (QLineEdit* field : {answerA_, answerB_}) {
        connect(field, &QLineEdit::textChanged, this, &ContributionsPanel::hideMessage);
        connect(field, &QLineEdit::textChanged, this, &ContributionsPanel::edited);
        connect(field, &QLineEdit::returnPressed, this, &ContributionsPanel::attributeWanted);
    }
    connect(otherPrompt_, &QLineEdit::returnPressed, this, &ContributionsPanel::cutWanted);
    connect(method_, &QComboBox::currentIndexChanged, this, &ContributionsPanel::showOtherPrompt);
    connect(parts_, &QTableView::clicked, this, &ContributionsPanel::chooseHeadOf);
    connect(parts_->selectionModel(), &QItemSelectionModel::currentRowChanged, this, &ContributionsPanel::chooseHeadOf);
}

void ContributionsPanel::chooseHeadOf(const QModelIndex& index)
{
    if (!index.isValid())
        return;
    if (const auto head = model_->headAt(sorted_->mapToSource(index).row()))
        Q_EMIT headChosen(*head);
}

ContributionsPanel::Typed ContributionsPanel::typed() const
{
    return {.a = answerIn(*answerA_),
        .b = answerIn(*answerB_),
        .method = static_cast<AblationMethod>(method_->currentData().toInt()),
        .otherPrompt = otherPrompt_->text().toStdString()};
}

void ContributionsPanel::setPlace(const QString& words, const QString& toolTip)
{
    place_->setText(words);
    place_->setToolTip(toolTip);
}

void ContributionsPanel::setDefaults(const QString& a, const QString& b)
{
    answerA_->setPlaceholderText(a);
    answerB_->setPlaceholderText(b);
}

void ContributionsPanel::setHeads(const std::vector<HeadRef>& heads)
{
    QStringList names;
    for (const HeadRef head : heads)
        names << headText(head);
    heads_->setText(tr("Heads: %1").arg(names.isEmpty() ? tr("none") : names.join(u", "_s)));
    heads_->setToolTip(tr("Heads that are cut together: those picked in the grid, else the one shown"));
}

void ContributionsPanel::setReady(bool attributes, bool cuts, const QString& why)
{
    attribute_->setEnabled(attributes);
    cut_->setEnabled(cuts);
    attribute_->setToolTip(attributes ? tr("What each head, MLP, embedding and bias adds to the difference of the "
                                           "two answers' logits (F8)")
                                      : why);
    cut_->setToolTip(cuts ? tr("Run again with these heads cut, and compare the answers (F9)") : why);
}

void ContributionsPanel::setBusy(bool busy)
{
    cancel_->setVisible(busy);
    progress_->setVisible(busy);
    progress_->setValue(0);
}

void ContributionsPanel::setProgress(double share) { progress_->setValue(static_cast<int>(share * wholeProgress)); }

void ContributionsPanel::setStale(bool stale)
{
    stale_->setVisible(stale);
    colour();
}

void ContributionsPanel::showResult(const ExampleAnswers& answers, const ExampleResult& example)
{
    before_ = example.score;
    if (example.ablated)
        after_ = example.ablated;
    ablation_->setScores(before_, after_);
    model_->setAttribution(example.attribution);
    difference_->setText(
        tr("A %1 against B %2").arg(answerText(answers.correct.front()), answerText(answers.incorrect.front())));
    const double shown = example.score.difference();
    if (!example.attribution)
        return sum_->setText(tr("Logit A − B: %1").arg(logitsText(shown)));
    const Attribution& parts = *example.attribution;
    QString words
        = tr("Logit A − B: %1 = sum of parts %2").arg(logitsText(parts.logitDifference), logitsText(parts.sum()));
    if (std::abs(parts.remainder()) > visible)
        words += tr("; %1 not explained by them").arg(logitsText(parts.remainder()));
    if (std::abs(parts.logitDifference - shown) > visible)
        words += tr("; %1 after the soft cap").arg(logitsText(shown));
    sum_->setText(words);
}

void ContributionsPanel::showCut(const QString& what, const QString& toolTip)
{
    cutHeading_->setText(what);
    cutHeading_->setToolTip(toolTip);
    cutHeading_->show();
    forget_->setEnabled(true);
}

void ContributionsPanel::forgetCut()
{
    after_.reset();
    ablation_->setScores(before_, after_);
    cutHeading_->clear();
    cutHeading_->hide();
    forget_->setEnabled(false);
}

void ContributionsPanel::clear()
{
    before_.reset();
    model_->setAttribution(std::nullopt);
    difference_->clear();
    sum_->setText(tr("Which parts of the model make it say A and not B? Press F8."));
    forgetCut();
}

void ContributionsPanel::showOtherPrompt() { otherPrompt_->setVisible(typed().method == AblationMethod::CrossRun); }

void ContributionsPanel::tell(const QString& message, bool error)
{
    error_ = error;
    message_->setText(message);
    message_->setAccessibleName(message);
    message_->setVisible(!message.isEmpty());
    colour();
}

void ContributionsPanel::showError(const QString& message) { tell(message, true); }

void ContributionsPanel::showNote(const QString& message) { tell(message, false); }

void ContributionsPanel::hideMessage() { tell({}, false); }

void ContributionsPanel::colour()
{
    stale_->setPalette(cautious(palette()));
    message_->setPalette(error_ ? cautious(palette()) : palette());
}

void ContributionsPanel::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange && stale_)
        colour();
}

} // namespace headscope::ui
