// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/lens_dock.h"

#include "core/cache/attention_file.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/layer_grid.h"
#include "ui/views/scale_strip.h"
#include "ui/windows/choice_box.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lens_tables.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/theme.h"

#include <QEvent>
#include <QHBoxLayout>
#include <QLabel>
#include <QPushButton>
#include <QSplitter>
#include <QVBoxLayout>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QLabel* plainLabel(const QString& objectName, QWidget* parent)
{
    auto* label = new QLabel(parent);
    label->setObjectName(objectName);
    label->setTextFormat(Qt::PlainText);
    return label;
}

} // namespace

LensDock::LensDock(const Views& views, QWidget* parent)
    : QDockWidget(tr("Layers"), parent)
    , views_(views)
    , bridge_({[&engine = views.engine](LogitLensRequest request, std::shared_ptr<LogitLensListener> listener) {
                   engine.submitLogitLens(std::move(request), std::move(listener));
               },
          [&engine = views.engine] { engine.cancelAnalysis(); }})
{
    setObjectName(u"lensDock"_s);
    setWidget(makeContent());
    connectAll();
    refresh();
}

QWidget* LensDock::makeBar()
{
    auto* bar = new QWidget(this);
    look_ = new QPushButton(tr("Look through the layers"), bar);
    look_->setObjectName(u"lensButton"_s);
    look_->setToolTip(
        tr("Run once more and keep what every layer leaves behind, to read it as the model reads its last layer"));
    const auto box = [bar](const QString& objectName, const QString& name) {
        auto* made = new ChoiceBox(objectName, bar);
        made->setAccessibleName(name);
        return made;
    };
    colour_ = box(u"lensColour"_s, tr("What colours tell"));
    colour_->add({tr("Best token"), tr("Colours tell the probability of the best token of each cell")},
        static_cast<int>(LensColour::Best));
    colour_->add(
        {tr("Model's choice"),
            tr("Colours tell how probable each layer holds the token that the whole model chooses in the end")},
        static_cast<int>(LensColour::Choice));
    norm_ = box(u"lensNorm"_s, tr("Final norm"));
    norm_->add(
        {tr("Own scale"), tr("Each layer is normalised as if it were the last one")}, static_cast<int>(LensNorm::Own));
    norm_->add({tr("Final scale"),
                   tr("The final norm's scale is held where the run had it, as for contributions; not for encoders")},
        static_cast<int>(LensNorm::Final));
    colour_->choose(LensColour::Best);
    norm_->choose(LensNorm::Own);
    scale_ = new ScaleStrip(bar);
    scale_->setFixedWidth(130);
    scale_->setToolTip(tr("Probability, 0 to 1"));
    progress_ = new ElidedLabel(40, bar);
    progress_->setObjectName(u"lensProgress"_s);
    stale_ = plainLabel(u"lensStale"_s, bar);
    stale_->setText(tr("Of another run than the one shown"));
    stale_->setPalette(cautious(palette()));
    auto* layout = new QHBoxLayout(bar);
    layout->setContentsMargins({});
    layout->setSpacing(8);
    layout->addWidget(look_);
    for (const auto& [words, field] : {std::pair{tr("Colour"), colour_}, std::pair{tr("Norm"), norm_}}) {
        auto* label = plainLabel({}, bar);
        label->setText(words);
        label->setBuddy(field);
        layout->addWidget(label);
        layout->addWidget(field);
    }
    layout->addWidget(scale_);
    layout->addWidget(stale_);
    layout->addWidget(progress_, 1);
    return bar;
}

QWidget* LensDock::makeContent()
{
    auto* content = new QWidget(this);
    auto* left = new QWidget(content);
    grid_ = new LayerGrid(feed_, left);
    grid_->setObjectName(u"layerGrid"_s);
    readout_ = new ElidedLabel(80, left);
    readout_->setObjectName(u"lensReadout"_s);
    auto* column = new QVBoxLayout(left);
    column->setContentsMargins({});
    column->setSpacing(4);
    column->addWidget(grid_, 1);
    column->addWidget(readout_);
    body_ = new QSplitter(content);
    body_->setChildrenCollapsible(false);
    body_->addWidget(left);
    tables_ = new LensTables(content);
    body_->addWidget(tables_);
    body_->setStretchFactor(0, 1);
    body_->setSizes({700, 400});
    empty_ = plainLabel(u"lensEmpty"_s, content);
    empty_->setWordWrap(true);
    empty_->setAlignment(Qt::AlignCenter);
    empty_->setForegroundRole(QPalette::PlaceholderText);
    auto* layout = new QVBoxLayout(content);
    layout->setContentsMargins(12, 8, 12, 8);
    layout->addWidget(makeBar());
    layout->addWidget(body_, 1);
    layout->addWidget(empty_, 1);
    return content;
}

void LensDock::connectAll()
{
    connect(look_, &QPushButton::clicked, this, &LensDock::start);
    connect(
        colour_, &ChoiceBox::currentIndexChanged, this, [this] { grid_->setColour(colour_->chosen<LensColour>()); });
    connect(norm_, &ChoiceBox::currentIndexChanged, this, [this] { showLens(feed_.lens()); });
    connect(tables_, &LensTables::partWanted, this, &LensDock::askPart);
    connect(this, &QDockWidget::visibilityChanged, this, [this] {
        askPosition();
        askPart();
    });
    InspectorView& inspector = views_.inspector;
    connect(&views_.engine, &EngineBridge::finished, this, &LensDock::refresh);
    connect(&inspector, &InspectorView::contentChanged, this, &LensDock::refresh);
    connect(&inspector, &InspectorView::positionChanged, this, &LensDock::followPosition);
    connect(&inspector, &InspectorView::optionsChanged, this, &LensDock::refresh);
    connect(&inspector.selection(), &HeadSelection::shownChanged, this, &LensDock::askPart);
    connect(grid_, &LayerGrid::chosenChanged, this, &LensDock::onChosen);
    connect(grid_, &LayerGrid::wordsChanged, this, &LensDock::showReadout);
    connect(&feed_, &LensFeed::positionChanged, this, &LensDock::showCandidates);
    connect(&feed_, &LensFeed::partChanged, this, &LensDock::showPart);
    connect(&feed_, &LensFeed::failed, &inspector.messages(), &MessageBar::showError);
    connect(&bridge_, &LogitLensBridge::busyChanged, this, [this] {
        refresh();
        Q_EMIT busyChanged();
    });
    connect(&bridge_, &LogitLensBridge::progressed, this, [this](std::size_t layers, std::size_t total) {
        progress_->setText(tr("Layer %1 of %2").arg(layers).arg(total));
    });
    connect(&bridge_, &LogitLensBridge::finished, this, [this](const LogitLensPtr& lens) {
        progress_->clear();
        shown_ = running_;
        shownSequence_ = runningSequence_;
        showLens(lens);
    });
    connect(&bridge_, &LogitLensBridge::cancelled, this, [this] { progress_->setText(tr("Cancelled")); });
    connect(&bridge_, &LogitLensBridge::failed, this, [this](const QString& message) {
        progress_->clear();
        views_.inspector.messages().showError(message);
    });
}

bool LensDock::isReady() const
{
    const CapturePtr& capture = views_.inspector.capture();
    return capture && capture->finished() && !isFromFile(capture->header());
}

bool LensDock::isEncoder() const { return feed_.lens() && !feed_.lens()->header().model.causal; }

bool LensDock::isFresh() const
{
    const auto shown = shown_.lock();
    return feed_.lens() && shown && shown == views_.inspector.capture()
        && shownSequence_ == views_.inspector.sequence();
}

QString LensDock::emptyText() const
{
    if (bridge_.isBusy())
        return tr("Looking through the layers…");
    if (isReady())
        return tr("“Look through the layers” tells what the model would say after each layer, at every position");
    if (views_.inspector.capture() && isFromFile(views_.inspector.capture()->header()))
        return tr("Attention from a file: there is no model here that would predict anything");
    return views_.inspector.capture()
        ? tr("Shown when the run has finished")
        : tr("Press F5 to run: then every layer can be asked what the model would say next");
}

void LensDock::refresh()
{
    look_->setEnabled(isReady() && !bridge_.isBusy());
    const bool there = feed_.lens() != nullptr;
    body_->setVisible(there);
    empty_->setVisible(!there);
    empty_->setText(emptyText());
    stale_->setVisible(there && !isFresh() && !bridge_.isBusy());
    const ViewOptions& options = views_.inspector.options();
    grid_->setPalettes({options.palette, options.diverging});
    scale_->setScale(grid_->scale());
    followPosition();
    askPart();
}

void LensDock::start()
{
    if (!isReady())
        return;
    views_.inspector.messages().hide();
    running_ = views_.inspector.capture();
    runningSequence_ = views_.inspector.sequence();
    progress_->setText(tr("Starting…"));
    bridge_.start({.run = views_.inspector.capture()->header().request, .sequence = runningSequence_});
}

void LensDock::showLens(const LogitLensPtr& lens)
{
    askedPosition_.reset();
    askedPart_.reset();
    const bool decoder = !lens || lens->header().model.causal; // of an encoder no norm but its own
    norm_->setEnabled(decoder);
    feed_.setLens(lens, decoder ? norm_->chosen<LensNorm>() : LensNorm::Own);
    refresh();
    askPosition();
}

void LensDock::followPosition()
{
    const auto chosen = grid_->chosen();
    const std::size_t position = views_.inspector.position().value;
    if (!isFresh() || !chosen || chosen->position == position)
        return;
    grid_->choose({chosen->depth, position});
    askPosition();
    askPart();
}

void LensDock::onChosen()
{
    askPosition();
    askPart();
    if (!isFresh())
        return;
    const std::size_t row = grid_->chosen()->position;
    if (row == views_.inspector.position().value)
        return;
    const auto cell = views_.inspector.heatmap().chosenCell();
    views_.inspector.heatmap().choose(Cell{row, cell ? std::min(cell->key, row) : row});
}

void LensDock::askPosition()
{
    const auto chosen = grid_->chosen();
    if (!feed_.lens() || !chosen || !isVisible())
        return;
    const std::pair wanted{chosen->position, feed_.norm()};
    if (askedPosition_ != wanted) {
        askedPosition_ = wanted;
        feed_.askPosition({chosen->position}, candidates);
    }
    showCandidates();
}

void LensDock::askPart()
{
    const auto chosen = grid_->chosen();
    const HeadSelection& selection = views_.inspector.selection();
    const bool seen = isVisible() && tables_->isPartInFront();
    if (!feed_.lens() || !chosen || !seen || selection.isEmpty())
        return;
    const ModelInfo& model = feed_.lens()->header().model;
    const HeadRef head = selection.shown();
    if (head.layer.value >= model.layers || head.head.value >= model.heads || isEncoder())
        return showPart();
    LensPart part{.layer = head.layer};
    if (tables_->part() == LensTables::Part::Head)
        part.head = head.head;
    const std::pair wanted{part, chosen->position};
    if (askedPart_ == wanted)
        return;
    askedPart_ = wanted;
    feed_.askPart(part, {chosen->position}, partTokens);
}

void LensDock::showCandidates()
{
    const auto chosen = grid_->chosen();
    const LensPosition* position = feed_.position();
    if (!feed_.lens() || !chosen)
        return tables_->showCell({}, {}, nullptr);
    if (!position || position->position.value != chosen->position)
        return tables_->showCell(u"…"_s, {}, nullptr);
    const QString layer = chosen->depth == 0 ? tr("Before L0") : tr("After L%1").arg(chosen->depth - 1);
    tables_->showCell(
        layer + u" · "_s + tokenAt(chosen->position), position->top[chosen->depth], &position->traces.front());
}

void LensDock::showPart()
{
    const PartTokens* found = feed_.part();
    if (!feed_.lens())
        return tables_->showPart({}, nullptr);
    if (isEncoder())
        return tables_->showPart(tr("An encoder's logits are no sum over its parts"), nullptr);
    if (!found)
        return tables_->showPart(u"…"_s, nullptr);
    const QString part = found->part.head ? headText({found->part.layer, *found->part.head})
                                          : tr("MLP of L%1").arg(found->part.layer.value);
    tables_->showPart(part + u" · "_s + tokenAt(found->position.value), found);
}

/// A token of the text that is shown. \pre there is one
QString LensDock::tokenAt(std::size_t position) const
{
    return tokenText(u'q', position, feed_.lens()->header().tokens[feed_.lens()->sequence().value][position]);
}

void LensDock::showReadout()
{
    readout_->setText(grid_->words());
    readout_->setToolTip(grid_->words().toHtmlEscaped());
}

bool LensDock::isSettled() const { return !bridge_.isBusy() && (!isVisible() || !feed_.isWaiting()); }

void LensDock::changeEvent(QEvent* event)
{
    QDockWidget::changeEvent(event);
    if (event->type() != QEvent::PaletteChange || !stale_)
        return;
    stale_->setPalette(cautious(palette()));
    scale_->setScale(grid_->scale());
}

} // namespace headscope::ui
