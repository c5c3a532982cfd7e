// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/head_page_parts.h"

#include "core/report/html_table.h"
#include "core/report/parity_figures.h"
#include "core/report/pattern_panel.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>
#include <span>
#include <utility>

namespace headscope {
namespace {

constexpr std::size_t mostValues = 512; ///< a side of a picture
constexpr std::size_t strongest = 20;
constexpr double panelSide = 560;

const std::vector<Token>& queriesOf(const HeadExport& what)
{
    return what.capture->header().tokens.at(what.sequence.value);
}

const std::vector<Token>& keysOf(const HeadExport& what) { return what.capture->header().keysOf(what.sequence.value); }

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

std::string caption(const PagePicture& picture)
{
    const PatternTile& tile = *picture.tile;
    const auto broken
        = std::count_if(tile.values.begin(), tile.values.end(), [](float value) { return std::isnan(value); });
    std::string text
        = picture.transposed ? "Rows are keys, columns are queries; " : "Rows are queries, columns are keys; ";
    text += partOf(tile).origin;
    if (!picture.words.empty())
        text += "; " + picture.words;
    if (const std::size_t step = std::max(tile.rowStep, tile.columnStep); step > 1)
        text.append("; each square is the ")
            .append(tile.pool == Pool::Mean ? "mean" : "largest")
            .append(" of " + std::to_string(tile.rowStep) + " × " + std::to_string(tile.columnStep) + " cells");
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

/// Labels of the values of one axis.
std::function<std::string(std::size_t)> labelsOf(const std::vector<Token>& tokens, std::size_t begin, std::size_t step)
{
    return [&tokens, begin, step](std::size_t value) {
        const std::size_t position = begin + value * step;
        return panelLabel(position, tokens[position].label);
    };
}

/// The run's own values, for resources/report/heads.js.
void writeValues(const HeadExport& what, const HeadPlace& head, bool transposed, const TextSink& out)
{
    const PatternTilePtr tile = fetch(*sourceOf(what), {head.layer}, {head.head}, what.stage, rowsOf(what),
        columnsOf(what), {.priority = Priority::Background});
    out("<output class=\"reading\" aria-live=\"polite\">Point at a cell to read it; arrow keys move.</output>\n"
        "<script type=\"text/plain\" class=\"values\" data-height=\""
        + std::to_string(tile->height) + "\" data-width=\"" + std::to_string(tile->width)
        + (transposed ? "\" data-transposed=\"yes" : "") + "\" data-kinds=\"" + runsOfKinds(*tile) + "\">");
    out(base64(std::as_bytes(std::span(tile->values))));
    out("</script>");
}

} // namespace

void writeHeadFigure(
    const HeadExport& what, const HeadPlace& head, const PagePainter& paint, bool readable, const TextSink& out)
{
    const PagePicture picture = paint(head, readable ? 0 : mostValues);
    const PatternTile& tile = *picture.tile;
    const std::string axes
        = picture.transposed ? "; rows are keys, columns are queries" : "; rows are queries, columns are keys";
    PatternPanel panel(picture.cells, htmlText(nameOf(what, head)) + axes, panelSide);
    PanelLabels labels{labelsOf(queriesOf(what), tile.rows.begin, tile.rowStep),
        labelsOf(keysOf(what), tile.columns.begin, tile.columnStep)};
    if (picture.transposed)
        std::swap(labels.row, labels.column);
    panel.addLabels(labels);
    out("<figure><figcaption class=\"quiet\">" + htmlText(caption(picture)) + "</figcaption><div class=\"panel large\">"
        + panel.finished() + pictureLegend(picture));
    if (readable)
        writeValues(what, head, picture.transposed, out);
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
    HtmlTable table{"Largest values of " + nameOf(what, head),
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
    const auto axis = [](const std::vector<Token>& of, Range positions) {
        auto tokens = nlohmann::json::array();
        for (std::size_t at = positions.begin; at < positions.end; ++at)
            tokens.push_back(std::to_string(at) + " " + plainLine(of[at].label));
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
