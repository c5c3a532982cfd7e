// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/model/model_catalog.h"
#include "ui/bridge/engine_bridge.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

namespace {

InspectionRequest demo(const std::string& prompt = "The cat sat on the mat")
{
    InspectionRequest request;
    request.model = embeddedModels().front().name;
    request.prompts = {prompt};
    return request;
}

} // namespace

class TestEngineBridge : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aRunIsHeardFromStartToEndOnThisThread()
    {
        EngineBridge bridge;
        QStringList heard;
        bool elsewhere = false;
        const auto note = [&](const QString& what) {
            heard << what;
            elsewhere |= QThread::currentThread() != thread();
        };
        std::size_t layers = 0;
        connect(&bridge, &EngineBridge::started, this, [&](const CapturePtr& c) {
            note(u"started"_s);
            layers = c->header().model.layers;
        });
        connect(&bridge, &EngineBridge::layerReady, this, [&](const CapturePtr& c, LayerId layer) {
            note(u"layer %1 of %2"_s.arg(layer.value).arg(c->layersDone()));
        });
        connect(&bridge, &EngineBridge::finished, this, [&](const CapturePtr&) { note(u"finished"_s); });
        bridge.start(demo());
        QVERIFY(bridge.isBusy());
        QTRY_VERIFY_WITH_TIMEOUT(heard.contains(u"finished"_s), 30000);
        QVERIFY(!bridge.isBusy());
        QVERIFY(!elsewhere);
        QCOMPARE(heard.size(), static_cast<qsizetype>(layers) + 2);
        QCOMPARE(heard[1], u"layer 0 of 1"_s);
    }

    void onlyTheLatestRunIsHeard()
    {
        EngineBridge bridge;
        QSignalSpy started(&bridge, &EngineBridge::started), done(&bridge, &EngineBridge::finished),
            cancelled(&bridge, &EngineBridge::cancelled), failed(&bridge, &EngineBridge::failed);
        for (int i = 0; i < 5; ++i)
            bridge.start(demo("run " + std::to_string(i)));
        QVERIFY(done.wait(30000));
        QTest::qWait(100);
        QCOMPARE(done.count(), 1);
        QCOMPARE(started.count(), 1);
        QCOMPARE(cancelled.count(), 0); // superseded is not cancelled
        QCOMPARE(failed.count(), 0);
        QCOMPARE(done.first().first().value<CapturePtr>()->header().request.prompts.front(), std::string("run 4"));
    }

    void nothingOfACancelledRunIsHeard()
    {
        EngineBridge bridge;
        QSignalSpy done(&bridge, &EngineBridge::finished), layers(&bridge, &EngineBridge::layerReady),
            cancelled(&bridge, &EngineBridge::cancelled);
        bridge.start(demo());
        bridge.cancel();
        QVERIFY(!bridge.isBusy());
        QTest::qWait(300);
        QCOMPARE(cancelled.count(), 1);
        QCOMPARE(done.count() + layers.count(), 0);
        bridge.cancel(); // nothing to cancel
        QCOMPARE(cancelled.count(), 1);
        bridge.start(demo());
        QVERIFY(done.wait(30000));
    }

    void aFailureIsOneLineAndTheEngineGoesOn()
    {
        EngineBridge bridge;
        QSignalSpy failed(&bridge, &EngineBridge::failed), done(&bridge, &EngineBridge::finished);
        auto request = demo();
        request.model = "/nonexistent/model";
        bridge.start(request);
        QVERIFY(failed.wait(30000));
        QVERIFY(!bridge.isBusy());
        const QString message = failed.first().first().toString();
        QVERIFY2(message.contains(u"/nonexistent/model"_s) && !message.contains(u'\n'), qPrintable(message));
        bridge.start(demo());
        QVERIFY(done.wait(30000));
    }

    void outlookCountsTokensWithoutRunning()
    {
        EngineBridge bridge;
        std::shared_ptr<const Outlook> outlook;
        const auto ticket
            = bridge.requestOutlook(this, demo(), [&](const auto& answer, const auto&) { outlook = answer; });
        QTRY_VERIFY_WITH_TIMEOUT(outlook != nullptr, 30000);
        QCOMPARE(outlook->tokenCounts.size(), std::size_t{1});
        QVERIFY(outlook->tokenCounts[0] >= 6);
        QVERIFY(outlook->estimatedBytes > 0 && outlook->availableBytes > 0);
        QVERIFY(!bridge.isBusy());
    }

    void systemInfoListsTheCpu()
    {
        EngineBridge bridge;
        std::shared_ptr<const SystemInfo> system;
        const auto ticket = bridge.requestSystemInfo(this, [&](const auto& answer, const auto&) { system = answer; });
        QTRY_VERIFY_WITH_TIMEOUT(system != nullptr, 30000);
        QCOMPARE(system->devices.front().name, std::string("cpu"));
    }

    void nothingIsHeardAfterTheEnd()
    {
        for (int i = 0; i < 5; ++i) {
            int heard = 0;
            auto bridge = std::make_unique<EngineBridge>();
            const auto count = [&heard] { ++heard; };
            connect(bridge.get(), &EngineBridge::layerReady, this, count);
            connect(bridge.get(), &EngineBridge::finished, this, count);
            connect(bridge.get(), &EngineBridge::failed, this, count);
            bridge->start(demo());
            QThread::msleep(static_cast<unsigned long>(i) * 5); // without an event loop: whatever comes is on its way
            bridge.reset();
            QCoreApplication::processEvents();
            QCOMPARE(heard, 0);
        }
    }
};

QTEST_GUILESS_MAIN(TestEngineBridge)
#include "tst_engine_bridge.moc"
