// SPDX-License-Identifier: GPL-3.0-or-later
// Pairs of texts in the real window: typed into the prompt box, and limited to one text that looks at one.
#include "ui/bridge/engine_bridge.h"
#include "ui/models/prompt_pairs.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/lines_view.h"
#include "ui/windows/choice_box.h"
#include "ui/windows/desktop.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lines_panel.h"
#include "ui/windows/main_window.h"
#include "ui/windows/prompt_edit.h"
#include "ui/windows/run_panel.h"
#include "ui/windows/view_history.h"

#include <QComboBox>
#include <QSettings>
#include <QTemporaryDir>
#include <QTest>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

namespace {

const char* const bert = HEADSCOPE_TEST_DATA "/pairs/model";

std::vector<Token> tokensOf(const std::vector<int>& segments, const std::vector<bool>& padding = {})
{
    std::vector<Token> tokens(segments.size());
    for (std::size_t at = 0; at < segments.size(); ++at) {
        tokens[at].segment = segments[at];
        tokens[at].padding = at < padding.size() && padding[at];
    }
    return tokens;
}

} // namespace

class TestSentencePairs : public QObject {
    Q_OBJECT

    QTemporaryDir settings_;
    std::unique_ptr<EngineBridge> bridge_;
    std::unique_ptr<MainWindow> window_;

    template <class T> T* find(const QString& name) { return window_->findChild<T*>(name); }
    InspectorView& inspector() { return window_->inspector(); }
    ChoiceBox* box() { return find<ChoiceBox>(u"sentenceBox"_s); }
    bool settled()
    {
        return QTest::qWaitFor([this] { return window_->isSettled(); }, 30000);
    }
    void type(const QString& words)
    {
        auto* edit = find<PromptEdit>(u"promptEdit"_s);
        edit->setFocus();
        edit->selectAll();
        QTest::keyClicks(edit, words);
        QVERIFY(settled()); // the model is known
        QTest::keyClick(edit, Qt::Key_Return, Qt::ControlModifier);
        QVERIFY(settled());
    }
    QRectF seen() { return inspector().heatmap().view().seen; }

private Q_SLOTS:
    void initTestCase() { QSettings::setPath(QSettings::NativeFormat, QSettings::UserScope, settings_.path()); }

    void init()
    {
        QSettings().clear();
        bridge_ = std::make_unique<EngineBridge>();
        window_ = std::make_unique<MainWindow>(*bridge_);
        window_->resize(1400, 900);
        window_->show();
        QVERIFY(QTest::qWaitForWindowExposed(window_.get()));
    }

    void cleanup()
    {
        window_.reset();
        bridge_.reset();
    }

    void linesOfTwoTexts()
    {
        const auto pair = [](const char* line) { return splitPair(QString::fromUtf8(line)); };
        QCOMPARE(pair("a b"), std::pair(u"a b"_s, QString()));
        QCOMPARE(pair("a ||| b"), std::pair(u"a"_s, u"b"_s));
        QCOMPARE(pair("a|||b"), std::pair(u"a"_s, u"b"_s));
        QCOMPARE(pair("a  |||  b "), std::pair(u"a "_s, u" b "_s));
        QCOMPARE(pair("a |||"), std::pair(u"a"_s, QString()));
        QCOMPARE(pair("a ||| b ||| c"), std::pair(u"a"_s, u"b ||| c"_s));
    }

    void segments()
    {
        const auto found = segmentsOf(tokensOf({0, 0, 0, 1, 1, 0}, {true, false, false, false, false, true}));
        QVERIFY(found);
        QVERIFY(found->first == (Range{1, 3}) && found->second == (Range{3, 5}));
        QVERIFY(!segmentsOf(tokensOf({0, 0, 0})) && !segmentsOf(tokensOf({1, 1})) && !segmentsOf({}));
        QVERIFY(!segmentsOf(tokensOf({0, 1, 0})) && !segmentsOf(tokensOf({0, 1, 2})));
        QVERIFY(!limitsOf(SentencePart::All, *found));
        QVERIFY(*limitsOf(SentencePart::FirstToSecond, *found) == (SentenceLimits{{1, 3}, {3, 5}}));
        QVERIFY(*limitsOf(SentencePart::SecondToFirst, *found) == (SentenceLimits{{3, 5}, {1, 3}}));
    }

    void aTypedPairIsLimited()
    {
        window_->open({.model = bert, .prompts = {"one"}, .attention = AttentionKind::Auto, .keepLogits = false});
        QVERIFY(settled());
        QVERIFY(!box()->isVisible());
        type(u"the model said that ||| it was not"_s);
        const auto& request = inspector().capture()->header().request;
        QVERIFY(request.prompts == std::vector<std::string>{"the model said that"});
        QVERIFY(request.secondPrompts == std::vector<std::string>{"it was not"});
        QVERIFY(window_->runPanel().request().secondPrompts == request.secondPrompts);
        const auto& tokens = inspector().capture()->header().tokens[0];
        const auto both = segmentsOf(tokens);
        QVERIFY(both);
        const auto size = static_cast<double>(tokens.size()), middle = static_cast<double>(both->first.end);
        QCOMPARE(both->first.begin, std::size_t{0});
        QCOMPARE(seen(), QRectF(0, 0, size, size));
        QVERIFY(box()->isVisible() && box()->toolTip().contains(u"Sentences"_s));

        // By keyboard: A → A, B → B, A → B.
        box()->setFocus();
        for (int i = 0; i < 3; ++i)
            QTest::keyClick(box(), Qt::Key_Down);
        QVERIFY(settled());
        QVERIFY(inspector().options().sentences == SentencePart::FirstToSecond);
        const QRectF wanted(middle, 0, size - middle, middle); // keys of B, queries of A
        QCOMPARE(seen(), wanted);
        inspector().heatmap().zoom(4);
        inspector().heatmap().resetView();
        QCOMPARE(seen(), wanted);
        inspector().heatmap().zoom(0.5);
        QVERIFY(wanted.contains(seen()) && seen().width() < wanted.width());
        inspector().heatmap().zoom(100);
        QCOMPARE(seen(), wanted);

        // The lines alone of those tokens.
        QTest::keyClick(window_.get(), Qt::Key_2, Qt::ControlModifier);
        QVERIFY(settled());
        auto& lines = inspector().lines().view();
        lines.setRule({.least = 0, .most = 0, .share = 1});
        QVERIFY(settled());
        QCOMPARE(lines.lines().size(), both->first.size() * both->second.size());
        for (const AttentionLine& line : lines.lines())
            QVERIFY(line.query < both->first.end && line.key >= both->second.begin);
        lines.lock(LineToken{TokenSide::Key, both->second.begin});
        QVERIFY(settled());
        QCOMPARE(lines.lines().size(), both->first.size());
        lines.lock(LineToken{TokenSide::Key, 0}); // not one of B
        QVERIFY(settled());
        QVERIFY(lines.lines().empty());
        lines.lock(std::nullopt);

        box()->setCurrentIndex(0);
        QVERIFY(settled());
        QCOMPARE(lines.lines().size(), tokens.size() * tokens.size());
        QCOMPARE(seen(), QRectF(0, 0, size, size));
    }

    void undoAndAnotherRun()
    {
        window_->open({.model = bert,
            .prompts = {"the model said", "one two", "so"},
            .secondPrompts = {"it was not", "", "the end of it"},
            .attention = AttentionKind::Auto,
            .keepLogits = false});
        QVERIFY(settled());
        auto* sequences = find<QComboBox>(u"sequenceBox"_s);
        QCOMPARE(sequences->itemText(0), u"0: the model said ||| it was not"_s);
        QCOMPARE(sequences->itemText(1), u"1: one two"_s);
        QCOMPARE(find<PromptEdit>(u"promptEdit"_s)->toPlainText(),
            u"the model said ||| it was not\none two\nso ||| the end of it"_s);
        auto& history = window_->desktop().history();
        history.record();
        history.restart();
        const QRectF whole = seen();
        box()->setCurrentIndex(4); // B → A
        QVERIFY(settled());
        history.record();
        const auto limits = [&] {
            const auto& header = inspector().capture()->header();
            const auto both = segmentsOf(header.tokens[inspector().sequence().value]);
            const auto at = [](std::size_t position) { return static_cast<double>(position); };
            return QRectF(
                at(both->first.begin), at(both->second.begin), at(both->first.size()), at(both->second.size()));
        };
        QCOMPARE(seen(), limits());
        history.stack().undo();
        QVERIFY(settled());
        QVERIFY(inspector().options().sentences == SentencePart::All);
        QCOMPARE(seen(), whole);
        QCOMPARE(box()->currentIndex(), 0);
        history.stack().redo();
        QVERIFY(settled());
        QCOMPARE(seen(), limits());
        // Another pair of the batch, with padding; one that is no pair; and back.
        inspector().setSequence({2});
        QVERIFY(settled());
        QVERIFY(box()->isVisible());
        QCOMPARE(seen(), limits());
        inspector().setSequence({1});
        QVERIFY(settled());
        QVERIFY(!box()->isVisible());
        QCOMPARE(seen(), whole);
        inspector().setSequence({0});
        QVERIFY(settled());
        QCOMPARE(seen(), limits());
    }

    /// For a model without token types ||| is text.
    void otherModels()
    {
        window_->open(
            {.model = "demo-gpt2", .prompts = {"one"}, .attention = AttentionKind::Auto, .keepLogits = false});
        QVERIFY(settled());
        type(u"one two ||| three"_s);
        const auto& request = inspector().capture()->header().request;
        QVERIFY(request.prompts == std::vector<std::string>{"one two ||| three"});
        QVERIFY(request.secondPrompts.empty());
        QVERIFY(!box()->isVisible());
        QVERIFY(find<PromptEdit>(u"promptEdit"_s)->toolTip().contains(u"|||"_s));
        // Nor is a pair that was opened kept for another model.
        window_->open({.model = bert, .prompts = {"a"}, .secondPrompts = {"b"}, .keepLogits = false});
        QVERIFY(settled());
        QVERIFY(box()->isVisible());
        find<QComboBox>(u"modelBox"_s)->setCurrentText(u"demo-gpt2"_s);
        QVERIFY(window_->runPanel().request().secondPrompts.empty());
        QVERIFY(window_->runPanel().request().prompts == std::vector<std::string>{"a ||| b"});
    }
};

QTEST_MAIN(TestSentencePairs)
#include "tst_sentence_pairs.moc"
