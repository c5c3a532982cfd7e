// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/blocking_engine.h"
#include "core/error.h"

#include <QTest>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>

using namespace headscope;

class TestPatternSource : public QObject {
    Q_OBJECT
private:
    BlockingEngine engine_;
    CapturePtr capture_;
    std::shared_ptr<PatternSource> source_; ///< of the shorter, padded prompt

private Q_SLOTS:
    void initTestCase()
    {
        capture_ = engine_.run({.model = "demo-rotary",
            .prompts = {"John gave a drink to", "When Mary and John went to the store, John gave a drink to"},
            .keepScores = true});
        source_ = capture_->patterns({0});
    }

    void rectanglesAgreeWithTheWhole()
    {
        const std::size_t n = source_->queries();
        const auto whole = fetch(*source_, {1}, {2}, Stage::Pattern, {0, n}, {0, n});
        QCOMPARE(whole->height, n);
        QCOMPARE(whole->width, n);
        const auto part = fetch(*source_, {1}, {2}, Stage::Pattern, {3, n - 1}, {2, 7});
        for (std::size_t row = 0; row < part->height; ++row)
            for (std::size_t column = 0; column < part->width; ++column) {
                QCOMPARE(part->value(row, column), whole->value(row + 3, column + 2));
                QCOMPARE(part->kind(row, column), whole->kind(row + 3, column + 2));
            }
        for (std::size_t row = 0; row < n; ++row) {
            double sum = 0;
            for (std::size_t column = 0; column < n; ++column)
                sum += whole->value(row, column);
            QVERIFY(std::abs(sum - 1) < 1e-5);
        }
    }

    void kindsTellPaddingFromTheFuture()
    {
        const auto& tokens = capture_->header().tokens[0];
        std::size_t pads = 0;
        while (tokens[pads].padding)
            ++pads;
        QVERIFY(pads > 0 && pads < tokens.size());
        const std::size_t n = tokens.size();
        const auto whole = fetch(*source_, {0}, {0}, Stage::Pattern, {0, n}, {0, n});
        QCOMPARE(whole->kind(0, 0), CellKind::Padding);
        QCOMPARE(whole->kind(n - 1, pads - 1), CellKind::Padding);
        QCOMPARE(whole->kind(n - 1, pads), CellKind::Allowed);
        QCOMPARE(whole->kind(pads, pads + 1), CellKind::Masked);
        QVERIFY(whole->value(n - 1, 0) == 0);
    }

    void poolingKeepsEverySpike()
    {
        const std::size_t n = source_->queries();
        const auto whole = fetch(*source_, {1}, {1}, Stage::Pattern, {0, n}, {0, n});
        const auto pooled = fetch(*source_, {1}, {1}, Stage::Pattern, {0, n}, {0, n}, {.maxHeight = 4, .maxWidth = 3});
        QVERIFY(pooled->height <= 4 && pooled->width <= 3);
        for (std::size_t row = 0; row < pooled->height; ++row)
            for (std::size_t column = 0; column < pooled->width; ++column) {
                float most = -1;
                bool allowed = false;
                for (std::size_t i = row * pooled->rowStep; i < std::min(n, (row + 1) * pooled->rowStep); ++i)
                    for (std::size_t j = column * pooled->columnStep;
                         j < std::min(n, (column + 1) * pooled->columnStep); ++j)
                        if (whole->kind(i, j) == CellKind::Allowed) {
                            most = std::max(most, whole->value(i, j));
                            allowed = true;
                        }
                QCOMPARE(pooled->kind(row, column) == CellKind::Allowed, allowed);
                if (allowed)
                    QCOMPARE(pooled->value(row, column), most);
            }
    }

    void aBlockIsPooledAsAsked_data()
    {
        QTest::addColumn<int>("pool");
        QTest::newRow("maximum") << static_cast<int>(Pool::Maximum);
        QTest::newRow("maximum magnitude") << static_cast<int>(Pool::MaximumMagnitude);
        QTest::newRow("mean") << static_cast<int>(Pool::Mean);
    }

    /// Scores have both signs, and blocks of all kinds: padding, masked, allowed and mixed.
    void aBlockIsPooledAsAsked()
    {
        QFETCH(int, pool);
        const std::size_t n = source_->queries();
        const auto whole = fetch(*source_, {1}, {1}, Stage::Scores, {0, n}, {0, n});
        const auto pooled = fetch(*source_, {1}, {1}, Stage::Scores, {0, n}, {0, n},
            {.maxHeight = 5, .maxWidth = 4, .pool = static_cast<Pool>(pool)});
        QVERIFY(pooled->pool == static_cast<Pool>(pool));
        QVERIFY(pooled->rowStep > 1 && pooled->columnStep > 1);
        for (std::size_t row = 0; row < pooled->height; ++row)
            for (std::size_t column = 0; column < pooled->width; ++column) {
                std::vector<double> cells;
                for (std::size_t i = row * pooled->rowStep; i < std::min(n, (row + 1) * pooled->rowStep); ++i)
                    for (std::size_t j = column * pooled->columnStep;
                         j < std::min(n, (column + 1) * pooled->columnStep); ++j)
                        if (whole->kind(i, j) == pooled->kind(row, column))
                            cells.push_back(whole->value(i, j));
                QVERIFY(!cells.empty());
                double expected = *std::max_element(cells.begin(), cells.end());
                if (static_cast<Pool>(pool) == Pool::Mean)
                    expected = std::accumulate(cells.begin(), cells.end(), 0.0) / static_cast<double>(cells.size());
                else if (static_cast<Pool>(pool) == Pool::MaximumMagnitude)
                    expected = *std::max_element(
                        cells.begin(), cells.end(), [](double a, double b) { return std::abs(a) < std::abs(b); });
                QCOMPARE(pooled->value(row, column), static_cast<float>(expected));
            }
    }

    /// Long heads are read in strips of rows; blocks reach from one into the next.
    void blocksAreWholeWhereStripsOfRowsMeet()
    {
        std::string prompt;
        for (int i = 0; i < 70; ++i)
            prompt += " John gave Mary " + std::to_string(i * 7919 % 1000);
        for (const AttentionKind kind : {AttentionKind::Eager, AttentionKind::Auto}) {
            const auto capture = engine_.run({.model = "demo-rotary", .prompts = {prompt}, .attention = kind});
            const auto source = capture->patterns({0});
            const std::size_t n = source->queries();
            QVERIFY2(n > 400, std::to_string(n).c_str());
            const auto whole = fetch(*source, {1}, {1}, Stage::Pattern, {0, n}, {0, n});
            for (const Range rows : {Range{0, n}, Range{5, n - 2}}) {
                const auto pooled
                    = fetch(*source, {1}, {1}, Stage::Pattern, rows, {0, n}, {.maxHeight = 60, .maxWidth = 60});
                QVERIFY(pooled->rowStep % 16 != 0);
                for (std::size_t row = 0; row < pooled->height; ++row)
                    for (std::size_t column = 0; column < pooled->width; ++column) {
                        float most = 0;
                        bool allowed = false;
                        const std::size_t top = rows.begin + row * pooled->rowStep, left = column * pooled->columnStep;
                        for (std::size_t i = top; i < std::min(rows.end, top + pooled->rowStep); ++i)
                            for (std::size_t j = left; j < std::min(n, left + pooled->columnStep); ++j) {
                                allowed |= whole->kind(i, j) == CellKind::Allowed;
                                most = std::max(most, whole->value(i, j));
                            }
                        QCOMPARE(pooled->kind(row, column), allowed ? CellKind::Allowed : CellKind::Masked);
                        QCOMPARE(pooled->value(row, column), most);
                    }
            }
        }
    }

    void aNanIsSeenHoweverItIsPooled()
    {
        const Edit edit{.hook = "blocks.1.attn.hook_pattern",
            .operation = Edit::Operation::Replace,
            .value = std::numeric_limits<double>::quiet_NaN(),
            .heads = {2},
            .queries = {7},
            .keys = {3}};
        const auto broken = engine_.run({.model = "demo-rotary",
            .prompts = {"When Mary and John went to the store, John gave a drink to"},
            .backend = Backend::Tapped,
            .edits = {edit}});
        const auto source = broken->patterns({0});
        const std::size_t n = source->queries();
        for (const Pool pool : {Pool::Maximum, Pool::MaximumMagnitude, Pool::Mean}) {
            const auto pooled = fetch(
                *source, {1}, {2}, Stage::Pattern, {0, n}, {0, n}, {.maxHeight = 3, .maxWidth = 3, .pool = pool});
            for (std::size_t row = 0; row < 3; ++row)
                for (std::size_t column = 0; column < 3; ++column)
                    QCOMPARE(std::isnan(pooled->value(row, column)),
                        row == 7 / pooled->rowStep && column == 3 / pooled->columnStep);
        }
    }

    void scoresAreBeforeTheSoftmax()
    {
        const std::size_t n = source_->queries(), last = n - 1;
        const auto scores = fetch(*source_, {2}, {0}, Stage::Scores, {last, n}, {0, n});
        const auto pattern = fetch(*source_, {2}, {0}, Stage::Pattern, {last, n}, {0, n});
        double total = 0, top = -INFINITY;
        for (const float score : scores->values)
            top = std::max(top, static_cast<double>(score));
        for (const float score : scores->values)
            total += std::exp(score - top);
        for (std::size_t key = 0; key < n; ++key)
            QVERIFY(std::abs(std::exp(scores->values[key] - top) / total - pattern->values[key]) < 1e-5);
    }

    void refusesWhatIsNotThere_data()
    {
        QTest::addColumn<int>("layer");
        QTest::addColumn<int>("head");
        QTest::addColumn<int>("rowsEnd");
        QTest::addColumn<QString>("says");
        QTest::newRow("layer") << 9 << 0 << 1 << QStringLiteral("--layer: expected 0 to");
        QTest::newRow("head") << 0 << 99 << 1 << QStringLiteral("--head: expected 0 to");
        QTest::newRow("no rows") << 0 << 0 << 0 << QStringLiteral("--rows: expected a range");
        QTest::newRow("beyond") << 0 << 0 << 1000 << QStringLiteral("--rows: expected a range");
    }

    void refusesWhatIsNotThere()
    {
        QFETCH(int, layer);
        QFETCH(int, head);
        QFETCH(int, rowsEnd);
        QFETCH(QString, says);
        try {
            fetch(*source_, {static_cast<std::size_t>(layer)}, {static_cast<std::size_t>(head)}, Stage::Pattern,
                {0, static_cast<std::size_t>(rowsEnd)}, {0, 1});
            QFAIL("expected an Error");
        } catch (const Error& e) {
            QVERIFY2(QString::fromUtf8(e.what()).contains(says), e.what());
        }
        QVERIFY_THROWS_EXCEPTION(Error, capture_->patterns({2}));
    }
};

QTEST_GUILESS_MAIN(TestPatternSource)
#include "tst_pattern_source.moc"
