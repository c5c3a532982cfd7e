// SPDX-License-Identifier: GPL-3.0-or-later
// What the model says after every position, and what it goes on with.
#pragma once

#include "ui/bridge/generation_bridge.h"

#include <QDockWidget>

class QAction;
class QLabel;
class QSpinBox;
class QTableView;

namespace headscope::ui {

class EngineBridge;
class ElidedLabel;
class InspectorView;
class PredictionModel;
class RunPanel;

/// A table with a row per position of the prompt shown, which follows the chosen position and chooses it; and an action
/// that continues every prompt of the run panel by the most likely tokens and then runs.
class PredictionsDock : public QDockWidget {
    Q_OBJECT
public:
    struct Views {
        EngineBridge& engine;
        RunPanel& run;
        InspectorView& inspector;
    };
    /// \param views outlive this.
    explicit PredictionsDock(const Views& views, QWidget* parent = nullptr);

    QAction* continueAction() { return continueAction_; }
    bool isBusy() const { return bridge_.isBusy(); }
    bool isSettled() const; ///< nothing is running, and nothing asked for is missing
    void cancel() { bridge_.cancel(); }

Q_SIGNALS:
    void busyChanged();
    void runWanted(); ///< the run panel has the longer prompts
    void told(const QString& message); ///< for the status bar

private:
    QWidget* makeContent();
    void connectAll();
    void continuePrompts();
    void onGenerated(std::size_t done, std::size_t total, const std::vector<GeneratedText>& texts);
    void onFinished(const std::vector<GeneratedText>& texts);
    void showRun();
    void showPosition();
    void updateContinue();

    Views views_;
    GenerationBridge bridge_;
    PredictionModel* model_;
    QTableView* table_ = nullptr;
    QLabel* empty_ = nullptr; ///< in the place of the table while there is nothing
    QSpinBox* count_ = nullptr;
    ElidedLabel* progress_ = nullptr;
    QAction* continueAction_;
    bool following_ = false; ///< the table's row is being set to the chosen position
};

} // namespace headscope::ui
