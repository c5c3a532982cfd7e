// SPDX-License-Identifier: GPL-3.0-or-later
// Answers, attribution and cut heads where the model lies on accelerators: nothing may mix devices.
#include "tests/core/answer_runs.h"
#include "tests/core/slot_device.h"

using namespace headscope;
using namespace headscope::answers;

class TestAnswersOnDevices : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { slots::install(2); }

    void equalTheHost_data()
    {
        QTest::addColumn<QString>("model");
        QTest::addColumn<int>("backend");
        for (const char* model : {"demo-gpt2", "demo-rotary"})
            for (const Backend backend : {Backend::Native, Backend::Bridge, Backend::Hooked})
                QTest::addRow("%s %s", model, spell(backend).data())
                    << QString::fromUtf8(model) << static_cast<int>(backend);
    }

    void equalTheHost()
    {
        QFETCH(QString, model);
        QFETCH(int, backend);
        BlockingEngine engine;
        for (const AblationMethod method : {AblationMethod::Zero, AblationMethod::Mean, AblationMethod::CrossRun}) {
            LogitDifferenceRequest request{.runs = {on(model.toStdString(), static_cast<Backend>(backend))},
                .prompts = readPromptSet("ioi"),
                .attribution = true,
                .ablation = {.heads = {{0, 1}, {2, 0}}, .method = method}};
            const auto host = engine.readAnswers(request);
            for (const char* device : {"slot:0", "slot:0,slot:1"}) {
                request.runs.front().device = device;
                const auto there = engine.readAnswers(request);
                QVERIFY(QByteArray::fromStdString(there->runs[0].header.device).startsWith("slot:0"));
                QCOMPARE(distance(there->runs[0], host->runs[0]), 0.0);
                for (std::size_t i = 0; i < there->runs[0].examples.size(); ++i)
                    QCOMPARE(
                        there->runs[0].examples[i].attribution->heads, host->runs[0].examples[i].attribution->heads);
            }
        }
    }
};

QTEST_GUILESS_MAIN(TestAnswersOnDevices)
#include "tst_answers_on_devices.moc"
