// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/view_history.h"

#include "ui/views/attention_heatmap.h"
#include "ui/views/head_grid.h"
#include "ui/views/lines_view.h"
#include "ui/windows/head_bar.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/lines_panel.h"
#include "ui/windows/show_box.h"

#include <QUndoCommand>

namespace headscope::ui {

namespace {

constexpr int stepsKept = 200;
constexpr qint64 oneStep = 900; ///< milliseconds within which changes of a kind are one step
constexpr int mergeable = 1; ///< QUndoCommand::id of all steps; mergeWith() looks closer

QRectF wholeHead(const InspectorView& inspector)
{
    if (!inspector.capture())
        return {};
    const RunHeader& header = inspector.capture()->header();
    const std::size_t sequence = inspector.sequence().value;
    return {
        0, 0, static_cast<double>(header.keysOf(sequence).size()), static_cast<double>(header.tokens[sequence].size())};
}

QString nameOf(ViewParts parts)
{
    if (parts & ViewPart::Sequence)
        return ViewHistory::tr("prompt");
    if (parts & ViewPart::Picked)
        return ViewHistory::tr("picked heads");
    if (parts & ViewPart::Head)
        return ViewHistory::tr("head");
    if (parts & ViewPart::Options)
        return ViewHistory::tr("view option");
    if (parts & ViewPart::Arrangement)
        return ViewHistory::tr("arrangement of heads");
    if (parts & ViewPart::Shown)
        return ViewHistory::tr("heads as one");
    if ((parts & ViewPart::Lines) && !(parts & ViewPart::Cell))
        return ViewHistory::tr("lines");
    return parts & ViewPart::Cell ? ViewHistory::tr("cell") : ViewHistory::tr("zoom");
}

} // namespace

ViewState viewOf(InspectorView& inspector)
{
    auto& selection = inspector.selection();
    auto& heatmap = inspector.heatmap();
    ViewState view{.head = selection.current(),
        .locked = selection.isLocked(),
        .picked = selection.picked(),
        .options = inspector.options(),
        .sequence = inspector.sequence(),
        .cell = heatmap.chosenCell(),
        .part = heatmap.view().seen,
        .arrangement = inspector.headBar().choice(),
        .show = inspector.showBox().choice(),
        .lines = inspector.lines().choice()};
    if (view.part == wholeHead(inspector))
        view.part = {};
    return view;
}

ViewParts differing(const ViewState& a, const ViewState& b)
{
    ViewParts parts;
    parts.setFlag(ViewPart::Head, !(a.head == b.head) || a.locked != b.locked);
    parts.setFlag(ViewPart::Picked, a.picked != b.picked);
    parts.setFlag(ViewPart::Options, !(a.options == b.options));
    parts.setFlag(ViewPart::Sequence, !(a.sequence == b.sequence));
    parts.setFlag(ViewPart::Cell, a.cell != b.cell);
    parts.setFlag(ViewPart::Zoom, a.part != b.part);
    parts.setFlag(ViewPart::Arrangement, !(a.arrangement == b.arrangement));
    parts.setFlag(ViewPart::Shown, !(a.show == b.show));
    parts.setFlag(ViewPart::Lines, !(a.lines == b.lines));
    return parts;
}

void showView(InspectorView& inspector, const ViewState& view, ViewParts parts)
{
    auto& selection = inspector.selection();
    auto& heatmap = inspector.heatmap();
    if (parts & ViewPart::Options)
        inspector.setOptions(view.options);
    if (parts & ViewPart::Head) {
        if (selection.isLocked() && !view.locked)
            selection.unlock();
        selection.choose(view.head);
        if (view.locked && !selection.isLocked() && selection.current() == view.head)
            selection.toggleLock(view.head);
    }
    if (parts & ViewPart::Picked)
        selection.setPicked(view.picked);
    if (parts & ViewPart::Sequence)
        inspector.setSequence(view.sequence);
    if (parts & ViewPart::Arrangement)
        inspector.headBar().arrange(view.arrangement);
    if (parts & ViewPart::Shown)
        inspector.showBox().choose(view.show);
    if (parts & ViewPart::Cell)
        heatmap.choose(view.cell);
    if (parts & (ViewPart::Lines | ViewPart::Cell | ViewPart::Picked)) // another cell may have changed the locked side
        inspector.lines().setChoice(view.lines);
    if (!(parts & (ViewPart::Zoom | ViewPart::Sequence | ViewPart::Cell)))
        return;
    if (view.part.isEmpty())
        heatmap.resetView();
    else if (wholeHead(inspector).contains(view.part))
        heatmap.showPart(view.part);
}

/// One change. It was made before it is pushed, and brings back what it changed alone.
class ViewHistory::Step : public QUndoCommand {
public:
    Step(ViewHistory& history, ViewState before, ViewState after, bool joins)
        : QUndoCommand(nameOf(differing(before, after)))
        , history_(history)
        , before_(std::move(before))
        , after_(std::move(after))
        , joins_(joins)
    {
    }

    int id() const override { return mergeable; }
    void undo() override { history_.show(before_, differing(before_, after_)); }
    void redo() override
    {
        if (std::exchange(made_, false))
            return;
        history_.show(after_, differing(before_, after_));
    }
    bool mergeWith(const QUndoCommand* other) override
    {
        const auto& next = static_cast<const Step&>(*other);
        const ViewParts kind = differing(before_, after_);
        if (kind != differing(next.before_, next.after_) || !next.joins_)
            return false;
        after_ = next.after_;
        setObsolete(!differing(before_, after_));
        return true;
    }

private:
    ViewHistory& history_;
    ViewState before_, after_;
    bool joins_; ///< the step before it, when that is of the same kind
    bool made_ = true;
};

ViewHistory::ViewHistory(InspectorView& inspector, QObject* parent)
    : QObject(parent)
    , inspector_(inspector)
    , known_(viewOf(inspector))
{
    stack_.setUndoLimit(stepsKept);
    soon_.setSingleShot(true);
    connect(&soon_, &QTimer::timeout, this, &ViewHistory::record);
    connect(&inspector.selection(), &HeadSelection::shownChanged, this, &ViewHistory::note);
    connect(&inspector.selection(), &HeadSelection::lockChanged, this, &ViewHistory::note);
    connect(&inspector.selection(), &HeadSelection::pickedChanged, this, &ViewHistory::note);
    connect(&inspector, &InspectorView::optionsChanged, this, &ViewHistory::note);
    connect(&inspector.headBar(), &HeadBar::arranged, this, &ViewHistory::note);
    connect(&inspector.grid().arrangement(), &HeadArrangement::changed, this, &ViewHistory::note);
    connect(&inspector.showBox(), &ShowBox::changed, this, &ViewHistory::note);
    connect(&inspector.lines(), &LinesPanel::choiceChanged, this, &ViewHistory::note);
    connect(&inspector.lines().view(), &LinesView::tokenLocked, this, &ViewHistory::note);
    connect(&inspector, &InspectorView::contentChanged, this, &ViewHistory::note);
    connect(&inspector, &InspectorView::begun, this, [this] {
        record(); // what was done before it
        absorb_ = true;
        note();
    });
    connect(&inspector.heatmap(), &AttentionHeatmap::viewChanged, this, &ViewHistory::note);
    connect(&inspector.heatmap(), &AttentionHeatmap::shownCellChanged, this, &ViewHistory::note);
}

void ViewHistory::note()
{
    if (!soon_.isActive())
        soon_.start(0);
}

void ViewHistory::record()
{
    soon_.stop();
    ViewState now = viewOf(inspector_);
    const ViewState before = std::exchange(known_, now);
    const bool ours = std::exchange(absorb_, false) || showing_;
    const ViewParts parts = differing(before, now);
    if (!parts)
        return;
    if (!ours) {
        const bool joins = joinsLast(before, now, parts);
        sinceLast_.start();
        stack_.push(new Step(*this, before, std::move(now), joins));
    }
    Q_EMIT changed();
}

/// \return whether a change is part of the one before it, should that be of the same kind.
bool ViewHistory::joinsLast(const ViewState& before, const ViewState& now, ViewParts parts) const
{
    if (parts == ViewPart::Head)
        return !before.locked && !now.locked && inspector_.grid().underMouse();
    const bool quick = sinceLast_.isValid() && sinceLast_.elapsed() < oneStep;
    constexpr ViewParts joining = ViewParts(ViewPart::Zoom) | ViewPart::Cell | ViewPart::Options | ViewPart::Arrangement
        | ViewPart::Shown | ViewPart::Lines;
    return quick && !(parts & ~joining);
}

void ViewHistory::show(const ViewState& view, ViewParts parts)
{
    showing_ = true;
    showView(inspector_, view, parts);
    record();
    showing_ = false;
    sinceLast_.invalidate();
}

void ViewHistory::restart()
{
    absorb_ = true;
    record();
    stack_.clear();
}

} // namespace headscope::ui
