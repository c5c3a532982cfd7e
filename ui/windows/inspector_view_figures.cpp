// SPDX-License-Identifier: GPL-3.0-or-later
// Figures of heads, told by a comparison or an ablation: what the grid is coloured and arranged by.
#include "core/cache/attention_file.h"
#include "ui/views/head_grid.h"
#include "ui/windows/inspector_view.h"

#include <QComboBox>

#include <algorithm>

namespace headscope::ui {

void InspectorView::setFigures(const HeadFigures& figures)
{
    figures_[figures.measure] = figures;
    colourHeads();
}

/// What the grid of this run can be coloured by, besides attention.
std::vector<HeadMeasure> InspectorView::measures() const
{
    std::vector<HeadMeasure> fitting;
    for (const auto& [measure, each] : figures_)
        if (capture_ && !isFromFile(capture_->header()) && each.layers > 0
            && each.layers == capture_->header().model.layers && each.heads == capture_->header().model.heads)
            fitting.push_back(measure);
    return fitting;
}

void InspectorView::colourHeads()
{
    const std::vector<HeadMeasure> fitting = measures();
    if (fitting != offered_) { // a list that is open stays while nothing changes
        offered_ = fitting;
        const QSignalBlocker quiet(colouring_);
        colouring_->clear();
        colouring_->addItem(tr("Attention"), -1);
        for (const HeadMeasure measure : fitting) {
            const bool contribution = measure == HeadMeasure::Contribution;
            colouring_->addItem(contribution ? tr("Contribution") : tr("Largest |Δ|"), static_cast<int>(measure));
            colouring_->setItemData(colouring_->count() - 1,
                contribution ? tr("What each head adds to the logit difference, in logits")
                             : tr("How far each head lies apart in the comparison"),
                Qt::ToolTipRole);
        }
        const int chosen = colouredBy_ ? colouring_->findData(static_cast<int>(*colouredBy_)) : 0;
        colouring_->setCurrentIndex(std::max(0, chosen));
        colouring_->setVisible(!fitting.empty());
    }
    for (const HeadMeasure measure : {HeadMeasure::Difference, HeadMeasure::Contribution}) {
        const bool fits = std::find(fitting.begin(), fitting.end(), measure) != fitting.end();
        grid_->arrangement().setFigures(measure, fits ? std::optional(figures_.at(measure)) : std::nullopt);
    }
    const bool shown = colouredBy_ && std::find(fitting.begin(), fitting.end(), *colouredBy_) != fitting.end();
    grid_->setFigures(shown ? std::optional(figures_.at(*colouredBy_)) : std::nullopt);
}

} // namespace headscope::ui
