// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/token_text.h"
#include "tests/ui/fakes.h"
#include "ui/text/labels.h"
#include "ui/text/readout.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestReadout : public QObject {
    Q_OBJECT

    FakePatternSource source_{6, 4, 8};
    std::vector<Token> tokens_ = fakeTokens(6);

    QString at(std::size_t query, std::size_t key, PatternOptions options = {})
    {
        return readout(*source_.make({3}, {7}, {0, 6}, {0, 6}, options), tokens_, tokens_, {query, key});
    }

private Q_SLOTS:
    void timeThatIsLeft()
    {
        QCOMPARE(timeLeft(3000, 10, 30), qint64(6000));
        QCOMPARE(timeLeft(3000, 30, 30), qint64(0));
        QCOMPARE(timeLeft(3000, 0, 30), qint64(-1));
        QCOMPARE(runTimeText(3210, 6100), u"3.2 s, about 6 s left"_s);
        QCOMPARE(runTimeText(3210, 1900), u"3.2 s"_s);
        QCOMPARE(runTimeText(3210, -1), u"3.2 s"_s);
        QCOMPARE(runTimeText(3210, 100'000), u"3.2 s, about 2 min left"_s);
    }

    void init()
    {
        source_ = FakePatternSource(6, 4, 8);
        tokens_ = fakeTokens(6);
    }

    void namesHeadTokensValueRankAndSum()
    {
        tokens_[5].label = visibleText(" sat");
        tokens_[2].label = visibleText("\ncat");
        const std::array<float, 6> row{0.05f, 0.3f, 0.3127f, 0.2f, 0.1f, 0.0373f};
        source_.value = [row](LayerId, HeadId, std::size_t, std::size_t key) { return row[key]; };
        QCOMPARE(at(5, 2), u"L3 H7   q[5] \"·sat\" → k[2] \"↵cat\"   p=0.3127   rank 1/6   row Σ=1.0000"_s);
        QVERIFY(at(5, 1).contains(u"rank 2/6"_s));
    }

    void rankCountsOnlyWhatMayBeAttendedTo() { QVERIFY(at(2, 2).contains(u"rank 1/3"_s)); }

    void masksAreNamed()
    {
        QVERIFY(at(0, 3).endsWith(u"masked"_s));
        source_.kind = [](std::size_t, std::size_t key) { return key == 0 ? CellKind::Padding : CellKind::Allowed; };
        source_.value = [](LayerId, HeadId, std::size_t, std::size_t) { return 0.25f; };
        QVERIFY(at(3, 0).contains(u"padding"_s));
        QVERIFY(at(3, 0).contains(u"p=0.2500"_s)); // a masked cell with a value is worth knowing
        QVERIFY(!at(3, 1).contains(u"padding"_s));
    }

    void scoresAreCalledSoWhateverStandsInMaskedCells()
    {
        PatternTile tile = *source_.make({0}, {0}, {0, 6}, {0, 6}, {});
        tile.stage = Stage::Scores;
        for (const float sentinel : {-std::numeric_limits<float>::infinity(), std::numeric_limits<float>::lowest()}) {
            for (std::size_t i = 0; i < tile.values.size(); ++i)
                tile.values[i] = tile.kinds[i] == CellKind::Masked ? sentinel : -1.5f - static_cast<float>(i % 6);
            const auto line = [&](Cell cell) { return readout(tile, tokens_, tokens_, cell); };
            QVERIFY2(line({2, 1}).endsWith(u"score=-2.5   rank 2/3"_s), qPrintable(line({2, 1})));
            const QString shown = std::isinf(sentinel) ? u"score=-inf"_s : u"score=-3.4028e+38"_s;
            QVERIFY2(line({2, 4}).endsWith(u"masked   "_s + shown), qPrintable(line({2, 4})));
        }
    }

    void nanIsNotANumber()
    {
        source_.value
            = [](LayerId, HeadId, std::size_t, std::size_t) { return std::numeric_limits<float>::quiet_NaN(); };
        QVERIFY(at(1, 1).contains(u"p=NaN"_s));
        QVERIFY(at(1, 1).contains(u"row Σ=NaN"_s));
    }

    void pooledCellsSayWhatTheyCover()
    {
        const QString line = at(5, 2, {.maxHeight = 2, .maxWidth = 2});
        QVERIFY2(line.contains(u"max of 3×3 q[3..5] → k[0..2]"_s), qPrintable(line));
        QVERIFY(!line.contains(u"rank"_s));
    }

    void aPartOfARowHasNoRankAndNoSum()
    {
        const QString line = readout(*source_.make({3}, {7}, {2, 6}, {1, 6}, {}), tokens_, tokens_, Cell{5, 5});
        QVERIFY2(line.endsWith(u"p=1.0000"_s), qPrintable(line));
        QVERIFY(line.contains(u"q[5]"_s) && line.contains(u"k[5]"_s));
    }

    void tokensAreTakenLiterally()
    {
        tokens_[1].label = "%1<b>";
        QVERIFY(at(1, 0).contains(u"q[1] \"%1<b>\""_s));
    }

    void specialTokensAndPaddingAreSaidToBe()
    {
        tokens_[0].label = "<s>";
        tokens_[0].special = true;
        tokens_[1].special = tokens_[1].padding = true;
        QVERIFY2(at(2, 0).contains(u"k[0] \"<s>\" (special)   p="_s), qPrintable(at(2, 0)));
        QVERIFY2(at(1, 0).contains(u"q[1] \"·t1\" (padding) → k[0]"_s), qPrintable(at(1, 0)));
        QVERIFY(!at(3, 2).contains(u'('));
    }

    void longTokensAreShortened()
    {
        tokens_[1].label.clear();
        for (int i = 0; i < 400; ++i)
            tokens_[1].label += "👍";
        QVERIFY2(at(1, 0).contains(u"q[1] \""_s + u"👍"_s.repeated(48) + u"…\" → k[0]"_s), qPrintable(at(1, 0)));
        QCOMPARE(shortened(u"e\u0301e\u0301e\u0301"_s, 2), u"e\u0301e\u0301…"_s); // what is one letter stays one
        QCOMPARE(shortened(u"👍👍"_s, 2), u"👍👍"_s);
        QCOMPARE(shortened(u""_s, 2), u""_s);
    }

    void otherDirectionsStayWithinTheirToken()
    {
        tokens_[1].label = "·שלום";
        QVERIFY2(at(1, 0).contains(u"q[1] \"\u2068·שלום\u2069\" → k[0]"_s), qPrintable(at(1, 0)));
        QCOMPARE(isolated(u"·é👍模"_s), u"·é👍模"_s);
        QCOMPARE(isolated(u"𐤀"_s), u"\u2068𐤀\u2069"_s);
    }

    void smallProbabilitiesAreNotRoundedToZero()
    {
        QCOMPARE(probabilityText(0), u"0.0000"_s);
        QCOMPARE(probabilityText(1.2e-7), u"1.2e-07"_s);
    }
};

QTEST_GUILESS_MAIN(TestReadout)
#include "tst_readout.moc"
