// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/error.h"
#include "ui/bridge/logit_difference_bridge.h"

#include <QSignalSpy>
#include <QTest>
#include <QThread>

#include <thread>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestLogitDifferenceBridge : public QObject {
    Q_OBJECT

    std::vector<std::shared_ptr<LogitDifferenceListener>> listeners_; ///< of every request started
    int cancels_ = 0;
    std::unique_ptr<LogitDifferenceBridge> bridge_;

    /// Calls on another thread, as the engine does.
    template <class Call> static void elsewhere(Call call) { std::thread(call).join(); }
    static std::shared_ptr<const LogitDifferenceResult> result(std::size_t answers)
    {
        return std::make_shared<const LogitDifferenceResult>(
            LogitDifferenceResult{.request = {}, .answers = std::vector<ExampleAnswers>(answers), .runs = {}});
    }

private Q_SLOTS:
    void init()
    {
        listeners_.clear();
        cancels_ = 0;
        bridge_ = std::make_unique<LogitDifferenceBridge>(LogitDifferenceEngine{
            [this](const LogitDifferenceRequest&, std::shared_ptr<LogitDifferenceListener> listener) {
                listeners_.push_back(std::move(listener));
            },
            [this] { ++cancels_; }});
    }

    void everythingArrivesOnThisThreadInItsOrder()
    {
        QStringList calls;
        const auto note = [&](const QString& what) {
            QCOMPARE(QThread::currentThread(), thread());
            calls << what;
        };
        connect(
            bridge_.get(), &LogitDifferenceBridge::busyChanged, this, [&](bool busy) { note(u"busy %1"_s.arg(busy)); });
        connect(bridge_.get(), &LogitDifferenceBridge::progressed, this,
            [&](double share) { note(u"progress %1"_s.arg(share)); });
        connect(bridge_.get(), &LogitDifferenceBridge::finished, this,
            [&](const auto& found) { note(u"finished %1"_s.arg(found->answers.size())); });
        bridge_->start({});
        QVERIFY(bridge_->isBusy());
        elsewhere([listener = listeners_[0]] {
            listener->onLogitDifferenceProgress({1}, {"native", 0, 0});
            listener->onLogitDifferenceProgress({1}, {"native", 1, 4});
            listener->onLogitDifferenceFinished({1}, result(3));
        });
        QCOMPARE(calls, QStringList{u"busy 1"_s}); // nothing yet from the other thread
        QTRY_VERIFY(!bridge_->isBusy());
        QCOMPARE(calls, (QStringList{u"busy 1"_s, u"progress 0"_s, u"progress 0.25"_s, u"busy 0"_s, u"finished 3"_s}));
    }

    void whatComesLateIsDropped()
    {
        QSignalSpy finished(bridge_.get(), &LogitDifferenceBridge::finished);
        QSignalSpy cancelled(bridge_.get(), &LogitDifferenceBridge::cancelled);
        bridge_->start({});
        elsewhere([listener = listeners_[0]] { listener->onLogitDifferenceFinished({1}, result(1)); });
        bridge_->cancel(); // the result is on its way
        QCOMPARE(cancels_, 1);
        QCOMPARE(cancelled.count(), 1);
        QVERIFY(!bridge_->isBusy());
        elsewhere([listener = listeners_[0]] { listener->onLogitDifferenceCancelled({1}); });
        QCoreApplication::processEvents();
        QCOMPARE(finished.count(), 0);
        QCOMPARE(cancelled.count(), 1);
        bridge_->cancel(); // nothing to cancel
        QCOMPARE(cancels_, 1);

        bridge_->start({});
        bridge_->start({}); // instead of it
        elsewhere([this] {
            listeners_[1]->onLogitDifferenceFinished({2}, result(1));
            listeners_[1]->onLogitDifferenceCancelled({2});
            listeners_[2]->onLogitDifferenceFinished({3}, result(7));
        });
        QTRY_COMPARE(finished.count(), 1);
        const auto found = finished[0][0].value<std::shared_ptr<const LogitDifferenceResult>>();
        QCOMPARE(found->answers.size(), std::size_t{7});
        QCOMPARE(cancelled.count(), 1);
    }

    void aRunThatTakesItsPlaceCancels()
    {
        QSignalSpy cancelled(bridge_.get(), &LogitDifferenceBridge::cancelled);
        bridge_->start({});
        elsewhere([listener = listeners_[0]] { listener->onLogitDifferenceCancelled({1}); });
        QTRY_COMPARE(cancelled.count(), 1);
        QVERIFY(!bridge_->isBusy());
    }

    void failuresAreTold()
    {
        QSignalSpy failed(bridge_.get(), &LogitDifferenceBridge::failed);
        bridge_->start({});
        elsewhere([listener = listeners_[0]] {
            listener->onLogitDifferenceFailed(
                {1}, std::make_exception_ptr(Error(Fault::BadInput, "demo: no such head")));
        });
        QTRY_COMPARE(failed.count(), 1);
        QCOMPARE(failed[0][0].toString(), u"demo: no such head"_s);
        QVERIFY(!bridge_->isBusy());
    }

    void nothingIsToldToABridgeThatHasGone()
    {
        bridge_->start({});
        const auto listener = listeners_[0];
        bridge_.reset();
        elsewhere([listener] { listener->onLogitDifferenceFinished({1}, result(1)); });
        QCoreApplication::processEvents();
        QVERIFY(!bridge_);
    }
};

QTEST_MAIN(TestLogitDifferenceBridge)
#include "tst_logit_difference_bridge.moc"
