// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/cache/part_source.h"
#include "tests/ui/fakes.h"

#include <QTest>

using namespace headscope;
using namespace headscope::test;

namespace {

std::string failure(PatternSource& source, Range rows, Range columns)
{
    try {
        fetch(source, {}, {}, Stage::Pattern, rows, columns);
    } catch (const Error& error) {
        return error.what();
    }
    return {};
}

} // namespace

class TestPartSource : public QObject {
    Q_OBJECT

    std::shared_ptr<FakePatternSource> whole_;

private Q_SLOTS:
    void init()
    {
        whole_ = std::make_shared<FakePatternSource>(8);
        whole_->value
            = [](LayerId, HeadId, std::size_t query, std::size_t key) { return static_cast<float>(10 * query + key); };
        whole_->kind = [](std::size_t query, std::size_t key) {
            return query < 3 || key < 3 ? CellKind::Padding : key > query ? CellKind::Masked : CellKind::Allowed;
        };
    }

    void positionsCountFromTheBeginningOfThePart()
    {
        const auto part = partOf(whole_, {3, 8});
        QCOMPARE(part->queries(), std::size_t{5});
        QCOMPARE(part->keys(), std::size_t{5});
        const auto tile = fetch(*part, {}, {}, Stage::Pattern, {1, 5}, {0, 3});
        QVERIFY(tile->rows == Range({1, 5}) && tile->columns == Range({0, 3}));
        QCOMPARE(tile->value(0, 0), 43.0f);
        QCOMPARE(tile->value(3, 2), 75.0f);
        QVERIFY(tile->kind(0, 2) == CellKind::Masked && tile->kind(1, 2) == CellKind::Allowed);
    }

    void pooledBlocksBelongToThePart()
    {
        const auto part = partOf(whole_, {3, 8});
        PatternOptions options;
        options.maxHeight = options.maxWidth = 2;
        const auto tile = fetch(*part, {}, {}, Stage::Pattern, {0, 4}, {0, 4}, options);
        QCOMPARE(tile->rowStep, std::size_t{2});
        QCOMPARE(tile->value(0, 0), 44.0f);
        QCOMPARE(tile->value(1, 1), 66.0f);
    }

    void theWholeIsTheSourceItself() { QVERIFY(partOf(whole_, {0, 8}) == whole_); }

    void whatIsOutsideIsRefused()
    {
        const auto part = partOf(whole_, {3, 8});
        QCOMPARE(failure(*part, {0, 6}, {0, 5}), std::string("positions: expected at most 5, found 0:6"));
        QCOMPARE(failure(*part, {0, 5}, {4, 7}), std::string("positions: expected at most 5, found 4:7"));
        QCOMPARE(failure(*part, {0, 5}, {0, 5}), std::string());
        QVERIFY_THROWS_EXCEPTION(Error, partOf(whole_, {3, 9}));
    }
};

QTEST_GUILESS_MAIN(TestPartSource)
#include "tst_part_source.moc"
