// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/run_header.h"

#include <cstdio>

namespace headscope {

namespace {

/// Of attention that another program computed: nothing that a run would have chosen.
std::string ofFile(const RunHeader& header)
{
    std::string text = header.model.name + " · attention from a file";
    for (const std::string* said : {&header.emulates, &header.model.family}) // by the file itself
        if (!said->empty())
            text.append(" · ").append(*said);
    if (header.sequences() > 1)
        text += " · batch of " + std::to_string(header.sequences());
    if (!header.versions.empty())
        text.append(" · ").append(header.versions.front().first).append(" ").append(header.versions.front().second);
    return text;
}

} // namespace

std::string provenance(const RunHeader& header)
{
    const InspectionRequest& request = header.request;
    if (request.model.empty() && !request.inputs.empty())
        return ofFile(header);
    const bool lens = request.backend == Backend::Bridge || request.backend == Backend::Hooked;
    std::string text = header.model.name + " · " + std::string(spell(request.backend)) + " "
        + std::string(spell(request.attention)) + (lens ? " (emulates " + header.emulates + ")" : "")
        + (header.noReference.empty() ? "" : " (extension: no reference)")
        + (request.edits.empty() ? "" : " · " + std::to_string(request.edits.size()) + " edits") + " · " + header.device
        + " " + std::string(spell(request.dtype));
    if (header.sequences() > 1)
        text += " · batch of " + std::to_string(header.sequences());
    if (header.maskForm == "2-D" && request.inputs.empty())
        text += " · " + std::string(spell(request.padding)) + " padding";
    else if (header.maskForm != "none")
        text += " · mask " + header.maskForm;
    if (header.reusedTokens > 0)
        text += " · first " + std::to_string(header.reusedTokens) + " tokens reused";
    text += " · positions " + header.positionsUsed + " · ";
    for (std::size_t i = 0; i < header.versions.size() && i < 2; ++i)
        text += (i ? ", " : "") + header.versions[i].first + " " + header.versions[i].second;
    char hash[32];
    std::snprintf(hash, sizeof hash, " · prompt %08x", static_cast<unsigned>(header.promptHash & 0xFFFFFFFF));
    return text + hash;
}

} // namespace headscope
