// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/parity_pictures.h"

#include "core/report/html_table.h"
#include "core/report/parity_figures.h"

#include <algorithm>
#include <cmath>

namespace headscope {
namespace {

Rgb viridis(double share) { return sequentialColour(share); }
Rgb blueRed(double share) { return divergingColour(share); }

constexpr std::size_t shades = 255; ///< of a scale; one index more is NaN
constexpr double side = 280; ///< of the longer side of a picture, in units of its drawing
constexpr double margin = 84; ///< for labels
constexpr double labelHeight = 11;
constexpr std::size_t labelCharacters = 11;

/// Index of a share of a scale, 0 to 1.
std::uint8_t shadeOf(double share)
{
    if (std::isnan(share))
        return shades;
    return static_cast<std::uint8_t>(std::lround(std::clamp(share, 0.0, 1.0) * (shades - 1)));
}

template <class Share, class Colour>
IndexedPicture painted(const PatternPicture& picture, Share shareOf, Colour colourOf)
{
    IndexedPicture result;
    result.width = picture.width;
    result.height = picture.height;
    result.pixels.resize(picture.width * picture.height);
    for (std::size_t i = 0; i < result.pixels.size(); ++i)
        result.pixels[i] = shadeOf(shareOf(i));
    for (std::size_t i = 0; i < shades; ++i)
        result.colours.push_back(colourOf(static_cast<double>(i) / (shades - 1)));
    result.colours.push_back(nanColour);
    return result;
}

double differenceAt(const PatternPicture& picture, std::size_t at)
{
    return static_cast<double>(picture.reference[at]) - static_cast<double>(picture.candidate[at]);
}

/// Index of the cell whose sides lie furthest apart; one with NaN on one side only goes before all others.
std::size_t worstCell(const PatternPicture& picture)
{
    std::size_t worst = 0;
    double most = -1;
    for (std::size_t i = 0; i < picture.reference.size(); ++i) {
        const bool broken = std::isnan(picture.reference[i]) != std::isnan(picture.candidate[i]);
        const double distance = broken ? HUGE_VAL : std::abs(differenceAt(picture, i));
        if (distance > most) {
            most = distance;
            worst = i;
        }
    }
    return worst;
}

/// The largest finite distance: what the scale of differences reaches to.
double largestDifference(const PatternPicture& picture)
{
    double most = 0;
    for (std::size_t i = 0; i < picture.reference.size(); ++i)
        if (const double distance = std::abs(differenceAt(picture, i)); std::isfinite(distance))
            most = std::max(most, distance);
    return most;
}

/// "5 ·sat"; where a value covers several positions, the first of them.
std::string labelOf(const PatternPicture& picture, std::size_t value)
{
    const std::size_t position = value * picture.step;
    const std::string number = std::to_string(position);
    if (position >= picture.tokens.size())
        return number;
    return number + " "
        + plainLine(picture.tokens[position], labelCharacters - std::min(number.size(), labelCharacters - 3));
}

std::string fixed(double value)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.4g", value);
    return text;
}

/// One picture with its labels: an <svg>.
class Panel {
public:
    Panel(const PatternPicture& picture, const std::string& name)
        : picture_(picture)
        , cell_(side / static_cast<double>(std::max(picture.width, picture.height)))
    {
        text_ = "<svg viewBox=\"0 0 " + fixed(margin + across() + 1) + " " + fixed(margin + down() + 1)
            + "\" role=\"img\" aria-label=\"" + name + "\">";
    }

    void addImage(const IndexedPicture& image)
    {
        text_ += "<image x=\"" + fixed(margin) + "\" y=\"" + fixed(margin) + rectangleSize()
            + "\" preserveAspectRatio=\"none\" href=\"data:image/png;base64," + base64(encodedPng(image)) + "\"/>";
        text_
            += "<rect class=\"frame-line\" x=\"" + fixed(margin) + "\" y=\"" + fixed(margin) + rectangleSize() + "\"/>";
    }

    void addLabels()
    {
        const auto every = static_cast<std::size_t>(std::max(1.0, std::ceil(labelHeight / cell_)));
        for (std::size_t row = 0; row < picture_.height; row += every)
            addLabel(row, margin - 4, margin + middle(row) + 3.5, " text-anchor=\"end\"");
        for (std::size_t column = 0; column < picture_.width; column += every) {
            const double x = margin + middle(column) + 3.5;
            addLabel(column, x, margin - 4, " transform=\"rotate(-90 " + fixed(x) + " " + fixed(margin - 4) + ")\"");
        }
    }

    void mark(std::size_t at)
    {
        const double reach = std::clamp(cell_ / 2 + 2, 6.0, 16.0);
        for (const char* kind : {"halo", "worst"})
            text_ += std::string("<circle class=\"") + kind + "\" cx=\"" + fixed(margin + middle(at % picture_.width))
                + "\" cy=\"" + fixed(margin + middle(at / picture_.width)) + "\" r=\"" + fixed(reach) + "\"/>";
    }

    std::string finished() { return text_ + "</svg>"; }

private:
    double across() const { return cell_ * static_cast<double>(picture_.width); }
    double down() const { return cell_ * static_cast<double>(picture_.height); }
    double middle(std::size_t value) const { return cell_ * (static_cast<double>(value) + 0.5); }
    std::string rectangleSize() const { return "\" width=\"" + fixed(across()) + "\" height=\"" + fixed(down()); }
    void addLabel(std::size_t value, double x, double y, const std::string& attributes)
    {
        text_ += "<text x=\"" + fixed(x) + "\" y=\"" + fixed(y) + "\"" + attributes + ">"
            + htmlText(labelOf(picture_, value)) + "</text>";
    }

    const PatternPicture& picture_;
    double cell_;
    std::string text_;
};

std::string scaleLine(const char* kind, const std::string& low, const std::string& high)
{
    return "<div class=\"scale\"><span>" + low + "</span><i class=\"" + kind + "\"></i><span>" + high + "</span></div>";
}

std::string placeOf(const PatternPicture& picture, std::size_t at)
{
    return "query " + htmlCode(labelOf(picture, at / picture.width)) + " → key "
        + htmlCode(labelOf(picture, at % picture.width));
}

std::string captionOf(const PatternPicture& picture, std::size_t worst)
{
    std::string text = "<figcaption><strong>L" + std::to_string(picture.layer) + " H" + std::to_string(picture.head)
        + "</strong>, sequence " + std::to_string(picture.sequence) + ": max |A − B| "
        + shortNumber(picture.maxAbsolute) + ", shown at " + placeOf(picture, worst) + " (A "
        + shortNumber(picture.reference[worst]) + ", B " + shortNumber(picture.candidate[worst]) + ")";
    if (picture.step > 1)
        text += "; each square is the cell that differs most of " + std::to_string(picture.step) + " × "
            + std::to_string(picture.step);
    return text + "</figcaption>";
}

std::string gradient(const char* name, Rgb (*colourOf)(double), double from)
{
    std::string text = std::string("--") + name + ": linear-gradient(90deg";
    for (int i = 0; i <= 10; ++i)
        text.append(", ").append(hexOf(colourOf(from + (1 - from) * i / 10)));
    return text + ");";
}

} // namespace

bool isWhole(const PatternPicture& picture)
{
    const std::size_t count = picture.width * picture.height;
    return count > 0 && picture.reference.size() == count && picture.candidate.size() == count;
}

PatternImages imagesOf(const PatternPicture& picture)
{
    const double most = std::max(largestDifference(picture), 1e-300); // of equal sides every cell is 0
    return {painted(
                picture, [&](std::size_t at) { return picture.reference[at]; }, viridis),
        painted(
            picture, [&](std::size_t at) { return picture.candidate[at]; }, viridis),
        painted(
            picture, [&](std::size_t at) { return (differenceAt(picture, at) / most + 1) / 2; },
            [](double share) { return divergingColour(2 * share - 1); })};
}

std::string patternFigure(const PatternPicture& picture)
{
    const PatternImages images = imagesOf(picture);
    const std::size_t worst = worstCell(picture);
    const std::string most = shortNumber(largestDifference(picture));
    const struct {
        const char* title;
        const IndexedPicture& image;
        std::string scale;
    } panels[] = {{"A", images.reference, scaleLine("sequential", "0", "1")},
        {"B", images.candidate, scaleLine("sequential", "0", "1")},
        {"A − B", images.difference, scaleLine("diverging", "−" + most, "+" + most)}};
    std::string text = "<figure>" + captionOf(picture, worst) + "<div class=\"panels\">";
    for (const auto& [title, image, scale] : panels) {
        Panel panel(picture,
            "Pattern of L" + std::to_string(picture.layer) + " H" + std::to_string(picture.head) + ", " + title
                + "; rows are queries, columns are keys");
        panel.addImage(image);
        panel.addLabels();
        panel.mark(worst);
        const bool isDifference = &image == &images.difference;
        text += std::string("<div class=\"panel") + (isDifference ? " difference" : "") + "\"><h4>" + title + "</h4>"
            + panel.finished() + scale + "</div>";
    }
    return text + "</div></figure>\n";
}

std::string scaleStyles()
{
    return ":root { " + gradient("sequential", viridis, 0) + " " + gradient("diverging", blueRed, -1) + " }\n";
}

} // namespace headscope
