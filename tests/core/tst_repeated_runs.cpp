// SPDX-License-Identifier: GPL-3.0-or-later
// TransformerLens's test_memory_efficiency and test_consistent_outputs: runs repeated in one engine neither grow nor
// drift.
#include "tests/core/seed_run.h"

#include <fstream>

#include <malloc.h>
#include <unistd.h>

using namespace headscope;
using namespace headscope::golden;
using namespace headscope::seeds;

namespace {

constexpr double mebibyte = 1 << 20;
constexpr double allowedGrowth = 100; ///< of the original test, MiB in five runs
constexpr int runs = 5;
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
constexpr bool sanitized = true; ///< then freed memory is kept for a while
#else
constexpr bool sanitized = false;
#endif

/// MiB of this process that are in memory.
double residentSet()
{
    ::malloc_trim(0);
    std::ifstream statm("/proc/self/statm");
    double pages = 0, resident = 0;
    statm >> pages >> resident;
    return resident * static_cast<double>(::sysconf(_SC_PAGESIZE)) / mebibyte;
}

/// 2 × 512 tokens of demo-gpt2: patterns and scores alone are 50 MiB a run.
at::Tensor longInputs() { return at::arange(1024, at::kLong).mul(37).remainder(1408).reshape({2, 512}); }

void addBackends()
{
    QTest::addColumn<int>("which");
    for (std::size_t which = 0; which < backendCases().size(); ++which)
        QTest::newRow(backendCases()[which].name) << static_cast<int>(which);
}

} // namespace

class TestRepeatedRuns : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void memoryEfficiency_data() { addBackends(); }

    void memoryEfficiency()
    {
        if (sanitized)
            QSKIP("a sanitizer keeps freed memory");
        QFETCH(int, which);
        BlockingEngine engine;
        const InspectionRequest request = longRequest(which);
        std::weak_ptr<const Capture> last = engine.run(request);
        QTRY_VERIFY(last.expired()); // the engine lets go of it just after it has handed it out
        const double before = residentSet();
        for (int i = 0; i < runs; ++i)
            last = engine.run(request);
        QTRY_VERIFY(last.expired());
        const double growth = residentSet() - before;
        QVERIFY2(growth < allowedGrowth, qPrintable(QString::number(growth)));
    }

    /// The measure sees it when captures are not let go.
    void memoryIsMeasured()
    {
        if (sanitized)
            QSKIP("a sanitizer keeps freed memory");
        BlockingEngine engine;
        const InspectionRequest request = longRequest(0);
        std::weak_ptr<const Capture> last = engine.run(request);
        QTRY_VERIFY(last.expired());
        const double before = residentSet();
        std::vector<CapturePtr> held;
        for (int i = 0; i < runs; ++i)
            held.push_back(engine.run(request));
        const double held5 = residentSet() - before;
        QVERIFY2(held5 > 2 * allowedGrowth, qPrintable(QString::number(held5)));
        last = held.back();
        held.clear();
        QTRY_VERIFY(last.expired());
        const double after = residentSet() - before;
        QVERIFY2(after < allowedGrowth, qPrintable(QString::number(after)));
    }

    /// Changing precision reloads the weights; the old ones go.
    void memoryOverChangesOfPrecision()
    {
        if (sanitized)
            QSKIP("a sanitizer keeps freed memory");
        BlockingEngine engine;
        InspectionRequest request = longRequest(0);
        std::weak_ptr<const Capture> last = engine.run(request);
        QTRY_VERIFY(last.expired());
        const double before = residentSet();
        for (const DType dtype : {DType::Float16, DType::BFloat16, DType::Float64, DType::Float16, DType::Float32}) {
            request.dtype = dtype;
            last = engine.run(request);
        }
        QTRY_VERIFY(last.expired());
        const double growth = residentSet() - before;
        QVERIFY2(growth < allowedGrowth, qPrintable(QString::number(growth)));
    }

    void consistentOutputs_data() { addBackends(); }

    /// The original allows 1e-6; here the bits are the same, also after other backends have run in the same engine.
    void consistentOutputs()
    {
        QFETCH(int, which);
        BlockingEngine engine;
        for (const char* model : {"gpt2-tiny", "neox-parallel", "llama-dynamic", "gemma2-caps", "bert-mlm"}) {
            const InspectionRequest base{.model = modelLocation(model),
                .inputs = folder("golden/") + model + "_left.safetensors",
                .hooks = {"*"}};
            const InspectionRequest request = backendCases().at(static_cast<std::size_t>(which)).request(base);
            const Tensors first = run(engine, request);
            for (int i = 0; i < 3; ++i) {
                if (i == 1)
                    for (const BackendCase& other : backendCases())
                        run(engine, other.request(base));
                const Tensors again = run(engine, request);
                QCOMPARE(again.size(), first.size());
                for (const auto& [name, value] : first)
                    QVERIFY2(again.at(name).equal(value), name.c_str());
            }
        }
    }

private:
    InspectionRequest longRequest(int which) const
    {
        return backendCases()
            .at(static_cast<std::size_t>(which))
            .request({.model = "demo-gpt2", .inputs = inputs_.path(), .keepScores = true, .threads = 1});
    }

    const InputsFile inputs_{{{"input_ids", longInputs()}}};
};

QTEST_GUILESS_MAIN(TestRepeatedRuns)
#include "tst_repeated_runs.moc"
