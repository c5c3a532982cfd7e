// SPDX-License-Identifier: GPL-3.0-or-later
// What a comparison found, in words and as a file; the formats are in tst_parity_files and tst_parity_html.
#include "core/error.h"
#include "core/parity/parity_request.h"
#include "core/report/parity_figures.h"
#include "core/run/glob.h"

#include <QTest>

#include <limits>
#include <set>

using namespace headscope;

namespace {

constexpr double notANumber = std::numeric_limits<double>::quiet_NaN(),
                 infinity = std::numeric_limits<double>::infinity();

ParityPair pairOf(Verdict verdict)
{
    ParityPair pair;
    pair.verdict = std::move(verdict);
    ParityRow row;
    row.hook = "hook_embed";
    pair.rows.push_back(row);
    row.hook = "blocks.1.attn.hook_attn_scores";
    row.layer = 1;
    pair.rows.push_back(row);
    return pair;
}

} // namespace

class TestParityReport : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void aVerdictIsASentence_data()
    {
        QTest::addColumn<int>("kind");
        QTest::addColumn<int>("reasons");
        QTest::addColumn<QByteArray>("says");
        const auto row = [](VerdictKind kind, int reasons, const char* says) {
            QTest::newRow(says) << static_cast<int>(kind) << reasons << QByteArray(says);
        };
        row(VerdictKind::Identical, 0, "identical");
        row(VerdictKind::WithinTolerance, 0, "within tolerance");
        row(VerdictKind::Known, 1, "known: POSITION_IDS (closes from 1.27 to 8.3e-07 when aligned)");
        row(VerdictKind::Known, 2, "known: POSITION_IDS + PAD_ROWS (closes from 1.27 to 8.3e-07 when aligned)");
        row(VerdictKind::Diverges, 0, "diverges");
        row(VerdictKind::Diverges, 1, "diverges (partly: POSITION_IDS)");
        row(VerdictKind::NotCompared, 0, "not compared");
    }

    void aVerdictIsASentence()
    {
        QFETCH(int, kind);
        QFETCH(int, reasons);
        QFETCH(QByteArray, says);
        std::vector<Reason> all{Reason::PositionIds, Reason::PadRows};
        all.resize(static_cast<std::size_t>(reasons));
        const Verdict verdict{static_cast<VerdictKind>(kind), all, 1.2701, 8.3004e-7};
        QCOMPARE(QByteArray::fromStdString(describe(verdict)), says);
        QCOMPARE(QByteArray::fromStdString(describe(pairOf(verdict))), says); // where nothing says where
    }

    void aPairSaysWhereItDiverges()
    {
        ParityPair pair = pairOf({VerdictKind::Diverges, {Reason::PositionIds}, 1, 0.5});
        pair.firstDivergence = 1;
        QCOMPARE(describe(pair), std::string("diverges at L1 blocks.1.attn.hook_attn_scores (partly: POSITION_IDS)"));
        pair.verdict.reasons.clear();
        QCOMPARE(describe(pair), std::string("diverges at L1 blocks.1.attn.hook_attn_scores"));
        pair.firstDivergence = 0;
        QCOMPARE(describe(pair), std::string("diverges at hook_embed"));
        pair.firstDivergence = 2; // none of its rows
        QCOMPARE(describe(pair), std::string("diverges"));
        pair.verdict.kind = VerdictKind::WithinTolerance;
        pair.firstDivergence = 1;
        QCOMPARE(describe(pair), std::string("within tolerance"));
    }

    void theGravestVerdictCounts()
    {
        ParityReport report;
        QCOMPARE(report.worst(), VerdictKind::NotCompared); // nothing compared is no success
        const auto add = [&](VerdictKind kind) {
            report.pairs.push_back(std::make_shared<const ParityPair>(pairOf({kind, {}, 0, 0})));
            return report.worst();
        };
        QCOMPARE(add(VerdictKind::Identical), VerdictKind::Identical);
        QCOMPARE(add(VerdictKind::Known), VerdictKind::Known);
        QCOMPARE(add(VerdictKind::WithinTolerance), VerdictKind::Known);
        QCOMPARE(add(VerdictKind::Diverges), VerdictKind::Diverges);
        QCOMPARE(add(VerdictKind::NotCompared), VerdictKind::NotCompared);
    }

    void everyReasonIsExplained()
    {
        std::set<Reason> reasons;
        std::set<std::string_view> words;
        for (const ReasonInfo& info : allReasons()) {
            reasons.insert(info.reason);
            for (const std::string_view text : {info.id, info.title, info.explanation}) {
                QVERIFY(!text.empty());
                words.insert(text);
            }
            QCOMPARE(infoOf(info.reason).id, info.id);
            QVERIFY(findReason(info.id) == info.reason);
            QVERIFY(info.explanation.ends_with('.'));
        }
        QCOMPARE(reasons.size(), std::size_t{13});
        QCOMPARE(words.size(), std::size_t{39});
        QCOMPARE(infoOf(Reason::WritingWeightsCentred).id, std::string_view("WRITING_WEIGHTS_CENTRED"));
        QVERIFY(!findReason("position_ids") && !findReason(""));
    }

    void theFirstGlobThatMatchesSaysTheTolerance()
    {
        Tolerances tolerances;
        QCOMPARE(tolerances.of("logits", DType::Float64), 1e-9);
        QCOMPARE(tolerances.of("logits", DType::Float32), 1e-4);
        QCOMPARE(tolerances.of("logits", DType::Float16), 5e-3);
        QCOMPARE(tolerances.of("logits", DType::BFloat16), 2e-2);
        tolerances.hooks = {{"blocks.1.*", 1}, {"blocks.*.hook_resid_*", 2}};
        QCOMPARE(tolerances.of("blocks.1.hook_resid_pre", DType::Float32), 1.0);
        QCOMPARE(tolerances.of("blocks.2.hook_resid_pre", DType::Float32), 2.0);
        QCOMPARE(tolerances.of("blocks.11.attn.hook_q", DType::Float32), 1e-4);
        tolerances.all = 0;
        QCOMPARE(tolerances.of("blocks.11.attn.hook_q", DType::BFloat16), 0.0);
        QCOMPARE(tolerances.of("blocks.2.hook_resid_pre", DType::Float32), 2.0);
    }

    void theDefaultHooksAreThoseOfTheStudy()
    {
        const auto isDefault = [](const std::string& name) {
            const auto& hooks = defaultParityHooks();
            return std::any_of(
                hooks.begin(), hooks.end(), [&](const std::string& glob) { return globMatches(glob, name); });
        };
        for (const char* part : {"attn.hook_q", "attn.hook_k", "attn.hook_v", "attn.hook_rot_q", "attn.hook_rot_k",
                 "attn.hook_attn_scores", "attn.hook_pattern", "attn.hook_z", "hook_attn_out", "hook_resid_pre",
                 "hook_resid_mid", "hook_resid_post", "hook_mlp_out"})
            QVERIFY2(isDefault(std::string("blocks.11.") + part), part);
        for (const char* name : {"hook_embed", "hook_pos_embed", "ln_final.hook_normalized"})
            QVERIFY2(isDefault(name), name);
        for (const char* name : {"blocks.0.attn.hook_result", "blocks.0.mlp.hook_pre", "blocks.0.ln1.hook_scale"})
            QVERIFY2(!isDefault(name), name);
    }

    void numbersReadBackAndPeopleSeeThreeDigits()
    {
        QCOMPARE(exactNumber(0.1), std::string("0.1"));
        QCOMPARE(exactNumber(1.0 / 3), std::string("0.3333333333333333"));
        QCOMPARE(exactNumber(-notANumber), std::string("nan"));
        QCOMPARE(exactNumber(-infinity), std::string("-inf"));
        QCOMPARE(shortNumber(1.2701), std::string("1.27"));
        QCOMPARE(shortNumber(8.3004e-7), std::string("8.3e-07"));
        QCOMPARE(shortNumber(-notANumber), std::string("nan"));
        QCOMPARE(percentage(1), std::string("100 %"));
        QCOMPARE(percentage(0.99999), std::string("99.9 %")); // not all
        QCOMPARE(percentage(1e-9), std::string("0.1 %")); // not none
        QCOMPARE(percentage(0), std::string("0 %"));
        QCOMPARE(percentage(notANumber), std::string("nan"));
    }

    void aPlaceIsCalledByItsMeaning()
    {
        const CellPlace place{1, 7, 5, 3};
        QCOMPARE(placeText("blocks.0.attn.hook_pattern", place), std::string("sequence 1, H7, query 5, key 3"));
        QCOMPARE(placeText("blocks.0.attn.hook_rot_k", place), std::string("sequence 1, H7, key 5, feature 3"));
        QCOMPARE(placeText("blocks.0.attn.hook_rot_q", place), std::string("sequence 1, H7, position 5, feature 3"));
        QCOMPARE(placeText("logits", {0, std::nullopt, 5, 3}), std::string("sequence 0, position 5, token 3"));
        QCOMPARE(describe(NonFinite{"blocks.2.attn.hook_z", 2, place, true}),
            std::string("NaN at L2 blocks.2.attn.hook_z, sequence 1, H7, position 5, feature 3"));
        QCOMPARE(describe(NonFinite{"logits", std::nullopt, {0, std::nullopt, 5, 3}, false}),
            std::string("infinity at logits, sequence 0, position 5, token 3"));
    }

    void aPlainLineHasNoSurprise()
    {
        QCOMPARE(plainLine("a b\n\xff\x01"), std::string("a b↵<0xFF>\\x01"));
        QCOMPARE(plainLine("äöü", 3), std::string("äöü"));
        QCOMPARE(plainLine("äöü!", 3), std::string("äöü…"));
    }
};

QTEST_GUILESS_MAIN(TestParityReport)
#include "tst_parity_report.moc"
