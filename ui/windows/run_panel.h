// SPDX-License-Identifier: GPL-3.0-or-later
// Everything that decides what the next run is.
#pragma once

#include "core/run/run_header.h"
#include "core/run/system_info.h"

#include <QWidget>

class QLabel;
class QPushButton;
class QProgressBar;
class QAction;

namespace headscope::ui {

class ChoiceBox;
class EngineBridge;
class ModelBox;
class OutlookLabel;
class PromptEdit;
struct Preferences;
class SemanticsBox;

/// Model, prompts, backend and other settings, Run and Cancel with progress, and the memory estimate.
class RunPanel : public QWidget {
    Q_OBJECT
public:
    /// \param bridge must outlive this widget. The buttons follow the actions' enabled state.
    RunPanel(EngineBridge& bridge, QAction* run, QAction* cancel, QWidget* parent = nullptr);

    InspectionRequest request() const;
    void setRequest(const InspectionRequest& request); ///< what the panel does not show (hooks, threads, …) is kept
    void chooseModel(const QString& directory); ///< a model's, or a folder of some
    void setResources(const Preferences& preferences); ///< threads and memory, from the next run on
    bool isComplete() const; ///< there is a model and a prompt
    bool isWaiting() const; ///< the memory estimate is on its way

    void rememberModel(const QString& model);
    void showProgress(int done, int total); ///< total 0: busy without a measure
    void hideProgress();

Q_SIGNALS:
    void edited();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeSettings();
    void setSystem(const SystemInfo& system);
    void onModelKnown(const ModelInfo& model);
    void onEdited();
    void takePrompts(InspectionRequest& request) const;

    InspectionRequest base_;
    bool pairs_ = false; ///< the model is known to have token types: ||| parts the two texts of a pair
    ModelBox* model_;
    PromptEdit* prompts_;
    QLabel* template_;
    ChoiceBox* device_;
    ChoiceBox* dtype_;
    ChoiceBox* padding_;
    ChoiceBox* positions_;
    ChoiceBox* backend_;
    ChoiceBox* attention_;
    SemanticsBox* semantics_;
    QProgressBar* progress_;
    OutlookLabel* outlook_;
    QPushButton* run_;
    QPushButton* cancel_;
};

} // namespace headscope::ui
