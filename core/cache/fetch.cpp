// SPDX-License-Identifier: GPL-3.0-or-later
// Blocking forms of the asynchronous requests, for programs without an event loop.
#include "core/cache/capture.h"

#include <future>

namespace headscope {

PatternTilePtr fetch(
    PatternSource& source, LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options)
{
    std::promise<PatternTilePtr> answer;
    const Ticket ticket
        = source.request(layer, head, stage, rows, columns, options, [&](PatternTilePtr tile, std::exception_ptr why) {
              why ? answer.set_exception(why) : answer.set_value(std::move(tile));
          });
    return answer.get_future().get();
}

std::shared_ptr<const NextTokens> fetchNextTokens(
    const Capture& capture, SequenceId sequence, TokenPos position, std::size_t count)
{
    std::promise<std::shared_ptr<const NextTokens>> answer;
    const Ticket ticket = capture.requestNextTokens(
        sequence, position, count, [&](std::shared_ptr<const NextTokens> tokens, std::exception_ptr why) {
            why ? answer.set_exception(why) : answer.set_value(std::move(tokens));
        });
    return answer.get_future().get();
}

void writeCapture(const Capture& capture, const std::filesystem::path& output)
{
    std::promise<void> answer;
    const Ticket ticket = capture.requestWrite(
        output, [&](std::exception_ptr why) { why ? answer.set_exception(why) : answer.set_value(); });
    answer.get_future().get();
}

} // namespace headscope
