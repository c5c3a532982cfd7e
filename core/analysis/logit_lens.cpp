// SPDX-License-Identifier: GPL-3.0-or-later
// Names, and blocking forms of the asynchronous requests.
#include "core/analysis/logit_lens.h"

#include "core/error.h"

#include <future>

namespace headscope {
namespace {

/// Waits for what `request(sink)` answers. The promise lives in the sink, so that a request that is dropped unanswered,
/// because the engine is gone, is noticed.
template <class Value, class Request> std::shared_ptr<const Value> wait(Request request)
{
    auto answer = std::make_shared<std::promise<std::shared_ptr<const Value>>>();
    auto future = answer->get_future();
    const Ticket ticket
        = request([answer = std::move(answer)](std::shared_ptr<const Value> value, const std::exception_ptr& why) {
              why ? answer->set_exception(why) : answer->set_value(std::move(value));
          });
    try {
        return future.get();
    } catch (const std::future_error&) {
        throw Error(Fault::Backend, "the engine that made this result is gone");
    }
}

} // namespace

template <> std::span<const Spelling<LensNorm>> spellings()
{
    static constexpr Spelling<LensNorm> all[] = {{LensNorm::Own, "own"}, {LensNorm::Final, "final"}};
    return all;
}

std::shared_ptr<const LensGrid> fetchGrid(const LogitLens& lens, Range positions, LensNorm norm)
{
    return wait<LensGrid>([&](auto sink) { return lens.requestGrid(positions, norm, std::move(sink)); });
}

std::shared_ptr<const LensPosition> fetchPosition(
    const LogitLens& lens, TokenPos position, const LensQuestion& question)
{
    return wait<LensPosition>([&](auto sink) { return lens.requestPosition(position, question, std::move(sink)); });
}

std::shared_ptr<const PartTokens> fetchPart(const LogitLens& lens, LensPart part, TokenPos position, std::size_t count)
{
    return wait<PartTokens>([&](auto sink) { return lens.requestPart(part, position, count, std::move(sink)); });
}

} // namespace headscope
