// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/html_table.h"

#include "core/report/parity_figures.h"

#include <algorithm>
#include <cmath>

namespace headscope {
namespace {

std::string attribute(std::string_view name, std::string_view value)
{
    return std::string(" ").append(name).append("=\"").append(value).append("\"");
}

/// Which columns have anything to show.
std::vector<bool> shownColumns(const HtmlTable& table)
{
    std::vector<bool> shown;
    for (std::size_t column = 0; column < table.columns.size(); ++column)
        shown.push_back(!table.columns[column].optional
            || std::any_of(table.rows.begin(), table.rows.end(),
                [=](const HtmlRow& row) { return !row.cells[column].html.empty(); }));
    return shown;
}

std::string headOf(const HtmlTable& table, const std::vector<bool>& shown)
{
    std::string text = "<thead><tr>";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        const HtmlColumn& column = table.columns[i];
        if (!shown[i])
            continue;
        text += "<th scope=\"col\" aria-sort=\"none\"";
        text += column.numeric ? " class=\"number\" data-kind=\"number\">" : ">";
        text += "<button type=\"button\">" + htmlText(column.title) + "</button></th>";
    }
    return text + "</tr></thead>\n";
}

std::string rowOf(const HtmlTable& table, const HtmlRow& row, const std::vector<bool>& shown)
{
    std::string text = "<tr" + (row.verdict.empty() ? std::string() : attribute("data-verdict", row.verdict)) + ">";
    for (std::size_t i = 0; i < table.columns.size(); ++i) {
        if (!shown[i])
            continue;
        const HtmlCell& cell = row.cells[i];
        const char* element = i == 0 ? "th" : "td";
        text.append("<").append(element);
        if (i == 0)
            text += attribute("scope", "row");
        if (table.columns[i].numeric)
            text += attribute("class", "number");
        if (cell.key)
            text += attribute("data-v", htmlText(*cell.key));
        text.append(">").append(cell.html).append("</").append(element).append(">");
    }
    return text + "</tr>\n";
}

} // namespace

std::string htmlText(std::string_view text)
{
    std::string result;
    for (const char c : plainLine(text)) {
        switch (c) {
        case '&':
            result += "&amp;";
            break;
        case '<':
            result += "&lt;";
            break;
        case '>':
            result += "&gt;";
            break;
        case '"':
            result += "&quot;";
            break;
        case '\'':
            result += "&#39;";
            break;
        default:
            result += c;
        }
    }
    return result;
}

std::string htmlCode(std::string_view text) { return "<code>" + htmlText(text) + "</code>"; }

HtmlCell textCell(std::string_view text) { return {htmlText(text)}; }

HtmlCell numberCell(double value)
{
    // Beyond what a double holds, which JavaScript reads as infinity.
    const std::string key = std::isfinite(value) ? exactNumber(value) : value < 0 ? "-1e999" : "1e999";
    return {shortNumber(value), key};
}

HtmlCell countCell(std::size_t value) { return {std::to_string(value), std::to_string(value)}; }

HtmlCell countsCell(std::uint64_t reference, std::uint64_t candidate)
{
    if (reference == 0 && candidate == 0)
        return {};
    return {std::to_string(reference) + " · " + std::to_string(candidate), std::to_string(reference + candidate)};
}

void writeTable(const HtmlTable& table, const TextSink& out)
{
    const bool filtered
        = std::any_of(table.rows.begin(), table.rows.end(), [](const HtmlRow& row) { return !row.verdict.empty(); });
    const std::vector<bool> shown = shownColumns(table);
    const std::string label = attribute("aria-label", htmlText(table.label));
    out(filtered ? "<div class=\"filtered\">" : "<div>");
    out("<div class=\"frame\" tabindex=\"0\" role=\"region\"" + label + "><table"
        + (filtered ? attribute("class", "rows") : std::string()) + label + ">\n" + headOf(table, shown) + "<tbody>\n");
    for (const HtmlRow& row : table.rows)
        out(rowOf(table, row, shown));
    out("</tbody></table></div>");
    if (filtered)
        out("<p class=\"none quiet\" hidden=\"hidden\">The filter hides every row of this table.</p>");
    out("</div>\n");
}

} // namespace headscope
