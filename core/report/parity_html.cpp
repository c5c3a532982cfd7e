// SPDX-License-Identifier: GPL-3.0-or-later
// One page without any part outside it. It is HTML 5 and well-formed XML at once, so that tests can read it strictly.
#include "core/model/embedded.h"
#include "core/report/html_table.h"
#include "core/report/parity_chart.h"
#include "core/report/parity_figures.h"
#include "core/report/parity_formats.h"
#include "core/report/parity_html_sections.h"
#include "core/report/pattern_panel.h"

#include <algorithm>
#include <array>

namespace headscope {
namespace {

constexpr std::array kinds{VerdictKind::Identical, VerdictKind::WithinTolerance, VerdictKind::Known,
    VerdictKind::Diverges, VerdictKind::NotCompared};

void writeHead(const ParityReport& report, const TextSink& out)
{
    out("<!DOCTYPE html>\n<!-- SPDX-License-Identifier: GPL-3.0-or-later -->\n<html lang=\"en\">\n<head>\n"
        "<meta charset=\"utf-8\"/>\n"
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; img-src data:; style-src "
        "'unsafe-inline'; script-src 'unsafe-inline'\"/>\n"
        "<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n<title>Parity of "
        + htmlText(report.modelName) + ": " + std::string(spell(report.worst())) + "</title>\n<style>\n");
    out(findEmbeddedFile("report/parity.css")->text());
    out(scaleStyles() + "</style>\n</head>\n<body>\n");
}

/// "2 pairs identical, 1 pair diverges"
std::string countsOfPairs(const ParityReport& report)
{
    std::string text;
    for (const VerdictKind kind : kinds) {
        const auto count = std::count_if(
            report.pairs.begin(), report.pairs.end(), [=](const auto& pair) { return pair->verdict.kind == kind; });
        if (count > 0)
            text.append(text.empty() ? "" : ", ").append(std::to_string(count)).append(" ").append(spell(kind));
    }
    return text.empty() ? "nothing was compared" : text;
}

void writeTitle(const ParityReport& report, const TextSink& out)
{
    out("<header>\n<p class=\"eyebrow\">Headscope parity report</p>\n<h1>" + htmlText(report.modelName) + "</h1>\n<p>"
        + verdictHtml(report.worst()) + " <span class=\"quiet\">· the gravest of " + std::to_string(report.pairs.size())
        + (report.pairs.size() == 1 ? " pair: " : " pairs: ") + countsOfPairs(report) + "</span></p>\n");
    if (!report.inputs.empty())
        out("<p class=\"quiet\">Inputs from " + htmlCode(report.inputs) + "</p>\n");
    if (!report.prompts.empty()) {
        out("<details><summary>" + std::to_string(report.prompts.size())
            + (report.prompts.size() == 1 ? " prompt" : " prompts") + "</summary><ol class=\"prompts\" start=\"0\">\n");
        for (const std::string& prompt : report.prompts)
            out("<li>" + htmlCode(prompt) + "</li>\n");
        out("</ol></details>\n");
    }
    out("</header>\n<main>\n");
}

/// What a sentence says beyond the word for its verdict: "POSITION_IDS (closes …)", "at L1 …".
std::string afterKind(const std::string& sentence, VerdictKind kind)
{
    const std::size_t begin = sentence.find_first_not_of(": ", spell(kind).size());
    return begin == std::string::npos ? std::string() : sentence.substr(begin);
}

void writeSummary(const ParityReport& report, const TextSink& out)
{
    HtmlTable table{"Verdict of every pair",
        {{"Candidate B"}, {"Reference A"}, {"Verdict"}, {"Real rows"}, {"Padded rows"}, {"Largest gap", true, true},
            {"Beyond tolerance", true}, {"Same best token", true, true}}};
    for (std::size_t i = 0; i < report.pairs.size(); ++i) {
        const ParityPair& pair = *report.pairs[i];
        const auto beyond = std::count_if(
            pair.rows.begin(), pair.rows.end(), [](const ParityRow& row) { return isBeyondTolerance(row.verdict); });
        const bool compared = pair.verdict.kind != VerdictKind::NotCompared;
        const HtmlCell top1
            = pair.logits ? HtmlCell{percentage(pair.logits->top1), numberCell(pair.logits->top1).key} : HtmlCell{};
        HtmlCell verdict = verdictCell(pair.verdict.kind);
        if (const std::string more = afterKind(describe(pair), pair.verdict.kind); !more.empty())
            verdict.html += "<div class=\"wide quiet\">" + htmlText(more) + "</div>";
        const std::string anchor = "<a href=\"#pair-" + std::to_string(i + 1) + "\">" + htmlText(pair.candidate.label);
        table.rows.push_back({{{"<div class=\"label\">" + anchor + "</a></div>"},
                                  {"<div class=\"label\">" + htmlText(pair.reference.label) + "</div>"}, verdict,
                                  verdictCell(pair.real.kind), verdictCell(pair.padded.kind),
                                  compared ? numberCell(pair.verdict.gap) : HtmlCell{},
                                  countCell(static_cast<std::size_t>(beyond)), top1},
            spell(pair.verdict.kind)});
    }
    out("<section class=\"card\"><h2>All pairs</h2>\n");
    if (table.rows.empty())
        out("<p class=\"verdict missing\">nothing was compared</p>\n");
    else
        writeTable(table, out);
    out("</section>\n");
}

void writeFilter(const TextSink& out)
{
    out("<div class=\"bar\" hidden=\"hidden\"><fieldset><legend>Rows shown</legend>"
        "<label><input type=\"radio\" name=\"filter\" value=\"all\" checked=\"checked\"/>All rows</label>"
        "<label><input type=\"radio\" name=\"filter\" value=\"beyond\"/>Beyond tolerance</label>"
        "<label><input type=\"radio\" name=\"filter\" value=\"failing\"/>Only failing</label></fieldset>"
        "<span id=\"shown\" class=\"quiet\" role=\"status\"></span></div>\n");
}

void writeProvenance(const ParityReport& report, const TextSink& out)
{
    out("</main>\n<footer>\n<section class=\"card provenance\"><h2>What made this report</h2>\n");
    HtmlTable runs{"Runs", {{"Run"}, {"System"}, {"Provenance"}}};
    std::vector<std::string> seen;
    for (const auto& pair : report.pairs)
        for (const ParitySide* side : {&pair->reference, &pair->candidate}) {
            const std::string all = side->label + "\n" + side->system + "\n" + side->provenance;
            if (std::find(seen.begin(), seen.end(), all) != seen.end())
                continue;
            seen.push_back(all);
            runs.rows.push_back({{textCell(side->label), textCell(side->system), textCell(side->provenance)}});
        }
    if (!runs.rows.empty())
        writeTable(runs, out);
    std::string versions;
    for (const auto& [name, version] : report.versions)
        versions.append(versions.empty() ? "" : " · ").append(htmlText(name + " " + version));
    out("<p class=\"quiet\">Model " + htmlCode(report.model) + (versions.empty() ? "" : " · ") + versions);
    if (report.peakBytes > 0)
        out(" · peak memory " + std::to_string(report.peakBytes >> 20) + " MiB");
    out("</p>\n<p class=\"quiet\">A is the reference, B the candidate, a gap is |A − B|. Two values agree within a "
        "tolerance "
        "t where |A − B| ≤ t + t · size; the size is |A|, and in all but patterns and log-softmax at least the root "
        "mean "
        "square of the row. <em>Known</em>: beyond tolerance as asked for, and within it once the named differences of "
        "policy are taken away, each of them needed. Headscope’s own runs <em>emulate</em> the systems that they "
        "name.</p></section>\n</footer>\n");
}

} // namespace

void writeParityHtml(const ParityReport& report, const TextSink& out)
{
    writeHead(report, out);
    writeTitle(report, out);
    writeSummary(report, out);
    writeFilter(out);
    for (std::size_t i = 0; i < report.pairs.size(); ++i)
        writePairSection(report, i, out);
    writeProvenance(report, out);
    out("<script>\n");
    for (const char* script : {"report/tables.js", "report/parity.js"})
        out(findEmbeddedFile(script)->text());
    out("</script>\n</body>\n</html>\n");
}

} // namespace headscope
