// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/blocking_engine.h"
#include "core/cache/difference_source.h"
#include "core/error.h"
#include "tests/core/fake_source.h"

#include <QTest>

#include <array>
#include <cmath>
#include <limits>

using namespace headscope;

namespace {

constexpr float notANumber = std::numeric_limits<float>::quiet_NaN(), infinity = std::numeric_limits<float>::infinity();
using Cell = FakeSource::Cell;

std::shared_ptr<FakeSource> fake(std::size_t length, FakeSource::Cells cells)
{
    auto source = std::make_shared<FakeSource>(length, std::move(cells));
    source->immediate = true;
    return source;
}

std::shared_ptr<FakeSource> zeros(std::size_t length)
{
    return fake(length, [](std::size_t, std::size_t) { return Cell{}; });
}

PatternTilePtr whole(PatternSource& source, PatternOptions options = {})
{
    return fetch(source, {0}, {0}, Stage::Pattern, {0, source.queries()}, {0, source.keys()}, options);
}

/// What a request has come to.
struct Asked {
    int calls = 0;
    PatternTilePtr tile;
    std::exception_ptr why;

    PatternSource::Sink sink()
    {
        return [this](PatternTilePtr found, std::exception_ptr problem) {
            ++calls;
            tile = std::move(found);
            why = std::move(problem);
        };
    }
};

Ticket ask(PatternSource& source, PatternSource::Sink sink, PatternOptions options = {})
{
    return source.request(
        {0}, {0}, Stage::Pattern, {0, source.queries()}, {0, source.keys()}, options, std::move(sink));
}

/// One row of three cells, made as the options say.
class Obeying : public FakeSource {
public:
    using Row = std::function<std::array<float, 3>(const PatternOptions&)>;
    explicit Obeying(Row row)
        : FakeSource(1, [](std::size_t, std::size_t) { return Cell{}; })
        , row_(std::move(row))
    {
        keyCount = 3;
    }
    Obeying(const Obeying& other)
        : Obeying(other.row_)
    {
    }
    Ticket request(
        LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options, Sink sink) override
    {
        PatternTile tile = emptyTile(layer, head, stage, rows, columns, options);
        for (std::size_t column = columns.begin; column < columns.end; ++column)
            tile.values.push_back(row_(options)[column]);
        tile.kinds.assign(tile.values.size(), CellKind::Allowed);
        sink(std::make_shared<const PatternTile>(std::move(tile)), nullptr);
        return {};
    }

private:
    Row row_;
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

} // namespace

class TestDifferenceSource : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aDifferenceOfRunsIsTheirs()
    {
        const std::vector<std::string> prompts{
            "John gave a drink to", "When Mary and John went to the store, John gave a drink to"};
        BlockingEngine first, second;
        const auto a = first.run({.model = "demo-gpt2", .prompts = prompts})->patterns({0});
        const auto b
            = second.run({.model = "demo-gpt2", .prompts = prompts, .backend = Backend::Hooked})->patterns({0});
        const auto difference = differenceOf(a, b);
        QCOMPARE(difference->layers(), a->layers());
        QCOMPARE(difference->heads(), a->heads());
        QCOMPARE(difference->queries(), a->queries());
        const std::size_t n = a->queries();
        double most = 0;
        for (const Range rows : {Range{0, n}, Range{2, n - 3}}) {
            const auto x = fetch(*a, {1}, {1}, Stage::Pattern, rows, {1, n});
            const auto y = fetch(*b, {1}, {1}, Stage::Pattern, rows, {1, n});
            const auto tile = fetch(*difference, {1}, {1}, Stage::Pattern, rows, {1, n});
            QVERIFY(tile->sequence == SequenceId{0} && tile->layer == LayerId{1} && tile->head == HeadId{1});
            QVERIFY(tile->rows == rows && tile->columns == (Range{1, n}));
            QCOMPARE(tile->height, rows.size());
            QCOMPARE(tile->width, n - 1);
            QCOMPARE(tile->origin, std::string("A − B"));
            for (std::size_t i = 0; i < tile->values.size(); ++i) {
                QCOMPARE(tile->values[i], x->values[i] - y->values[i]);
                QCOMPARE(tile->kinds[i], x->kinds[i]);
                most = std::max<double>(most, std::abs(tile->values[i]));
            }
        }
        QVERIFY(most > 0.01); // left-padded, so positions differ
    }

    void whatIsSubtractedAreTheValuesAsTheyAreShown()
    {
        // BOS is special. In each row what it gets is left out, and the rest is scaled up to 1, on both sides.
        BlockingEngine engine;
        const auto run = engine.run({.model = "demo-gpt2",
            .prompts = {"John gave a drink to Mary", "Mary gave a drink to John"},
            .prependBos = PrependBos::On});
        const auto a = run->patterns({0}), b = run->patterns({1});
        const std::size_t n = a->queries();
        for (const auto& tokens : run->header().tokens)
            QVERIFY(tokens[0].special && !tokens[0].padding);
        const auto tileA = whole(*a), tileB = whole(*b);
        const auto shown = [&](const PatternTile& tile, std::size_t row, std::size_t column, bool renormalised) {
            double sum = 0, most = 0;
            for (std::size_t key = 0; key <= row; ++key) {
                const double value = key == 0 && renormalised ? 0 : double{tile.value(row, key)};
                sum += value;
                most = std::max(most, value);
            }
            return double{tile.value(row, column)} / (renormalised ? sum : most);
        };
        const auto difference = differenceOf(a, b);
        const auto left = whole(*difference, {.specials = SpecialTokens::Renormalise});
        const auto rows = whole(*difference, {.perRow = true});
        QVERIFY(left->specials == SpecialTokens::Renormalise && rows->perRow);
        const auto plain = whole(*difference);
        double apart = 0;
        QVERIFY(left->kind(n - 1, 0) == CellKind::Excluded);
        QCOMPARE(left->value(n - 1, 0), 0.0F);
        for (std::size_t row = 1; row < n; ++row)
            for (std::size_t column = 1; column <= row; ++column) {
                const double expected = shown(*tileA, row, column, true) - shown(*tileB, row, column, true);
                QVERIFY(std::abs(double{left->value(row, column)} - expected) < 1e-6);
                QVERIFY(left->kind(row, column) == CellKind::Allowed);
                const double share = shown(*tileA, row, column, false) - shown(*tileB, row, column, false);
                QVERIFY(std::abs(double{rows->value(row, column)} - share) < 1e-6);
                apart = std::max(apart, std::abs(double{left->value(row, column)} - double{plain->value(row, column)}));
            }
        QVERIFY2(apart > 0.01, std::to_string(apart).c_str());
    }

    void bothSidesAreAskedForWhatIsShown()
    {
        // Two thirds and a half of what is left once a special token's share is gone, by hand: sides that do as told.
        const auto side = [](float special, float one, float other) {
            return [=](const PatternOptions& options) {
                const float left = options.specials == SpecialTokens::Renormalise ? one + other : 1;
                const float most = options.perRow ? std::max(one, other) / left : 1;
                return std::array{options.specials == SpecialTokens::Renormalise ? 0 : special / most,
                    one / left / most, other / left / most};
            };
        };
        const Obeying a(side(0.25F, 0.5F, 0.25F)), b(side(0.5F, 0.25F, 0.25F));
        const auto difference = differenceOf(std::make_shared<Obeying>(a), std::make_shared<Obeying>(b));
        QCOMPARE(whole(*difference)->values, (std::vector{-0.25F, 0.25F, 0.0F}));
        const auto renormalised = whole(*difference, {.specials = SpecialTokens::Renormalise});
        QCOMPARE(renormalised->values[0], 0.0F);
        QCOMPARE(renormalised->values[1], 2.0F / 3 - 0.5F);
        QCOMPARE(renormalised->values[2], 1.0F / 3 - 0.5F);
        QCOMPARE(whole(*difference, {.perRow = true})->values, (std::vector{-1.5F, 0.0F, -0.5F}));
    }

    void aSpikeAmong2048TokensIsSeen()
    {
        constexpr std::size_t n = 2048;
        // Both sides have a 1 in the spike's block, so that the difference of pooled values would be 0.
        const auto cells = [](float spike) {
            return [spike](std::size_t row, std::size_t column) {
                if (row == 1030 && column == 77)
                    return Cell{spike};
                return Cell{row == 1029 && column == 78 ? 1.0F : 0.001F};
            };
        };
        const auto a = fake(n, cells(0.25F)), b = fake(n, cells(0.75F));
        const auto tile = whole(*differenceOf(a, b), {.maxHeight = 64, .maxWidth = 64});
        QCOMPARE(tile->height, std::size_t{64});
        QVERIFY(tile->pool == Pool::MaximumMagnitude);
        for (std::size_t row = 0; row < 64; ++row)
            for (std::size_t column = 0; column < 64; ++column)
                QCOMPARE(tile->value(row, column), row == 1030 / 32 && column == 77 / 32 ? -0.5F : 0.0F);
        for (const auto& side : {a, b}) {
            QVERIFY(!side->pooled);
            QVERIFY(side->mostCells <= 1 << 17);
            QCOMPARE(side->asked, std::size_t{32});
        }
    }

    void blocksReachOverStrips()
    {
        // Strips have 32 rows here, blocks 60.
        constexpr std::size_t n = 4000;
        const auto value = [](std::size_t row, std::size_t column, std::size_t seed) {
            return static_cast<float>((row * 7919 + column * 104729 + seed) % 2003) / 1000 - 1;
        };
        const auto a = fake(n, [=](std::size_t r, std::size_t c) { return Cell{value(r, c, 1)}; });
        const auto b = fake(n, [=](std::size_t r, std::size_t c) { return Cell{value(r, c, 900)}; });
        const auto difference = differenceOf(a, b);
        for (const Pool pool : {Pool::MaximumMagnitude, Pool::Mean}) {
            const Range rows{5, 400};
            const auto tile = fetch(
                *difference, {0}, {0}, Stage::Pattern, rows, {0, n}, {.maxHeight = 7, .maxWidth = 50, .pool = pool});
            QVERIFY(tile->pool == pool);
            QCOMPARE(tile->rowStep, std::size_t{57});
            for (std::size_t row = 0; row < tile->height; ++row)
                for (std::size_t column = 0; column < tile->width; ++column) {
                    double most = 0, sum = 0, count = 0;
                    for (std::size_t r = rows.begin + row * 57; r < std::min(rows.end, rows.begin + row * 57 + 57); ++r)
                        for (std::size_t c = column * 80; c < column * 80 + 80; ++c) {
                            const double d = value(r, c, 1) - value(r, c, 900);
                            const bool more = std::abs(d) == std::abs(most) ? d > most : std::abs(d) > std::abs(most);
                            most = more ? d : most;
                            sum += d;
                            ++count;
                        }
                    QCOMPARE(tile->value(row, column), static_cast<float>(pool == Pool::Mean ? sum / count : most));
                }
        }
    }

    void nanIsSeenAndEqualInfinitiesAreEqual()
    {
        const float left[] = {notANumber, 1, -infinity, -infinity, infinity, notANumber, 0.5F, -3.4e38F};
        const float right[] = {1, notANumber, -infinity, 1, -infinity, notANumber, 0.25F, -infinity};
        const auto a = fake(8, [&](std::size_t, std::size_t column) { return Cell{left[column]}; });
        const auto b = fake(8, [&](std::size_t, std::size_t column) { return Cell{right[column]}; });
        const auto difference = differenceOf(a, b);
        const auto tile = whole(*difference);
        const float expected[] = {notANumber, notANumber, 0, -infinity, infinity, notANumber, 0.25F, infinity};
        for (std::size_t i = 0; i < 8; ++i)
            QVERIFY2(std::isnan(expected[i]) ? std::isnan(tile->value(3, i)) : tile->value(3, i) == expected[i],
                std::to_string(i).c_str());
        const auto pooled = whole(*difference, {.maxHeight = 4, .maxWidth = 4});
        for (std::size_t i = 0; i < 4; ++i)
            QCOMPARE(std::isnan(pooled->value(0, i)), i == 0 || i == 2);
        QCOMPARE(pooled->value(0, 3), infinity);
    }

    void aCellIsAllowedWhereBothSidesAllowIt()
    {
        constexpr CellKind kinds[] = {CellKind::Allowed, CellKind::Masked, CellKind::Padding};
        const auto a = fake(3, [&](std::size_t row, std::size_t) { return Cell{1, kinds[row]}; });
        const auto b = fake(3, [&](std::size_t, std::size_t column) { return Cell{0, kinds[column]}; });
        const auto tile = whole(*differenceOf(a, b));
        QCOMPARE(tile->kind(0, 0), CellKind::Allowed);
        QCOMPARE(tile->kind(0, 1), CellKind::Masked);
        QCOMPARE(tile->kind(1, 0), CellKind::Masked);
        QCOMPARE(tile->kind(1, 1), CellKind::Masked);
        QCOMPARE(tile->kind(0, 2), CellKind::Padding);
        QCOMPARE(tile->kind(2, 0), CellKind::Padding);
        QCOMPARE(tile->kind(1, 2), CellKind::Masked);
        QCOMPARE(tile->kind(2, 1), CellKind::Masked);
        QCOMPARE(tile->kind(2, 2), CellKind::Padding);
        // In a block only the allowed cell counts.
        const auto pooled = whole(*differenceOf(a, b), {.maxHeight = 1, .maxWidth = 1});
        QCOMPARE(pooled->kind(0, 0), CellKind::Allowed);
        QCOMPARE(pooled->value(0, 0), 1.0F);
    }

    void sidesOfOtherShapesAreRefused()
    {
        const auto a = zeros(4);
        for (const char* what : {"layers", "heads", "queries", "keys"}) {
            const auto b = zeros(std::string(what) == "queries" ? 5 : 4);
            b->layerCount += std::string(what) == "layers";
            b->headCount += std::string(what) == "heads";
            b->keyCount = std::string(what) == "keys" ? 7 : 4;
            const std::string message = messageOf([&] { differenceOf(a, b); });
            QVERIFY2(message.starts_with("a difference: expected as many " + std::string(what) + " on both sides"),
                message.c_str());
        }
        QCOMPARE(messageOf([&] { differenceOf(a, zeros(4)); }), std::string("no error"));
    }

    void whatIsNotThereIsRefusedInTheWordsOfASide()
    {
        BlockingEngine engine;
        const auto side = engine.run({.model = "demo-rotary", .prompts = {"one two three"}})->patterns({0});
        const auto difference = differenceOf(side, side);
        QVERIFY(difference->has({0}, Stage::Pattern) && !difference->has({0}, Stage::Scores));
        const std::size_t n = side->queries();
        const auto message = [&](std::size_t layer, std::size_t head, Stage stage, Range rows, Range columns) {
            return messageOf([&] { fetch(*difference, {layer}, {head}, stage, rows, columns); });
        };
        QVERIFY(message(0, 0, Stage::Pattern, {0, n}, {0, n}) == "no error");
        QVERIFY(message(9, 0, Stage::Pattern, {0, n}, {0, n}).starts_with("--layer: expected 0 to"));
        QVERIFY(message(0, 99, Stage::Pattern, {0, n}, {0, n}).starts_with("--head: expected 0 to"));
        QVERIFY(message(0, 0, Stage::Scores, {0, n}, {0, n}).starts_with("--stage: this run kept no scores"));
        QVERIFY(message(0, 0, Stage::Pattern, {1, 1}, {0, n}).starts_with("--rows: expected a range"));
        QVERIFY(message(0, 0, Stage::Pattern, {0, n + 1}, {0, n}).starts_with("--rows: expected a range"));
        QVERIFY(message(0, 0, Stage::Pattern, {0, n}, {2, 1}).starts_with("--columns: expected a range"));
        QVERIFY(message(0, 0, Stage::Pattern, {0, std::size_t(-1)}, {0, n}).starts_with("--rows: expected a range"));
    }

    void aFailureOfEitherSideIsTheAnswer()
    {
        for (const bool first : {true, false}) {
            const auto a = zeros(8), b = zeros(8);
            (first ? a : b)->failing = true;
            QCOMPARE(messageOf([&] { whole(*differenceOf(a, b)); }), std::string("made to fail"));
        }
        // Later than the first strip, and with the other side still at work.
        const auto a = zeros(1024), b = zeros(1024);
        a->immediate = b->immediate = false;
        Asked answer;
        const Ticket ticket = ask(*differenceOf(a, b), answer.sink());
        QVERIFY(a->answerOne() && b->answerOne());
        a->failing = b->failing = true;
        QVERIFY(a->answerOne());
        QCOMPARE(answer.calls, 1);
        QVERIFY(answer.why && !answer.tile);
        QVERIFY(!b->answerOne()); // withdrawn
        QCOMPARE(answer.calls, 1);
    }

    void requestReturnsAtOnce()
    {
        const auto a = zeros(512), b = zeros(512);
        a->immediate = b->immediate = false;
        Asked answer;
        const Ticket ticket = ask(*differenceOf(a, b), answer.sink());
        QCOMPARE(a->waiting(), std::size_t{1});
        QCOMPARE(b->waiting(), std::size_t{1});
        // In either order, one strip after the other.
        QVERIFY(b->answerOne() && a->answerOne());
        QCOMPARE(answer.calls, 0);
        QVERIFY(a->answerOne() && b->answerOne());
        QCOMPARE(answer.calls, 1);
        QVERIFY(answer.tile && !answer.why);
        QVERIFY(answer.tile->sequence == SequenceId{1});
        QCOMPARE(a->waiting() + b->waiting(), std::size_t{0});
    }

    void bothSidesAreAskedAsUrgently()
    {
        for (const Priority priority : {Priority::Background, Priority::Thumbnail, Priority::Visible}) {
            const auto a = zeros(600), b = zeros(600);
            whole(*differenceOf(a, b), {.priority = priority});
            QVERIFY(a->priority == priority && b->priority == priority);
        }
    }

    void sourcesThatAnswerAtOnceDoNotFillTheStack()
    {
        const auto a = zeros(20000), b = zeros(20000);
        a->keyCount = b->keyCount = 4096; // 625 strips
        const auto tile = whole(*differenceOf(a, b), {.maxHeight = 10, .maxWidth = 10});
        QCOMPARE(a->asked, std::size_t{625});
        QCOMPARE(a->deepest, std::size_t{1});
        QCOMPARE(b->deepest, std::size_t{1});
    }

    void droppingTheTicketWithdrawsBothSides()
    {
        const auto a = zeros(512), b = zeros(512);
        a->immediate = b->immediate = false;
        Asked answer;
        {
            const Ticket ticket = ask(*differenceOf(a, b), answer.sink());
        }
        QVERIFY(!a->answerOne() && !b->answerOne());
        // Half-way: one side has answered.
        Ticket ticket = ask(*differenceOf(a, b), answer.sink());
        QVERIFY(a->answerOne());
        ticket = Ticket();
        QVERIFY(!b->answerOne());
        // Between strips.
        ticket = ask(*differenceOf(a, b), answer.sink());
        QVERIFY(a->answerOne() && b->answerOne());
        ticket.withdraw();
        QVERIFY(!a->answerOne() && !b->answerOne());
        QCOMPARE(a->waiting() + b->waiting(), std::size_t{0});
        QCOMPARE(answer.calls, 0);
    }

    void aDetachedTicketKeepsTheRequest()
    {
        const auto a = zeros(16), b = zeros(16);
        a->immediate = b->immediate = false;
        Asked answer;
        ask(*differenceOf(a, b), answer.sink()).detach();
        QVERIFY(a->answerOne() && b->answerOne());
        QCOMPARE(answer.calls, 1);
        QVERIFY(answer.tile);
    }

    void theTicketMayGoWithinTheSink()
    {
        const auto a = zeros(16), b = zeros(16);
        a->immediate = b->immediate = false;
        int calls = 0;
        Ticket ticket;
        ticket = ask(*differenceOf(a, b), [&](const PatternTilePtr& tile, const std::exception_ptr&) {
            ++calls;
            QVERIFY(tile);
            ticket.withdraw();
            ticket = Ticket();
        });
        QVERIFY(a->answerOne() && b->answerOne());
        QCOMPARE(calls, 1);
    }

    void aDifferenceMayBeASide()
    {
        const auto a = fake(40, [](std::size_t row, std::size_t) { return Cell{static_cast<float>(row)}; });
        const auto b = fake(40, [](std::size_t, std::size_t column) { return Cell{static_cast<float>(column)}; });
        const auto twice = differenceOf(differenceOf(a, b), differenceOf(b, a));
        const auto tile = whole(*twice);
        QCOMPARE(tile->value(7, 2), 10.0F);
        a->immediate = false;
        Asked answer;
        Ticket ticket = ask(*twice, answer.sink());
        ticket.withdraw();
        QVERIFY(!a->answerOne() && !a->answerOne());
        QCOMPARE(answer.calls, 0);
    }

    void anEngineThatIsGoneIsNoticed()
    {
        const std::vector<std::string> prompts{"one two three one two"};
        auto first = std::make_unique<BlockingEngine>();
        BlockingEngine second;
        const auto a = first->run({.model = "demo-rotary", .prompts = prompts})->patterns({0});
        const auto b = second.run({.model = "demo-rotary", .prompts = prompts})->patterns({0});
        first.reset();
        for (const auto& difference : {differenceOf(a, b), differenceOf(b, a)})
            QCOMPARE(messageOf([&] { whole(*difference); }), std::string("the engine that made this result is gone"));
        // It goes while somebody waits.
        const auto c = zeros(8), d = zeros(8);
        c->immediate = false;
        const auto alive = std::make_shared<int>(0);
        const Ticket ticket = ask(*differenceOf(c, d), [alive](const PatternTilePtr&, const std::exception_ptr&) {});
        QCOMPARE(alive.use_count(), 2);
        c->forget();
        QCOMPARE(alive.use_count(), 1); // though the ticket is still held
    }
};

QTEST_GUILESS_MAIN(TestDifferenceSource)
#include "tst_difference_source.moc"
