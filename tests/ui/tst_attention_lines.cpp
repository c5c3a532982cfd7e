// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/models/attention_lines.h"
#include "ui/text/line_text.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestAttentionLines : public QObject {
    Q_OBJECT

    static QString positions(const std::vector<TokenWeight>& weights)
    {
        QStringList words;
        for (const auto& each : weights)
            words << QString::number(each.position);
        return words.join(u' ');
    }

private Q_SLOTS:
    void theRuleLetsThroughTheStrongest_data()
    {
        QTest::addColumn<float>("least");
        QTest::addColumn<int>("most");
        QTest::addColumn<double>("share");
        QTest::addColumn<QString>("expected");
        QTest::newRow("95 %") << 0.01f << 0 << 0.95 << u"3 1 0"_s; // 0.5 + 0.3 + 0.16
        QTest::newRow("nearly half") << 0.01f << 0 << 0.49 << u"3"_s;
        QTest::newRow("all") << 0.0f << 0 << 1.0 << u"3 1 0 4 5"_s; // equal ones in order, 0 never
        QTest::newRow("no less than") << 0.2f << 0 << 1.0 << u"3 1"_s;
        QTest::newRow("exactly as much") << 0.3f << 0 << 1.0 << u"3 1"_s;
        QTest::newRow("two") << 0.01f << 2 << 0.95 << u"3 1"_s;
        QTest::newRow("four, beyond 95 %") << 0.01f << 4 << 0.95 << u"3 1 0 4"_s;
        QTest::newRow("more than there are") << 0.01f << 9 << 0.95 << u"3 1 0 4 5"_s;
    }

    void theRuleLetsThroughTheStrongest()
    {
        QFETCH(float, least);
        QFETCH(int, most);
        QFETCH(double, share);
        const std::vector<TokenWeight> weights{{0, 0.16f}, {1, 0.3f}, {2, 0.0f}, {3, 0.5f}, {4, 0.02f}, {5, 0.02f}};
        QTEST(positions(strongest(weights, {.least = least, .most = static_cast<std::size_t>(most), .share = share})),
            "expected");
    }

    void rowsAndColumnsHoldAllowedNumbersOnly()
    {
        FakePatternSource source(5);
        source.value = [](LayerId, HeadId, std::size_t q, std::size_t k) {
            return q == 3 && k == 1 ? std::numeric_limits<float>::quiet_NaN() : static_cast<float>(10 * q + k) / 100;
        };
        const auto rows = source.make({}, {}, {2, 5}, {0, 5}, {});
        const TokenWeights third = weightsOfRow(*rows, 3);
        QCOMPARE(positions(third.weights), u"0 2 3"_s); // 1 is NaN, 4 the future
        QVERIFY(third.nan);
        QCOMPARE(third.weights[1].weight, 0.32f);
        QVERIFY(!weightsOfRow(*rows, 2).nan);
        const auto column = source.make({}, {}, {0, 5}, {2, 3}, {});
        const TokenWeights second = weightsOfColumn(*column, 2);
        QCOMPARE(positions(second.weights), u"2 3 4"_s);
        QCOMPARE(second.weights[2].weight, 0.42f);
    }

    void wordsNameBothSides()
    {
        auto tokens = fakeTokens(4);
        tokens[0].label = "%1 <s>";
        tokens[0].special = true;
        const HeadRef a{LayerId{0}, HeadId{1}}, b{LayerId{2}, HeadId{0}};
        QCOMPARE(lineText(tokens, TokenSide::Query, 3, {{a, {{1, 0.75f}, {0, 0.25f}}}, {b, {}}}),
            u"q[3] \"·t3\" looks at k[1] \"·t1\" 0.7500, k[0] \"%1 <s>\" (special) 0.2500  (L0 H1); nothing above the "
            "smallest weight drawn  (L2 H0)"_s);
        QCOMPARE(lineText(tokens, TokenSide::Key, 1, {{a, {{3, 0.75f}, {2, 0.5f}}}}, 1),
            u"k[1] \"·t1\" is looked at by q[3] \"·t3\" 0.7500  (L0 H1)"_s);
    }
};

QTEST_GUILESS_MAIN(TestAttentionLines)
#include "tst_attention_lines.moc"
