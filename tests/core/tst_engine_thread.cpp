// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/blocking_engine.h"
#include "core/error.h"

#include <QFile>
#include <QTemporaryDir>
#include <QTest>

#include <condition_variable>
#include <filesystem>
#include <mutex>
#include <thread>

using namespace headscope;
using namespace std::chrono_literals;

namespace {

/// Writes down every call as a word, so that whole runs can be compared as text.
class Recorder : public RunListener {
public:
    std::function<void()> atFirstLayer;

    void onStarted(RunId run, CapturePtr capture) override
    {
        note(run, "started" + std::to_string(capture->layersDone()));
        kept = std::move(capture);
    }
    void onLayer(RunId run, CapturePtr capture, LayerId layer) override
    {
        note(run, "layer" + std::to_string(layer.value) + "/" + std::to_string(capture->layersDone()));
        if (layer.value == 0 && atFirstLayer)
            std::exchange(atFirstLayer, nullptr)();
    }
    void onProgress(RunId, Progress) override { ++progress; }
    void onFinished(RunId run, CapturePtr capture) override
    {
        last = capture;
        note(run, capture->finished() ? "finished" : "unfinished");
    }
    void onFailed(RunId run, std::exception_ptr why) override
    {
        try {
            std::rethrow_exception(why);
        } catch (const Error& e) {
            note(run, std::string("failed ") + e.what());
        }
    }
    void onCancelled(RunId run) override { note(run, "cancelled"); }

    std::string wait(const std::string& word)
    {
        std::unique_lock lock(mutex_);
        wake_.wait_for(lock, 20s, [&] { return text_.find(word) != std::string::npos; });
        return text_;
    }

    CapturePtr kept; ///< the snapshot without any layer
    CapturePtr last; ///< of a finished run
    std::atomic<int> progress{0};

private:
    void note(RunId run, const std::string& word)
    {
        const std::lock_guard lock(mutex_);
        text_ += std::to_string(run.value) + ":" + word + " ";
        wake_.notify_all();
    }
    std::mutex mutex_;
    std::condition_variable wake_;
    std::string text_;
};

InspectionRequest demo(std::string prompt = "When Mary and John")
{
    return {.model = "demo-rotary", .prompts = {std::move(prompt)}};
}

} // namespace

class TestEngineThread : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void streamsLayersInOrder()
    {
        Recorder recorder;
        EngineThread engine(recorder);
        engine.submit(demo());
        const std::string text = recorder.wait("finished");
        QVERIFY2(text.starts_with("1:started0 1:layer0/1 1:layer1/2 1:layer2/3 "), text.c_str());
        QVERIFY2(text.ends_with("1:finished "), text.c_str());
        QVERIFY(recorder.progress >= 4);
        QCOMPARE(recorder.kept->layersDone(), 0U); // older snapshots stay as they were
    }

    void tokensOfOneCharacterAreLabelledAsItsParts()
    {
        Recorder recorder;
        EngineThread engine(recorder);
        auto request = demo("aé<|endoftext|>"); // this tokenizer has no token for é, but for each of its bytes
        request.prompts.emplace_back("é");
        engine.submit(request);
        QVERIFY(recorder.wait("1:finished").find("1:finished") != std::string::npos);
        const auto said = [&](std::size_t row) {
            std::string text;
            for (const Token& token : recorder.last->header().tokens.at(row))
                text += token.label + (token.special ? "!" : "") + (token.padding ? "_" : "")
                    + (token.joinsNext ? "+" : "") + " ";
            return text;
        };
        QCOMPARE(said(0), std::string("a é¹⁄₂+ é²⁄₂ <|endoftext|>! "));
        QCOMPARE(said(1), std::string("<|endoftext|>!_ <|endoftext|>!_ é¹⁄₂+ é²⁄₂ "));

        // What may come next is read after what came before.
        const Token& end = recorder.last->header().tokens[0][2];
        QCOMPARE(end.piece, std::string("©"));
        const auto labelAfter = [&](std::size_t position, std::int64_t id) {
            for (const NextToken& token : fetchNextTokens(*recorder.last, {0}, {position}, 100000)->top)
                if (token.id == id)
                    return token.label + (token.special ? "!" : "");
            return std::string("none");
        };
        QCOMPARE(labelAfter(0, end.id), std::string("<0xA9>"));
        QCOMPARE(labelAfter(1, end.id), std::string("é²⁄₂"));
        QCOMPARE(labelAfter(2, end.id), std::string("<0xA9>"));
        QCOMPARE(labelAfter(1, recorder.last->header().tokens[0][3].id), std::string("<|endoftext|>!"));
    }

    void aNewRunStopsTheOneBefore()
    {
        Recorder recorder;
        EngineThread engine(recorder);
        recorder.atFirstLayer = [&] { engine.submit(demo("John")); };
        engine.submit(demo());
        const std::string text = recorder.wait("2:finished");
        QVERIFY2(text.starts_with("1:started0 1:layer0/1 1:cancelled 2:started0 "), text.c_str());
    }

    void cancelStopsAtTheNextOperation()
    {
        Recorder recorder;
        EngineThread engine(recorder);
        recorder.atFirstLayer = [&] { engine.cancel(); };
        engine.submit(demo());
        QCOMPARE(recorder.wait("cancelled"), std::string("1:started0 1:layer0/1 1:cancelled "));
        engine.submit(demo());
        QVERIFY(recorder.wait("2:finished").find("2:finished") != std::string::npos);
    }

    void failuresAreErrorsAndTheEngineLivesOn()
    {
        Recorder recorder;
        EngineThread engine(recorder);
        engine.submit({.model = "no-such-model", .prompts = {"a"}});
        QVERIFY(
            recorder.wait("failed").find("1:failed no-such-model: expected a model directory") != std::string::npos);
        engine.submit(demo());
        QVERIFY(recorder.wait("2:finished").find("2:finished") != std::string::npos);
    }

    void refusesWhatDoesNotFit()
    {
        Recorder recorder;
        EngineThread engine(recorder);
        // 1,000 sequences of some 900 tokens: scores and patterns of 150 GiB.
        auto request = demo();
        std::string text;
        for (int i = 0; i < 300; ++i)
            text += "one two ";
        request.prompts.assign(1000, text);
        request.dtype = DType::Float64;
        request.keepScores = true;
        engine.submit(request);
        const std::string said = recorder.wait("failed");
        QVERIFY2(said.find("this run needs about") != std::string::npos && said.find("are free") != std::string::npos,
            said.c_str());
    }

    void outlookTellsTokensAndMemory()
    {
        Recorder recorder;
        EngineThread engine(recorder);
        const auto ask = [&](InspectionRequest request) {
            std::promise<std::shared_ptr<const Outlook>> answer;
            const Ticket ticket = engine.requestOutlook(
                std::move(request), [&](std::shared_ptr<const Outlook> outlook, std::exception_ptr why) {
                    why ? answer.set_exception(why) : answer.set_value(std::move(outlook));
                });
            return answer.get_future().get();
        };
        auto request = demo("one two");
        request.prompts.push_back("one two one two one two");
        const auto small = ask(request);
        QCOMPARE(small->tokenCounts.size(), 2U);
        QVERIFY(small->length == small->tokenCounts[1] && small->tokenCounts[0] < small->tokenCounts[1]);
        QVERIFY(small->estimatedBytes > 0 && small->availableBytes > 1 << 20);
        request.dtype = DType::Float64;
        QVERIFY(ask(request)->estimatedBytes > small->estimatedBytes);
        request.prompts.clear(); // nothing typed yet
        for (const AttentionKind attention : {AttentionKind::Eager, AttentionKind::Auto}) {
            request.attention = attention;
            QCOMPARE(ask(request)->length, 0U);
        }
        QVERIFY_THROWS_EXCEPTION(Error, ask({.model = "no-such-model"}));
    }

    void capturesOutliveTheEngine()
    {
        CapturePtr capture;
        {
            BlockingEngine engine;
            capture = engine.run(demo());
            const auto tokens = fetchNextTokens(*capture, {0}, {3}, 10);
            QCOMPARE(tokens->top.size(), 10U);
            QVERIFY(tokens->top[0].probability >= tokens->top[1].probability && tokens->top[0].probability <= 1);
            QVERIFY_THROWS_EXCEPTION(Error, fetchNextTokens(*capture, {0}, {99}, 10));
        }
        bool called = false;
        Ticket ticket = capture->patterns({0})->request(
            {0}, {0}, Stage::Pattern, {0, 1}, {0, 1}, {}, [&](auto, auto) { called = true; });
        std::this_thread::sleep_for(20ms);
        QVERIFY(!called);
    }

    void weightsCutUnderARunAreAnError()
    {
        QTemporaryDir dir;
        const QString source = QStringLiteral(HEADSCOPE_SOURCE_DIR "/resources/models/demo-rotary/");
        for (const char* name : {"config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"})
            QVERIFY(QFile::copy(source + QString::fromUtf8(name), dir.filePath(QString::fromUtf8(name))));
        const auto weights = dir.filePath(QStringLiteral("model.safetensors")).toStdString();
        Recorder recorder;
        EngineThread engine(recorder);
        recorder.atFirstLayer = [&] { std::filesystem::resize_file(weights, 5000); };
        auto request = demo();
        request.model = dir.path().toStdString();
        engine.submit(request);
        const std::string said = recorder.wait("failed");
        QVERIFY2(said.find("was cut while in use") != std::string::npos, said.c_str());
    }
};

QTEST_GUILESS_MAIN(TestEngineThread)
#include "tst_engine_thread.moc"
