// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/blocking_engine.h"
#include "core/error.h"

#include <QTest>

#include <cmath>

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
