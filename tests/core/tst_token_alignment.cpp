// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/analysis/token_alignment.h"
#include "core/cache/aligned_source.h"
#include "core/error.h"
#include "tests/core/fake_source.h"

#include <QTest>

#include <functional>
#include <random>

using namespace headscope;

namespace {

std::vector<Token> tokens(const std::vector<int>& ids, std::size_t padsBefore = 0, std::size_t padsAfter = 0)
{
    std::vector<Token> result(padsBefore + ids.size() + padsAfter, Token{.padding = true});
    for (std::size_t i = 0; i < ids.size(); ++i)
        result[padsBefore + i] = {.id = ids[i]};
    return result;
}

/// "0-0 1+1 .-2 2-.": + is the same token, a dot no token.
std::string text(const std::vector<AlignedPlace>& places)
{
    std::string result;
    for (const AlignedPlace& place : places) {
        result += result.empty() ? "" : " ";
        result += place.a ? std::to_string(*place.a) : ".";
        result += place.same ? "+" : "-";
        result += place.b ? std::to_string(*place.b) : ".";
    }
    return result;
}

/// By its definition.
std::size_t distance(const std::vector<int>& a, std::size_t i, const std::vector<int>& b, std::size_t j)
{
    if (i == a.size() || j == b.size())
        return a.size() - i + b.size() - j;
    const std::size_t pair = distance(a, i + 1, b, j + 1) + (a[i] != b[j]);
    return std::min({pair, distance(a, i + 1, b, j) + 1, distance(a, i, b, j + 1) + 1});
}

using Positions = std::vector<std::optional<std::size_t>>;

FakeSource::Cell cellAt(std::size_t row, std::size_t column)
{
    return {static_cast<float>((row * 31 + column * 17) % 101) / 101,
        column > row       ? CellKind::Masked
            : row % 5 == 4 ? CellKind::Padding
                           : CellKind::Allowed};
}

} // namespace

class TestTokenAlignment : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void lines_data()
    {
        QTest::addColumn<QString>("aligned");
        QTest::addColumn<QString>("expected");
        const auto row = [](const char* name, const std::vector<AlignedPlace>& places, const char* expected) {
            QTest::newRow(name) << QString::fromStdString(text(places)) << QString::fromLatin1(expected);
        };
        row("equal", alignTokens(tokens({1, 2}), tokens({1, 2})), "0+0 1+1");
        row("replaced", alignTokens(tokens({1, 2, 3}), tokens({1, 9, 3})), "0+0 1-1 2+2");
        row("inserted", alignTokens(tokens({1, 3}), tokens({1, 2, 3})), "0+0 .-1 1+2");
        row("removed", alignTokens(tokens({1, 2, 3}), tokens({1, 3})), "0+0 1-. 2+1");
        row("padding is left out", alignTokens(tokens({1, 2}, 3), tokens({1, 2}, 0, 2)), "3+0 4+1");
        row("nothing in common", alignTokens(tokens({1, 2}), tokens({8})), "0-. 1-0");
        row("one is empty", alignTokens(tokens({}), tokens({8, 9})), ".-0 .-1");
    }

    void lines()
    {
        QFETCH(QString, aligned);
        QFETCH(QString, expected);
        QCOMPARE(aligned, expected);
    }

    void isTheCheapest()
    {
        std::mt19937 random(7);
        for (int round = 0; round < 300; ++round) {
            std::vector<int> a(random() % 8), b(random() % 8);
            for (auto* side : {&a, &b})
                for (int& id : *side)
                    id = static_cast<int>(random() % 3);
            std::size_t cost = 0, nextA = 0, nextB = 0;
            for (const AlignedPlace& place : alignTokens(tokens(a), tokens(b))) {
                cost += place.same ? 0 : 1;
                QVERIFY(place.a || place.b);
                if (place.a)
                    QCOMPARE(*place.a, nextA++);
                if (place.b)
                    QCOMPARE(*place.b, nextB++);
                QCOMPARE(place.same, place.a && place.b && a[*place.a] == b[*place.b]);
            }
            QCOMPARE(nextA, a.size());
            QCOMPARE(nextB, b.size());
            QCOMPARE(cost, distance(a, 0, b, 0));
        }
    }

    /// What is longer than the table of steps goes side by side.
    void longTexts()
    {
        std::vector<int> a(6000, 1), b(5000, 2);
        a.front() = b.front() = a.back() = b.back() = 3;
        const auto places = alignTokens(tokens(a), tokens(b));
        QCOMPARE(places.size(), std::size_t{6000});
        QVERIFY(places.front().same && places.back().same);
        QCOMPARE(*places.back().b, std::size_t{4999});
        QCOMPARE(*places[4998].b, std::size_t{4998});
        QVERIFY(!places[4999].b);
    }

    void gapsArePadding_data()
    {
        QTest::addColumn<int>("most");
        for (const int most : {0, 1, 2, 3, 64})
            QTest::addRow("%d", most) << most;
    }

    void gapsArePadding()
    {
        QFETCH(int, most);
        const Positions positions{std::nullopt, 2, 3, std::nullopt, std::nullopt, 4, 5, 6, std::nullopt};
        auto inner = std::make_shared<FakeSource>(9, cellAt);
        inner->immediate = true;
        const auto source = alignedTo(inner, positions);
        QCOMPARE(source->queries(), positions.size());
        QCOMPARE(source->keys(), positions.size());
        for (std::size_t top = 0; top < positions.size(); ++top)
            for (std::size_t left = 0; left < positions.size(); ++left) {
                const Range rows{top, positions.size()}, columns{left, std::min(left + 4, positions.size())};
                PatternOptions options{
                    .maxHeight = static_cast<std::size_t>(most), .maxWidth = static_cast<std::size_t>(most)};
                const auto tile = fetch(*source, {1}, {1}, Stage::Pattern, rows, columns, options);
                TileBuilder expected(emptyTile({1}, {1}, Stage::Pattern, rows, columns, options));
                for (std::size_t row = rows.begin; row < rows.end; ++row) {
                    std::vector<float> values;
                    std::vector<CellKind> kinds;
                    for (std::size_t column = columns.begin; column < columns.end; ++column) {
                        const bool there = positions[row] && positions[column];
                        const auto cell = there ? cellAt(*positions[row], *positions[column])
                                                : FakeSource::Cell{0, CellKind::Padding};
                        values.push_back(cell.value);
                        kinds.push_back(cell.kind);
                    }
                    expected.addRow(values.data(), kinds.data());
                }
                const PatternTile whole = expected.finished();
                QVERIFY(tile->values == whole.values);
                QVERIFY(tile->kinds == whole.kinds);
            }
        QVERIFY(!inner->pooled);
    }

    void rowsAreChangedByTheSource()
    {
        class Asked : public FakeSource {
        public:
            using FakeSource::FakeSource;
            PatternOptions last;
            Ticket request(LayerId layer, HeadId head, Stage stage, Range rows, Range columns, PatternOptions options,
                Sink sink) override
            {
                last = options;
                return FakeSource::request(layer, head, stage, rows, columns, options, std::move(sink));
            }
        };
        const auto inner = std::make_shared<Asked>(3, cellAt);
        inner->immediate = true;
        const auto source = alignedTo(inner, {std::nullopt, 0, 1});
        const auto tile = fetch(*source, {0}, {0}, Stage::Pattern, {0, 3}, {0, 3},
            {.specials = SpecialTokens::Renormalise, .perRow = true});
        QVERIFY(inner->last.specials == SpecialTokens::Renormalise && inner->last.perRow);
        QVERIFY(tile->specials == SpecialTokens::Renormalise && tile->perRow);
        fetch(*source, {0}, {0}, Stage::Pattern, {0, 3}, {0, 3});
        QVERIFY(inner->last.specials == SpecialTokens::Show && !inner->last.perRow);
    }

    void refusesAndFails()
    {
        auto inner = std::make_shared<FakeSource>(4, cellAt);
        inner->immediate = true;
        QVERIFY_THROWS_EXCEPTION(Error, alignedTo(inner, {0, 4}));
        const auto source = alignedTo(inner, {std::nullopt, 0});
        QVERIFY_THROWS_EXCEPTION(Error, fetch(*source, {0}, {0}, Stage::Pattern, {0, 3}, {0, 2}));
        QVERIFY_THROWS_EXCEPTION(Error, fetch(*source, {0}, {0}, Stage::Pattern, {1, 1}, {0, 2}));
        inner->failing = true;
        QVERIFY_THROWS_EXCEPTION(Error, fetch(*source, {0}, {0}, Stage::Pattern, {0, 2}, {0, 2}));
    }

    void aDroppedTicketEndsTheWork()
    {
        auto inner = std::make_shared<FakeSource>(3000, cellAt);
        Positions positions;
        for (std::size_t at = 0; at < 3000; ++at)
            positions.emplace_back(at);
        const auto source = alignedTo(inner, positions);
        int calls = 0;
        {
            const Ticket ticket = source->request({0}, {0}, Stage::Pattern, {0, 3000}, {0, 3000},
                {.maxHeight = 8, .maxWidth = 8}, [&](const PatternTilePtr&, const std::exception_ptr&) { ++calls; });
            QCOMPARE(inner->asked, std::size_t{1});
            QVERIFY(inner->mostCells < 3000 * 3000 / 4);
        }
        while (inner->answerOne()) { }
        QCOMPARE(calls, 0);
        QCOMPARE(inner->asked, std::size_t{1});
    }
};

QTEST_GUILESS_MAIN(TestTokenAlignment)
#include "tst_token_alignment.moc"
