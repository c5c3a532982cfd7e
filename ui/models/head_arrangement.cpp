// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/head_arrangement.h"

#include <algorithm>
#include <cmath>
#include <limits>

namespace headscope::ui {

namespace {

constexpr auto nowhere = std::numeric_limits<std::size_t>::max();

double figureFrom(const HeadScores& scores, HeadOrder order)
{
    switch (order) {
    case HeadOrder::Entropy:
        return scores.entropy;
    case HeadOrder::FirstToken:
        return scores.firstToken;
    case HeadOrder::PreviousToken:
        return scores.previousToken;
    case HeadOrder::DuplicateToken:
        return scores.duplicateToken;
    case HeadOrder::Induction:
        return scores.induction;
    default:
        return std::numeric_limits<double>::quiet_NaN();
    }
}

bool isMeasured(HeadOrder order) { return order == HeadOrder::Difference || order == HeadOrder::Contribution; }

/// Numbers, then NaN, then nothing.
int rankOf(const std::optional<double>& figure) { return !figure ? 2 : std::isnan(*figure) ? 1 : 0; }

} // namespace

void HeadArrangement::reset(std::size_t layers, std::size_t heads)
{
    if (layers != layers_ || heads != heads_)
        figures_.clear();
    layers_ = layers;
    heads_ = heads;
    scores_.assign(all(), std::nullopt);
    likeness_.clear();
    if (!offers(order_)) {
        order_ = HeadOrder::Model;
        filter_ = {};
    }
    Q_EMIT offersChanged();
    arrange();
}

void HeadArrangement::setScores(const LayerScores& scores)
{
    if (scores.layer.value >= layers_ || scores.heads.size() != heads_)
        return;
    for (std::size_t head = 0; head < heads_; ++head)
        scores_[scores.layer.value * heads_ + head] = scores.heads[head];
    if (order_ >= HeadOrder::Entropy && order_ <= HeadOrder::Induction)
        arrange();
}

void HeadArrangement::setFigures(HeadMeasure measure, std::optional<HeadFigures> figures)
{
    const HeadOrder order = measure == HeadMeasure::Difference ? HeadOrder::Difference : HeadOrder::Contribution;
    const bool offered = offers(order);
    figures_.erase(order);
    if (figures && figures->layers == layers_ && figures->heads == heads_)
        figures_.emplace(order, std::move(*figures));
    const bool lost = order_ == order && !offers(order);
    if (lost) {
        order_ = HeadOrder::Model;
        filter_ = {};
    }
    if (offered != offers(order))
        Q_EMIT offersChanged();
    if (lost || order_ == order)
        arrange();
}

void HeadArrangement::setLikeness(HeadRef head, std::vector<std::optional<float>> figures)
{
    if (figures.size() != all())
        return;
    const bool another = order_ != HeadOrder::Likeness || !(likenessOf_ == head);
    likenessOf_ = head;
    likeness_ = std::move(figures);
    order_ = HeadOrder::Likeness;
    if (another) {
        descending_ = true;
        filter_ = {};
        Q_EMIT offersChanged();
    }
    arrange();
}

void HeadArrangement::setOrder(HeadOrder order, bool descending)
{
    if (!offers(order) || (order == order_ && descending == descending_))
        return;
    if (order != order_)
        filter_ = {};
    order_ = order;
    descending_ = descending;
    arrange();
}

void HeadArrangement::setFilter(HeadFilter filter)
{
    if (filter == filter_ || isModelOrder())
        return;
    filter_ = filter;
    arrange();
}

bool HeadArrangement::offers(HeadOrder order) const
{
    if (isMeasured(order))
        return figures_.count(order) > 0;
    return order != HeadOrder::Likeness || !likeness_.empty();
}

std::optional<std::size_t> HeadArrangement::placeOf(HeadRef head) const
{
    if (head.layer.value >= layers_ || head.head.value >= heads_ || places_[indexOf(head)] == nowhere)
        return std::nullopt;
    return places_[indexOf(head)];
}

std::size_t HeadArrangement::unknown() const
{
    std::size_t count = 0;
    for (std::size_t layer = 0; layer < layers_; ++layer)
        for (std::size_t head = 0; head < heads_; ++head)
            count += !figureOf({LayerId{layer}, HeadId{head}});
    return count;
}

std::optional<double> HeadArrangement::figureOf(HeadRef head, HeadOrder order) const
{
    if (head.layer.value >= layers_ || head.head.value >= heads_ || order == HeadOrder::Model || !offers(order))
        return std::nullopt;
    const std::size_t index = indexOf(head);
    if (isMeasured(order) || order == HeadOrder::Likeness) {
        const auto& figure = isMeasured(order) ? figures_.at(order).figures[index] : likeness_[index];
        return figure ? std::optional<double>(*figure) : std::nullopt;
    }
    return scores_[index] ? std::optional(figureFrom(*scores_[index], order)) : std::nullopt;
}

std::optional<std::pair<double, double>> HeadArrangement::range() const
{
    std::optional<std::pair<double, double>> found;
    for (std::size_t layer = 0; layer < layers_; ++layer)
        for (std::size_t head = 0; head < heads_; ++head) {
            const auto figure = figureOf({LayerId{layer}, HeadId{head}});
            if (!figure || !std::isfinite(*figure))
                continue;
            found = found ? std::pair(std::min(found->first, *figure), std::max(found->second, *figure))
                          : std::pair(*figure, *figure);
        }
    return found;
}

void HeadArrangement::arrange()
{
    struct Entry {
        HeadRef head;
        std::optional<double> figure;
    };
    std::vector<Entry> entries;
    entries.reserve(all());
    for (std::size_t layer = 0; layer < layers_; ++layer)
        for (std::size_t head = 0; head < heads_; ++head) {
            const HeadRef ref{LayerId{layer}, HeadId{head}};
            const auto figure = figureOf(ref);
            if (filter_.keeps(figure))
                entries.push_back({ref, figure});
        }
    if (!isModelOrder())
        std::ranges::stable_sort(entries, [this](const Entry& a, const Entry& b) {
            const int first = rankOf(a.figure), second = rankOf(b.figure);
            if (first != second || first > 0)
                return first < second;
            return descending_ ? *a.figure > *b.figure : *a.figure < *b.figure;
        });
    shown_.clear();
    places_.assign(all(), nowhere);
    for (const auto& entry : entries) {
        places_[indexOf(entry.head)] = shown_.size();
        shown_.push_back(entry.head);
    }
    Q_EMIT changed();
}

} // namespace headscope::ui
