// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/show_box.h"

#include "core/cache/rollout_source.h"
#include "ui/text/aggregate_text.h"

#include <QComboBox>
#include <QHBoxLayout>
#include <QLabel>
#include <QSignalBlocker>
#include <QSpinBox>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {
// The rows of the box.
constexpr int OneHead = static_cast<int>(ShowKind::OneHead), Mean = static_cast<int>(ShowKind::Mean),
              Maximum = static_cast<int>(ShowKind::Maximum), Deviation = static_cast<int>(ShowKind::Deviation),
              Rollout = static_cast<int>(ShowKind::Rollout);
} // namespace

ShowBox::ShowBox(HeadSelection& selection, QWidget* parent)
    : QWidget(parent)
    , selection_(selection)
    , what_(new QComboBox(this))
    , last_(new QSpinBox(this))
{
    what_->setObjectName(u"showBox"_s);
    what_->addItems({tr("This head"), tr("Mean of heads"), tr("Maximum of heads"), tr("Standard deviation of heads"),
        tr("Attention rollout")});
    const QString heads = tr("of the picked heads (Shift and a click pick); without any, of all heads of this layer");
    what_->setItemData(Mean, tr("The mean %1, cell by cell").arg(heads), Qt::ToolTipRole);
    what_->setItemData(Maximum, tr("The largest value %1, cell by cell").arg(heads), Qt::ToolTipRole);
    what_->setItemData(Deviation, tr("The standard deviation %1, cell by cell").arg(heads), Qt::ToolTipRole);
    what_->setItemData(Rollout,
        tr("How much of each token has come to each position through all layers up to one: the product of (A + I) / 2, "
           "A being the mean of a layer's heads. Up to %1 tokens.")
            .arg(longestRollout),
        Qt::ToolTipRole);
    what_->setToolTip(tr("One head, or several as one"));
    last_->setObjectName(u"rolloutLayerBox"_s);
    last_->setPrefix(tr("to layer "));
    last_->setAccessibleName(tr("Last layer of the rollout"));
    last_->setToolTip(tr("The last layer of the rollout, from 0"));
    last_->setKeyboardTracking(false);
    last_->hide();
    what_->setMinimumWidth(70); // gives way in a narrow window
    auto* label = new QLabel(tr("Show"), this);
    label->setBuddy(what_);
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(6);
    for (QWidget* widget : {static_cast<QWidget*>(label), static_cast<QWidget*>(what_), static_cast<QWidget*>(last_)})
        layout->addWidget(widget);
    connect(what_, &QComboBox::currentIndexChanged, this, &ShowBox::follow);
    connect(last_, &QSpinBox::valueChanged, this, &ShowBox::follow);
    connect(&selection_, &HeadSelection::pickedChanged, this, &ShowBox::follow);
    connect(&selection_, &HeadSelection::shownChanged, this, &ShowBox::follow);
}

void ShowBox::setLayers(std::size_t layers)
{
    {
        const QSignalBlocker quiet(last_);
        const int most = std::max(0, static_cast<int>(layers) - 1);
        const bool another = most != last_->maximum();
        last_->setRange(0, most);
        if (another)
            last_->setValue(most);
    }
    follow();
}

ShowChoice ShowBox::choice() const
{
    ShowChoice now{static_cast<ShowKind>(what_->currentIndex())};
    if (now.kind == ShowKind::Rollout)
        now.last = LayerId{static_cast<std::size_t>(last_->value())};
    return now;
}

void ShowBox::choose(const ShowChoice& choice)
{
    {
        const QSignalBlocker quietWhat(what_), quietLast(last_);
        what_->setCurrentIndex(static_cast<int>(choice.kind));
        if (choice.last)
            last_->setValue(static_cast<int>(choice.last->value));
    }
    follow();
}

std::vector<HeadPlace> ShowBox::chosenHeads() const
{
    std::vector<HeadPlace> heads;
    for (const HeadRef head : selection_.picked())
        heads.push_back({head.layer.value, head.head.value});
    for (std::size_t head = 0; selection_.picked().empty() && head < selection_.heads(); ++head)
        heads.push_back({selection_.shown().layer.value, head});
    return heads;
}

void ShowBox::follow()
{
    const int row = what_->currentIndex();
    last_->setVisible(row == Rollout);
    std::optional<Combined> wanted;
    if (row != OneHead && !selection_.isEmpty()) {
        constexpr std::optional<Aggregate> aggregates[]{
            {}, Aggregate::Mean, Aggregate::Maximum, Aggregate::Deviation, {}};
        wanted.emplace();
        wanted->aggregate = aggregates[row];
        if (wanted->aggregate)
            wanted->heads = chosenHeads();
        else
            wanted->last = {static_cast<std::size_t>(last_->value())};
    }
    if (wanted == combined_)
        return;
    combined_ = std::move(wanted);
    Q_EMIT changed();
}

QString ShowBox::title(std::size_t mostNames) const { return combinedText(*combined_, selection_.heads(), mostNames); }

} // namespace headscope::ui
