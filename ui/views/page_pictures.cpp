// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/page_pictures.h"

#include "core/report/provenance.h"
#include "ui/text/drawn_text.h"

#include <cmath>
#include <cstdint>

namespace headscope::ui {

namespace {

constexpr std::uint8_t shadeCount = 251; ///< of the scale; behind them what has no value
enum Extra : std::uint8_t { Nan = shadeCount, Masked, Padding, Excluded };

Rgb rgbOf(QRgb colour)
{
    return {static_cast<std::uint8_t>(qRed(colour)), static_cast<std::uint8_t>(qGreen(colour)),
        static_cast<std::uint8_t>(qBlue(colour))};
}

std::uint8_t shadeOf(const ColourScale& scale, CellCode code)
{
    if (code > maskedCode && code != nanCode)
        return static_cast<std::uint8_t>(std::lround(scale.shareOf(code) * (shadeCount - 1)));
    return code == nanCode ? Nan : code == maskedCode ? Masked : code == excludedCode ? Excluded : Padding;
}

std::vector<Rgb> shadesOf(const ColourScale& scale, int count)
{
    std::vector<Rgb> shades;
    for (int i = 0; i < count; ++i)
        shades.push_back(rgbOf(scale.at(double(i) / (count - 1)).rgb()));
    return shades;
}

} // namespace

PagePicture pagePicture(const CapturePtr& capture, const PatternTilePtr& tile, const SheetStyle& style)
{
    const HeadSheet sheet(capture, tile, style);
    const ColourScale& scale = sheet.scale();
    PagePicture picture;
    picture.tile = tile;
    picture.transposed = sheet.isTransposed();
    IndexedPicture& cells = picture.cells;
    cells.width = picture.transposed ? sheet.rows() : sheet.columns();
    cells.height = picture.transposed ? sheet.columns() : sheet.rows();
    cells.colours = shadesOf(scale, shadeCount);
    const Rgb masked = rgbOf(scale.masked()), padding = rgbOf(scale.padding(0, 0)),
              excluded = rgbOf(scale.excluded(1, 1));
    cells.colours.insert(cells.colours.end(), {nanColour, masked, padding, excluded});
    cells.pixels.resize(cells.width * cells.height);
    for (std::size_t y = 0; y < cells.height; ++y)
        for (std::size_t x = 0; x < cells.width; ++x)
            cells.pixels[y * cells.width + x]
                = shadeOf(scale, picture.transposed ? sheet.code(x, y) : sheet.code(y, x));

    picture.scale = shadesOf(scale, 21);
    for (const auto& [share, figure] : ticksOf(scale, 1000, 1))
        picture.ticks.emplace_back(share, figure.toStdString());
    picture.kinds = {{masked, "masked"}, {padding, "padding"}, {nanColour, "NaN"}};
    if (sheet.legend().leavesOut)
        picture.kinds.emplace_back(excluded, "left out");
    const bool kept = style.shown && style.shown->kept;
    ViewOptions drawn = drawnWith(style.view, *tile);
    drawn.transposed = false; // the page says so in words of its own
    picture.words = joinedText(partOf(*tile).view, drawnText(drawn, kept));
    return picture;
}

} // namespace headscope::ui
