// SPDX-License-Identifier: GPL-3.0-or-later
// Time from choosing a head to seeing it with the engine behind it: a long run of random tokens as the window makes
// it, and its heads, whole and near by, nothing of them read before.
#include "core/io/safetensors_writer.h"
#include "tests/bench/shown_head.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/windows/main_window.h"

#include <QApplication>
#include <QElapsedTimer>
#include <QKeyEvent>
#include <QTemporaryDir>

#include <sys/resource.h>

#include <algorithm>
#include <cstdio>
#include <random>
#include <span>
#include <string>
#include <vector>

using namespace headscope;
using namespace headscope::ui;

namespace {

const QSize size(900, 860);

double processorSeconds()
{
    rusage usage{};
    getrusage(RUSAGE_SELF, &usage);
    const auto seconds = [](const timeval& time) {
        return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) / 1e6;
    };
    return seconds(usage.ru_utime) + seconds(usage.ru_stime);
}

/// Milliseconds since it was made, of the clock and of the processor.
class Stopwatch {
public:
    Stopwatch() { clock_.start(); }
    double clock() const { return static_cast<double>(clock_.nsecsElapsed()) / 1e6; }
    double processor() const { return (processorSeconds() - begin_) * 1e3; }

private:
    QElapsedTimer clock_;
    double begin_ = processorSeconds();
};

struct Samples {
    std::vector<double> clock, processor;

    void add(const Stopwatch& watch)
    {
        clock.push_back(watch.clock());
        processor.push_back(watch.processor());
    }
    void print(const char* what, std::size_t length)
    {
        std::sort(clock.begin(), clock.end());
        std::sort(processor.begin(), processor.end());
        std::printf("%s tokens=%zu ms=%.1f/%.1f processor_ms=%.1f/%.1f\n", what, length, clock[clock.size() / 2],
            clock.back(), processor[processor.size() / 2], processor.back());
        std::fflush(stdout);
    }
};

void writeIds(const QString& file, std::size_t length)
{
    std::mt19937 random(7);
    std::vector<std::int64_t> ids(length);
    for (auto& id : ids)
        id = random() % 20000;
    const StoredTensor tensor{
        "input_ids", StoredType::Int64, {1, static_cast<std::int64_t>(length)}, std::as_bytes(std::span(ids))};
    writeSafetensors(file.toStdString(), std::span(&tensor, 1), {});
}

/// The finished capture of a run, as the window asks for it.
CapturePtr runOf(EngineBridge& engine, const std::string& model, std::size_t length)
{
    const QTemporaryDir folder;
    const QString file = folder.filePath(QStringLiteral("ids.safetensors"));
    writeIds(file, length);
    InspectionRequest request = MainWindow::defaultRequest();
    request.model = model;
    request.prompts.clear();
    request.inputs = file.toStdString();
    CapturePtr capture;
    QObject context;
    QObject::connect(&engine, &EngineBridge::finished, &context, [&](const CapturePtr& done) { capture = done; });
    bool failed = false;
    QObject::connect(&engine, &EngineBridge::failed, &context, [&](const QString& why) {
        std::fprintf(stderr, "%s\n", qPrintable(why));
        failed = true;
    });
    const Stopwatch watch;
    engine.start(request);
    while (!capture && !failed)
        QCoreApplication::processEvents(QEventLoop::WaitForMoreEvents);
    if (capture)
        std::printf("run tokens=%zu s=%.1f\n", length, watch.clock() / 1e3);
    return capture;
}

/// Heads in an order that comes to none twice.
class Heads {
public:
    explicit Heads(const PatternSource& source)
        : layers_(source.layers())
        , heads_(source.heads())
    {
    }
    HeadRef next()
    {
        const std::size_t i = at_++ % (layers_ * heads_);
        return {{i % layers_}, {i / layers_}};
    }

private:
    std::size_t layers_, heads_, at_ = 0;
};

void measure(const std::string& model, std::size_t length)
{
    EngineBridge engine;
    const CapturePtr capture = runOf(engine, model, length);
    if (!capture)
        return;
    const int rounds = length > 2048 ? 9 : 25;
    const auto source = capture->patterns({0});
    const TokenRow tokens(capture, &capture->header().tokens[0]);
    ShownHead shown(source, tokens, size);
    Heads heads(*source);
    shown.show(heads.next()); // the first one fills caches
    shown.paint();

    Samples coarse, whole, again;
    for (int i = 0; i < rounds; ++i) {
        const HeadRef head = heads.next();
        Stopwatch watch;
        shown.show(head);
        shown.paintCoarse();
        coarse.add(watch);
        shown.paint();
        whole.add(watch);
        watch = {};
        shown.show(head); // its rows' sums are known now
        shown.paint();
        again.add(watch);
    }
    coarse.print("head, something", length);
    whole.print("head, all", length);
    again.print("head, read before", length);

    shown.heatmap.choose(Cell{length * 7 / 8, length / 2});
    shown.heatmap.zoom(std::min(0.5, 500.0 / static_cast<double>(length)));
    Samples near, pan;
    for (int i = 0; i < rounds; ++i) {
        Stopwatch watch;
        shown.show(heads.next());
        shown.paint();
        near.add(watch);
        watch = {};
        for (int step = 0; step < 10; ++step) { // to where nothing has been seen
            QKeyEvent key(QEvent::KeyPress, Qt::Key_Up, Qt::ShiftModifier);
            QCoreApplication::sendEvent(&shown.heatmap, &key);
        }
        shown.paint();
        pan.add(watch);
        for (int step = 0; step < 10; ++step) {
            QKeyEvent key(QEvent::KeyPress, Qt::Key_Down, Qt::ShiftModifier);
            QCoreApplication::sendEvent(&shown.heatmap, &key);
        }
    }
    near.print("500 tokens of a new head", length);
    pan.print("a page further", length);
}

} // namespace

int main(int argc, char** argv)
{
    if (!qEnvironmentVariableIsSet("QT_QPA_PLATFORM"))
        qputenv("QT_QPA_PLATFORM", "offscreen");
    const QApplication application(argc, argv);
    if (argc < 3) {
        std::fprintf(stderr, "bench_engine_heatmap: expected MODEL LENGTH..., found %d arguments\n", argc - 1);
        return 2;
    }
    std::printf("%dx%d, until painted, median/max ms\n", size.width(), size.height());
    for (int i = 2; i < argc; ++i)
        measure(argv[1], std::stoul(argv[i]));
    return 0;
}
