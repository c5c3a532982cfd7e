// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/aligned_prompts.h"

#include "core/cache/aligned_source.h"
#include "core/cache/difference_source.h"

namespace headscope::ui {

namespace {

Token joined(const AlignedPlace& place, const std::vector<Token>& a, const std::vector<Token>& b)
{
    Token token = place.a ? a[*place.a] : b[*place.b];
    if (place.a && place.b && !place.same)
        token.label.append("→").append(b[*place.b].label);
    return token;
}

} // namespace

AlignedPrompts alignedPrompts(const Capture& capture, SequenceId a, SequenceId b)
{
    const auto& first = capture.header().tokens[a.value];
    const auto& second = capture.header().tokens[b.value];
    AlignedPrompts result{.places = alignTokens(first, second), .tokens = {}};
    std::vector<Token> tokens;
    for (const AlignedPlace& place : result.places) {
        ++(!place.a ? result.onlyB : !place.b ? result.onlyA : place.same ? result.same : result.replaced);
        tokens.push_back(joined(place, first, second));
    }
    result.tokens = std::make_shared<const std::vector<Token>>(std::move(tokens));
    return result;
}

std::optional<std::size_t> AlignedPrompts::placeOf(bool inA, std::size_t position) const
{
    for (std::size_t place = 0; place < places.size(); ++place)
        if ((inA ? places[place].a : places[place].b) == position)
            return place;
    return {};
}

ComparedSources AlignedPrompts::sourcesOf(const Capture& capture, SequenceId a, SequenceId b) const
{
    std::vector<std::optional<std::size_t>> first, second;
    for (const AlignedPlace& place : places) {
        first.push_back(place.a);
        second.push_back(place.b);
    }
    ComparedSources sources;
    sources.reference = alignedTo(capture.patterns(a), std::move(first));
    sources.candidate = alignedTo(capture.patterns(b), std::move(second));
    sources.difference = differenceOf(sources.reference, sources.candidate);
    sources.tokens = TokenRow(tokens);
    return sources;
}

} // namespace headscope::ui
