// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/parity_fakes.h"
#include "ui/models/common_tokens.h"
#include "ui/models/logit_agreement_model.h"
#include "ui/models/parity_filter_model.h"
#include "ui/models/parity_pair_model.h"
#include "ui/models/parity_table_model.h"
#include "ui/models/reason_model.h"
#include "ui/models/verdict_colours.h"
#include "ui/windows/theme.h"

#include <QAbstractItemModelTester>
#include <QApplication>
#include <QItemSelectionModel>
#include <QSignalSpy>
#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

constexpr auto strict = QAbstractItemModelTester::FailureReportingMode::Fatal;

/// "L1 attn.hook_pattern real" of every row.
QStringList names(const QAbstractItemModel& model)
{
    QStringList lines;
    for (int row = 0; row < model.rowCount(); ++row)
        lines << model.index(row, ParityTableModel::LayerColumn).data().toString() + u' '
                + model.index(row, ParityTableModel::HookColumn).data().toString() + u' '
                + model.index(row, ParityTableModel::RowsColumn).data().toString();
    return lines;
}

const QStringList inOrder{u" hook_embed real"_s, u"L0 attn.hook_q real"_s, u"L0 attn.hook_pattern real"_s,
    u"L0 attn.hook_pattern padding"_s, u"L0 hook_resid_post real"_s, u"L1 attn.hook_q real"_s,
    u"L1 attn.hook_pattern real"_s, u"L1 attn.hook_pattern padding"_s, u"L1 hook_resid_post real"_s, u" logits real"_s};

std::vector<ParityRow> part(const std::vector<ParityRow>& rows, std::size_t begin, std::size_t end)
{
    return {rows.begin() + static_cast<std::ptrdiff_t>(begin), rows.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::vector<Token> padded(std::size_t before, std::size_t real, std::size_t after)
{
    auto tokens = fakeTokens(before + real + after);
    for (std::size_t i = 0; i < tokens.size(); ++i)
        tokens[i].padding = i < before || i >= before + real;
    return tokens;
}

} // namespace

class TestParityModels : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void initTestCase() { applyTheme(Theme::Light); }

    void rowsStreamInInTheOrderOfThePass()
    {
        ParityTableModel model;
        const QAbstractItemModelTester tester(&model, strict);
        const auto rows = fakeRows();
        model.reset({u"hooked"_s, u"bridge"_s});
        QCOMPARE(model.columnCount(), 5);
        model.addRows(0, part(rows, 0, 3));
        model.addRows(0, part(rows, 3, 6));
        // The other run has no padded rows of layer 0, and one hook that the first has not.
        auto others = part(rows, 1, 3);
        others.push_back(fakeRow(0, "attn.hook_z", VerdictKind::Identical, 0));
        others.push_back(rows[4]);
        model.addRows(1, others);
        model.addRows(0, part(rows, 6, rows.size()));
        auto expected = inOrder;
        expected.insert(3, u"L0 attn.hook_z real"_s);
        QCOMPARE(names(model), expected);
        QVERIFY(model.cell(3, 1) && !model.cell(3, 0));
        QVERIFY(model.cell(4, 0) && !model.cell(4, 1));
        QCOMPARE(model.index(3, ParityTableModel::columnOf(0)).data().toString(), QString());
        QCOMPARE(model.index(3, ParityTableModel::columnOf(0)).data(ParityTableModel::GapRole).toDouble(), -1.0);
        QCOMPARE(model.find(rows[9]), 10);
        model.addRows(0, rows); // again: nothing new
        QCOMPARE(names(model), expected);
    }

    void theSelectionStaysWhileRowsStreamIn()
    {
        ParityTableModel model;
        ParityFilterModel shown;
        shown.setSourceModel(&model);
        const QAbstractItemModelTester tester(&shown, strict);
        QItemSelectionModel selection(&shown);
        const auto rows = fakeRows();
        model.reset({u"hooked"_s});
        model.addRows(0, {rows[4], rows[6]});
        selection.setCurrentIndex(shown.index(1, 3), QItemSelectionModel::ClearAndSelect);
        model.setPair(0, *fakePair());
        model.reset({u"hooked"_s});
        model.addRows(0, part(rows, 5, 7));
        selection.setCurrentIndex(shown.index(1, 3), QItemSelectionModel::ClearAndSelect);
        ParityPair pair = *fakePair("hooked", VerdictKind::Known);
        model.setPair(0, pair); // with the rows in front that were missing
        QCOMPARE(names(shown), inOrder);
        QCOMPARE(selection.currentIndex().row(), 6);
        QCOMPARE(selection.selectedIndexes().size(), 1);
        QCOMPARE(shown.index(6, 3).data(ParityTableModel::VerdictRole).toInt(), static_cast<int>(VerdictKind::Known));
    }

    void cellsTellVerdictAndGap()
    {
        ParityTableModel model;
        model.reset({u"hooked"_s});
        model.addRows(0, fakeRows());
        const auto cell = [&](int row, int role) { return model.index(row, 3).data(role); };
        QCOMPARE(cell(0, Qt::DisplayRole).toString(), u"= 0"_s);
        QCOMPARE(cell(1, Qt::DisplayRole).toString(), u"≈ 3e-06"_s);
        QCOMPARE(cell(6, Qt::DisplayRole).toString(), u"✕ 0.25"_s);
        QCOMPARE(cell(6, Qt::AccessibleTextRole).toString(), u"diverges 0.25"_s);
        for (const auto* words : {"blocks.1.attn.hook_pattern, real rows", "verdict: ✕ diverges", "largest |Δ|: 0.25",
                 "tolerance: 0.0001", "worst cell: prompt 0, head 2, row 4, column 1", "values there: 0.5 / 0.25"})
            QVERIFY2(cell(6, Qt::ToolTipRole).toString().contains(QString::fromUtf8(words)),
                qPrintable(cell(6, Qt::ToolTipRole).toString()));
        QCOMPARE(model.index(6, 1).data(Qt::ToolTipRole).toString(), u"blocks.1.attn.hook_pattern"_s);
        auto infinite = fakeRow(0, "attn.hook_q", VerdictKind::Diverges, 0.5);
        infinite.difference.neededTolerance = std::numeric_limits<double>::infinity();
        model.addRows(0, {infinite});
        QCOMPARE(cell(1, Qt::DisplayRole).toString(), u"✕ inf"_s);
    }

    void everyVerdictHasASignAndLegibleColours()
    {
        QStringList signs;
        for (const auto& palette : {lightPalette(), darkPalette()}) {
            QList<QColor> backs;
            for (const auto kind :
                {VerdictKind::Identical, VerdictKind::WithinTolerance, VerdictKind::Known, VerdictKind::Diverges}) {
                const auto colours = verdictColours(kind, palette);
                const auto light = [](const QColor& colour) {
                    const auto linear = [](double part) {
                        return part <= 0.04045 ? part / 12.92 : std::pow((part + 0.055) / 1.055, 2.4);
                    };
                    return 0.2126 * linear(colour.redF()) + 0.7152 * linear(colour.greenF())
                        + 0.0722 * linear(colour.blueF());
                };
                const double a = light(colours.back), b = light(colours.text);
                QVERIFY2((std::max(a, b) + 0.05) / (std::min(a, b) + 0.05) >= 7, qPrintable(colours.back.name()));
                QVERIFY(!backs.contains(colours.back));
                backs << colours.back;
            }
        }
        for (const auto kind : {VerdictKind::Identical, VerdictKind::WithinTolerance, VerdictKind::Known,
                 VerdictKind::Diverges, VerdictKind::NotCompared}) {
            ParityPairModel model;
            model.reset(u"native"_s, {u"hooked"_s});
            model.setPair(0, fakePair("hooked", kind));
            const QString words = model.index(0, 0).data().toString();
            QVERIFY(words.size() > 3 && !signs.contains(words.left(1)));
            signs << words.left(1);
        }
    }

    void rowsAreFiltered()
    {
        ParityTableModel model;
        ParityFilterModel shown;
        shown.setSourceModel(&model);
        model.reset({u"hooked"_s, u"bridge"_s});
        model.addRows(0, fakeRows(VerdictKind::Known));
        model.addRows(1, {fakeRow(0, "attn.hook_q", VerdictKind::Diverges, 1)});
        shown.setOnlyFailing(true);
        QCOMPARE(names(shown), (QStringList{inOrder[1], inOrder[6], inOrder[8], inOrder[9]}));
        shown.setHooks(u"  PATTERN "_s);
        QCOMPARE(names(shown), QStringList{inOrder[6]});
        shown.setOnlyFailing(false);
        QCOMPARE(names(shown), (QStringList{inOrder[2], inOrder[3], inOrder[6], inOrder[7]}));
        shown.setHooks(u"blocks.1.*_post"_s);
        QCOMPARE(names(shown), QStringList{inOrder[8]});
        shown.setHooks({});
        QCOMPARE(names(shown), inOrder);
    }

    void rowsAreSortedByGapAndByVerdict()
    {
        ParityTableModel model;
        ParityFilterModel shown;
        shown.setSourceModel(&model);
        const QAbstractItemModelTester tester(&shown, strict);
        model.reset({u"hooked"_s});
        auto rows = fakeRows();
        rows[1] = fakeRow(0, "attn.hook_q", VerdictKind::WithinTolerance, 0.75); // close enough by its own tolerance
        model.addRows(0, rows);
        const int column = ParityTableModel::columnOf(0);
        shown.sort(column, Qt::DescendingOrder);
        QCOMPARE(names(shown).mid(0, 4), (QStringList{inOrder[8], inOrder[1], inOrder[9], inOrder[6]}));
        QCOMPARE(names(shown).mid(6), (QStringList{inOrder[0], inOrder[3], inOrder[4], inOrder[7]})); // all 0
        shown.setMeasure(ParityFilterModel::Measure::Verdict);
        QCOMPARE(names(shown).mid(0, 4), (QStringList{inOrder[8], inOrder[9], inOrder[6], inOrder[1]}));
        shown.sort(ParityTableModel::LayerColumn, Qt::AscendingOrder);
        QCOMPARE(names(shown), inOrder);
        model.addRows(0, {fakeRow(7, "attn.hook_q", VerdictKind::Identical, 0)});
        QCOMPARE(names(shown).last(), u"L7 attn.hook_q real"_s);
    }

    void pairsSayWhatWasFound()
    {
        ParityPairModel model;
        const QAbstractItemModelTester tester(&model, strict);
        model.reset(u"native"_s, {u"hooked"_s, u"bridge"_s});
        QCOMPARE(model.index(1, 0).data().toString(), u"… comparing"_s);
        QCOMPARE(model.index(1, 1).data().toString(), u"bridge against native"_s);
        model.setPair(0, fakePair("hooked", VerdictKind::Known));
        QCOMPARE(model.index(0, 0).data().toString(), u"! known"_s);
        QCOMPARE(
            model.index(0, 2).data().toString(), u"known: POSITION_IDS (closes from 1.27 to 8.3e-07 when aligned)"_s);
        model.setPair(1, fakePair("<b>"));
        QCOMPARE(
            model.index(1, 2).data().toString(), u"diverges at L1 blocks.1.attn.hook_pattern (partly: POSITION_IDS)"_s);
        QVERIFY(model.index(1, 1).data(Qt::ToolTipRole).toString().contains(u"Candidate &lt;b&gt;"_s));
        model.reset(u"native"_s, {u"hooked"_s});
        model.stop();
        QCOMPARE(model.index(0, 0).data().toString(), u"– not compared"_s);
    }

    void reasonsAreTold()
    {
        ReasonModel model;
        const QAbstractItemModelTester tester(&model, strict);
        QCOMPARE(model.rowCount(), 0);
        model.setPair(fakePair());
        QStringList first, second;
        for (int column = 0; column < model.columnCount(); ++column) {
            first << model.index(0, column).data().toString();
            second << model.index(1, column).data().toString();
        }
        QCOMPARE(first, (QStringList{u"POSITION_IDS"_s, u"yes"_s, u"8.3e-07"_s, u"0"_s, u"arange"_s, u"mask"_s}));
        QCOMPARE(second, (QStringList{u"MASK_SENTINEL"_s, u"no"_s, u"1.27"_s, u"6"_s, u"finfo.min"_s, u"-inf"_s}));
        QVERIFY(model.index(0, 0).data(ReasonModel::ExplanationRole).toString().startsWith(u"position ids: "_s));
        model.setPair({});
        QCOMPARE(model.rowCount(), 0);
    }

    void logitsAreATreeOfPairsAndPrompts()
    {
        LogitAgreementModel model;
        const QAbstractItemModelTester tester(&model, strict);
        model.reset({u"The cat sat"_s, u"100%1 sure"_s});
        model.setPair(1, fakePair("bridge"));
        const QPersistentModelIndex answer = model.index(1, 0, model.index(0, 0));
        model.setPair(0, fakePair("hooked")); // stands before it
        QCOMPARE(model.rowCount(), 2);
        QCOMPARE(answer.data().toString(), u"1: 100%1 sure"_s);
        QCOMPARE(answer.parent().data().toString(), u"bridge"_s);
        QCOMPARE(answer.parent().row(), 1);
        const auto place = model.placeOf(answer);
        QVERIFY(place && place->pair == 1 && place->sequence == 1 && place->position == 3);
        QVERIFY(!model.placeOf(model.index(0, 0)));
        const auto line = [&](const QModelIndex& index) {
            QStringList words;
            for (int column = 1; column < model.columnCount(); ++column)
                words << index.siblingAtColumn(column).data().toString();
            return words;
        };
        QCOMPARE(line(model.index(0, 0)),
            (QStringList{u"1.0000"_s, u"1.7500"_s, u"+0.75"_s, u"3.2500"_s, u"3.5000"_s, u"100.0 %"_s, u"98.0 %"_s}));
        QCOMPARE(line(answer),
            (QStringList{u"-1.0000"_s, u"0.0000"_s, u"+1"_s, u"1.5000"_s, u"1.7500"_s, QString(), QString()}));
        auto without = fakePair("native float16");
        without->logits.reset();
        model.setPair(2, without);
        QCOMPARE(model.rowCount(), 2);
    }

    void runsThatPadAlikeShareEverything()
    {
        const auto same = commonTokens(padded(3, 5, 0), padded(3, 5, 0));
        QVERIFY(same.reference == Range({0, 8}) && same.candidate == Range({0, 8}));
        const auto sides = commonTokens(padded(3, 5, 0), padded(0, 5, 3));
        QVERIFY(sides.reference == Range({3, 8}) && sides.candidate == Range({0, 5}));
        const auto bos = commonTokens(padded(0, 5, 0), padded(0, 6, 0)); // one has a BOS token in front
        QVERIFY(bos.reference == Range({0, 5}) && bos.candidate == Range({1, 6}));
        const auto none = commonTokens(padded(2, 0, 0), padded(0, 1, 1));
        QVERIFY(none.reference.size() == 0 && none.candidate.size() == 0);
    }
};

QTEST_MAIN(TestParityModels)
#include "tst_parity_models.moc"
