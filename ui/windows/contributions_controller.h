// SPDX-License-Identifier: GPL-3.0-or-later
// Ties contributions and heads cut into the main window.
#pragma once

#include "core/cache/capture.h"
#include "ui/bridge/logit_difference_bridge.h"
#include "ui/models/head_ref.h"

#include <QObject>

#include <memory>
#include <optional>
#include <vector>

class QAction;
class QDockWidget;
class QMainWindow;

namespace headscope::ui {

class ContributionsPanel;
class EngineBridge;
class InspectorView;

/// Owns the dock of contributions. Asks of the sequence and the position that the inspector shows, with the settings of
/// its run; the other prompts of a batch are run along, so that padding, edits and means are those of that run.
class ContributionsController : public QObject {
    Q_OBJECT
public:
    struct Views {
        EngineBridge& engine;
        InspectorView& inspector;
        QDockWidget& neighbour; ///< which the dock shares tabs with
    };
    /// \param window outlives this, and so do the views.
    ContributionsController(QMainWindow& window, const Views& views);

    QDockWidget& dock() { return *dock_; }
    ContributionsPanel& panel() { return *panel_; }
    QAction* attributeAction() { return attributeAction_; }
    QAction* cutAction() { return cutAction_; }
    bool isBusy() const { return bridge_.isBusy(); }
    bool isSettled() const { return !isBusy() && !waiting_; } ///< nothing is running, and nothing asked for is missing
    void cancel() { bridge_.cancel(); }
    /// What was found last; null before.
    const std::shared_ptr<const LogitDifferenceResult>& result() const { return result_; }

Q_SIGNALS:
    void busyChanged();

private:
    enum class Wanted { Attribution, Ablation };
    /// What one result is about. Holds on to no run.
    struct Question {
        std::weak_ptr<const Capture> capture;
        SequenceId sequence;
        TokenPos position;
        std::optional<Answer> a, b;

        bool isSame(const Question& other) const;
    };

    void connectAll();
    void refresh();
    void askDefaults();
    void want(Wanted wanted);
    void start(Wanted wanted);
    QString problem(Wanted wanted) const; ///< why it cannot be asked; empty when it can
    LogitDifferenceRequest request(Wanted wanted) const;
    PromptSet otherPrompts(const PromptSet& own) const;
    std::vector<HeadRef> headsToCut() const;
    Question place() const; ///< without answers
    Question question() const;
    bool isReady() const; ///< the run shown has finished
    void showResult(const std::shared_ptr<const LogitDifferenceResult>& result);
    void colourHeads(bool stale);

    Views views_;
    LogitDifferenceBridge bridge_;
    ContributionsPanel* panel_;
    QDockWidget* dock_;
    QAction* attributeAction_;
    QAction* cutAction_;
    std::shared_ptr<const NextTokens> defaults_; ///< of the position shown
    Question defaultsFor_; ///< asked for
    Ticket ticket_;
    std::uint64_t asked_ = 0;
    bool waiting_ = false; ///< for the default answers
    bool seen_ = false; ///< the dock is in front
    std::optional<Wanted> pending_; ///< what waits for the default answers
    Question running_, shown_;
    std::shared_ptr<const LogitDifferenceResult> result_;
};

} // namespace headscope::ui
