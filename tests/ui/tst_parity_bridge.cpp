// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/parity_fakes.h"
#include "ui/bridge/parity_bridge.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <thread>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestParityBridge : public QObject {
    Q_OBJECT

    std::vector<std::shared_ptr<ParityListener>> listeners_; ///< of every comparison started
    int cancels_ = 0;
    std::unique_ptr<ParityBridge> bridge_;

    /// Calls on another thread, as the engine does.
    template <class Call> static void elsewhere(Call call) { std::thread(call).join(); }

private Q_SLOTS:
    void init()
    {
        listeners_.clear();
        cancels_ = 0;
        bridge_ = std::make_unique<ParityBridge>(ParityEngine{
            [this](const ParityRequest&, std::shared_ptr<ParityListener> listener) { listeners_.push_back(listener); },
            [this] { ++cancels_; }});
    }

    void everythingArrivesOnThisThreadInItsOrder()
    {
        QStringList calls;
        const auto note = [&](const QString& what) {
            QCOMPARE(QThread::currentThread(), thread());
            calls << what;
        };
        connect(bridge_.get(), &ParityBridge::busyChanged, this, [&](bool busy) { note(u"busy %1"_s.arg(busy)); });
        connect(bridge_.get(), &ParityBridge::progressed, this,
            [&](const QString& what, double share) { note(what + u" %1"_s.arg(share)); });
        connect(bridge_.get(), &ParityBridge::rowsReady, this,
            [&](std::size_t pair, const auto& rows) { note(u"rows %1 %2"_s.arg(pair).arg(rows.size())); });
        connect(bridge_.get(), &ParityBridge::pairReady, this, [&](std::size_t pair, const auto& result) {
            note(u"pair %1 "_s.arg(pair) + QString::fromStdString(result->candidate.label));
        });
        connect(bridge_.get(), &ParityBridge::finished, this,
            [&](const auto& report) { note(u"finished %1"_s.arg(report->pairs.size())); });
        bridge_->start({});
        QVERIFY(bridge_->isBusy());
        elsewhere([listener = listeners_[0]] {
            listener->onParityProgress({1}, {"hooked: layer 1 of 2", 0.5});
            listener->onParityRows({1}, 2, fakeRows());
            listener->onParityPair({1}, 2, fakePair());
            listener->onParityFinished({1}, fakeReport({fakePair()}));
        });
        QCOMPARE(calls, QStringList{u"busy 1"_s}); // nothing yet from the other thread
        QTRY_VERIFY(!bridge_->isBusy());
        QCOMPARE(calls,
            (QStringList{u"busy 1"_s, u"hooked: layer 1 of 2 0.5"_s, u"rows 2 10"_s, u"pair 2 hooked"_s, u"busy 0"_s,
                u"finished 1"_s}));
    }

    void whatComesLateIsDropped()
    {
        QSignalSpy rows(bridge_.get(), &ParityBridge::rowsReady);
        QSignalSpy cancelled(bridge_.get(), &ParityBridge::cancelled);
        bridge_->start({});
        elsewhere([listener = listeners_[0]] { listener->onParityRows({1}, 0, fakeRows()); });
        bridge_->cancel(); // the rows are on their way
        QCOMPARE(cancels_, 1);
        QCOMPARE(cancelled.count(), 1);
        QVERIFY(!bridge_->isBusy());
        elsewhere([listener = listeners_[0]] { listener->onParityCancelled({1}); });
        QCoreApplication::processEvents();
        QCOMPARE(rows.count(), 0);
        QCOMPARE(cancelled.count(), 1);
        bridge_->cancel(); // nothing to cancel
        QCOMPARE(cancels_, 1);

        bridge_->start({});
        bridge_->start({}); // instead of it
        elsewhere([this] {
            listeners_[1]->onParityRows({2}, 0, fakeRows());
            listeners_[1]->onParityCancelled({2});
            listeners_[2]->onParityRows({3}, 7, fakeRows());
        });
        QTRY_COMPARE(rows.count(), 1);
        QCOMPARE(rows[0][0].value<std::size_t>(), std::size_t{7});
        QVERIFY(bridge_->isBusy());
        QCOMPARE(cancelled.count(), 1);
    }

    void aRunThatTakesItsPlaceCancels()
    {
        QSignalSpy cancelled(bridge_.get(), &ParityBridge::cancelled);
        bridge_->start({});
        elsewhere([listener = listeners_[0]] { listener->onParityCancelled({1}); });
        QTRY_COMPARE(cancelled.count(), 1);
        QVERIFY(!bridge_->isBusy());
    }

    void failuresAreTold()
    {
        QSignalSpy failed(bridge_.get(), &ParityBridge::failed);
        bridge_->start({});
        elsewhere([listener = listeners_[0]] {
            listener->onParityFailed(
                {1}, std::make_exception_ptr(Error(Fault::BadInput, "dump.safetensors: no hooks")));
        });
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed[0][0].toString(), u"dump.safetensors: no hooks"_s);
        QVERIFY(!bridge_->isBusy());
    }

    void nothingIsToldToABridgeThatHasGone()
    {
        bridge_->start({});
        const auto listener = listeners_[0];
        bridge_.reset();
        elsewhere([listener] { listener->onParityRows({1}, 0, fakeRows()); });
        QCoreApplication::processEvents();
        QVERIFY(!bridge_);
    }
};

QTEST_MAIN(TestParityBridge)
#include "tst_parity_bridge.moc"
