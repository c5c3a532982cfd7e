// SPDX-License-Identifier: GPL-3.0-or-later
#include "tests/ui/fakes.h"
#include "ui/text/explanation_text.h"

#include <QRegularExpression>
#include <QTest>

#include <set>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

class TestExplanationText : public QObject {
    Q_OBJECT

    RunHeader header_;
    SeenState state_;

    static qsizetype sentencesIn(const QString& words) { return words.count(QRegularExpression(u"[.!?](?=\\s|$)"_s)); }
    QString sentence(int index) { return explanation(state_).at(index); }

private Q_SLOTS:
    void init()
    {
        header_ = {};
        header_.model.name = "demo";
        header_.model.layers = 3;
        header_.model.heads = 4;
        header_.tokens = {fakeTokens(6)};
        header_.device = "cpu";
        header_.emulates = "transformers 5.23.0";
        state_ = {};
        state_.header = &header_;
        state_.head = {LayerId{1}, HeadId{2}};
        state_.origin = "recomputed from q, k (max |P·V - z| 4.8e-07)";
    }

    void everyStateHasFourSentences()
    {
        QCOMPARE(explanation(state_).size(), 4);
        for (const bool model : {false, true})
            for (const bool prompt : {false, true}) {
                SeenState nothing;
                nothing.ready = {model, prompt};
                const QStringList words = explanation(nothing);
                QCOMPARE(words.size(), 4);
                QCOMPARE(words[1].startsWith(u"Choose a model"_s), !model);
                QCOMPARE(words[2].startsWith(u"Type a prompt"_s), !prompt);
                QVERIFY(words[3].contains(u"F5"_s));
            }
        for (const QString& words : explanation(state_)) {
            QVERIFY2(words.endsWith(u'.'), qPrintable(words));
            QVERIFY2(!words.contains(u'%'), qPrintable(words));
        }
    }

    /// Whatever is shown: one sentence a paragraph, and no text that was put in becomes one.
    void everyViewHasExactlyFourSentences()
    {
        header_.tokens[0][4].label = "·etc.";
        state_.title = u"mean of 2 heads: L0 H1, L2 H3"_s;
        const std::optional<Combined> several[]{{}, Combined{Aggregate::Mean, {}, {}},
            Combined{Aggregate::Maximum, {}, {}}, Combined{Aggregate::Deviation, {}, {}}, Combined{{}, {}, {}}};
        const std::optional<CellKind> kinds[]{
            {}, CellKind::Allowed, CellKind::Masked, CellKind::Padding, CellKind::Excluded};
        std::set<QString> all;
        int states = 0;
        for (const auto stage : {Stage::Pattern, Stage::Scores, Stage::Mask, Stage::ValueWeighted, Stage::ValueNorm})
            for (const auto page : {CentrePage::Heatmap, CentrePage::Lines})
                for (const auto scale : {ScaleMode::Fixed, ScaleMode::PerRow, ScaleMode::Percentile})
                    for (const auto specials :
                        {SpecialTokens::Show, SpecialTokens::Exclude, SpecialTokens::Renormalise})
                        for (const auto& combined : several)
                            for (const auto& kind : kinds)
                                for (const bool there : {true, false}) {
                                    if (combined && page == CentrePage::Lines)
                                        continue; // lines are of single heads
                                    state_.options
                                        = {.stage = stage, .scale = scale, .specials = specials, .page = page};
                                    state_.combined = combined;
                                    state_.kind = kind;
                                    state_.cell = kind ? std::optional(Cell{4, 1}) : std::nullopt;
                                    state_.layerThere = state_.stale = there;
                                    const QStringList words = explanation(state_);
                                    QCOMPARE(words.size(), 4);
                                    for (const QString& each : words)
                                        QVERIFY2(
                                            sentencesIn(each) == 1 && each.endsWith(u'.') && !each.contains(u"%"_s),
                                            qPrintable(each));
                                    all.insert(words[0]);
                                    ++states;
                                }
        QVERIFY(states > 1000);
        QVERIFY2(all.size() >= 5 + 4 + 1, qPrintable(QString::number(all.size()))); // stages, combinations, lines
    }

    void severalHeadsAsOneAreDescribed()
    {
        state_.title = u"mean of 2 heads: L0 H1, L2 H3"_s;
        state_.combined = Combined{Aggregate::Mean, {{0, 1}, {2, 3}}, {}};
        state_.cell = Cell{4, 1};
        state_.kind = CellKind::Allowed;
        state_.weight = 0.125f;
        QVERIFY2(sentence(0).startsWith(u"You see the mean of 2 heads: L0 H1, L2 H3, of demo as a heatmap: a row"_s)
                && sentence(0).contains(u"the mean of the heads' attention weights"_s),
            qPrintable(sentence(0)));
        QVERIFY2(sentence(1).endsWith(u"combined cell by cell in double precision when you looked."_s),
            qPrintable(sentence(1)));
        QVERIFY2(sentence(3).contains(u": the value is 0.1250; "_s), qPrintable(sentence(3)));
        state_.options.stage = Stage::Scores;
        QVERIFY2(sentence(0).contains(u"choose that stage"_s), qPrintable(sentence(0)));
        state_.options = {.specials = SpecialTokens::Exclude};
        QVERIFY(sentence(2).contains(u"special tokens are not shown"_s));
        state_.combined = Combined{{}, {}, LayerId{2}};
        state_.title = u"rollout up to layer 2, mean over heads"_s;
        QVERIFY2(sentence(0).contains(u"rollout up to layer 2"_s) && sentence(0).contains(u"through all layers"_s),
            qPrintable(sentence(0)));
        QVERIFY(sentence(1).contains(u"multiplied in double precision"_s));
        QVERIFY(sentence(2).contains(u"special tokens always take part in a rollout"_s));
        state_.layerThere = false;
        QVERIFY(sentence(0).startsWith(u"Nothing is drawn of the rollout"_s));
    }

    void namesHeadAndPage()
    {
        QVERIFY2(sentence(0).startsWith(u"You see L1 H2 of demo (3 layers of 4 heads) as a heatmap"_s),
            qPrintable(sentence(0)));
        state_.picked = {{LayerId{0}, HeadId{1}}, {LayerId{2}, HeadId{3}}};
        QVERIFY(sentence(0).startsWith(u"You see L1 H2 of"_s)); // the heatmap shows one
        state_.options.page = CentrePage::Lines;
        QVERIFY2(sentence(0).startsWith(u"You see L0 H1, L2 H3 of demo (3 layers of 4 heads) as lines"_s),
            qPrintable(sentence(0)));
        state_.layerThere = false;
        QVERIFY(sentence(0).contains(u"has not been computed yet"_s));
    }

    void namesWhatTheColoursMean()
    {
        QVERIFY(sentence(0).contains(u"a row is a token that looks"_s) && sentence(0).contains(u"add up to 1"_s));
        state_.options.transposed = true;
        QVERIFY(sentence(0).contains(u"a column is a token that looks"_s));
        state_.options.stage = Stage::Scores;
        QVERIFY(sentence(0).endsWith(u"in logits."_s));
        state_.options.stage = Stage::Pattern;
        QStringList scales;
        for (const auto scale :
            {ScaleMode::Fixed, ScaleMode::Auto, ScaleMode::PerRow, ScaleMode::Percentile, ScaleMode::Logarithmic}) {
            state_.options.scale = scale;
            scales << sentence(3);
        }
        QCOMPARE(scales.removeDuplicates(), 0);
        state_.options = {.stage = Stage::Scores, .scale = ScaleMode::Fixed}; // which scores are not drawn with
        QVERIFY2(sentence(3).contains(u"largest value"_s), qPrintable(sentence(3)));
        state_.options = {};
        QVERIFY(!sentence(2).contains(u"special"_s));
        state_.options.specials = SpecialTokens::Renormalise;
        QVERIFY(sentence(2).endsWith(u"scaled up to 1."_s));
        state_.options.page = CentrePage::Lines; // which shows the weights as they are
        QVERIFY(!sentence(2).contains(u"special"_s));
    }

    void tellsHowItWasComputed()
    {
        QCOMPARE(sentence(1),
            u"It was computed on cpu in float32 as transformers 5.23.0 does it (backend native), and its weights were "
            "recomputed from queries and keys when you looked."_s);
        state_.origin = "eager";
        header_.request.dtype = DType::BFloat16;
        header_.request.backend = Backend::Hooked;
        state_.stale = true;
        QVERIFY2(sentence(1).contains(u"in bfloat16"_s) && sentence(1).contains(u"backend hooked"_s)
                && sentence(1).contains(u"(eager)"_s) && sentence(1).endsWith(u"F5 runs them."_s),
            qPrintable(sentence(1)));
    }

    void tellsWhatTakesPart()
    {
        QVERIFY(sentence(2).startsWith(u"The prompt has 6 tokens and no padding; a token sees itself"_s));
        header_.tokens[0][0].padding = header_.tokens[0][1].padding = true;
        QVERIFY2(sentence(2).startsWith(u"2 of 6 positions are padding on the left"_s), qPrintable(sentence(2)));
        header_.request.padding = PaddingSide::Right;
        header_.model.causal = false;
        QVERIFY2(sentence(2).startsWith(u"2 of 6 positions are padding on the right"_s)
                && sentence(2).contains(u"every token may see every other one"_s),
            qPrintable(sentence(2)));
    }

    void tellsWhatTheCellSays()
    {
        QVERIFY(sentence(3).startsWith(u"No cell is chosen"_s));
        QVERIFY(sentence(3).contains(u"from 0 to 1"_s));
        state_.options.scale = ScaleMode::Auto;
        QVERIFY(sentence(3).contains(u"largest value"_s));
        header_.tokens[0][4].label = "%1%2";
        state_.cell = Cell{4, 1};
        QVERIFY(sentence(3).contains(u"on its way"_s));
        state_.kind = CellKind::Allowed;
        state_.weight = 0.125f;
        QVERIFY2(sentence(3).startsWith(
                     u"The chosen cell says of q[4] \"%1%2\" and k[1] \"·t1\": the first gives the second a "
                     "weight of 0.1250; "_s),
            qPrintable(sentence(3)));
        state_.kind = CellKind::Masked;
        QVERIFY(sentence(3).contains(u"may not look"_s));
        state_.kind = CellKind::Padding;
        QVERIFY(sentence(3).contains(u"padding"_s));
        state_.options.page = CentrePage::Lines;
        state_.cell.reset();
        QVERIFY(sentence(3).startsWith(u"No token is chosen"_s));
    }

    void emptyViewsSayWhatToDo()
    {
        QVERIFY(idleText({false, false}).contains(u"Choose a model"_s));
        QVERIFY(idleText({true, false}).contains(u"Type a prompt"_s));
        QCOMPARE(idleText({true, true}), u"Press F5 to run"_s);
    }
};

QTEST_GUILESS_MAIN(TestExplanationText)
#include "tst_explanation_text.moc"
