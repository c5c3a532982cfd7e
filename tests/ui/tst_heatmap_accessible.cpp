// SPDX-License-Identifier: GPL-3.0-or-later
// What a screen reader is told of the heatmap. The offscreen platform has nobody to tell; with_reader.py runs this on a
// display and a bus of its own, where events go out.
#include "tests/ui/fakes.h"
#include "ui/views/attention_heatmap.h"
#include "ui/windows/inspector_view.h"

#include <QAccessible>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

struct Told {
    QString words;
    double value = 0;
    QString description;
};
std::vector<Told> values;
int descriptions = 0;

void onAccessible(QAccessibleEvent* event)
{
    if (!qobject_cast<AttentionHeatmap*>(event->object()))
        return;
    descriptions += event->type() == QAccessible::DescriptionChanged;
    if (event->type() != QAccessible::ValueChanged)
        return;
    auto* seen = event->accessibleInterface();
    values.push_back({static_cast<QAccessibleValueChangeEvent*>(event)->value().toString(),
        seen->valueInterface() ? seen->valueInterface()->currentValue().toDouble() : -1,
        seen->text(QAccessible::Description)});
}

} // namespace

class TestHeatmapAccessible : public QObject {
    Q_OBJECT

    std::shared_ptr<FakePatternSource> source_;
    std::unique_ptr<InspectorView> inspector_;

    AttentionHeatmap& heatmap() { return inspector_->heatmap(); }
    QAccessibleInterface* seen() { return QAccessible::queryAccessibleInterface(&heatmap()); }
    bool settled()
    {
        return QTest::qWaitFor([this] { return inspector_->isSettled(); }, 10000);
    }

private Q_SLOTS:
    void init()
    {
        source_ = std::make_shared<FakePatternSource>(6, 2, 3);
        source_->value = [](LayerId, HeadId, std::size_t query, std::size_t key) {
            return static_cast<float>(query * 10 + key) / 64;
        };
        source_->stages[Stage::Scores] = [](float value) { return -8 * value; };
        inspector_ = std::make_unique<InspectorView>();
        inspector_->resize(900, 800);
        inspector_->show();
        inspector_->begin(std::make_shared<FakeCapture>(source_));
        QVERIFY(settled());
        heatmap().choose(Cell{4, 2});
        QVERIFY(settled());
    }
    void cleanup() { inspector_.reset(); }

    void theChosenCellHasItsValueAndItsWords()
    {
        auto* value = seen()->valueInterface();
        QVERIFY(value);
        QTRY_COMPARE(value->currentValue().toDouble(), 42.0 / 64);
        QCOMPARE(value->minimumValue().toDouble(), 0.0);
        QCOMPARE(value->maximumValue().toDouble(), 1.0);
        QTRY_VERIFY(seen()->text(QAccessible::Description).contains(u"q[4] \"·t4\" → k[2] \"·t2\""_s));
        QCOMPARE(seen()->text(QAccessible::Value), seen()->text(QAccessible::Description));
        value->setCurrentValue(0.5); // nobody can
        QCOMPARE(value->currentValue().toDouble(), 42.0 / 64);
        ViewOptions scores;
        scores.stage = Stage::Scores;
        inspector_->setOptions(scores);
        QVERIFY(settled());
        QTRY_COMPARE(value->currentValue().toDouble(), -8 * 42.0 / 64);
        QTRY_VERIFY(value->minimumValue().toDouble() < -5 && value->maximumValue().toDouble() > 5);
    }

    void aCellWithoutAValueHasNone()
    {
        heatmap().choose(Cell{1, 4}); // masked
        QVERIFY(settled());
        QVERIFY(!seen()->valueInterface()->currentValue().isValid());
        QTRY_VERIFY(seen()->text(QAccessible::Description).contains(u"masked"_s));
        heatmap().choose(std::nullopt);
        QVERIFY(!seen()->valueInterface()->currentValue().isValid());
    }

    void movingTheCellTellsTheNewValue()
    {
        if (!qEnvironmentVariableIsSet("HEADSCOPE_EXPECTS_READER") && !QAccessible::isActive())
            QSKIP("nobody listens here; see with_reader.py");
        QTRY_VERIFY_WITH_TIMEOUT(QAccessible::isActive(), 10000);
        const auto before = QAccessible::installUpdateHandler(onAccessible);
        values.clear();
        descriptions = 0;
        heatmap().setFocus();
        const std::pair<Qt::Key, Cell> moves[]{{Qt::Key_Left, {4, 1}}, {Qt::Key_Down, {5, 1}}, {Qt::Key_Home, {5, 0}}};
        for (const auto& [key, cell] : moves) {
            const std::size_t told = values.size();
            QTest::keyClick(&heatmap(), key);
            QVERIFY(heatmap().chosenCell() == cell);
            const QString place = u"q[%1] \"·t%1\" → k[%2]"_s.arg(cell.query).arg(cell.key);
            QTRY_VERIFY2(values.size() > told && values.back().words.contains(place), qPrintable(place));
            QVERIFY(settled());
            QCoreApplication::processEvents();
            QCOMPARE(values.back().value, static_cast<double>(cell.query * 10 + cell.key) / 64);
            QCOMPARE(values.back().description, values.back().words);
            QVERIFY(descriptions > 0);
        }
        QAccessible::installUpdateHandler(before);
    }
};

QTEST_MAIN(TestHeatmapAccessible)
#include "tst_heatmap_accessible.moc"
