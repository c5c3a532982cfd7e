// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/csv.h"
#include "core/report/parity_figures.h"
#include "core/report/parity_formats.h"

namespace headscope {
namespace {

std::string field(const Figure& figure)
{
    if (const auto* flag = std::get_if<bool>(&figure))
        return *flag ? "true" : "false";
    if (const auto* count = std::get_if<std::uint64_t>(&figure))
        return std::to_string(*count);
    if (const auto* number = std::get_if<double>(&figure))
        return exactNumber(*number);
    if (const auto* text = std::get_if<std::string>(&figure))
        return quotedField(plainLine(*text));
    return {};
}

std::string reasonIds(const std::vector<Reason>& reasons)
{
    std::string text;
    for (const Reason reason : reasons)
        text.append(text.empty() ? "" : " ").append(infoOf(reason).id);
    return text;
}

/// The fields that every row of a pair begins with.
std::string pairFields(std::size_t index, const ParityPair& pair)
{
    std::string text = std::to_string(index);
    for (const std::string_view word :
        {std::string_view(pair.reference.label), std::string_view(pair.candidate.label), spell(pair.verdict.kind)})
        text.append(",").append(quotedField(plainLine(word)));
    return text + ",";
}

std::string differenceFields(const Difference* difference)
{
    std::string text;
    for (const DifferenceFigure& column : differenceFigures())
        text.append(",").append(difference ? field(column.of(*difference)) : std::string());
    return text;
}

std::string verdictFields(const Verdict& verdict)
{
    return std::string(spell(verdict.kind)) + "," + reasonIds(verdict.reasons);
}

std::string rowLine(const std::string& pairFields, const ParityRow& row)
{
    std::string text = pairFields + quotedField(plainLine(row.hook)) + ","
        + (row.layer ? std::to_string(*row.layer) : std::string()) + "," + std::string(spell(row.rows)) + ","
        + verdictFields(row.verdict) + "," + exactNumber(row.tolerance);
    text += differenceFields(&row.difference) + differenceFields(row.aligned ? &*row.aligned : nullptr);
    return text + ",\n";
}

/// A row for what has no figures, so that it does not vanish.
std::string emptyLine(const std::string& pairFields, const std::string& hook, const std::string& note)
{
    return pairFields + quotedField(plainLine(hook)) + ",,," + std::string(spell(VerdictKind::NotCompared)) + ",,"
        + differenceFields(nullptr) + differenceFields(nullptr) + "," + quotedField(plainLine(note)) + "\n";
}

std::string provenanceLine(const ParityReport& report)
{
    std::string text = "# parity · " + plainLine(report.modelName) + " · " + plainLine(report.model);
    if (!report.inputs.empty())
        text += " · inputs " + plainLine(report.inputs);
    else
        text += " · " + std::to_string(report.prompts.size()) + " prompts";
    for (const auto& [name, version] : report.versions)
        text += " · " + plainLine(name) + " " + plainLine(version);
    if (!report.pairs.empty())
        text += " · reference of pair 0: " + plainLine(report.pairs.front()->reference.provenance);
    return text + "\n";
}

} // namespace

void writeParityCsv(const ParityReport& report, const TextSink& out)
{
    std::string head
        = provenanceLine(report) + "pair,reference,candidate,pair_verdict,hook,layer,rows,verdict,reasons,tolerance";
    for (const char* prefix : {"", "aligned_"})
        for (const DifferenceFigure& column : differenceFigures())
            head.append(",").append(prefix).append(column.name);
    out(head + ",note\n");
    for (std::size_t index = 0; index < report.pairs.size(); ++index) {
        const ParityPair& pair = *report.pairs[index];
        const std::string start = pairFields(index, pair);
        for (const ParityRow& row : pair.rows)
            out(rowLine(start, row));
        for (const auto& [hook, why] : pair.notCompared)
            out(emptyLine(start, hook, why));
        if (pair.rows.empty() && pair.notCompared.empty())
            out(emptyLine(start, {}, "nothing was compared"));
    }
}

} // namespace headscope
