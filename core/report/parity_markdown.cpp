// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/parity_figures.h"
#include "core/report/parity_formats.h"

#include <algorithm>
#include <vector>

namespace headscope {
namespace {

constexpr std::size_t mostRows = 300; ///< in all tables of rows together: what an issue can hold
constexpr std::size_t mostAnswers = 20; ///< per pair
constexpr std::size_t mostPrompts = 10;
constexpr std::size_t mostCharacters = 200; ///< of a text of unknown origin

/// Text of unknown origin as inline code, in which nothing has a meaning.
std::string code(std::string_view text)
{
    const std::string content = plainLine(text, mostCharacters);
    std::size_t longest = 0, run = 0;
    for (const char c : content) {
        run = c == '`' ? run + 1 : 0;
        longest = std::max(longest, run);
    }
    if (content.empty())
        return "—";
    const std::string fence(longest + 1, '`');
    // One space at either end is taken off again; without it a text of backticks would run into the fence.
    const bool spaced = content.front() == '`' || content.back() == '`' || content.front() == ' ';
    return spaced ? fence + " " + content + " " + fence : fence + content + fence;
}

/// `text` with a backslash before each of `special`.
std::string escaped(std::string_view text, std::string_view special)
{
    std::string result;
    for (const char c : text) {
        if (special.find(c) != std::string_view::npos)
            result += '\\';
        result += c;
    }
    return result;
}

/// Likewise in a cell of a table, which a bar would end even within code.
std::string cell(std::string_view text) { return escaped(code(text), "|"); }

/// A sentence that may name a hook.
std::string prose(const std::string& sentence) { return escaped(plainLine(sentence), "\\`*<>[]|&"); }

std::string titleOf(const ParityPair& pair)
{
    return code(pair.candidate.label) + " against " + code(pair.reference.label);
}

void writeSummary(const ParityReport& report, const TextSink& out)
{
    out("| # | reference | candidate | verdict | largest difference | real rows | padded rows |\n"
        "|--:|---|---|---|--:|---|---|\n");
    for (std::size_t i = 0; i < report.pairs.size(); ++i) {
        const ParityPair& pair = *report.pairs[i];
        out("| " + std::to_string(i + 1) + " | " + cell(pair.reference.label) + " | " + cell(pair.candidate.label)
            + " | **" + prose(describe(pair)) + "** | " + shortNumber(pair.verdict.gap) + " | "
            + std::string(spell(pair.real.kind)) + " | " + std::string(spell(pair.padded.kind)) + " |\n");
    }
    out("\n");
}

void writeReasons(const ParityPair& pair, const TextSink& out)
{
    if (pair.reasons.empty())
        return;
    out("Why, tested by running the candidate again with that one difference taken away (largest difference of real "
        "rows, "
        + shortNumber(pair.real.gap)
        + " as asked for):\n\n| reason | reference | candidate | then | rows beyond tolerance then | needed |\n"
          "|---|---|---|--:|--:|---|\n");
    for (const ReasonTest& test : pair.reasons)
        out("| " + cell(infoOf(test.reason).id) + " | " + cell(test.reference) + " | " + cell(test.candidate) + " | "
            + shortNumber(test.gapAligned) + " | " + std::to_string(test.failingAligned) + " | "
            + (test.needed ? "yes" : "no") + " |\n");
    out("\n");
}

void writeLogits(const ParityPair& pair, const TextSink& out)
{
    if (!pair.logits)
        return;
    const LogitAgreement& logits = *pair.logits;
    out("Logits at " + std::to_string(logits.positions) + " real positions: same best token " + percentage(logits.top1)
        + ", overlap of the best five " + percentage(logits.top5) + ", loss " + shortNumber(logits.referenceLoss)
        + " and " + shortNumber(logits.candidateLoss) + " nats.\n\n");
    if (logits.answers.empty())
        return;
    out("| sequence | position | logit difference, reference | candidate | loss, reference | candidate |\n"
        "|--:|--:|--:|--:|--:|--:|\n");
    const std::size_t shown = std::min(logits.answers.size(), mostAnswers);
    for (std::size_t i = 0; i < shown; ++i) {
        const AnswerAgreement& answer = logits.answers[i];
        std::string line = "| " + std::to_string(answer.sequence) + " | " + std::to_string(answer.position);
        for (const double figure :
            {answer.referenceDifference(), answer.candidateDifference(), answer.referenceLoss, answer.candidateLoss})
            line.append(" | ").append(shortNumber(figure));
        out(line + " |\n");
    }
    if (shown < logits.answers.size())
        out("\n" + std::to_string(logits.answers.size() - shown) + " more are left out here.\n");
    out("\n");
}

std::string rowLine(const ParityRow& row)
{
    const Difference& difference = row.difference;
    return "| " + (row.layer ? "L" + std::to_string(*row.layer) : std::string("—")) + " | " + cell(row.hook) + " | "
        + std::string(spell(row.rows)) + " | " + std::string(spell(row.verdict.kind)) + " | "
        + shortNumber(difference.maxAbsolute) + " | "
        + (row.aligned ? shortNumber(row.aligned->maxAbsolute) : std::string("—")) + " | "
        + shortNumber(difference.neededTolerance) + " | " + shortNumber(row.tolerance) + " | "
        + shortNumber(difference.cosine) + " | " + placeText(row.hook, difference.worst) + " |\n";
}

/// Rows that are not identical, in the order of the pass; when they are too many, the gravest of them.
std::vector<const ParityRow*> chosenRows(const ParityPair& pair, std::size_t most)
{
    std::vector<const ParityRow*> rows;
    for (const VerdictKind kind :
        {VerdictKind::Diverges, VerdictKind::NotCompared, VerdictKind::Known, VerdictKind::WithinTolerance})
        for (const ParityRow& row : pair.rows)
            if (row.verdict.kind == kind && rows.size() < most)
                rows.push_back(&row);
    std::sort(rows.begin(), rows.end());
    return rows;
}

void writeRows(const ParityPair& pair, std::size_t most, const TextSink& out)
{
    const std::size_t different = pair.rows.size() - countOf(pair, VerdictKind::Identical);
    if (different == 0)
        return;
    const auto rows = chosenRows(pair, most);
    out("<details><summary>" + std::to_string(different) + " of " + std::to_string(pair.rows.size())
        + " rows are not identical</summary>\n\n"
          "| layer | hook | rows | verdict | max abs | aligned | needed tolerance | tolerance | cosine | worst cell |\n"
          "|---|---|---|---|--:|--:|--:|--:|--:|---|\n");
    for (const ParityRow* row : rows)
        out(rowLine(*row));
    if (rows.size() < different)
        out("\n" + std::to_string(different - rows.size())
            + " more are left out here; a .json, .csv or .html report has every row.\n");
    out("\n</details>\n\n");
}

void writeNotes(const ParityPair& pair, const TextSink& out)
{
    std::string text;
    for (const ParitySide* side : {&pair.reference, &pair.candidate})
        if (side->firstNonFinite)
            text += "- first value that is no number, " + code(side->label) + ": "
                + prose(describe(*side->firstNonFinite)) + "\n";
    for (const auto& [hook, why] : pair.notCompared)
        text += "- not compared: " + code(hook) + ", " + code(why) + "\n";
    for (const ParitySide* side : {&pair.reference, &pair.candidate})
        text += "- " + code(side->label) + ": " + code(side->system) + "; " + code(side->provenance) + "\n";
    out(text + "\n");
}

void writeInputs(const ParityReport& report, const TextSink& out)
{
    if (!report.inputs.empty())
        out("Inputs: " + code(report.inputs) + "\n\n");
    const std::size_t shown = std::min(report.prompts.size(), mostPrompts);
    for (std::size_t i = 0; i < shown; ++i)
        out(std::to_string(i) + ". " + code(report.prompts[i]) + "\n");
    if (shown < report.prompts.size())
        out(std::to_string(report.prompts.size() - shown) + " more prompts\n");
    if (shown > 0)
        out("\n");
}

} // namespace

void writeParityMarkdown(const ParityReport& report, const TextSink& out)
{
    out("# Parity of " + code(report.modelName) + ": " + std::string(spell(report.worst())) + "\n\n");
    writeSummary(report, out);
    const std::size_t rowsPerPair = std::max<std::size_t>(3, mostRows / std::max<std::size_t>(1, report.pairs.size()));
    for (std::size_t i = 0; i < report.pairs.size(); ++i) {
        const ParityPair& pair = *report.pairs[i];
        out("## " + std::to_string(i + 1) + ". " + titleOf(pair) + "\n\n**" + prose(describe(pair)) + "**\n\n");
        writeReasons(pair, out);
        writeLogits(pair, out);
        writeRows(pair, rowsPerPair, out);
        writeNotes(pair, out);
    }
    writeInputs(report, out);
    std::string versions = "Model " + code(report.model);
    for (const auto& [name, version] : report.versions)
        versions += " · " + code(name + " " + version);
    out(versions + "\n");
}

} // namespace headscope
