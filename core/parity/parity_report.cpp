// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parity/parity_report.h"

#include <algorithm>
#include <cstdio>

namespace headscope {
namespace {

/// "1.27", "8.3e-07", "nan"
std::string gapText(double gap)
{
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", gap);
    return text;
}

std::string reasonIds(const std::vector<Reason>& reasons)
{
    std::string text;
    for (const Reason reason : reasons)
        text.append(text.empty() ? "" : " + ").append(infoOf(reason).id);
    return text;
}

} // namespace

std::string_view spell(RowClass rows) { return rows == RowClass::Real ? "real" : "padded"; }

std::string_view spell(VerdictKind kind)
{
    switch (kind) {
    case VerdictKind::Identical:
        return "identical";
    case VerdictKind::WithinTolerance:
        return "within tolerance";
    case VerdictKind::Known:
        return "known";
    case VerdictKind::Diverges:
        return "diverges";
    case VerdictKind::NotCompared:
        break;
    }
    return "not compared";
}

std::string describe(const Verdict& verdict)
{
    std::string text(spell(verdict.kind));
    const std::string reasons = reasonIds(verdict.reasons);
    if (verdict.kind == VerdictKind::Known)
        text += ": " + reasons + " (closes from " + gapText(verdict.gap) + " to " + gapText(verdict.alignedGap)
            + " when aligned)";
    else if (verdict.kind == VerdictKind::Diverges && !reasons.empty())
        text += " (partly: " + reasons + ")";
    return text;
}

std::string describe(const ParityPair& pair)
{
    if (pair.verdict.kind != VerdictKind::Diverges
        || pair.firstDivergence.value_or(pair.rows.size()) >= pair.rows.size())
        return describe(pair.verdict);
    const ParityRow& row = pair.rows[*pair.firstDivergence];
    std::string place(" at ");
    if (row.layer)
        place.append("L").append(std::to_string(*row.layer)).append(" ");
    return describe(pair.verdict).insert(spell(VerdictKind::Diverges).size(), place + row.hook);
}

VerdictKind ParityReport::worst() const
{
    if (pairs.empty())
        return VerdictKind::NotCompared;
    VerdictKind gravest = VerdictKind::Identical;
    for (const auto& pair : pairs)
        gravest = std::max(gravest, pair->verdict.kind);
    return gravest;
}

} // namespace headscope
