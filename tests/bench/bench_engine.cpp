// SPDX-License-Identifier: GPL-3.0-or-later
// Times the engine as the window uses it: bench_engine MODEL TOKENS [ROUNDS]. Full runs and runs on an appended token
// alternate; then heads, rectangles and an overview of the last run are read, and runs are cancelled at different
// moments. Prints one JSON object: seconds, medians unless the name says otherwise.
#include "core/io/safetensors_writer.h"
#include "core/run/engine_thread.h"

#include <algorithm>
#include <chrono>
#include <condition_variable>
#include <filesystem>
#include <iostream>
#include <random>

#include <unistd.h>

using namespace headscope;

namespace {

using Clock = std::chrono::steady_clock;

double since(Clock::time_point begin) { return std::chrono::duration<double>(Clock::now() - begin).count(); }

double median(std::vector<double> values)
{
    std::sort(values.begin(), values.end());
    return values.empty() ? 0 : values[values.size() / 2];
}

/// Remembers when things happened.
class Stopwatch : public RunListener {
public:
    void onStarted(RunId, CapturePtr) override { }
    void onLayer(RunId, CapturePtr capture, LayerId layer) override
    {
        if (layer.value == 0)
            note([&] {
                first_ = Clock::now();
                firstLayer_ = capture;
            });
    }
    void onProgress(RunId, Progress) override { }
    void onFinished(RunId, CapturePtr capture) override
    {
        note([&] { finish(std::move(capture)); });
    }
    void onFailed(RunId, std::exception_ptr why) override
    {
        note([&] {
            why_ = why;
            finish(nullptr);
        });
    }
    void onCancelled(RunId) override
    {
        note([&] { finish(nullptr); });
    }

    void begin()
    {
        const std::lock_guard lock(mutex_);
        done_ = false;
        firstLayer_ = last_ = nullptr;
        begun_ = Clock::now();
    }
    CapturePtr wait()
    {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return done_; });
        if (why_)
            std::rethrow_exception(why_);
        return last_;
    }
    CapturePtr waitForLayer()
    {
        std::unique_lock lock(mutex_);
        wake_.wait(lock, [this] { return firstLayer_ || done_; });
        return firstLayer_;
    }
    double seconds() const { return std::chrono::duration<double>(end_ - begun_).count(); }
    double firstLayer() const { return std::chrono::duration<double>(first_ - begun_).count(); }
    Clock::time_point end() const { return end_; }

private:
    template <class Change> void note(Change change)
    {
        const std::lock_guard lock(mutex_);
        change();
        wake_.notify_all();
    }
    void finish(CapturePtr capture)
    {
        end_ = Clock::now();
        last_ = std::move(capture);
        done_ = true;
    }

    std::mutex mutex_;
    std::condition_variable wake_;
    bool done_ = false;
    Clock::time_point begun_, first_, end_;
    CapturePtr firstLayer_, last_;
    std::exception_ptr why_;
};

/// A file of random token ids, removed at the end.
class Ids {
public:
    Ids(std::size_t count, unsigned seed, std::int64_t first)
        : path_(std::filesystem::temp_directory_path()
            / ("bench-engine-" + std::to_string(::getpid()) + "-" + std::to_string(seed) + "-" + std::to_string(count)
                + ".safetensors"))
    {
        std::mt19937 random(seed);
        std::vector<std::int64_t> ids(count);
        for (auto& id : ids)
            id = static_cast<std::int64_t>(random() % 250);
        ids.front() = first; // another first token makes another run of it
        const std::vector<StoredTensor> tensors{{"input_ids", StoredType::Int64, {1, static_cast<std::int64_t>(count)},
            std::as_bytes(std::span(std::as_const(ids)))}};
        writeSafetensors(path_, tensors, {});
    }
    ~Ids() { std::filesystem::remove(path_); }
    Ids(const Ids&) = delete;
    Ids& operator=(const Ids&) = delete;
    const std::filesystem::path& path() const { return path_; }

private:
    std::filesystem::path path_;
};

} // namespace

int main(int argc, char** argv)
try {
    if (argc < 3) {
        std::cerr << "bench_engine: expected MODEL TOKENS [ROUNDS]\n";
        return 2;
    }
    const std::size_t tokens = std::stoul(argv[2]), rounds = argc > 3 ? std::stoul(argv[3]) : 5;
    Stopwatch watch;
    EngineThread engine(watch);
    InspectionRequest request{.model = argv[1], .attention = AttentionKind::Auto, .keepLogits = false};
    const auto run = [&](const Ids& ids) {
        request.inputs = ids.path();
        watch.begin();
        engine.submit(request);
        return watch.wait();
    };
    run(Ids(16, 0, 1)); // the model is loaded
    std::vector<double> full, appended, firstLayer, firstThumbnail;
    CapturePtr last;
    for (std::size_t round = 0; round < rounds; ++round) {
        const auto first = static_cast<std::int64_t>(round + 2);
        const Ids ids(tokens - 1, 1, first), longer(tokens, 1, first);
        request.inputs = ids.path();
        watch.begin();
        const auto begun = Clock::now();
        engine.submit(request);
        if (const CapturePtr capture = watch.waitForLayer()) {
            const auto source = capture->patterns({0});
            fetch(*source, {0}, {0}, Stage::Pattern, {0, tokens - 1}, {0, tokens - 1},
                {.maxHeight = 64, .maxWidth = 64, .priority = Priority::Thumbnail});
            firstThumbnail.push_back(since(begun));
        }
        watch.wait();
        full.push_back(watch.seconds());
        firstLayer.push_back(watch.firstLayer());
        last = run(longer);
        if (last->header().reusedTokens != tokens - 1)
            throw std::runtime_error("bench_engine: nothing was reused");
        appended.push_back(watch.seconds());
    }

    std::vector<double> heads, zooms, again, overviews;
    const auto source = last->patterns({0});
    const std::size_t side = std::min<std::size_t>(tokens, 512), middle = tokens / 2 - side / 2;
    const auto timed = [&](std::vector<double>& into, HeadId head, Range rows, Range columns, std::size_t most) {
        const auto begun = Clock::now();
        fetch(*source, {last->layersDone() / 2}, head, Stage::Pattern, rows, columns,
            {.maxHeight = most, .maxWidth = most});
        into.push_back(since(begun));
    };
    for (std::size_t head = 0; head < source->heads(); ++head) {
        const Range some{middle, middle + side}, all{0, tokens};
        timed(zooms, {head}, some, {middle / 2, middle / 2 + side}, 0);
        timed(again, {head}, some, {middle / 2, middle / 2 + side}, 0);
        timed(overviews, {head}, all, all, 512);
        if (tokens <= 2048)
            timed(heads, {head}, all, all, 0);
    }

    double slowestCancel = 0;
    std::mt19937 random(7);
    for (std::size_t round = 0; round < 2 * rounds; ++round) {
        const Ids ids(tokens, 3, static_cast<std::int64_t>(round + 2));
        request.inputs = ids.path();
        watch.begin();
        engine.submit(request);
        std::this_thread::sleep_for(std::chrono::duration<double>(median(full) * (random() % 90) / 100.0));
        const auto asked = Clock::now();
        engine.cancel();
        watch.wait();
        slowestCancel = std::max(slowestCancel, std::chrono::duration<double>(watch.end() - asked).count());
    }

    std::cout << "{\"tokens\": " << tokens << ", \"full\": " << median(full) << ", \"appended\": " << median(appended)
              << ", \"appended_share\": " << median(appended) / median(full)
              << ", \"first_layer\": " << median(firstLayer) << ", \"first_thumbnail\": " << median(firstThumbnail)
              << ", \"whole_head\": " << median(heads) << ", \"zoom_first_touch\": " << median(zooms)
              << ", \"zoom_again\": " << median(again) << ", \"overview_512\": " << median(overviews)
              << ", \"slowest_cancel\": " << slowestCancel << "}\n";
    return 0;
} catch (const std::exception& e) {
    std::cerr << e.what() << "\n";
    return 2;
}
