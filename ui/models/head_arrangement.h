// SPDX-License-Identifier: GPL-3.0-or-later
// In which order the heads of a grid stand, and which of them.
#pragma once

#include "core/analysis/head_scores.h"
#include "ui/models/head_figures.h"
#include "ui/models/head_ref.h"

#include <QObject>

#include <map>
#include <optional>
#include <utility>
#include <vector>

namespace headscope::ui {

/// What heads are arranged by. All but the first are figures of each head.
enum class HeadOrder {
    Model, ///< layers down, heads across
    Entropy,
    FirstToken,
    PreviousToken,
    DuplicateToken,
    Induction,
    Difference, ///< largest |Δ| of a comparison
    Contribution, ///< to a logit difference
    Likeness, ///< to one chosen head
};

/// Which heads are left, going by the figure that they are arranged by.
struct HeadFilter {
    enum class Keep { All, AtLeast, AtMost };
    Keep keep = Keep::All;
    double bound = 0;

    /// Heads without a figure, or with NaN, are left out by any bound.
    bool keeps(const std::optional<double>& figure) const
    {
        return keep == Keep::All || (figure && (keep == Keep::AtLeast ? *figure >= bound : *figure <= bound));
    }
    friend bool operator==(const HeadFilter&, const HeadFilter&) = default;
};

/// How a grid is arranged, as far as somebody chose it.
struct ArrangementChoice {
    HeadOrder order = HeadOrder::Model;
    bool descending = true;
    HeadFilter filter{};
    HeadRef like{}; ///< whom heads are like, where that is the order
    friend bool operator==(const ArrangementChoice&, const ArrangementChoice&) = default;
};

/// Heads by a figure, the largest (or smallest) first; NaN behind all numbers, heads without a figure behind those, and
/// equal ones in model order. Figures may come while it stands: layers finish one after the other.
class HeadArrangement : public QObject {
    Q_OBJECT
public:
    using QObject::QObject;

    /// Forgets all figures; keeps order and filter, but a likeness.
    void reset(std::size_t layers, std::size_t heads);
    void setScores(const LayerScores& scores); ///< ignored when of another shape
    /// \param figures nothing, or of another shape: the order is not offered.
    void setFigures(HeadMeasure measure, std::optional<HeadFigures> figures);
    /// \param figures [layers * heads], what each has in common with `head`; arranges by it.
    void setLikeness(HeadRef head, std::vector<std::optional<float>> figures);

    void setOrder(HeadOrder order, bool descending); ///< another order drops the filter
    void setFilter(HeadFilter filter); ///< of no effect in model order

    HeadOrder order() const { return order_; }
    bool isDescending() const { return descending_; }
    HeadFilter filter() const { return filter_; }
    HeadRef likenessOf() const { return likenessOf_; } ///< whom the last likeness is to
    bool isModelOrder() const { return order_ == HeadOrder::Model; }
    bool offers(HeadOrder order) const; ///< whether any head has such a figure, or may get one

    const std::vector<HeadRef>& shown() const { return shown_; } ///< in their order
    std::optional<std::size_t> placeOf(HeadRef head) const; ///< within shown()
    std::size_t all() const { return layers_ * heads_; }
    std::size_t unknown() const; ///< heads that have no figure yet
    std::optional<double> figureOf(HeadRef head) const { return figureOf(head, order_); }
    std::optional<double> figureOf(HeadRef head, HeadOrder order) const;
    /// The smallest and the largest figure that is a number.
    std::optional<std::pair<double, double>> range() const;

Q_SIGNALS:
    void changed(); ///< shown heads or their figures, order or filter
    void offersChanged();

private:
    void arrange();
    std::size_t indexOf(HeadRef head) const { return head.layer.value * heads_ + head.head.value; }

    std::size_t layers_ = 0, heads_ = 0;
    std::vector<std::optional<HeadScores>> scores_; ///< [layer * head]
    std::map<HeadOrder, HeadFigures> figures_; ///< of this shape
    HeadRef likenessOf_;
    std::vector<std::optional<float>> likeness_; ///< [layer * head], or nothing
    HeadOrder order_ = HeadOrder::Model;
    bool descending_ = true;
    HeadFilter filter_;
    std::vector<HeadRef> shown_;
    std::vector<std::size_t> places_; ///< [layer * head], within shown_
};

} // namespace headscope::ui
