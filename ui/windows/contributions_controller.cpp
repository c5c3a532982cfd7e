// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/contributions_controller.h"

#include "core/cache/attention_file.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/bridge/hop.h"
#include "ui/models/contribution_model.h"
#include "ui/text/answer_text.h"
#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"
#include "ui/windows/contributions_panel.h"
#include "ui/windows/inspector_view.h"

#include <QAction>
#include <QDockWidget>
#include <QMainWindow>
#include <QScrollArea>
#include <QTabWidget>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

std::size_t lastRealToken(const std::vector<Token>& tokens)
{
    std::size_t last = tokens.size() - 1;
    while (last > 0 && tokens[last].padding)
        --last;
    return last;
}

QString placeholderFor(const std::shared_ptr<const NextTokens>& tokens, std::size_t rank)
{
    return tokens && rank < tokens->top.size() ? shownLabel(tokens->top[rank].label) : QString();
}

} // namespace

bool ContributionsController::Question::isSame(const Question& other) const
{
    const auto mine = capture.lock();
    return mine && mine == other.capture.lock() && sequence == other.sequence && position == other.position
        && a == other.a && b == other.b;
}

ContributionsController::ContributionsController(QMainWindow& window, const Views& views)
    : QObject(&window)
    , views_(views)
    , bridge_(
          {[&engine = views.engine](LogitDifferenceRequest request, std::shared_ptr<LogitDifferenceListener> listener) {
               engine.submitLogitDifferences(std::move(request), std::move(listener));
           },
              [&engine = views.engine] { engine.cancelAnalysis(); }})
    , panel_(new ContributionsPanel)
    , dock_(new QDockWidget(tr("Contributions"), &window))
    , attributeAction_(new QAction(tr("Co&ntributions"), this))
    , cutAction_(new QAction(tr("Cut &heads"), this))
{
    dock_->setObjectName(u"contributionsDock"_s);
    auto* scroller = new QScrollArea;
    scroller->setWidgetResizable(true);
    scroller->setFrameShape(QFrame::NoFrame);
    scroller->setHorizontalScrollBarPolicy(Qt::ScrollBarAlwaysOff);
    scroller->setFocusPolicy(Qt::NoFocus);
    scroller->setWidget(panel_);
    scroller->setMinimumWidth(panel_->minimumSizeHint().width() + 16);
    dock_->setWidget(scroller);
    window.addDockWidget(Qt::RightDockWidgetArea, dock_);
    window.tabifyDockWidget(&views.neighbour, dock_);
    window.setTabPosition(Qt::RightDockWidgetArea, QTabWidget::North);
    views.neighbour.raise();
    attributeAction_->setObjectName(u"attributeAction"_s);
    attributeAction_->setShortcut(Qt::Key_F8);
    cutAction_->setObjectName(u"cutAction"_s);
    cutAction_->setShortcut(Qt::Key_F9);
    connectAll();
    refresh();
}

void ContributionsController::connectAll()
{
    connect(attributeAction_, &QAction::triggered, this, [this] { want(Wanted::Attribution); });
    connect(cutAction_, &QAction::triggered, this, [this] { want(Wanted::Ablation); });
    connect(panel_, &ContributionsPanel::attributeWanted, attributeAction_, &QAction::trigger);
    connect(panel_, &ContributionsPanel::cutWanted, cutAction_, &QAction::trigger);
    connect(panel_, &ContributionsPanel::cancelWanted, this, &ContributionsController::cancel);
    connect(panel_, &ContributionsPanel::edited, this, &ContributionsController::refresh);
    connect(panel_, &ContributionsPanel::headChosen, this,
        [this](HeadRef head) { views_.inspector.selection().choose(head); });
    connect(dock_, &QDockWidget::visibilityChanged, this, [this](bool visible) {
        seen_ = visible;
        refresh();
    });
    connect(&views_.inspector, &InspectorView::contentChanged, this, &ContributionsController::refresh);
    connect(&views_.inspector, &InspectorView::positionChanged, this, &ContributionsController::refresh);
    const HeadSelection& selection = views_.inspector.selection();
    const auto showHeads = [this] { panel_->setHeads(headsToCut()); };
    connect(&selection, &HeadSelection::shownChanged, this, showHeads);
    connect(&selection, &HeadSelection::pickedChanged, this, showHeads);
    connect(&bridge_, &LogitDifferenceBridge::busyChanged, this, [this](bool busy) {
        panel_->setBusy(busy);
        Q_EMIT busyChanged();
    });
    connect(&bridge_, &LogitDifferenceBridge::progressed, panel_, &ContributionsPanel::setProgress);
    connect(&bridge_, &LogitDifferenceBridge::finished, this, &ContributionsController::showResult);
    connect(&bridge_, &LogitDifferenceBridge::failed, panel_, &ContributionsPanel::showError);
    connect(&bridge_, &LogitDifferenceBridge::cancelled, this, [this] { panel_->showNote(tr("Cancelled")); });
}

bool ContributionsController::isReady() const
{
    const CapturePtr& capture = views_.inspector.capture();
    return capture && capture->finished() && !isFromFile(capture->header());
}

std::vector<HeadRef> ContributionsController::headsToCut() const
{
    const HeadSelection& selection = views_.inspector.selection();
    return selection.isEmpty() || !selection.picked().empty() ? selection.picked() : std::vector{selection.current()};
}

ContributionsController::Question ContributionsController::place() const
{
    return {.capture = views_.inspector.capture(),
        .sequence = views_.inspector.sequence(),
        .position = views_.inspector.position(),
        .a = {},
        .b = {}};
}

/// What would be asked now. An answer is missing while its default is.
ContributionsController::Question ContributionsController::question() const
{
    const auto typed = panel_->typed();
    const auto other = [&](const std::optional<Answer>& given, std::size_t rank) -> std::optional<Answer> {
        if (given || !defaults_ || rank >= defaults_->top.size())
            return given;
        return Answer{.text = {}, .id = defaults_->top[rank].id};
    };
    Question now = place();
    now.a = other(typed.a, 0);
    now.b = other(typed.b, 1);
    return now;
}

/// Follows what the inspector shows and what is typed.
void ContributionsController::refresh()
{
    const CapturePtr& capture = views_.inspector.capture();
    const bool ready = isReady();
    if (capture) {
        const std::size_t position = views_.inspector.position().value;
        const Token& token = capture->header().tokens[views_.inspector.sequence().value][position];
        panel_->setPlace(
            tr("The answer after %1").arg(tokenText(u'q', position, token)), tokenToolTip(u'q', position, token));
    } else {
        panel_->setPlace(tr("Shown when the run has finished"), {});
    }
    const bool decoder = capture && capture->header().model.causal;
    panel_->setReady(ready && decoder, ready,
        ready ? tr("An encoder's logits are no sum over its parts; heads can be cut")
            : capture && isFromFile(capture->header())
            ? tr("Attention from a file: there is no model here whose parts could be weighed or cut")
            : tr("Shown when the run has finished"));
    attributeAction_->setEnabled(ready && decoder);
    cutAction_->setEnabled(ready);
    panel_->setHeads(headsToCut());
    if (seen_)
        askDefaults();
    const bool stale = result_ && !question().isSame(shown_);
    panel_->setStale(stale);
    colourHeads(stale);
}

/// The two most likely next tokens of the position shown, unless they are here or on their way.
void ContributionsController::askDefaults()
{
    if (!isReady())
        return;
    const Question here = place();
    if (here.isSame(defaultsFor_))
        return;
    defaultsFor_ = here;
    defaults_.reset();
    panel_->setDefaults({}, {});
    waiting_ = true;
    ticket_ = views_.inspector.capture()->requestNextTokens(here.sequence, here.position, 2,
        hopTo(this,
            [this, asked = ++asked_](const std::shared_ptr<const NextTokens>& tokens, const std::exception_ptr& why) {
                if (asked != asked_)
                    return;
                waiting_ = false;
                defaults_ = tokens;
                panel_->setDefaults(placeholderFor(tokens, 0), placeholderFor(tokens, 1));
                if (why)
                    panel_->showError(messageOf(why));
                refresh();
                if (const auto pending = std::exchange(pending_, std::nullopt); pending && !why)
                    start(*pending);
            }));
}

void ContributionsController::want(Wanted wanted)
{
    dock_->show();
    dock_->raise();
    panel_->hideMessage();
    askDefaults();
    const Question now = question();
    if (waiting_ && !(now.a && now.b))
        pending_ = wanted;
    else
        start(wanted);
}

QString ContributionsController::problem(Wanted wanted) const
{
    const RunHeader& header = views_.inspector.capture()->header();
    const Question now = question();
    const std::size_t position = now.position.value;
    const Token& token = header.tokens[now.sequence.value][position];
    const auto beyond = [&](const QString& name, const Answer& answer) {
        const auto vocabulary = static_cast<std::int64_t>(header.model.vocabulary);
        return answer.id && (*answer.id < 0 || *answer.id >= vocabulary)
            ? tr("Answer %1: expected a token id from 0 to %2, found %3").arg(name).arg(vocabulary - 1).arg(*answer.id)
            : QString();
    };
    if (header.request.prompts.empty())
        return tr("Expected a run of prompts, found one of token ids from a file");
    if (token.padding)
        return tr("Expected a position with a token, found padding at %1: choose another row of the map")
            .arg(tokenText(u'q', position, token));
    if (!now.a || !now.b)
        return tr("Expected two answers, found none for %1").arg(now.a ? u"B"_s : u"A"_s);
    for (const QString& why : {beyond(u"A"_s, *now.a), beyond(u"B"_s, *now.b)})
        if (!why.isEmpty())
            return why;
    const auto typed = panel_->typed();
    if (wanted == Wanted::Ablation && typed.method == AblationMethod::CrossRun && typed.otherPrompt.empty())
        return tr("Expected another prompt that the heads' values are taken from, found none");
    return {};
}

LogitDifferenceRequest ContributionsController::request(Wanted wanted) const
{
    const RunHeader& header = views_.inspector.capture()->header();
    const Question now = question();
    InspectionRequest run = header.request;
    run.prompts.clear();
    run.secondPrompts.clear();
    run.hooks.clear();
    LogitDifferenceRequest request{.runs = {run},
        .prompts = {.name = tr("the run shown").toStdString(), .source = {}, .examples = {}},
        .batch = header.sequences(),
        .attribution = header.model.causal};
    for (std::size_t each = 0; each < header.sequences(); ++each) {
        request.prompts.examples.push_back({.prompt = header.request.prompts[each],
            .correct = {*now.a},
            .incorrect = {*now.b},
            .where = tr("prompt %1").arg(each).toStdString()});
        request.answerIndices.push_back(
            each == now.sequence.value ? now.position.value : lastRealToken(header.tokens[each]));
    }
    if (wanted == Wanted::Attribution)
        return request;
    request.ablation.method = panel_->typed().method;
    for (const HeadRef head : headsToCut())
        request.ablation.heads.push_back({head.layer.value, head.head.value});
    if (request.ablation.method == AblationMethod::CrossRun)
        request.ablation.from = otherPrompts(request.prompts);
    return request;
}

/// The other prompt for the sequence shown; the rest of a batch takes its values from itself.
PromptSet ContributionsController::otherPrompts(const PromptSet& own) const
{
    PromptSet others = own;
    PromptExample& other = others.examples[views_.inspector.sequence().value];
    other.prompt = panel_->typed().otherPrompt;
    other.where = tr("the other prompt").toStdString();
    return others;
}

void ContributionsController::start(Wanted wanted)
{
    if (!isReady()) // it was while the default answers were on their way
        return;
    if (const QString why = problem(wanted); !why.isEmpty())
        return panel_->showError(why);
    running_ = question();
    bridge_.start(request(wanted));
}

void ContributionsController::showResult(const std::shared_ptr<const LogitDifferenceResult>& result)
{
    const std::size_t index = running_.sequence.value;
    const LogitDifferenceRun& run = result->runs.front();
    const ExampleResult& example = run.examples[index];
    const Ablation& ablation = result->request.ablation;
    if (!running_.isSame(shown_))
        panel_->forgetCut();
    result_ = result;
    shown_ = running_;
    panel_->showResult(result->answers[index], example);
    if (example.ablated) {
        QStringList heads;
        for (const HeadPlace& place : ablation.heads)
            heads << headText({LayerId{place.layer}, HeadId{place.head}});
        const QString method = ablation.method == AblationMethod::Zero ? tr("zero")
            : ablation.method == AblationMethod::Mean                  ? tr("mean")
                                                      : u"“"_s + text(ablation.from->examples[index].prompt) + u"”"_s;
        panel_->showCut(tr("Cut: %1 (%2)").arg(heads.join(u", "_s), method),
            (text(run.ablationSystem) + u'\n' + text(provenance(run.header))).toHtmlEscaped());
    }
    QStringList notes = answerNotes(result->answers[index]);
    for (const std::string& note : run.notes)
        notes << text(note);
    notes.isEmpty() ? panel_->hideMessage() : panel_->showNote(notes.join(u'\n'));
    refresh();
}

/// Figures of another question would be taken for those of what is shown.
void ContributionsController::colourHeads(bool stale)
{
    const bool fresh = result_ && !stale;
    const auto* example = fresh ? &result_->runs.front().examples[shown_.sequence.value] : nullptr;
    views_.inspector.setFigures(example && example->attribution ? headFigures(*example->attribution)
                                                                : HeadFigures(0, 0, HeadMeasure::Contribution));
}

} // namespace headscope::ui
