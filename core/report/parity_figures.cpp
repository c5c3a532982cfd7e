// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/parity_figures.h"

#include "core/text/token_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdio>

namespace headscope {
namespace {

template <class Value> Figure figure(const std::optional<Value>& value)
{
    if (!value)
        return std::monostate{};
    if constexpr (std::is_floating_point_v<Value>)
        return *value;
    else
        return static_cast<std::uint64_t>(*value);
}

Figure sentinel(const std::string& text) { return text.empty() ? Figure(std::monostate{}) : Figure(text); }

Figure count(std::size_t value) { return static_cast<std::uint64_t>(value); }

bool endsWith(const std::string& text, std::initializer_list<std::string_view> endings)
{
    return std::any_of(endings.begin(), endings.end(), [&](std::string_view end) { return text.ends_with(end); });
}

} // namespace

std::span<const DifferenceFigure> differenceFigures()
{
    using D = const Difference&;
    static constexpr std::array<DifferenceFigure, 23> figures{{
        {"cells", [](D d) { return Figure(d.cells); }},
        {"identical", [](D d) { return Figure(d.identical); }},
        {"max_absolute", [](D d) { return Figure(d.maxAbsolute); }},
        {"mean_absolute", [](D d) { return Figure(d.meanAbsolute); }},
        {"max_relative", [](D d) { return Figure(d.maxRelative); }},
        {"mean_relative", [](D d) { return Figure(d.meanRelative); }},
        {"cosine", [](D d) { return Figure(d.cosine); }},
        {"needed_tolerance", [](D d) { return Figure(d.neededTolerance); }},
        {"mean_divergence", [](D d) { return figure(d.meanDivergence); }},
        {"max_divergence", [](D d) { return figure(d.maxDivergence); }},
        {"arg_max_agreement", [](D d) { return figure(d.argMaxAgreement); }},
        {"reference_nans", [](D d) { return Figure(d.referenceNans); }},
        {"candidate_nans", [](D d) { return Figure(d.candidateNans); }},
        {"reference_infinities", [](D d) { return Figure(d.referenceInfinities); }},
        {"candidate_infinities", [](D d) { return Figure(d.candidateInfinities); }},
        {"reference_sentinel", [](D d) { return sentinel(d.referenceSentinel); }},
        {"candidate_sentinel", [](D d) { return sentinel(d.candidateSentinel); }},
        {"worst_sequence", [](D d) { return count(d.worst.sequence); }},
        {"worst_head", [](D d) { return figure(d.worst.head); }},
        {"worst_row", [](D d) { return count(d.worst.row); }},
        {"worst_column", [](D d) { return count(d.worst.column); }},
        {"worst_reference", [](D d) { return Figure(d.worstReference); }},
        {"worst_candidate", [](D d) { return Figure(d.worstCandidate); }},
    }};
    return figures;
}

std::string exactNumber(double value)
{
    if (std::isnan(value))
        return "nan"; // whatever its sign
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value).ptr;
    return {text, end};
}

std::string shortNumber(double value)
{
    if (std::isnan(value))
        return "nan";
    char text[32];
    std::snprintf(text, sizeof text, "%.3g", value);
    return text;
}

std::string percentage(double share)
{
    if (std::isnan(share))
        return "nan";
    double percent = share * 100;
    if (share < 1)
        percent = std::min(percent, 99.9);
    if (share > 0)
        percent = std::max(percent, 0.1);
    char text[32];
    std::snprintf(text, sizeof text, share == 1 || share == 0 ? "%.0f %%" : "%.1f %%", percent);
    return text;
}

std::string placeText(const std::string& hook, const CellPlace& place)
{
    const char *row = "position", *column = "feature";
    if (endsWith(hook, {"hook_attn_scores", "hook_pattern"}))
        row = "query", column = "key";
    else if (endsWith(hook, {"attn.hook_k", "attn.hook_v", "attn.hook_rot_k"}))
        row = "key";
    else if (endsWith(hook, {"logits", "log_softmax"}))
        column = "token";
    std::string text("sequence ");
    text.append(std::to_string(place.sequence)).append(", ");
    if (place.head)
        text.append("H").append(std::to_string(*place.head)).append(", ");
    text.append(row).append(" ").append(std::to_string(place.row)).append(", ");
    return text.append(column).append(" ").append(std::to_string(place.column));
}

std::string describe(const NonFinite& found)
{
    std::string text(found.isNan ? "NaN at " : "infinity at ");
    if (found.layer)
        text.append("L").append(std::to_string(*found.layer)).append(" ");
    return text + plainLine(found.hook) + ", " + placeText(found.hook, found.cell);
}

bool isBeyondTolerance(const Verdict& verdict)
{
    return verdict.kind == VerdictKind::Known || verdict.kind == VerdictKind::Diverges;
}

std::size_t countOf(const ParityPair& pair, VerdictKind kind)
{
    return static_cast<std::size_t>(std::count_if(
        pair.rows.begin(), pair.rows.end(), [=](const ParityRow& row) { return row.verdict.kind == kind; }));
}

std::string plainLine(std::string_view text) { return visiblePiece(text); }

std::string plainLine(std::string_view text, std::size_t most)
{
    const auto isStart = [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; };
    std::size_t end = 0;
    for (std::size_t characters = 0; end < text.size(); ++end)
        if (isStart(text[end]) && ++characters > most)
            return plainLine(text.substr(0, end)) + "…";
    return plainLine(text);
}

} // namespace headscope
