// SPDX-License-Identifier: GPL-3.0-or-later
// Many runs, cancels, requests and early destructions, without Qt, for ThreadSanitizer. Exit status 0 when all went
// well.
#include "core/run/engine_thread.h"

#include <atomic>
#include <cstdio>
#include <thread>

namespace {

using namespace headscope;

class Counter : public RunListener {
public:
    std::atomic<int> finished{0}, cancelled{0}, failed{0}, tiles{0}, scores{0}, refused{0};
    std::atomic<std::uint64_t> last{0};

    void onStarted(RunId, CapturePtr) override { }
    void onProgress(RunId, Progress) override { }
    void onLayer(RunId, CapturePtr capture, LayerId layer) override
    {
        const auto source = capture->patterns({0});
        for (std::size_t head = 0; head < source->heads(); ++head) {
            Ticket ticket = source->request(layer, {head}, Stage::Pattern, {0, source->queries()}, {0, source->keys()},
                {.maxHeight = 8, .maxWidth = 8, .priority = Priority::Thumbnail},
                [this](const PatternTilePtr& tile, const std::exception_ptr&) { tile ? ++tiles : ++refused; });
            if (head % 2 == 0)
                ticket.detach(); // the others are withdrawn here, answered or not
        }
        Ticket scoring = capture->requestHeadScores(
            {0}, layer, {}, [this](const std::shared_ptr<const LayerScores>& found, const std::exception_ptr&) {
                found ? ++scores : ++refused;
            });
        if (layer.value % 2 == 0)
            scoring.detach();
    }
    void onFinished(RunId run, CapturePtr) override
    {
        ++finished;
        last = run.value;
    }
    void onFailed(RunId, std::exception_ptr) override { ++failed; }
    void onCancelled(RunId) override { ++cancelled; }
};

InspectionRequest request(int words)
{
    std::string prompt;
    for (int i = 0; i < words; ++i)
        prompt += "one two ";
    constexpr Backend backends[] = {Backend::Native, Backend::Tapped, Backend::Bridge, Backend::Hooked};
    InspectionRequest result{.model = "demo-rotary",
        .prompts = {prompt},
        .backend = backends[words % 4],
        .attention = words % 3 == 0 ? AttentionKind::Auto : AttentionKind::Eager,
        .hooks = {"blocks.*.hook_resid_post"},
        .threads = 1};
    if (result.backend != Backend::Native)
        result.edits = {{.hook = "blocks.0.attn.hook_z", .operation = Edit::Operation::Mean, .heads = {1}}};
    return result;
}

#define REQUIRE(condition)                                                                                             \
    if (!(condition)) {                                                                                                \
        std::fprintf(stderr, "engine_stress: line %d: %s does not hold\n", __LINE__, #condition);                      \
        return 1;                                                                                                      \
    }

int run()
{
    Counter counter;
    RunId last;
    {
        EngineThread engine(counter);
        for (int i = 0; i < 50; ++i) {
            last = engine.submit(request(1 + i % 7));
            if (i % 5 == 0)
                std::this_thread::sleep_for(std::chrono::milliseconds(i));
            if (i % 11 == 0)
                engine.cancel();
        }
        last = engine.submit(request(3));
        while (counter.last != last.value)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    REQUIRE(counter.failed == 0);
    REQUIRE(counter.refused == 0);
    REQUIRE(counter.tiles > 0);
    REQUIRE(counter.scores > 0);
    REQUIRE(counter.finished + counter.cancelled == 51); // each run is reported once, started or not

    for (int i = 0; i < 10; ++i) { // destruction in the middle of a run
        Counter other;
        EngineThread engine(other);
        engine.submit(request(60));
        std::this_thread::sleep_for(std::chrono::milliseconds(3 * i));
    }
    return 0;
}

} // namespace

int main() { return run(); }
