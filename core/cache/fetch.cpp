// SPDX-License-Identifier: GPL-3.0-or-later
// Blocking forms of the asynchronous requests, for programs without an event loop.
#include "core/cache/query_keys.h"

#include "core/error.h"

#include <future>

namespace headscope {
namespace {

/// Waits for what `request(sink)` answers. The promise lives in the sink, so that a request that is dropped unanswered,
/// because the engine is gone, is noticed.
template <class Value, class Request> Value wait(Request request)
{
    auto answer = std::make_shared<std::promise<Value>>();
    auto future = answer->get_future();
    const Ticket ticket = request([answer = std::move(answer)](Value value, const std::exception_ptr& why) {
        why ? answer->set_exception(why) : answer->set_value(std::move(value));
    });
    try {
        return future.get();
    } catch (const std::future_error&) {
        throw Error(Fault::Backend, "the engine that made this result is gone");
    }
}

} // namespace

Ticket Capture::requestQueryKeys(SequenceId, LayerId, HeadId, TokenPos, Range, QueryKeySink sink) const
{
    sink(nullptr,
        std::make_exception_ptr(
            Error(Fault::BadInput, "queries and keys: expected a run that keeps them; found none")));
    return {};
}

PatternTilePtr fetch(
    PatternSource& source, LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options)
{
    return wait<PatternTilePtr>(
        [&](auto sink) { return source.request(layer, head, stage, rows, columns, options, std::move(sink)); });
}

std::shared_ptr<const NextTokens> fetchNextTokens(
    const Capture& capture, SequenceId sequence, TokenPos position, std::size_t count)
{
    return wait<std::shared_ptr<const NextTokens>>(
        [&](auto sink) { return capture.requestNextTokens(sequence, position, count, std::move(sink)); });
}

std::shared_ptr<const Predictions> fetchPredictions(const Capture& capture, SequenceId sequence, Range positions)
{
    return wait<std::shared_ptr<const Predictions>>(
        [&](auto sink) { return capture.requestPredictions(sequence, positions, std::move(sink)); });
}

std::shared_ptr<const LayerScores> fetchHeadScores(
    const Capture& capture, SequenceId sequence, LayerId layer, HeadScoreOptions options)
{
    return wait<std::shared_ptr<const LayerScores>>(
        [&](auto sink) { return capture.requestHeadScores(sequence, layer, options, std::move(sink)); });
}

std::shared_ptr<const QueryKeyVectors> fetchQueryKeys(
    const Capture& capture, SequenceId sequence, LayerId layer, HeadId head, TokenPos query, Range keys)
{
    return wait<std::shared_ptr<const QueryKeyVectors>>(
        [&](auto sink) { return capture.requestQueryKeys(sequence, layer, head, query, keys, std::move(sink)); });
}

void writeCapture(const Capture& capture, const std::filesystem::path& output)
{
    wait<bool>([&](auto sink) {
        return capture.requestWrite(
            output, [sink = std::move(sink)](const std::exception_ptr& why) { sink(true, why); });
    });
}

} // namespace headscope
