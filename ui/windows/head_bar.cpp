// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/head_bar.h"

#include "ui/text/labels.h"
#include "ui/text/score_text.h"
#include "ui/views/head_grid.h"
#include "ui/windows/flow_layout.h"

#include <QAction>
#include <QComboBox>
#include <QDoubleSpinBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QMenu>
#include <QSignalBlocker>
#include <QSlider>
#include <QToolButton>

#include <algorithm>
#include <cmath>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr HeadOrder orders[]{HeadOrder::Model, HeadOrder::Entropy, HeadOrder::FirstToken, HeadOrder::PreviousToken,
    HeadOrder::DuplicateToken, HeadOrder::Induction, HeadOrder::Difference, HeadOrder::Contribution,
    HeadOrder::Likeness};
constexpr int steps = 1000; // of the slider

bool isShare(HeadOrder order) { return order >= HeadOrder::FirstToken && order <= HeadOrder::Induction; }

/// Shares are entered in per cent.
double unitOf(HeadOrder order) { return isShare(order) ? 0.01 : 1; }

/// Figures of any size: differences may be 1e-7.
class FigureBox : public QDoubleSpinBox {
public:
    using QDoubleSpinBox::QDoubleSpinBox;
    QString textFromValue(double value) const override { return locale().toString(value, 'g', 4); }
    double valueFromText(const QString& words) const override
    {
        return locale().toDouble(QString(words).remove(suffix()).trimmed());
    }
    QValidator::State validate(QString& words, int&) const override
    {
        bool number = false;
        locale().toDouble(QString(words).remove(suffix()).trimmed(), &number);
        return number ? QValidator::Acceptable : QValidator::Intermediate;
    }
};

/// Label and control that stay together in a flow.
QWidget* pair(QWidget* parent, std::initializer_list<QWidget*> widgets)
{
    auto* box = new QWidget(parent);
    auto* row = new QHBoxLayout(box);
    row->setContentsMargins({});
    row->setSpacing(6);
    for (auto* widget : widgets)
        row->addWidget(widget);
    return box;
}

} // namespace

HeadBar::HeadBar(HeadGrid& grid, HeadSelection& selection, QWidget* parent)
    : QWidget(parent)
    , grid_(grid)
    , selection_(selection)
    , arrangement_(grid.arrangement())
{
    setObjectName(u"headBar"_s);
    makeActions();
    makeControls();
    offerOrders();
    follow();
    connect(&arrangement_, &HeadArrangement::offersChanged, this, [this] {
        offerOrders();
        if (arrangement_.order() != HeadOrder::Likeness)
            likeness_.restart();
        arrangeAsWanted();
    });
    connect(&arrangement_, &HeadArrangement::changed, this, &HeadBar::follow);
    connect(&likeness_, &LikenessFeed::ready, this, [this](std::size_t to, const auto& figures) {
        const std::size_t heads = selection_.heads();
        arrangement_.setLikeness({LayerId{to / heads}, HeadId{to % heads}}, figures);
        arrangeAsWanted();
    });
    later_.setSingleShot(true);
    later_.setInterval(200);
    connect(&later_, &QTimer::timeout, this, &HeadBar::compareAgain);
    connect(&grid_, &HeadGrid::patternCame, this, [this] {
        if ((wanted_ || arrangement_.order() == HeadOrder::Likeness) && !later_.isActive())
            later_.start();
    });
    grid_.setContextMenuPolicy(Qt::CustomContextMenu);
    connect(&grid_, &QWidget::customContextMenuRequested, this, &HeadBar::openMenu);
}

void HeadBar::makeActions()
{
    like_ = new QAction(tr("&Heads like this one"), this);
    like_->setObjectName(u"likeAction"_s);
    like_->setShortcut(QKeySequence(u"Shift+L"_s));
    like_->setToolTip(orderDetails(HeadOrder::Likeness));
    connect(like_, &QAction::triggered, this, [this] {
        wanted_.reset();
        findLike(selection_.shown());
    });
    clearPicks_ = new QAction(tr("&Clear picked heads"), this);
    clearPicks_->setObjectName(u"clearPicksAction"_s);
    clearPicks_->setShortcut(QKeySequence(u"Shift+Esc"_s));
    connect(clearPicks_, &QAction::triggered, &selection_, &HeadSelection::clearPicked);
    const auto update = [this] {
        like_->setEnabled(!selection_.isEmpty() && grid_.has(selection_.shown()));
        clearPicks_->setEnabled(!selection_.picked().empty());
    };
    connect(&selection_, &HeadSelection::pickedChanged, this, update);
    connect(&selection_, &HeadSelection::shownChanged, this, update);
    connect(&grid_, &HeadGrid::patternCame, this, update);
    update();
}

void HeadBar::makeControls()
{
    order_ = new QComboBox(this);
    order_->setObjectName(u"orderBox"_s);
    order_->setSizeAdjustPolicy(QComboBox::AdjustToContents);
    order_->setMinimumWidth(70); // gives way in a narrow window
    auto* label = new QLabel(tr("Arrange by"), this);
    label->setBuddy(order_);
    direction_ = new QToolButton(this);
    direction_->setObjectName(u"directionButton"_s);
    direction_->setAutoRaise(true);
    keep_ = new QComboBox(this);
    keep_->setObjectName(u"keepBox"_s);
    keep_->setAccessibleName(tr("Which heads are shown"));
    keep_->setToolTip(tr("Which heads are shown, going by the figure that they are arranged by"));
    keep_->addItems({tr("All heads"), tr("At least"), tr("At most")});
    bound_ = new FigureBox(this);
    bound_->setObjectName(u"boundBox"_s);
    bound_->setAccessibleName(tr("Bound"));
    bound_->setDecimals(12);
    bound_->setKeyboardTracking(false);
    slider_ = new QSlider(Qt::Horizontal, this);
    slider_->setObjectName(u"boundSlider"_s);
    slider_->setAccessibleName(tr("Bound"));
    slider_->setRange(0, steps);
    slider_->setPageStep(steps / 20);
    slider_->setFixedWidth(110);
    slider_->setToolTip(tr("From the smallest to the largest figure of all heads"));
    count_ = new QLabel(this);
    count_->setObjectName(u"headCount"_s);
    count_->setForegroundRole(QPalette::PlaceholderText);

    auto* layout = new FlowLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(pair(this, {label, order_, direction_}));
    layout->addWidget(pair(this, {keep_, bound_, slider_}));
    layout->addWidget(count_);

    connect(order_, &QComboBox::currentIndexChanged, this, &HeadBar::chooseOrder);
    connect(direction_, &QToolButton::clicked, this, [this] {
        wanted_.reset();
        arrangement_.setOrder(arrangement_.order(), !arrangement_.isDescending());
        Q_EMIT arranged();
    });
    connect(keep_, &QComboBox::currentIndexChanged, this, [this] {
        if (const auto range = arrangement_.range(); range && arrangement_.filter().keep == HeadFilter::Keep::All) {
            const QSignalBlocker quiet(bound_); // a bound that keeps every head to begin with
            bound_->setValue(
                (keep_->currentIndex() == 2 ? range->second : range->first) / unitOf(arrangement_.order()));
        }
        chooseFilter();
    });
    connect(bound_, &QDoubleSpinBox::valueChanged, this, &HeadBar::chooseFilter);
    connect(slider_, &QSlider::valueChanged, this,
        [this](int step) { bound_->setValue(figureAt(step) / unitOf(arrangement_.order())); });
}

void HeadBar::add(QWidget* control) { layout()->addWidget(control); }

void HeadBar::offerOrders()
{
    const QSignalBlocker quiet(order_);
    order_->clear();
    for (const HeadOrder order : orders) {
        if (!arrangement_.offers(order))
            continue;
        order_->addItem(order == HeadOrder::Likeness ? tr("Likeness to %1").arg(headText(arrangement_.likenessOf()))
                                                     : orderText(order),
            static_cast<int>(order));
        order_->setItemData(order_->count() - 1, orderDetails(order), Qt::ToolTipRole);
    }
    order_->setCurrentIndex(order_->findData(static_cast<int>(arrangement_.order())));
}

double HeadBar::figureAt(int step) const
{
    const auto range = arrangement_.range();
    return !range       ? 0
        : step == 0     ? range->first
        : step == steps ? range->second
                        : range->first + (range->second - range->first) * step / steps;
}

void HeadBar::follow()
{
    const HeadOrder order = arrangement_.order();
    {
        const QSignalBlocker quiet(order_);
        order_->setCurrentIndex(order_->findData(static_cast<int>(order)));
        order_->setToolTip(orderDetails(order));
    }
    const bool descending = arrangement_.isDescending();
    direction_->setVisible(!arrangement_.isModelOrder());
    direction_->setArrowType(descending ? Qt::DownArrow : Qt::UpArrow);
    direction_->setAccessibleName(descending ? tr("Largest first") : tr("Smallest first"));
    direction_->setToolTip(
        descending ? tr("Largest first; click for the smallest") : tr("Smallest first; click for the largest"));
    followFilter();
    const std::size_t shown = arrangement_.shown().size(), unknown = arrangement_.unknown();
    QString words = tr("%1 of %2 heads").arg(shown).arg(arrangement_.all());
    if (!arrangement_.isModelOrder() && unknown > 0)
        words += tr(", %1 not known yet").arg(unknown);
    count_->setText(words);
    count_->setVisible(!arrangement_.isModelOrder());
}

void HeadBar::followFilter()
{
    const auto filter = arrangement_.filter();
    const auto range = arrangement_.range();
    const HeadOrder order = arrangement_.order();
    const QSignalBlocker quietKeep(keep_), quietBound(bound_), quietSlider(slider_);
    const bool bounded = !arrangement_.isModelOrder() && filter.keep != HeadFilter::Keep::All;
    keep_->setVisible(!arrangement_.isModelOrder());
    keep_->setCurrentIndex(static_cast<int>(filter.keep));
    bound_->setVisible(bounded);
    slider_->setVisible(bounded);
    bound_->setSuffix(isShare(order) ? tr(" %") : order == HeadOrder::Entropy ? tr(" nats") : QString());
    bound_->setToolTip(orderText(order));
    bound_->setRange(order == HeadOrder::Contribution ? -1e9 : 0,
        isShare(order) || order == HeadOrder::Likeness ? 1 / unitOf(order) : 1e9);
    if (range)
        bound_->setSingleStep(std::max(1e-12, (range->second - range->first) / unitOf(order) / 50));
    if (!bounded)
        return;
    if (std::abs(bound_->value() * unitOf(order) - filter.bound) > 1e-11)
        bound_->setValue(filter.bound / unitOf(order));
    if (range && range->second > range->first) {
        const double share = (filter.bound - range->first) / (range->second - range->first);
        slider_->setValue(static_cast<int>(std::lround(std::clamp(share, 0.0, 1.0) * steps)));
    }
}

void HeadBar::chooseOrder()
{
    wanted_.reset();
    const auto order = static_cast<HeadOrder>(order_->currentData().toInt());
    arrangement_.setOrder(order, true);
    Q_EMIT arranged();
}

void HeadBar::chooseFilter()
{
    wanted_.reset();
    const auto keep = static_cast<HeadFilter::Keep>(keep_->currentIndex());
    double bound = bound_->value() * unitOf(arrangement_.order());
    if (const auto range = arrangement_.range()) // the box rounds, and must not round the outermost heads away
        for (const double end : {range->first, range->second})
            if (std::abs(bound - end) < 1e-11)
                bound = end;
    arrangement_.setFilter({keep, bound});
    Q_EMIT arranged();
}

void HeadBar::findLike(HeadRef head)
{
    if (!grid_.has(head))
        return;
    likeness_.ask(grid_.patterns(), head.layer.value * selection_.heads() + head.head.value);
    Q_EMIT arranged();
}

ArrangementChoice HeadBar::choice() const
{
    if (wanted_)
        return *wanted_;
    ArrangementChoice now{arrangement_.order(), true, {}, {}};
    if (now.order != HeadOrder::Model) { // where neither means anything
        now.descending = arrangement_.isDescending();
        now.filter = arrangement_.filter();
    }
    if (now.order == HeadOrder::Likeness)
        now.like = arrangement_.likenessOf();
    return now;
}

void HeadBar::arrange(const ArrangementChoice& choice)
{
    if (choice == this->choice())
        return;
    wanted_ = choice;
    arrangeAsWanted();
}

void HeadBar::arrangeAsWanted()
{
    if (!wanted_)
        return;
    const bool likeness = wanted_->order == HeadOrder::Likeness;
    if (likeness && (!arrangement_.offers(HeadOrder::Likeness) || !(arrangement_.likenessOf() == wanted_->like)))
        return findLike(wanted_->like); // comes back here
    if (!arrangement_.offers(wanted_->order))
        return;
    const ArrangementChoice choice = *std::exchange(wanted_, std::nullopt);
    arrangement_.setOrder(choice.order, choice.descending);
    arrangement_.setFilter(choice.filter);
    Q_EMIT arranged();
}

void HeadBar::compareAgain()
{
    if (wanted_)
        return arrangeAsWanted();
    if (arrangement_.order() == HeadOrder::Likeness && grid_.has(arrangement_.likenessOf()))
        findLike(arrangement_.likenessOf());
}

void HeadBar::openMenu(QPoint place)
{
    if (selection_.isEmpty())
        return;
    const HeadRef head = grid_.headAt(place).value_or(selection_.current());
    const QString name = headText(head);
    auto* menu = new QMenu(this);
    menu->setObjectName(u"headGridMenu"_s);
    menu->setAttribute(Qt::WA_DeleteOnClose);
    menu->setToolTipsVisible(true);
    const auto add = [&](const QString& words, auto react) {
        auto* action = menu->addAction(words);
        connect(action, &QAction::triggered, this, react);
        return action;
    };
    auto* like = add(tr("Heads like %1").arg(name), [this, head] {
        wanted_.reset();
        findLike(head);
    });
    like->setEnabled(grid_.has(head));
    like->setToolTip(orderDetails(HeadOrder::Likeness));
    menu->addSeparator();
    add(selection_.isPicked(head) ? tr("Do not pick %1").arg(name) : tr("Pick %1").arg(name),
        [this, head] { selection_.togglePicked(head); });
    add(tr("Pick layer %1").arg(head.layer.value), [this, head] {
        std::vector<HeadRef> wanted = selection_.picked();
        for (std::size_t other = 0; other < selection_.heads(); ++other)
            wanted.push_back({head.layer, HeadId{other}});
        selection_.setPicked(std::move(wanted));
    });
    add(tr("Pick what is shown"), [this] {
        selection_.setPicked(arrangement_.shown());
    })->setEnabled(!arrangement_.isModelOrder() && arrangement_.filter().keep != HeadFilter::Keep::All);
    menu->addAction(clearPicks_);
    menu->addSeparator();
    add(tr("Lock %1").arg(name), [this, head] {
        if (!(selection_.isLocked() && selection_.current() == head))
            selection_.toggleLock(head);
    });
    menu->popup(grid_.mapToGlobal(place));
}

} // namespace headscope::ui
