// SPDX-License-Identifier: GPL-3.0-or-later
// A picture of values with token labels, as part of a page.
#pragma once

#include "core/report/page_picture.h"

#include <functional>
#include <string>

namespace headscope {

/// Index of a share of a scale, 0 to 1, among so many shades; NaN has the index behind them.
std::uint8_t shadeOf(double share, std::size_t count);
/// So many shades of a scale, and the colour of NaN; `colourOf` takes a share from 0 to 1. An odd number of shades has
/// a middle.
std::vector<Rgb> shades(const std::function<Rgb(double)>& colourOf, std::size_t count);

/// What stands beside the values: a label for every value of an axis, asked for only where there is room.
struct PanelLabels {
    std::function<std::string(std::size_t value)> row, column;
};

/// One picture with its labels: an <svg>, well-formed XML.
class PatternPanel {
public:
    /// \param name says what it is, for those who do not see it: escaped. \param side of the longer side, in units of
    /// the drawing, in which labels are 10 high
    PatternPanel(const IndexedPicture& image, const std::string& name, double side = 280);
    void addLabels(const PanelLabels& labels);
    void mark(std::size_t at); ///< a circle around a value, counted in row-major order
    std::string finished() const { return text_ + "</svg>"; }

private:
    double across() const { return cell_ * static_cast<double>(width_); }
    double down() const { return cell_ * static_cast<double>(height_); }
    double middle(std::size_t value) const { return cell_ * (static_cast<double>(value) + 0.5); }
    std::string place() const;
    void addLabel(const std::string& label, double x, double y, const std::string& attributes);

    std::size_t height_, width_;
    double cell_;
    std::string text_;
};

/// "5 ·sat", not longer than a panel has room for.
std::string panelLabel(std::size_t position, const std::string& token);

/// The scale below a panel. \param kind "sequential" or "diverging"; both ends are escaped
std::string scaleLine(const char* kind, const std::string& low, const std::string& high);

/// The scale of a head's own picture with all its ticks, and what the colours beside it mean. What is said is escaped.
std::string pictureLegend(const PagePicture& picture);

/// Style rules with the colours of both scales.
std::string scaleStyles();

} // namespace headscope
