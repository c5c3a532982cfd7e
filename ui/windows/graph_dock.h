// SPDX-License-Identifier: GPL-3.0-or-later
// Where a token's residual stream comes from, as a graph over tokens and layers.
#pragma once

#include "core/cache/capture.h"
#include "ui/bridge/contribution_graph_bridge.h"

#include <QDockWidget>

class QAction;
class QCheckBox;
class QLabel;
class QProgressBar;
class QPushButton;
class QSlider;

namespace headscope::ui {

class EngineBridge;
class GraphView;
class InspectorView;

/// Computes the graph of the run shown when asked to, and follows the sequence that is shown. An edge that is clicked
/// becomes the head and the cell of the heatmap.
class GraphDock : public QDockWidget {
    Q_OBJECT
public:
    struct Views {
        EngineBridge& engine;
        InspectorView& inspector;
    };
    /// \param views outlive this.
    explicit GraphDock(const Views& views, QWidget* parent = nullptr);

    GraphView& view() { return *view_; }
    QAction* computeAction() { return computeAction_; }
    bool isBusy() const { return bridge_.isBusy(); }
    void cancel() { bridge_.cancel(); }
    /// What was computed last; null before.
    const std::shared_ptr<const ContributionGraphs>& result() const { return result_; }

Q_SIGNALS:
    void busyChanged();

private:
    QWidget* makeContent();
    QWidget* makeControls(QWidget* parent);
    void connectAll();
    void compute();
    void refresh(); ///< follows what the inspector shows
    void applyRule();
    void showGraph();
    void showWords();
    void chooseEdge(const GraphEdge& edge);
    bool isFresh() const; ///< the graph is of the run shown
    void tell(const QString& message, bool error = false);

    Views views_;
    ContributionGraphBridge bridge_;
    std::shared_ptr<const ContributionGraphs> result_;
    std::weak_ptr<const Capture> running_, of_; ///< whose graph is computed, and shown
    std::size_t sequence_ = 0; ///< whose graph is shown
    QAction* computeAction_;
    GraphView* view_ = nullptr;
    QPushButton* compute_ = nullptr;
    QPushButton* cancel_ = nullptr;
    QProgressBar* progress_ = nullptr;
    QSlider* threshold_ = nullptr;
    QLabel* thresholdText_ = nullptr;
    QCheckBox* renormalise_ = nullptr;
    QLabel* stale_ = nullptr;
    QLabel* message_ = nullptr;
    QLabel* empty_ = nullptr; ///< in the place of the graph while there is none
    QLabel* words_ = nullptr;
    bool error_ = false; ///< the message is one
};

} // namespace headscope::ui
