// SPDX-License-Identifier: GPL-3.0-or-later
// Where the thumbnails of heads stand.
#pragma once

#include <QRect>

#include <algorithm>
#include <optional>
#include <utility>

namespace headscope::ui {

/// Equal slots in rows: a thumbnail, and a caption below it where there is one. Places count along the rows.
/// Units  logical pixels.
struct HeadLayout {
    static constexpr int spacing = 5;

    int cell = 28; ///< side of a thumbnail
    QSize margin{0, 0}; ///< room for labels to the left and above
    QSize caption{0, 0}; ///< below each thumbnail; may be wider than it
    std::size_t columns = 1, count = 0;

    int slotWidth() const { return std::max(cell, caption.width()) + spacing; }
    int slotHeight() const { return cell + caption.height() + spacing; }
    std::size_t rows() const { return (count + columns - 1) / columns; }
    QSize size() const
    {
        return margin + QSize(static_cast<int>(columns) * slotWidth(), static_cast<int>(rows()) * slotHeight());
    }
    QPoint slotAt(std::size_t place) const
    {
        return {margin.width() + static_cast<int>(place % columns) * slotWidth(),
            margin.height() + static_cast<int>(place / columns) * slotHeight()};
    }
    QRect cellRect(std::size_t place) const
    {
        return {slotAt(place) + QPoint((slotWidth() - spacing - cell) / 2, 0), QSize(cell, cell)};
    }
    QRect captionRect(std::size_t place) const
    {
        return {slotAt(place) + QPoint(0, cell), QSize(slotWidth() - spacing, caption.height())};
    }
    std::optional<std::size_t> placeAt(QPoint point) const
    {
        const QPoint inner = point - QPoint(margin.width(), margin.height());
        if (inner.x() < 0 || inner.y() < 0 || inner.x() >= static_cast<int>(columns) * slotWidth())
            return std::nullopt;
        const std::size_t place = static_cast<std::size_t>(inner.y() / slotHeight()) * columns
            + static_cast<std::size_t>(inner.x() / slotWidth());
        return place < count ? std::optional(place) : std::nullopt;
    }
    /// The places of all rows that meet an area, from first to behind the last.
    std::pair<std::size_t, std::size_t> placesIn(const QRect& area) const
    {
        const auto row = [this](int y) {
            return static_cast<std::size_t>(std::max(0, y - margin.height()) / slotHeight());
        };
        return {std::min(count, row(area.top() - spacing) * columns),
            std::min(count, (row(area.bottom() + spacing) + 1) * columns)};
    }
    friend bool operator==(const HeadLayout&, const HeadLayout&) = default;
};

} // namespace headscope::ui
