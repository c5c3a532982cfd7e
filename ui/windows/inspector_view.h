// SPDX-License-Identifier: GPL-3.0-or-later
// The centre of the window: the grid of heads, the heatmap of one, and its read-out.
#pragma once

#include "core/cache/capture.h"
#include "ui/bridge/combined_feed.h"
#include "ui/bridge/head_tile_feed.h"
#include "ui/bridge/row_feed.h"
#include "ui/bridge/score_feed.h"
#include "ui/bridge/thumbnail_feed.h"
#include "ui/models/head_figures.h"
#include "ui/models/head_selection.h"
#include "ui/models/view_options.h"
#include "ui/windows/cell_readout.h"
#include "ui/windows/shown_heads.h"

#include <QTimer>
#include <QWidget>

#include <map>
#include <optional>

class QBoxLayout;
class QComboBox;
class QLabel;
class QScrollArea;
class QSplitter;

namespace headscope::ui {

class AttentionHeatmap;
class CentrePages;
class ColourBar;
class HeadBar;
class HeadGrid;
class LinesPanel;
class MessageBar;
class ShowBox;
class ViewOptionsBar;
class ViewOptionsMenu;

/// Shows one sequence of one capture and follows it as layers finish.
class InspectorView : public QWidget {
    Q_OBJECT
public:
    explicit InspectorView(QWidget* parent = nullptr);
    ~InspectorView() override;

    void begin(const CapturePtr& capture); ///< a new run: starts from placeholders, keeps the chosen head
    void extend(const CapturePtr& capture); ///< a newer snapshot of the run shown
    const ViewOptions& options() const { return options_; }
    const std::optional<Combined>& combined() const; ///< what the heatmap shows; nothing: the shown head
    std::shared_ptr<PatternSource> combinedSource() const; ///< of combined(), as far as it is shown
    void setOptions(const ViewOptions& options); ///< its boxes follow
    /// Offers to colour heads by these, in place of earlier ones of that measure; of another shape: does not.
    void setFigures(const HeadFigures& figures);
    void setSequence(SequenceId sequence); ///< one that the run has not is left aside
    void setIdle(const QString& words); ///< what stands where nothing has been run
    ViewOptionsMenu* optionsMenu() const; ///< for the menu bar
    void addToHeader(QWidget* box); ///< left of the box of prompts
    void setStale(bool stale); ///< the settings are not those of the result shown

    const CapturePtr& capture() const { return capture_; }
    std::uint64_t run() const { return run_; } ///< counts the runs shown
    SequenceId sequence() const { return sequence_; }
    TokenPos position() const { return position_; } ///< the query whose next tokens are of interest
    HeadSelection& selection() { return selection_; }
    MessageBar& messages() { return *messages_; }
    AttentionHeatmap& heatmap() { return *heatmap_; }
    LinesPanel& lines() { return *lines_; }
    HeadGrid& grid() { return *grid_; }
    HeadBar& headBar() { return *headBar_; }
    ShowBox& showBox() { return *show_; }
    ShownHeads shownHeads() const; ///< what the heatmap shows, or is asked to
    bool isSettled() const; ///< nothing asked for is missing
    bool isCombined() const; ///< the heatmap shows several heads as one

Q_SIGNALS:
    void begun(); ///< another run is about to be shown
    void positionChanged();
    void optionsChanged();
    void combinedChanged(); ///< other heads are shown as one, or one head again
    void contentChanged(); ///< another capture, one with more layers, or another sequence

protected:
    bool eventFilter(QObject* watched, QEvent* event) override;

private:
    QWidget* makeHeader();
    QWidget* makeGrid();
    QWidget* makePages();
    QWidget* makeHeatmap();
    void showSequence(SequenceId sequence);
    void askThumbnails();
    void showHead();
    void showCombined();
    HeadTileFeed& shownTiles(); ///< of one head, or of several as one
    const HeadTileFeed& shownTiles() const;
    void showTitle();
    void showReadout();
    QString combinedReadout(Cell cell, const std::vector<Token>& queries, const std::vector<Token>& keys);
    void showScale();
    void applyOptions(const ViewOptions& before);
    void showPooling();
    void arrange();
    void colourHeads();
    std::vector<HeadMeasure> measures() const;

    CapturePtr capture_;
    SequenceId sequence_;
    TokenPos position_;
    std::size_t layersAsked_ = 0;
    QSize arranged_; ///< heads × layers that the splitter was set for
    bool dragged_ = false; ///< by the user, since then
    HeadSelection selection_;
    ViewOptions options_;
    std::uint64_t run_ = 0;
    HeadTileFeed tiles_;
    CellReadout cells_;
    CombinedFeed combined_;
    RowFeed rows_;
    QTimer patience_; ///< runs until it is worth saying that cells are still coming
    bool refining_ = false;
    ThumbnailFeed thumbnails_;
    ScoreFeed scores_;

    MessageBar* messages_;
    QLabel* title_;
    QLabel* stale_;
    QLabel* pooled_;
    QLabel* sequenceLabel_;
    QComboBox* sequences_;
    QBoxLayout* controls_; ///< of what is shown, above it
    ViewOptionsBar* drawn_;
    ShowBox* show_;
    QComboBox* colouring_; ///< of the heads in the grid; hidden while there is no choice
    std::map<HeadMeasure, HeadFigures> figures_;
    std::vector<HeadMeasure> offered_; ///< by its box now
    std::optional<HeadMeasure> colouredBy_; ///< chosen, whether there are such figures now or not; else attention
    HeadGrid* grid_;
    HeadBar* headBar_;
    QScrollArea* gridArea_;
    AttentionHeatmap* heatmap_;
    LinesPanel* lines_;
    CentrePages* pages_;
    ColourBar* bar_;
    QLabel* readout_;
    QSplitter* splitter_;
};

} // namespace headscope::ui
