// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/parity_html_sections.h"

#include "core/report/parity_chart.h"
#include "core/report/parity_figures.h"
#include "core/report/parity_pictures.h"

#include <algorithm>

namespace headscope {
namespace {

constexpr std::size_t promptCharacters = 60; ///< of a prompt in a table

HtmlCell optionalCell(const std::optional<double>& value) { return value ? numberCell(*value) : HtmlCell{}; }

HtmlCell shareCell(const std::optional<double>& share)
{
    return share ? HtmlCell{percentage(*share), numberCell(*share).key} : HtmlCell{};
}

/// The verdict over one class of rows, without the reasons that the pair's verdict has named already.
std::string ofClass(const Verdict& verdict, const Verdict& ofPair)
{
    if (verdict.reasons != ofPair.reasons || verdict.kind != ofPair.kind)
        return describe(verdict);
    const std::string kind(spell(verdict.kind));
    return verdict.kind != VerdictKind::Known
        ? kind
        : kind + " (closes from " + shortNumber(verdict.gap) + " to " + shortNumber(verdict.alignedGap) + ")";
}

void writeSentence(const ParityPair& pair, const TextSink& out)
{
    const std::string kind(verdictClass(pair.verdict.kind));
    out("<p class=\"sentence verdict " + kind + "\">" + htmlText(describe(pair)) + "</p>\n");
    out("<dl class=\"facts\">");
    for (const auto& [name, verdict] : {std::pair{"Real rows", &pair.real}, std::pair{"Padded rows", &pair.padded}})
        out(std::string("<div><dt>") + name + "</dt><dd class=\"verdict " + std::string(verdictClass(verdict->kind))
            + "\">" + htmlText(ofClass(*verdict, pair.verdict)) + "</dd></div>");
    out("</dl>\n");
    for (const auto& [letter, side] : {std::pair{"A", &pair.reference}, std::pair{"B", &pair.candidate}})
        if (side->firstNonFinite)
            out(std::string("<p>First value of <span class=\"letter\">") + letter
                + "</span> that is no number: " + htmlText(describe(*side->firstNonFinite)) + "</p>\n");
}

void writeReasons(const ParityPair& pair, const TextSink& out)
{
    if (pair.verdict.kind == VerdictKind::Identical || pair.verdict.kind == VerdictKind::WithinTolerance)
        return;
    out("<h3>Why</h3>\n");
    if (pair.reasons.empty()) {
        out("<p>No difference of policy that Headscope can take away tells these two runs apart.</p>\n");
        return;
    }
    out("<p class=\"quiet\">Each was tested: the candidate ran again with only that policy taken from the "
        "reference.</p>\n");
    HtmlTable table{"Tested reasons",
        {{"Reason"}, {"A"}, {"B"}, {"Gap of real rows", true}, {"Gap when aligned", true},
            {"Beyond tolerance then", true}, {"Needed"}}};
    for (const ReasonTest& test : pair.reasons) {
        const ReasonInfo& info = infoOf(test.reason);
        table.rows.push_back({{{htmlText(info.title) + " " + htmlCode(info.id) + "<div class=\"wide quiet\">"
                                   + htmlText(info.explanation) + "</div>"},
            textCell(test.reference), textCell(test.candidate), numberCell(pair.real.gap), numberCell(test.gapAligned),
            countCell(test.failingAligned), textCell(test.needed ? "yes" : "no")}});
    }
    writeTable(table, out);
    if (pair.verdict.kind == VerdictKind::Known && pair.verdict.reasons.size() > 1)
        out("<p>All of them together close the gap from " + shortNumber(pair.verdict.gap) + " to "
            + shortNumber(pair.verdict.alignedGap) + ".</p>\n");
}

void writeAnswers(const ParityReport& report, const LogitAgreement& logits, const TextSink& out)
{
    if (logits.answers.empty())
        return;
    HtmlTable table{"Answers of every prompt",
        {{"Sequence", true}, {"Prompt", false, true}, {"Position", true}, {"Correct A", true}, {"Correct B", true},
            {"Incorrect A", true}, {"Incorrect B", true}, {"Logit difference A", true}, {"Logit difference B", true},
            {"A − B", true}, {"Loss A", true}, {"Loss B", true}}};
    for (const AnswerAgreement& answer : logits.answers) {
        const std::string prompt = answer.sequence < report.prompts.size()
            ? plainLine(report.prompts[answer.sequence], promptCharacters)
            : "";
        table.rows.push_back({{countCell(answer.sequence), textCell(prompt), countCell(answer.position),
            numberCell(answer.referenceCorrect), numberCell(answer.candidateCorrect),
            numberCell(answer.referenceIncorrect), numberCell(answer.candidateIncorrect),
            numberCell(answer.referenceDifference()), numberCell(answer.candidateDifference()),
            numberCell(answer.referenceDifference() - answer.candidateDifference()), numberCell(answer.referenceLoss),
            numberCell(answer.candidateLoss)}});
    }
    writeTable(table, out);
}

void writeLogits(const ParityReport& report, const ParityPair& pair, const TextSink& out)
{
    if (!pair.logits)
        return;
    const LogitAgreement& logits = *pair.logits;
    out("<h3>Logits</h3>\n<dl class=\"facts\">");
    const std::pair<const char*, std::string> facts[] = {{"Real positions", std::to_string(logits.positions)},
        {"Same best token", percentage(logits.top1)}, {"Overlap of the best five", percentage(logits.top5)},
        {"Loss of A, nats", shortNumber(logits.referenceLoss)}, {"Loss of B, nats", shortNumber(logits.candidateLoss)}};
    for (const auto& [name, value] : facts)
        out(std::string("<div><dt>") + name + "</dt><dd>" + value + "</dd></div>");
    out("</dl>\n");
    writeAnswers(report, logits, out);
}

HtmlRow tableRow(const ParityRow& row)
{
    const Difference& difference = row.difference;
    const auto sentinels = difference.referenceSentinel.empty() && difference.candidateSentinel.empty()
        ? HtmlCell{}
        : textCell(difference.referenceSentinel + " · " + difference.candidateSentinel);
    return {{{htmlCode(row.hook)}, row.layer ? countCell(*row.layer) : HtmlCell{}, textCell(spell(row.rows)),
                verdictCell(row.verdict.kind), numberCell(difference.maxAbsolute),
                numberCell(difference.neededTolerance), numberCell(row.tolerance),
                row.aligned ? numberCell(row.aligned->maxAbsolute) : HtmlCell{}, numberCell(difference.meanAbsolute),
                numberCell(difference.maxRelative), numberCell(difference.meanRelative), numberCell(difference.cosine),
                optionalCell(difference.meanDivergence), optionalCell(difference.maxDivergence),
                shareCell(difference.argMaxAgreement), countsCell(difference.referenceNans, difference.candidateNans),
                countsCell(difference.referenceInfinities, difference.candidateInfinities), sentinels,
                textCell(placeText(row.hook, difference.worst)), numberCell(difference.worstReference),
                numberCell(difference.worstCandidate), countCell(difference.cells)},
        spell(row.verdict.kind)};
}

/// Rows of a pair that agrees are there for whoever opens them.
void writeRows(const ParityPair& pair, const TextSink& out)
{
    if (pair.rows.empty()) {
        out("<h3>Every hook</h3>\n<p class=\"verdict missing\">nothing was compared</p>\n");
        return;
    }
    const bool agrees = pair.verdict.kind <= VerdictKind::WithinTolerance;
    out(std::string("<details") + (agrees ? "" : " open=\"open\"") + "><summary><h3>Every hook</h3> "
        + std::to_string(pair.rows.size()) + " rows, " + std::to_string(countOf(pair, VerdictKind::Identical))
        + " identical</summary>\n");
    if (const std::string chart = toleranceChart(pair); !chart.empty())
        out("<p class=\"quiet\">The tolerance that each row of real tokens needs, in the order of the pass; the dashed "
            "line is the one it has.</p>\n"
            "<div class=\"scroll\">"
            + chart + "</div>\n");
    HtmlTable table{"Every hook and class of rows",
        {{"Hook"}, {"Layer", true, true}, {"Rows"}, {"Verdict"}, {"Max gap", true}, {"Needs tolerance", true},
            {"Tolerance", true}, {"Gap when aligned", true, true}, {"Mean gap", true}, {"Max relative", true},
            {"Mean relative", true}, {"Cosine", true}, {"Mean KL", true, true}, {"Max KL", true, true},
            {"Arg-max agrees", true, true}, {"NaN A · B", true, true}, {"Infinite A · B", true, true},
            {"Sentinel A · B", false, true}, {"Worst cell"}, {"A there", true}, {"B there", true}, {"Cells", true}}};
    for (const ParityRow& row : pair.rows)
        table.rows.push_back(tableRow(row));
    writeTable(table, out);
    out("</details>\n");
}

void writeNotCompared(const ParityPair& pair, const TextSink& out)
{
    if (pair.notCompared.empty())
        return;
    out("<details><summary>" + std::to_string(pair.notCompared.size()) + " not compared</summary><ul>\n");
    for (const auto& [hook, why] : pair.notCompared)
        out("<li>" + htmlCode(hook) + ": " + htmlText(why) + "</li>\n");
    out("</ul></details>\n");
}

void writePictures(const ParityPair& pair, const TextSink& out)
{
    if (std::none_of(pair.pictures.begin(), pair.pictures.end(), isWhole))
        return;
    out("<h3>Patterns that lie furthest apart</h3>\n<p class=\"quiet\">Rows are queries, columns are keys. A ring "
        "marks the cell "
        "that differs most.</p>\n");
    for (const PatternPicture& picture : pair.pictures)
        if (isWhole(picture))
            out(patternFigure(picture));
}

} // namespace

std::string verdictHtml(VerdictKind kind)
{
    return "<span class=\"verdict " + std::string(verdictClass(kind)) + "\">" + std::string(spell(kind)) + "</span>";
}

HtmlCell verdictCell(VerdictKind kind) { return {verdictHtml(kind), std::to_string(static_cast<int>(kind))}; }

void writePairSection(const ParityReport& report, std::size_t index, const TextSink& out)
{
    const ParityPair& pair = *report.pairs[index];
    out("<section class=\"card\" id=\"pair-" + std::to_string(index + 1)
        + "\">\n<h2><span class=\"letter\">B</span> <span class=\"side\">" + htmlText(pair.candidate.label)
        + "</span> <span class=\"quiet\">against</span> <span class=\"letter\">A</span> <span class=\"side\">"
        + htmlText(pair.reference.label) + "</span></h2>\n<p class=\"quiet\">B: " + htmlText(pair.candidate.system)
        + "<br/>A: " + htmlText(pair.reference.system) + "</p>\n");
    writeSentence(pair, out);
    writeReasons(pair, out);
    writeLogits(report, pair, out);
    writeRows(pair, out);
    writeNotCompared(pair, out);
    writePictures(pair, out);
    out("</section>\n");
}

} // namespace headscope
