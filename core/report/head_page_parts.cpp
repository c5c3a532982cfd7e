// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/head_page_parts.h"

#include "core/report/html_table.h"
#include "core/report/parity_figures.h"
#include "core/report/pattern_panel.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <limits>

namespace headscope {
namespace {

constexpr std::size_t mostValues = 512; ///< a side of a picture
constexpr std::size_t strongest = 20;
constexpr double panelSide = 560;
constexpr std::size_t shadeCount = 253; ///< of a scale; behind them NaN, masked and padding
constexpr std::uint8_t maskedShade = shadeCount + 1, paddingShade = shadeCount + 2;
constexpr Rgb maskedColour{0xE4, 0xE5, 0xEA}, paddingColour{0xC9, 0xCB, 0xD4};

const std::vector<Token>& queriesOf(const HeadExport& what)
{
    return what.capture->header().tokens.at(what.sequence.value);
}

const std::vector<Token>& keysOf(const HeadExport& what) { return what.capture->header().keysOf(what.sequence.value); }

/// What the colours of a picture reach from and to.
struct Scale {
    double low = 0, high = 1;
    double share(double value) const { return (value - low) / (high - low); }
};

/// 0 to 1 for probabilities; scores from the least to the largest finite one of an allowed cell.
Scale scaleOf(const PatternTile& tile)
{
    if (tile.stage == Stage::Pattern)
        return {};
    Scale scale{std::numeric_limits<double>::max(), std::numeric_limits<double>::lowest()};
    for (std::size_t at = 0; at < tile.values.size(); ++at)
        if (tile.kinds[at] == CellKind::Allowed && std::isfinite(tile.values[at])) {
            scale.low = std::min<double>(scale.low, tile.values[at]);
            scale.high = std::max<double>(scale.high, tile.values[at]);
        }
    return scale.low < scale.high ? scale : Scale{};
}

IndexedPicture pictureOf(const PatternTile& tile, Scale scale)
{
    IndexedPicture picture{tile.width, tile.height, std::vector<std::uint8_t>(tile.values.size()),
        shades([](double share) { return sequentialColour(share); }, shadeCount)};
    picture.colours.insert(picture.colours.end(), {maskedColour, paddingColour});
    for (std::size_t at = 0; at < tile.values.size(); ++at)
        picture.pixels[at] = tile.kinds[at] == CellKind::Allowed ? shadeOf(scale.share(tile.values[at]), shadeCount)
            : tile.kinds[at] == CellKind::Masked                 ? maskedShade
                                                                 : paddingShade;
    return picture;
}

/// "a3m5;a4m4": how many cells of each kind follow one another, row by row.
std::string runsOfKinds(const PatternTile& tile)
{
    std::string text;
    for (std::size_t row = 0; row < tile.height; ++row) {
        text += row ? ";" : "";
        for (std::size_t column = 0; column < tile.width;) {
            const CellKind kind = tile.kind(row, column);
            std::size_t end = column;
            while (end < tile.width && tile.kind(row, end) == kind)
                ++end;
            text += kind == CellKind::Masked ? 'm' : kind == CellKind::Padding ? 'p' : 'a';
            text += std::to_string(end - column);
            column = end;
        }
    }
    return text;
}

std::string caption(const PatternTile& tile)
{
    const auto broken
        = std::count_if(tile.values.begin(), tile.values.end(), [](float value) { return std::isnan(value); });
    std::string text = tile.origin;
    if (const std::size_t step = std::max(tile.rowStep, tile.columnStep); step > 1)
        text += "; each square is the largest of " + std::to_string(tile.rowStep) + " × "
            + std::to_string(tile.columnStep) + " cells";
    if (broken > 0)
        text += "; " + std::to_string(broken) + (broken == 1 ? " square is NaN" : " squares are NaN");
    return text;
}

/// One of the largest values.
struct Strong {
    float value = 0;
    std::size_t query = 0, key = 0;
    friend bool operator<(const Strong& a, const Strong& b) { return a.value > b.value; } // the least is on top
};

std::string tokenHtml(const std::vector<Token>& tokens, std::size_t position)
{
    return std::to_string(position) + " " + htmlCode(tokens[position].label);
}

} // namespace

void writeHeadFigure(const HeadExport& what, const HeadPlace& head, bool readable, const TextSink& out)
{
    const Range rows = rowsOf(what), columns = columnsOf(what);
    const std::size_t most = readable ? 0 : mostValues;
    const PatternTilePtr tile = fetch(*what.capture->patterns(what.sequence), {head.layer}, {head.head}, what.stage,
        rows, columns, {.maxHeight = most, .maxWidth = most, .priority = Priority::Background});
    const Scale scale = scaleOf(*tile);
    const std::string name = "L" + std::to_string(head.layer) + " H" + std::to_string(head.head);
    PatternPanel panel(pictureOf(*tile, scale), name + "; rows are queries, columns are keys", panelSide);
    const auto labels = [](const std::vector<Token>& tokens, std::size_t begin, std::size_t step) {
        return [&tokens, begin, step](std::size_t value) {
            const std::size_t position = begin + value * step;
            return panelLabel(position, tokens[position].label);
        };
    };
    panel.addLabels(
        {labels(queriesOf(what), rows.begin, tile->rowStep), labels(keysOf(what), columns.begin, tile->columnStep)});
    out("<figure><figcaption class=\"quiet\">" + htmlText(caption(*tile)) + "</figcaption><div class=\"panel large\">"
        + panel.finished() + scaleLine("sequential", shortNumber(scale.low), shortNumber(scale.high)));
    if (readable) {
        out("<output class=\"reading\" aria-live=\"polite\">Point at a cell to read it; arrow keys move.</output>\n"
            "<script type=\"text/plain\" class=\"values\" data-height=\""
            + std::to_string(tile->height) + "\" data-width=\"" + std::to_string(tile->width) + "\" data-kinds=\""
            + runsOfKinds(*tile) + "\">");
        out(base64(std::as_bytes(std::span(tile->values))));
        out("</script>");
    }
    out("</div></figure>\n");
}

void writeStrongest(const HeadExport& what, const HeadPlace& head, const TextSink& out)
{
    std::vector<Strong> found; // a heap
    forEachRows(what, head, [&](const PatternTile& tile) {
        for (std::size_t row = 0; row < tile.height; ++row)
            for (std::size_t column = 0; column < tile.width; ++column) {
                const float value = tile.value(row, column);
                if (tile.kind(row, column) != CellKind::Allowed || std::isnan(value))
                    continue;
                if (found.size() == strongest && value <= found.front().value)
                    continue;
                if (found.size() == strongest) {
                    std::pop_heap(found.begin(), found.end());
                    found.pop_back();
                }
                found.push_back({value, tile.rows.begin + row, tile.columns.begin + column});
                std::push_heap(found.begin(), found.end());
            }
    });
    std::sort_heap(found.begin(), found.end());
    HtmlTable table{"Largest values of L" + std::to_string(head.layer) + " H" + std::to_string(head.head),
        {{"Query"}, {"Key"}, {what.stage == Stage::Pattern ? "Probability" : "Score", true}}};
    for (const Strong& cell : found)
        table.rows.push_back({{{tokenHtml(queriesOf(what), cell.query), std::to_string(cell.query)},
            {tokenHtml(keysOf(what), cell.key), std::to_string(cell.key)}, numberCell(cell.value)}});
    out("<details><summary>The " + std::to_string(found.size()) + " largest "
        + (what.stage == Stage::Pattern ? "weights" : "scores") + "</summary>\n");
    writeTable(table, out);
    out("</details>\n");
}

void writeTokens(const HeadExport& what, const TextSink& out)
{
    const auto axis = [](const std::vector<Token>& all, Range positions) {
        auto tokens = nlohmann::json::array();
        for (std::size_t at = positions.begin; at < positions.end; ++at)
            tokens.push_back(std::to_string(at) + " " + plainLine(all[at].label));
        return tokens;
    };
    const nlohmann::json both{{"stage", what.stage == Stage::Pattern ? "probability" : "score"},
        {"queries", axis(queriesOf(what), rowsOf(what))}, {"keys", axis(keysOf(what), columnsOf(what))}};
    std::string text; // nothing that HTML or XML would read as its own
    for (const char c : both.dump())
        text += c == '<' ? "\\u003c" : c == '>' ? "\\u003e" : c == '&' ? "\\u0026" : std::string(1, c);
    out("<script type=\"application/json\" id=\"tokens\">" + text + "</script>\n");
}

} // namespace headscope
