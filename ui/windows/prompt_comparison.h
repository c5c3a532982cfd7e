// SPDX-License-Identifier: GPL-3.0-or-later
// Two prompts of a batch side by side.
#pragma once

#include "ui/windows/aligned_prompts.h"

#include <QWidget>

class QComboBox;

namespace headscope::ui {

class ComparisonHeader;
class InspectorView;
class NextTokenPanel;
class PanelsWithReadout;

/// The head that the run's view shows, on two prompts with their tokens lined up: A | B | A − B with one cursor, what
/// each makes of the chosen token, and how the prompts differ.
class PromptComparison : public QWidget {
    Q_OBJECT
public:
    /// \param inspector says which run and head; it outlives this.
    explicit PromptComparison(InspectorView& inspector, QWidget* parent = nullptr);

    /// Whether there is anything to compare: a run of two prompts or more.
    bool isPossible() const;
    void choose(SequenceId a, SequenceId b);
    const AlignedPrompts& aligned() const { return aligned_; }
    ComparisonPanels& panels() { return *panels_; }
    bool isSettled() const; ///< nothing asked for is missing
    QStringList explanation() const; ///< of what is seen, in four sentences

Q_SIGNALS:
    void seenChanged(); ///< explanation() may be another
    void possibleChanged(bool possible);
    void failed(const QString& message);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHeader();
    void connectAll();
    void follow(); ///< another run, or more of it
    void fillBoxes();
    void align();
    void showSummary();
    QStringList summary() const; ///< how many tokens are the same, replaced, on one side only
    void showHead();
    void showNext();
    void showOptions(); ///< the run's

    InspectorView& inspector_;
    CapturePtr capture_; ///< the one that is aligned
    std::size_t layers_ = 0; ///< of it that were there
    bool possible_ = false;
    AlignedPrompts aligned_;
    QComboBox* a_ = nullptr;
    QComboBox* b_ = nullptr;
    ComparisonHeader* header_ = nullptr;
    PanelsWithReadout* shown_ = nullptr;
    ComparisonPanels* panels_ = nullptr; ///< of shown_
    NextTokenPanel* nextA_ = nullptr;
    NextTokenPanel* nextB_ = nullptr;
};

} // namespace headscope::ui
