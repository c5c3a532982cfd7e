// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/parity_pictures.h"

#include "core/report/html_table.h"
#include "core/report/parity_figures.h"
#include "core/report/pattern_panel.h"

#include <algorithm>
#include <cmath>

namespace headscope {
namespace {

constexpr std::size_t shadeCount = 255; ///< of a scale

Rgb viridis(double share) { return sequentialColour(share); }

template <class Share, class Colour>
IndexedPicture painted(const PatternPicture& picture, Share shareOf, Colour colourOf)
{
    IndexedPicture result;
    result.width = picture.width;
    result.height = picture.height;
    result.pixels.resize(picture.width * picture.height);
    for (std::size_t i = 0; i < result.pixels.size(); ++i)
        result.pixels[i] = shadeOf(shareOf(i), shadeCount);
    result.colours = shades(colourOf, shadeCount);
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
    return position < picture.tokens.size() ? panelLabel(position, picture.tokens[position]) : std::to_string(position);
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
    const auto label = [&](std::size_t value) { return labelOf(picture, value); };
    std::string text = "<figure>" + captionOf(picture, worst) + "<div class=\"panels\">";
    for (const auto& [title, image, scale] : panels) {
        PatternPanel panel(image,
            "Pattern of L" + std::to_string(picture.layer) + " H" + std::to_string(picture.head) + ", " + title
                + "; rows are queries, columns are keys");
        panel.addLabels({label, label});
        panel.mark(worst);
        const bool isDifference = &image == &images.difference;
        text += std::string("<div class=\"panel") + (isDifference ? " difference" : "") + "\"><h4>" + title + "</h4>"
            + panel.finished() + scale + "</div>";
    }
    return text + "</div></figure>\n";
}

} // namespace headscope
