// SPDX-License-Identifier: GPL-3.0-or-later
// Two prompts of one run side by side, in the real window.
#include "ui/bridge/engine_bridge.h"
#include "ui/text/labels.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/prompt_comparison.h"

#include <QComboBox>
#include <QLabel>
#include <QSettings>
#include <QTabWidget>
#include <QTableView>
#include <QTemporaryDir>
#include <QTest>

#include <cmath>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class TestPromptComparison : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    template <class T> T* find(const QString& name) { return window_->findChild<T*>(name); }
    bool settled()
    {
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
    }
    PatternTilePtr whole(std::size_t sequence, HeadRef head)
    {
        const auto& capture = window_->inspector().capture();
        const std::size_t length = capture->header().length();
        return fetch(*capture->patterns({sequence}), head.layer, head.head, Stage::Pattern, {0, length}, {0, length});
    }

private Q_SLOTS:
    void initTestCase() { QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path()); }

    void init()
    {
        QSettings().clear();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1280, 800);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void oneTokenIsReplacedAndOneAdded()
    {
        window_->open({.model = "demo-rotary",
            .prompts = {"Mary and John went to the store. John gave a drink to",
                "Mary and Tom went to the store. Tom gave the old drink to"},
            .keepLogits = false});
        QVERIFY(settled());
        auto* tabs = find<QTabWidget>(u"centreTabs"_s);
        QCOMPARE(tabs->tabText(1), u"Two prompts"_s);
        tabs->setCurrentIndex(1);
        QVERIFY(window_->prompts().isVisible());
        QVERIFY(settled());
        const auto& aligned = window_->prompts().aligned();
        QVERIFY(aligned.replaced >= 2);
        QVERIFY(aligned.onlyB >= 1);
        QVERIFY2(find<QLabel>(u"promptNote"_s)->text().contains(u"replaced: %1"_s.arg(aligned.replaced)),
            qPrintable(find<QLabel>(u"promptNote"_s)->text()));
        // Each panel has the numbers of its own prompt at the places that it has.
        const HeadRef head = window_->inspector().selection().shown();
        const auto a = whole(0, head), b = whole(1, head);
        auto& panels = window_->prompts().panels();
        for (std::size_t query = 0; query < aligned.places.size(); ++query)
            for (std::size_t key = 0; key <= query; ++key) {
                const auto &row = aligned.places[query], &column = aligned.places[key];
                if (!row.a || !row.b || !column.a || !column.b)
                    continue;
                panels.choose(Cell{query, key});
                const float left = a->value(*row.a, *column.a), right = b->value(*row.b, *column.b);
                QTRY_VERIFY2(panels.readout().contains(probabilityText(left))
                        && panels.readout().contains(probabilityText(right)),
                    qPrintable(panels.readout()));
            }
        // What comes next is that of the place in either prompt; a gap has nothing.
        for (std::size_t place = 0; place < aligned.places.size(); ++place) {
            if (aligned.places[place].a)
                continue;
            panels.choose(Cell{place, 0});
            QTRY_VERIFY(settled());
            QCOMPARE(find<QTableView>(u"promptNextATable"_s)->model()->rowCount(), 0);
            QCOMPARE(find<QTableView>(u"promptNextBTable"_s)->model()->rowCount(), 10);
        }
        // The head is the run's.
        window_->inspector().selection().choose(HeadRef{LayerId{0}, HeadId{1}});
        QVERIFY(settled());
        QCOMPARE(find<QLabel>(u"promptTitle"_s)->text(), u"L0 H1"_s);
        // The other way round the differences change their sign, and the same prompt twice has none.
        window_->prompts().choose({1}, {0});
        QVERIFY(settled());
        QCOMPARE(window_->prompts().aligned().onlyA, aligned.onlyA);
        window_->prompts().choose({1}, {1});
        QVERIFY(settled());
        QCOMPARE(window_->prompts().aligned().same, window_->prompts().aligned().places.size());
        QCOMPARE(panels.heatmap(ComparisonPanels::Change).largest(), 0.0F);
    }

    void aSinglePromptHasNothingToCompare()
    {
        auto* tabs = find<QTabWidget>(u"centreTabs"_s);
        window_->open({.model = "demo-rotary", .prompts = {"One two", "Three"}, .keepLogits = false});
        QVERIFY(settled());
        QVERIFY(tabs->indexOf(&window_->prompts()) >= 0);
        tabs->setCurrentWidget(&window_->prompts());
        window_->open({.model = "demo-rotary", .prompts = {"One two"}, .keepLogits = false});
        QVERIFY(settled());
        QVERIFY(tabs->indexOf(&window_->prompts()) < 0);
        QVERIFY(window_->inspector().isVisible());
        window_->open({.model = "demo-gpt2", .prompts = {"One two", "Three", "Four five six"}, .keepLogits = false});
        QVERIFY(settled());
        tabs->setCurrentWidget(&window_->prompts());
        QVERIFY(settled());
        QCOMPARE(find<QComboBox>(u"promptA"_s)->count(), 3);
        QCOMPARE(find<QComboBox>(u"promptB"_s)->currentIndex(), 1);
    }
};

QTEST_MAIN(TestPromptComparison)
#include "tst_prompt_comparison.moc"
