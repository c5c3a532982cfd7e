// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/pattern_panel.h"

#include "core/report/html_table.h"
#include "core/report/parity_figures.h"

#include <algorithm>
#include <cmath>
#include <cstdio>

namespace headscope {
namespace {

constexpr double margin = 84; ///< for labels
constexpr double labelHeight = 11;
constexpr std::size_t labelCharacters = 11;

Rgb viridis(double share) { return sequentialColour(share); }
Rgb blueRed(double share) { return divergingColour(share); }

std::string fixed(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.5g", value);
    return text;
}

std::string gradient(const char* name, Rgb (*colourOf)(double), double from)
{
    std::string text = std::string("--") + name + ": linear-gradient(90deg";
    for (int i = 0; i <= 10; ++i)
        text.append(", ").append(hexOf(colourOf(from + (1 - from) * i / 10)));
    return text + ");";
}

} // namespace

std::uint8_t shadeOf(double share, std::size_t count)
{
    if (std::isnan(share))
        return static_cast<std::uint8_t>(count);
    return static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0, 1.0) * static_cast<double>(count - 1)));
}

std::vector<Rgb> shades(const std::function<Rgb(double)>& colourOf, std::size_t count)
{
    std::vector<Rgb> colours;
    for (std::size_t i = 0; i < count; ++i)
        colours.push_back(colourOf(static_cast<double>(i) / static_cast<double>(count - 1)));
    colours.push_back(nanColour);
    return colours;
}

PatternPanel::PatternPanel(const IndexedPicture& image, const std::string& name, double side)
    : height_(image.height)
    , width_(image.width)
    , cell_(side / static_cast<double>(std::max(image.width, image.height)))
{
    text_ = "<svg viewBox=\"0 0 " + fixed(margin + across() + 1) + " " + fixed(margin + down() + 1)
        + "\" role=\"img\" aria-label=\"" + name + "\">";
    text_ += "<image" + place() + " preserveAspectRatio=\"none\" href=\"data:image/png;base64,"
        + base64(encodedPng(image)) + "\"/>";
    text_ += "<rect class=\"frame-line\"" + place() + "/>";
}

std::string PatternPanel::place() const
{
    return " x=\"" + fixed(margin) + "\" y=\"" + fixed(margin) + "\" width=\"" + fixed(across()) + "\" height=\""
        + fixed(down()) + "\"";
}

void PatternPanel::addLabels(const PanelLabels& labels)
{
    const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(labelHeight / cell_)));
    for (std::size_t row = 0; row < height_; row += every)
        addLabel(labels.row(row), margin - 4, margin + middle(row) + 3.5, " text-anchor=\"end\"");
    for (std::size_t column = 0; column < width_; column += every) {
        const double x = margin + middle(column) + 3.5;
        addLabel(labels.column(column), x, margin - 4,
            " transform=\"rotate(-90 " + fixed(x) + " " + fixed(margin - 4) + ")\"");
    }
}

void PatternPanel::mark(std::size_t at)
{
    const double reach = std::clamp(cell_ / 2 + 2, 6.0, 16.0);
    for (const char* kind : {"halo", "worst"})
        text_ += std::string("<circle class=\"") + kind + "\" cx=\"" + fixed(margin + middle(at % width_)) + "\" cy=\""
            + fixed(margin + middle(at / width_)) + "\" r=\"" + fixed(reach) + "\"/>";
}

void PatternPanel::addLabel(const std::string& label, double x, double y, const std::string& attributes)
{
    text_ += "<text x=\"" + fixed(x) + "\" y=\"" + fixed(y) + "\"" + attributes + ">" + htmlText(label) + "</text>";
}

std::string panelLabel(std::size_t position, const std::string& token)
{
    const std::string number = std::to_string(position);
    return number + " " + plainLine(token, labelCharacters - std::min(number.size(), labelCharacters - 3));
}

std::string scaleLine(const char* kind, const std::string& low, const std::string& high)
{
    return std::string("<div class=\"scale\"><span>") + low + "</span><i class=\"" + kind + "\"></i><span>" + high
        + "</span></div>";
}

std::string pictureLegend(const PagePicture& picture)
{
    std::string text = "<div class=\"legend\"><i style=\"background: linear-gradient(90deg";
    for (const Rgb& colour : picture.scale)
        text.append(", ").append(hexOf(colour));
    text += ")\"></i><div class=\"ticks\">";
    for (const auto& [share, words] : picture.ticks)
        text.append("<span style=\"left: " + fixed(100 * share) + "%\">").append(htmlText(words)).append("</span>");
    text += "</div><div class=\"kinds\">";
    for (const auto& [colour, words] : picture.kinds)
        text.append("<span><b style=\"background: " + hexOf(colour) + "\"></b>").append(htmlText(words) + "</span>");
    return text + "</div></div>";
}

std::string scaleStyles()
{
    return ":root { " + gradient("sequential", viridis, 0) + " " + gradient("diverging", blueRed, -1) + " }\n";
}

} // namespace headscope
