// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/blocking_engine.h"
#include "core/cache/aggregate_source.h"
#include "core/cache/rollout_source.h"
#include "core/error.h"
#include "tests/core/fake_source.h"

#include <QTest>
#include <QThread>

#include <cmath>
#include <limits>

using namespace headscope;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN();
using Cell = FakeSource::Cell;

PatternTilePtr whole(PatternSource& source, PatternOptions options = {})
{
    return fetch(source, {0}, {0}, Stage::Pattern, {0, source.queries()}, {0, source.keys()}, options);
}

/// A fake source whose heads differ: the value and kind of head h of layer l at a cell.
class Heads : public PatternSource {
public:
    using Make = std::function<Cell(HeadPlace, std::size_t row, std::size_t column)>;
    Heads(std::size_t length, Make make)
        : length_(length)
        , make_(std::move(make))
    {
    }
    std::size_t layers() const noexcept override { return 3; }
    std::size_t heads() const noexcept override { return 4; }
    std::size_t queries() const noexcept override { return length_; }
    std::size_t keys() const noexcept override { return length_; }
    std::size_t there = 3; ///< layers
    bool has(LayerId layer, Stage stage) const noexcept override
    {
        return layer.value < there && stage == Stage::Pattern;
    }
    std::size_t asked = 0, mostCells = 0;
    bool pooled = false;

    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        ++asked;
        mostCells = std::max(mostCells, rows.size() * columns.size());
        pooled |= options.maxHeight != 0 || options.maxWidth != 0;
        const auto cells
            = std::make_shared<FakeSource>(length_, [this, layer, head](std::size_t row, std::size_t column) {
                  return make_({layer.value, head.value}, row, column);
              });
        cells->layerCount = 3;
        cells->headCount = 4;
        cells->immediate = true;
        return cells->request(layer, head, stage, rows, columns, options,
            [cells, sink = std::move(sink)](
                PatternTilePtr tile, std::exception_ptr why) { sink(std::move(tile), std::move(why)); });
    }

private:
    const std::size_t length_;
    const Make make_;
};

std::string messageOf(const std::function<void()>& work)
{
    try {
        work();
    } catch (const Error& error) {
        return error.what();
    }
    return "no error";
}

/// What one request comes to.
struct Asked {
    std::atomic<int> calls{0};
    PatternTilePtr tile;
    std::exception_ptr why;

    PatternSource::Sink sink()
    {
        return [this](PatternTilePtr found, std::exception_ptr problem) {
            tile = std::move(found);
            why = std::move(problem);
            ++calls;
        };
    }
};

CapturePtr demoRun(BlockingEngine& engine)
{
    // The shorter prompt is padded on the left.
    return engine.run({.model = "demo-gpt2",
        .prompts = {"John gave a drink to", "When Mary and John went to the store, John gave a drink to"}});
}

} // namespace

class TestAggregateSource : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void anAggregateOfARunIsThatOfItsPatterns()
    {
        BlockingEngine engine;
        const auto source = demoRun(engine)->patterns({0});
        const std::size_t n = source->queries();
        const std::vector<HeadPlace> heads{{0, 1}, {1, 0}, {1, 2}};
        const auto mean = aggregateOf(source, heads, Aggregate::Mean),
                   most = aggregateOf(source, heads, Aggregate::Maximum),
                   deviation = aggregateOf(source, heads, Aggregate::Deviation);
        QCOMPARE(mean->layers(), std::size_t{1});
        QCOMPARE(mean->heads(), std::size_t{1});
        QCOMPARE(mean->queries(), n);
        std::vector<PatternTilePtr> single;
        const Range rows{1, n}, columns{2, n - 1};
        for (const HeadPlace& place : heads)
            single.push_back(fetch(*source, {place.layer}, {place.head}, Stage::Pattern, rows, columns));
        const auto tiles = {fetch(*mean, {0}, {0}, Stage::Pattern, rows, columns),
            fetch(*most, {0}, {0}, Stage::Pattern, rows, columns),
            fetch(*deviation, {0}, {0}, Stage::Pattern, rows, columns)};
        double largest = 0;
        int allowed = 0;
        for (std::size_t i = 0; i < single.front()->values.size(); ++i) {
            double sum = 0, top = 0, squares = 0;
            for (const auto& tile : single) {
                sum += tile->kinds[i] == CellKind::Allowed ? double{tile->values[i]} : 0;
                top = std::max(top, tile->kinds[i] == CellKind::Allowed ? double{tile->values[i]} : 0);
            }
            for (const auto& tile : single)
                squares += std::pow((tile->kinds[i] == CellKind::Allowed ? double{tile->values[i]} : 0) - sum / 3, 2);
            const double expected[]{sum / 3, top, std::sqrt(squares / 3)};
            const double* next = expected;
            for (const auto& tile : tiles) {
                QVERIFY(std::abs(double{tile->values[i]} - *next++) < 1e-7);
                QVERIFY(tile->kinds[i] == single.front()->kinds[i]);
            }
            largest = std::max(largest, expected[2]);
            allowed += single.front()->kinds[i] == CellKind::Allowed;
        }
        QVERIFY(largest > 0.05); // the heads do differ
        QVERIFY(allowed > 10);
        const PatternTile& tile = **tiles.begin();
        QCOMPARE(tile.combination, std::string("mean of 3 heads: L0 H1, L1 H0, L1 H2"));
        QVERIFY(tile.rows == rows && tile.columns == columns && tile.sequence == SequenceId{0});
    }

    void aRolloutOfARunIsTheProductOfItsPatterns()
    {
        BlockingEngine engine;
        const auto source = demoRun(engine)->patterns({0});
        const std::size_t n = source->queries(), layers = source->layers();
        std::vector<std::vector<double>> product(n, std::vector<double>(n));
        std::vector<bool> real(n);
        for (std::size_t layer = 0; layer < layers; ++layer) {
            std::vector<std::vector<double>> mixed(n, std::vector<double>(n)), next = mixed;
            for (std::size_t head = 0; head < source->heads(); ++head) {
                const auto tile = fetch(*source, {layer}, {head}, Stage::Pattern, {0, n}, {0, n});
                for (std::size_t q = 0; q < n; ++q) {
                    real[q] = tile->kind(q, q) != CellKind::Padding;
                    for (std::size_t k = 0; k < n; ++k)
                        if (tile->kind(q, k) == CellKind::Allowed)
                            mixed[q][k] += double{tile->value(q, k)} / static_cast<double>(source->heads()) / 2;
                }
            }
            for (std::size_t q = 0; q < n; ++q) {
                if (!real[q])
                    continue;
                mixed[q][q] += 0.5;
                double sum = 0;
                for (const double value : mixed[q])
                    sum += value;
                for (std::size_t k = 0; k < n; ++k)
                    for (std::size_t j = 0; j < n; ++j)
                        next[q][j] += mixed[q][k] / sum * (layer == 0 ? double(k == j) : product[k][j]);
            }
            product = next;
            const auto rollout = rolloutOf(source, {layer});
            const auto tile = whole(*rollout);
            QCOMPARE(tile->combination, "rollout up to layer " + std::to_string(layer) + ", mean over heads");
            for (std::size_t q = 0; q < n; ++q)
                for (std::size_t k = 0; k < n; ++k) {
                    QVERIFY(std::abs(double{tile->value(q, k)} - product[q][k]) < 1e-7);
                    QVERIFY(tile->kind(q, k)
                        == (!real[q] || !real[k] ? CellKind::Padding
                                : k <= q         ? CellKind::Allowed
                                                 : CellKind::Masked));
                }
        }
        QVERIFY(!real[0] && real[n - 1]); // left padding was there
        QVERIFY(product[n - 1][n - 1] < 0.9); // and attention, too
    }

    void valuesAreCombinedBeforeTheyArePooled()
    {
        // Two heads with a spike in different cells of one block: no mean of them is above a half.
        Heads source(512, [](HeadPlace place, std::size_t row, std::size_t column) {
            return Cell{row == 100 && column == 10 + place.head ? 1.0F : 0.0F};
        });
        const auto shared = std::shared_ptr<PatternSource>(&source, [](PatternSource*) {});
        const auto tile
            = whole(*aggregateOf(shared, {{0, 0}, {0, 1}}, Aggregate::Mean), {.maxHeight = 16, .maxWidth = 16});
        QCOMPARE(tile->height, std::size_t{16});
        QCOMPARE(tile->value(100 / 32, 0), 0.5F);
        QVERIFY(!source.pooled);
        QVERIFY(source.mostCells <= 1 << 17);
        const auto most
            = whole(*aggregateOf(shared, {{0, 0}, {0, 1}}, Aggregate::Maximum), {.maxHeight = 16, .maxWidth = 16});
        QCOMPARE(most->value(100 / 32, 0), 1.0F);
    }

    void rowsAreDividedByTheLargestOfWhatIsCombined()
    {
        BlockingEngine engine;
        const auto source = demoRun(engine)->patterns({0});
        const std::size_t n = source->queries();
        const std::vector<HeadPlace> heads{{0, 1}, {1, 0}, {1, 2}};
        const auto both = {aggregateOf(source, heads, Aggregate::Mean),
            aggregateOf(source, heads, Aggregate::Deviation), rolloutOf(source, {1})};
        for (const auto& combined : both) {
            const auto plain = whole(*combined);
            // A part first, whose largest value lies outside; then all.
            for (const Range columns : {Range{0, 2}, Range{n - 3, n}, Range{0, n}}) {
                const auto tile = fetch(*combined, {0}, {0}, Stage::Pattern, {2, n}, columns, {.perRow = true});
                QVERIFY(tile->perRow && !plain->perRow);
                for (std::size_t row = 2; row < n; ++row) {
                    float top = 0;
                    for (std::size_t key = 0; key < n; ++key)
                        if (plain->kind(row, key) == CellKind::Allowed)
                            top = std::max(top, plain->value(row, key));
                    for (std::size_t key = columns.begin; key < columns.end; ++key) {
                        const float value = plain->value(row, key);
                        QCOMPARE(tile->value(row - 2, key - columns.begin), top > 0 ? value / top : value);
                        QVERIFY(tile->kind(row - 2, key - columns.begin) == plain->kind(row, key));
                    }
                }
            }
        }
    }

    void rowsThatAreDividedAreReadWholeOnce()
    {
        Heads source(600, [](HeadPlace place, std::size_t row, std::size_t column) {
            return Cell{column == 500 && place.head == 1 ? 0.5F : row == 3 ? notANumber : 0.125F};
        });
        const auto shared = std::shared_ptr<PatternSource>(&source, [](PatternSource*) {});
        const auto mean = aggregateOf(shared, {{0, 0}, {0, 1}}, Aggregate::Mean);
        const auto part = [&] { return fetch(*mean, {0}, {0}, Stage::Pattern, {0, 600}, {0, 10}, {.perRow = true}); };
        QCOMPARE(part()->value(1, 7), 0.125F / 0.3125F);
        QVERIFY(std::isnan(part()->value(3, 7)));
        QVERIFY(source.mostCells > 600 * 10 && source.mostCells <= 1 << 17);
        source.mostCells = 0;
        QCOMPARE(part()->value(599, 0), 0.125F / 0.3125F);
        QVERIFY(source.mostCells <= 600 * 10);
        // Other tokens left out make other rows.
        source.mostCells = 0;
        fetch(*mean, {0}, {0}, Stage::Pattern, {0, 600}, {0, 10},
            {.specials = SpecialTokens::Renormalise, .perRow = true});
        QVERIFY(source.mostCells > 600 * 10);
    }

    void masksThatDiffer()
    {
        // Head 1 may not attend to column 0, where something stands that must not count.
        Heads source(3, [](HeadPlace place, std::size_t, std::size_t column) {
            return column == 0 && place.head == 1 ? Cell{7, CellKind::Masked}
                : column == 2                     ? Cell{9, place.head == 1 ? CellKind::Masked : CellKind::Padding}
                                                  : Cell{0.5F};
        });
        const auto shared = std::shared_ptr<PatternSource>(&source, [](PatternSource*) {});
        const auto mean = whole(*aggregateOf(shared, {{0, 0}, {2, 1}}, Aggregate::Mean));
        QCOMPARE(mean->value(0, 0), 0.25F);
        QVERIFY(mean->kind(0, 0) == CellKind::Allowed);
        QCOMPARE(mean->value(0, 1), 0.5F);
        QVERIFY(mean->kind(0, 2) == CellKind::Masked);
        QCOMPARE(mean->value(0, 2), 0.0F);
        QCOMPARE(whole(*aggregateOf(shared, {{0, 0}, {2, 1}}, Aggregate::Deviation))->value(0, 0), 0.25F);
        QCOMPARE(whole(*aggregateOf(shared, {{0, 0}, {2, 1}}, Aggregate::Maximum))->value(0, 0), 0.5F);
    }

    void nanCannotHide()
    {
        for (const std::size_t broken : {0UL, 1UL, 2UL}) {
            Heads source(2, [broken](HeadPlace place, std::size_t row, std::size_t) {
                return Cell{row == 1 && place.head == broken ? notANumber : 0.5F};
            });
            const auto shared = std::shared_ptr<PatternSource>(&source, [](PatternSource*) {});
            for (const auto aggregate : {Aggregate::Mean, Aggregate::Maximum, Aggregate::Deviation}) {
                const auto tile = whole(*aggregateOf(shared, {{0, 0}, {0, 1}, {0, 2}}, aggregate));
                QVERIFY(std::isnan(tile->value(1, 0)));
                QVERIFY(!std::isnan(tile->value(0, 0)));
            }
        }
    }

    void aTinySpreadIsNotLost()
    {
        // Squares of sums would cancel: 0.9 and 0.9 + 2^-20.
        Heads source(1, [](HeadPlace place, std::size_t, std::size_t) {
            return Cell{place.head == 0 ? 0.75F : 0.75F + std::ldexp(1.0F, -20)};
        });
        const auto shared = std::shared_ptr<PatternSource>(&source, [](PatternSource*) {});
        QCOMPARE(
            whole(*aggregateOf(shared, {{0, 0}, {0, 1}}, Aggregate::Deviation))->value(0, 0), std::ldexp(1.0F, -21));
    }

    void layersThatAreMissing()
    {
        Heads source(2, [](HeadPlace, std::size_t, std::size_t) { return Cell{0.5F}; });
        source.there = 2;
        const auto shared = std::shared_ptr<PatternSource>(&source, [](PatternSource*) {});
        QVERIFY(aggregateOf(shared, {{0, 0}, {1, 1}}, Aggregate::Mean)->has({0}, Stage::Pattern));
        QVERIFY(!aggregateOf(shared, {{0, 0}, {2, 1}}, Aggregate::Mean)->has({0}, Stage::Pattern));
        QVERIFY(!aggregateOf(shared, {{0, 0}}, Aggregate::Mean)->has({0}, Stage::Scores));
        QVERIFY(!aggregateOf(shared, {{0, 0}}, Aggregate::Mean)->has({1}, Stage::Pattern));
        QVERIFY(rolloutOf(shared, {1})->has({0}, Stage::Pattern));
        QVERIFY(!rolloutOf(shared, {2})->has({0}, Stage::Pattern));
    }

    void whatCannotBeIsRefused()
    {
        const auto source = std::make_shared<Heads>(2, [](HeadPlace, std::size_t, std::size_t) { return Cell{}; });
        QCOMPARE(messageOf([&] { aggregateOf(source, {}, Aggregate::Mean); }),
            std::string("an aggregate: expected at least one head, found none"));
        QCOMPARE(messageOf([&] {
            aggregateOf(source, {{0, 1}, {1, 4}}, Aggregate::Mean);
        }),
            std::string("an aggregate: expected heads of 3 layers with 4 heads, found 1.4"));
        QCOMPARE(
            messageOf([&] { rolloutOf(source, {3}); }), std::string("a rollout: expected a layer below 3, found 3"));
        const auto long_ = std::make_shared<Heads>(2049, [](HeadPlace, std::size_t, std::size_t) { return Cell{}; });
        QCOMPARE(messageOf([&] { rolloutOf(long_, {0}); }),
            std::string("a rollout: expected at most 2048 tokens, found 2049"));
        for (const auto& combined : {aggregateOf(source, {{0, 0}}, Aggregate::Mean), rolloutOf(source, {0})}) {
            const std::string name = combined->keys() > 0 ? "expected " : "";
            const auto said = [&](LayerId layer, Stage stage, Range rows) {
                return messageOf([&] { fetch(*combined, layer, {0}, stage, rows, {0, 2}); });
            };
            QVERIFY(said({1}, Stage::Pattern, {0, 2}).ends_with(": expected layer 0 and head 0"));
            QVERIFY(said({0}, Stage::Scores, {0, 2}).ends_with(": expected the pattern"));
            QVERIFY(said({0}, Stage::Pattern, {0, 3}).ends_with(": expected a rectangle within the sequence"));
        }
    }

    void wholeLayersAreNamedShort()
    {
        QCOMPARE(describe(Aggregate::Maximum, {{1, 0}, {1, 1}, {0, 1}, {2, 0}, {2, 1}}, 2),
            std::string("maximum of 5 heads: L0 H1, layer 1, layer 2"));
        QCOMPARE(describe(Aggregate::Deviation, {{3, 7}}, 9), std::string("standard deviation of 1 head: L3 H7"));
    }

    void droppingTheTicketWithdraws()
    {
        const auto source = std::make_shared<FakeSource>(4, [](std::size_t, std::size_t) { return Cell{}; });
        Asked answer;
        {
            const Ticket ticket = aggregateOf(source, {{0, 0}, {1, 0}}, Aggregate::Mean)
                                      ->request({0}, {0}, Stage::Pattern, {0, 4}, {0, 4}, {}, answer.sink());
            QVERIFY(source->answerOne());
            QCOMPARE(source->waiting(), std::size_t{1});
        }
        QVERIFY(!source->answerOne());
        QCOMPARE(answer.calls.load(), 0);
        source->forget();
    }

    void aFailureOfTheSourceIsTheAnswer()
    {
        const auto source = std::make_shared<FakeSource>(4, [](std::size_t, std::size_t) { return Cell{}; });
        source->immediate = true;
        source->failing = true;
        QCOMPARE(messageOf([&] {
            whole(*aggregateOf(source, {{0, 0}}, Aggregate::Mean));
        }),
            std::string("made to fail"));
        const auto rollout = rolloutOf(source, {1});
        QCOMPARE(messageOf([&] { whole(*rollout); }), std::string("made to fail"));
        QCOMPARE(messageOf([&] { whole(*rollout); }), std::string("made to fail")); // and stays it
    }

    void anEngineThatGoesIsNoticed()
    {
        const auto source = std::make_shared<FakeSource>(4, [](std::size_t, std::size_t) { return Cell{}; });
        const auto rollout = rolloutOf(source, {1});
        Asked answer;
        const Ticket ticket = rollout->request({0}, {0}, Stage::Pattern, {0, 4}, {0, 4}, {}, answer.sink());
        QTRY_COMPARE(source->waiting(), source->heads());
        source->forget();
        QTRY_COMPARE(answer.calls.load(), 1);
        QCOMPARE(messageOf([&] { std::rethrow_exception(answer.why); }),
            std::string("the engine that made this result is gone"));
    }

    void manyHeadsThatAnswerAtOnceDoNotFillTheStack()
    {
        const auto source = std::make_shared<FakeSource>(2048, [](std::size_t, std::size_t) { return Cell{0.5F}; });
        source->immediate = true;
        source->headCount = 50;
        std::vector<HeadPlace> heads;
        for (std::size_t head = 0; head < 50; ++head)
            heads.push_back({0, head});
        const auto tile
            = fetch(*aggregateOf(source, heads, Aggregate::Mean), {0}, {0}, Stage::Pattern, {0, 2048}, {0, 64});
        QCOMPARE(tile->value(2047, 63), 0.5F);
        QCOMPARE(source->deepest, std::size_t{1});
    }

    void aRolloutIsMadeOnceAndDroppingItEndsIt()
    {
        const auto source = std::make_shared<FakeSource>(100, [](std::size_t row, std::size_t column) {
            return Cell{column <= row ? 1.0F / static_cast<float>(row + 1) : 0,
                column <= row ? CellKind::Allowed : CellKind::Masked};
        });
        std::atomic<std::size_t> told{0}, of{0};
        auto rollout = rolloutOf(source, {2}, [&](std::size_t done, std::size_t total) {
            told = done;
            of = total;
        });
        Asked first, second, withdrawn;
        const Ticket one = rollout->request({0}, {0}, Stage::Pattern, {0, 100}, {0, 100}, {}, first.sink());
        {
            const Ticket gone = rollout->request({0}, {0}, Stage::Pattern, {0, 1}, {0, 1}, {}, withdrawn.sink());
        }
        for (std::size_t answered = 0; answered < 3 * 2 * source->heads();) // layers, strips, heads
            answered += source->answerOne();
        QTRY_COMPARE(first.calls.load(), 1);
        QVERIFY(first.tile);
        QCOMPARE(told.load(), std::size_t{300});
        QCOMPARE(of.load(), std::size_t{300});
        QCOMPARE(withdrawn.calls.load(), 0);
        const Ticket two = rollout->request({0}, {0}, Stage::Pattern, {99, 100}, {0, 100}, {}, second.sink());
        QCOMPARE(second.calls.load(), 1); // within the call
        QCOMPARE(second.tile->value(0, 3), first.tile->value(99, 3));
        QCOMPARE(source->waiting(), std::size_t{0});

        auto another = rolloutOf(source, {2});
        Asked never;
        const Ticket three = another->request({0}, {0}, Stage::Pattern, {0, 100}, {0, 100}, {}, never.sink());
        QTRY_COMPARE(source->waiting(), source->heads());
        another.reset(); // while the thread waits for an answer
        QVERIFY(!source->answerOne());
        QCOMPARE(never.calls.load(), 0);
        source->forget();
    }
};

QTEST_GUILESS_MAIN(TestAggregateSource)
#include "tst_aggregate_source.moc"
