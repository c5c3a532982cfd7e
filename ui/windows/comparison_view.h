// SPDX-License-Identifier: GPL-3.0-or-later
// Two runs of one comparison side by side, head by head.
#pragma once

#include "core/parity/parity_report.h"
#include "ui/bridge/thumbnail_feed.h"
#include "ui/models/head_figures.h"
#include "ui/models/head_selection.h"
#include "ui/models/view_options.h"

#include <QWidget>

class QComboBox;
class QScrollArea;
class QSplitter;
class QToolButton;

namespace headscope::ui {

class ComparisonHeader;
class ComparisonPanels;
class HeadGrid;
class PanelsWithReadout;

/// The grid of heads coloured by how far they lie apart, the panels A | B | A − B of the chosen head, and a read-out.
/// Runs that pad differently are shown by the tokens they have in common.
class ComparisonView : public QWidget {
    Q_OBJECT
public:
    explicit ComparisonView(QWidget* parent = nullptr);
    ~ComparisonView() override;

    void setPair(const std::shared_ptr<const ParityPair>& pair); ///< keeps head, cell and zoom where they still exist
    const std::shared_ptr<const ParityPair>& pair() const { return pair_; }
    /// The worst cell of a row of the pair: its layer, head and prompt, and what it has of query and key. A value
    /// without heads leads to the head of its layer whose pattern differs most.
    void jumpTo(const ParityRow& row);
    void jumpTo(SequenceId sequence, TokenPos position); ///< keeps the head

    void setOptions(const ViewOptions& options); ///< how heads are drawn; its boxes follow

    SequenceId sequence() const { return sequence_; }
    HeadSelection& selection() { return selection_; }
    ComparisonPanels& panels() { return *panels_; }
    HeadGrid& grid() { return *grid_; }
    const HeadFigures& differences() const { return differences_; }
    bool isSettled() const; ///< nothing asked for is missing
    QStringList explanation() const; ///< of what is seen, in four sentences

Q_SIGNALS:
    void seenChanged(); ///< explanation() may be another
    void differencesChanged();
    void optionsChosen(const headscope::ui::ViewOptions& options); ///< by the user, here
    void failed(const QString& message);

protected:
    void showEvent(QShowEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeGrid();
    QWidget* makePanels();
    void connectParts();
    void showPrompts();
    void showSequence(SequenceId sequence);
    void showTitle();
    void choose(SequenceId sequence, HeadRef head, std::size_t row, std::size_t column);
    HeadRef worstHeadOf(std::size_t layer) const;

    std::shared_ptr<const ParityPair> pair_;
    ViewOptions options_;
    SequenceId sequence_;
    std::size_t offset_ = 0; ///< position of the reference that the first one shown is
    std::size_t length_ = 0; ///< positions shown
    HeadSelection selection_;
    HeadFigures differences_;
    ThumbnailFeed thumbnails_{nullptr, Pool::MaximumMagnitude};

    ComparisonHeader* header_ = nullptr;
    QComboBox* sequences_ = nullptr;
    QComboBox* limit_ = nullptr;
    QToolButton* heads_ = nullptr;
    HeadGrid* grid_ = nullptr;
    QScrollArea* gridArea_ = nullptr;
    PanelsWithReadout* shown_ = nullptr;
    ComparisonPanels* panels_ = nullptr; ///< of shown_
    QSplitter* splitter_ = nullptr;
    bool arranged_ = false; ///< the first time it was seen
};

} // namespace headscope::ui
