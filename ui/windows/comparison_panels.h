// SPDX-License-Identifier: GPL-3.0-or-later
// A | B | A − B: the patterns of one head under two runs, and their difference.
#pragma once

#include "core/cache/capture.h"
#include "ui/bridge/head_tile_feed.h"
#include "ui/bridge/row_feed.h"
#include "ui/models/view_options.h"
#include "ui/views/attention_heatmap.h"

#include <QWidget>

#include <array>
#include <map>
#include <optional>

class QLabel;

namespace headscope::ui {

class ElidedLabel;
class ScaleStrip;

/// What stands side by side. Sources of equal shape; the difference may be missing, and either side.
struct ComparedSources {
    std::shared_ptr<PatternSource> reference, candidate, difference;
    TokenRow tokens; ///< of queries and keys
};

/// Three heatmaps with one cursor, one chosen cell, one zoom, one head, and one scale for A and B; the difference has
/// its own, symmetric about 0, and is that of the values as they are shown.
class ComparisonPanels : public QWidget {
    Q_OBJECT
public:
    enum Panel { Reference, Candidate, Change, PanelCount };

    explicit ComparisonPanels(QWidget* parent = nullptr);
    ~ComparisonPanels() override;

    void setNames(const QString& reference, const QString& candidate);
    /// Keeps zoom and chosen cell when there are as many tokens as before.
    void setSources(const ComparedSources& sources);
    void showHead(HeadRef head);
    void setThumbnail(HeadRef head, PatternTilePtr difference); ///< the whole difference, pooled by magnitude
    /// Palettes, scale of A and B, special tokens, orientation and pooling; always of probabilities.
    void setOptions(const ViewOptions& options);
    /// What the scale of differences ends at; nothing: the largest of the head shown.
    void setLimit(std::optional<float> limit);

    void choose(Cell cell); ///< pans where it is out of sight
    void zoom(double factor); ///< about the chosen cell
    void resetView();
    AttentionHeatmap& heatmap(Panel panel) const { return *sides_[panel].heatmap; }
    const QString& readout() const { return readout_; } ///< both values and their difference under the cursor
    bool isSettled() const;

Q_SIGNALS:
    void readoutChanged();
    void scaleChanged();
    void failed(const QString& message);

protected:
    void resizeEvent(QResizeEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    struct Side {
        std::shared_ptr<PatternSource> source;
        HeadTileFeed* tiles = nullptr;
        RowFeed* rows = nullptr; ///< none for the difference
        AttentionHeatmap* heatmap = nullptr;
        ElidedLabel* caption = nullptr;
        ScaleStrip* strip = nullptr;
    };
    void make(Panel panel);
    void connectPanel(Panel panel);
    void follow(Panel leader);
    void showHeadIn(Panel panel);
    void shareScale();
    void describe();
    void layOut();
    void placeCaptions();
    void showStrip(Panel panel);
    void nameDifference();
    bool isPlain() const; ///< the values are the run's own
    std::optional<float> limitOfHead() const; ///< the largest difference of the head shown, once it is known

    std::array<Side, PanelCount> sides_;
    TokenRow tokens_;
    std::optional<HeadRef> head_;
    ViewOptions options_;
    std::optional<float> limit_;
    std::optional<float> top_; ///< that A and B share; nothing: not known since something has come
    std::uint64_t run_ = 0; ///< counts the sources
    bool leaderless_ = false; ///< the panels are being changed one by one
    std::map<std::pair<std::size_t, std::size_t>, float> largest_; ///< difference by layer and head
    QString readout_;
};

} // namespace headscope::ui
