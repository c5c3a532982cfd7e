// SPDX-License-Identifier: GPL-3.0-or-later
// What the model would say after each layer, and which tokens a head or an MLP speaks for.
#pragma once

#include "core/cache/capture.h"
#include "ui/bridge/lens_feed.h"
#include "ui/bridge/logit_lens_bridge.h"

#include <QDockWidget>

class QLabel;
class QPushButton;
class QSplitter;

namespace headscope::ui {

class ChoiceBox;
class ElidedLabel;
class EngineBridge;
class InspectorView;
class LayerGrid;
class LensTables;
class ScaleStrip;

/// A grid of layers over positions with the candidates of the chosen cell, and the tokens that the head in view or the
/// MLP of its layer promotes and suppresses there. Nothing is computed before somebody asks; then one pass over the run
/// shown. The column follows the query chosen in the heatmap, and chooses it.
class LensDock : public QDockWidget {
    Q_OBJECT
public:
    static constexpr std::size_t candidates = 10; ///< shown of a cell
    static constexpr std::size_t partTokens = 15; ///< promoted, and as many suppressed

    struct Views {
        EngineBridge& engine;
        InspectorView& inspector;
    };
    /// \param views outlive this.
    explicit LensDock(const Views& views, QWidget* parent = nullptr);

    LayerGrid& grid() { return *grid_; }
    const LogitLensPtr& lens() const { return feed_.lens(); }
    bool isBusy() const { return bridge_.isBusy(); }
    bool isSettled() const; ///< nothing is running, and nothing asked for is missing
    void start(); ///< looks through the layers of the run shown
    void cancel() { bridge_.cancel(); }

Q_SIGNALS:
    void busyChanged();

protected:
    void changeEvent(QEvent* event) override;

private:
    QWidget* makeContent();
    QWidget* makeBar();
    void connectAll();
    void refresh(); ///< what can be asked, and whether what is shown is of the run shown
    void showLens(const LogitLensPtr& lens);
    void followPosition();
    void onChosen(); ///< by the user, in the grid
    void askPosition();
    void askPart();
    void showCandidates();
    void showPart();
    void showReadout();
    QString tokenAt(std::size_t position) const;
    bool isReady() const; ///< the run shown has finished and tells next tokens
    bool isEncoder() const; ///< what is shown is of one
    bool isFresh() const; ///< what is shown is of the run shown
    QString emptyText() const;

    Views views_;
    LogitLensBridge bridge_;
    LensFeed feed_;
    QPushButton* look_ = nullptr;
    ChoiceBox* colour_ = nullptr;
    ChoiceBox* norm_ = nullptr;
    ScaleStrip* scale_ = nullptr;
    ElidedLabel* progress_ = nullptr;
    QLabel* stale_ = nullptr;
    QLabel* empty_ = nullptr; ///< in the place of grid and tables while there is nothing
    QSplitter* body_ = nullptr;
    LayerGrid* grid_ = nullptr;
    ElidedLabel* readout_ = nullptr;
    LensTables* tables_ = nullptr;
    std::weak_ptr<const Capture> running_, shown_; ///< the runs that were asked of
    SequenceId runningSequence_{}, shownSequence_{};
    std::optional<std::pair<std::size_t, LensNorm>> askedPosition_; ///< of the lens shown
    std::optional<std::pair<LensPart, std::size_t>> askedPart_; ///< likewise
};

} // namespace headscope::ui
