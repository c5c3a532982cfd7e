// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/provenance.h"

#include "core/cache/attention_file.h"
#include "core/cache/stage_names.h"
#include "core/error.h"
#include "core/model/model_fingerprint.h"
#include "core/report/parity_figures.h"
#include "core/run/prompt_text.h"

#include <nlohmann/json.hpp>

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <ctime>

namespace headscope {
namespace {

constexpr std::size_t promptCharacters = 60, fingerprintDigits = 12;

std::string fingerprintOf(const RunHeader& header)
{
    try {
        return isFromFile(header) ? attentionFingerprint(header.request.inputs)
                                  : modelFingerprint(header.request.model);
    } catch (const Error&) {
        return "unknown"; // moved or deleted since the run
    }
}

/// "2026-01-31T12:00:00Z"
std::string dateNow()
{
    std::time_t now = std::time(nullptr);
    if (const char* fixed = std::getenv("SOURCE_DATE_EPOCH")) // for files that are made again bit by bit
        std::from_chars(fixed, fixed + std::strlen(fixed), now);
    std::tm parts{};
    char text[32];
    return {text, gmtime_r(&now, &parts) ? std::strftime(text, sizeof text, "%Y-%m-%dT%H:%M:%SZ", &parts) : 0};
}

} // namespace

ExportedPart partOf(const PatternTile& tile)
{
    std::string view;
    if (tile.specials != SpecialTokens::Show)
        view = tile.specials == SpecialTokens::Exclude ? "special tokens left out"
                                                       : "renormalised without special tokens";
    if (tile.perRow)
        view.append(view.empty() ? "" : ", ").append("each row divided by its largest value");
    std::string origin = tile.origin;
    constexpr std::string_view said = "; renormalised without special tokens"; // by the view
    if (const auto at = origin.find(said); at != std::string::npos)
        origin.erase(at, said.size());
    std::string what = tile.combination;
    if (what.empty())
        what.append("L")
            .append(std::to_string(tile.layer.value))
            .append(" H")
            .append(std::to_string(tile.head.value))
            .append(" ")
            .append(spell(tile.stage));
    return {tile.sequence, what, origin, view};
}

Provenance::Provenance(const RunHeader& header, std::vector<Fact> more)
    : header_(header)
    , more_(std::move(more))
    , fingerprint_(fingerprintOf(header))
    , date_(dateNow())
{
    for (auto& row : header_.tokens)
        row = {}; // their number says how many sequences there are
    header_.keyTokens.clear();
}

std::string Provenance::textOf(SequenceId sequence) const
{
    const InspectionRequest& request = header_.request;
    if (sequence.value < request.prompts.size())
        return "text “" + plainLine(promptText(request, sequence.value), promptCharacters) + "”";
    return request.inputs.empty() || isFromFile(header_) ? std::string()
                                                         : "inputs " + plainLine(request.inputs.filename().string());
}

std::string Provenance::line(const ExportedPart& part) const
{
    std::string text = plainLine(provenance(header_));
    const auto add = [&](const std::string& words) {
        if (!words.empty())
            text.append(" · ").append(words);
    };
    for (const auto& [name, version] : more_)
        add(name + " " + version);
    if (header_.sequences() > 1)
        add("sequence " + std::to_string(part.sequence.value));
    for (const std::string& words : {part.what, part.origin, part.view})
        add(words);
    add(textOf(part.sequence));
    add("fingerprint " + fingerprint_.substr(0, fingerprintDigits));
    add(date_);
    return text;
}

std::vector<Fact> Provenance::factsOfFile(const ExportedPart& part) const
{
    std::vector<Fact> facts{{"attention_file", header_.request.inputs.filename().string()},
        {"shown_as", header_.model.name}, {"fingerprint", fingerprint_}, {"system", header_.emulates},
        {"model", header_.model.family}, {"values", part.what}, {"values_from", part.origin}, {"shown", part.view},
        {"sequence", std::to_string(part.sequence.value) + " of " + std::to_string(header_.sequences())}};
    for (const auto* versions : {&header_.versions, &more_})
        for (const auto& [name, version] : *versions)
            facts.emplace_back("version_" + name, version);
    facts.emplace_back("date", date_);
    std::erase_if(facts, [](const Fact& fact) { return fact.second.empty(); });
    return facts;
}

std::vector<Fact> Provenance::facts(const ExportedPart& part) const
{
    const InspectionRequest& request = header_.request;
    if (isFromFile(header_))
        return factsOfFile(part);
    std::vector<Fact> facts{{"model", header_.model.name}, {"fingerprint", fingerprint_},
        {"family", header_.model.family}, {"backend", std::string(spell(request.backend))},
        {"emulates", header_.emulates}, {"no_reference", header_.noReference},
        {"attention", std::string(spell(request.attention))}, {"values", part.what}, {"values_from", part.origin},
        {"shown", part.view}, {"device", header_.device}, {"dtype", std::string(spell(request.dtype))},
        {"padding", std::string(spell(request.padding))}, {"mask", header_.maskForm},
        {"positions", header_.positionsUsed},
        {"edits", request.edits.empty() ? "" : std::to_string(request.edits.size())},
        {"sequence", std::to_string(part.sequence.value) + " of " + std::to_string(header_.sequences())}};
    if (part.sequence.value < request.prompts.size())
        facts.emplace_back("prompt", request.prompts[part.sequence.value]);
    else
        facts.emplace_back("inputs", request.inputs.filename().string());
    facts.emplace_back("second_prompt", secondPrompt(request, part.sequence.value));
    for (const auto* versions : {&header_.versions, &more_})
        for (const auto& [name, version] : *versions)
            facts.emplace_back("version_" + name, version);
    facts.emplace_back("date", date_);
    std::erase_if(facts, [](const Fact& fact) { return fact.second.empty(); });
    return facts;
}

std::string Provenance::json(const ExportedPart& part) const
{
    nlohmann::ordered_json object{{"provenance", line(part)}};
    for (const auto& [name, value] : facts(part))
        object[name] = value;
    return object.dump(2, ' ', false, nlohmann::json::error_handler_t::replace);
}

} // namespace headscope
