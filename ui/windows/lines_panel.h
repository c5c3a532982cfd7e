// SPDX-License-Identifier: GPL-3.0-or-later
// The lines view with its legend, thresholds and read-out.
#pragma once

#include "ui/models/attention_lines.h"

#include <QWidget>

#include <cstdint>

class QLabel;
class QSlider;
class QSpinBox;

namespace headscope::ui {

class HeadLegend;
class InspectorView;
class LinesView;

/// Shows as lines what an inspector shows as a heatmap: the same sequence, heads and chosen cell.
class LinesPanel : public QWidget {
    Q_OBJECT
public:
    /// \param inspector must outlive this widget.
    explicit LinesPanel(InspectorView& inspector, QWidget* parent = nullptr);

    LinesView& view() { return *view_; }
    LineChoice choice() const;
    void setChoice(const LineChoice& choice);
    bool isSettled() const; ///< nothing asked for is missing; also while it is hidden

Q_SIGNALS:
    void choiceChanged();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeControls();
    void showContent();
    void showHeads();
    void showCell();
    void chooseCell();
    void showWords();
    void applyRule();

    InspectorView& inspector_;
    HeadLegend* legend_;
    LinesView* view_;
    QSlider* least_ = nullptr;
    QLabel* leastText_ = nullptr;
    QSpinBox* most_ = nullptr;
    QLabel* words_;
    std::uint64_t run_ = 0; ///< whose sequence is shown
    std::size_t sequence_ = 0;
    bool choosing_ = false; ///< the chosen cell changes from here
};

} // namespace headscope::ui
