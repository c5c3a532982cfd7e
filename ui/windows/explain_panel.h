// SPDX-License-Identifier: GPL-3.0-or-later
// What am I looking at?
#pragma once

#include "ui/bridge/strip_feed.h"
#include "ui/text/explanation_text.h"
#include "ui/windows/shown_heads.h"

#include <QWidget>

#include <functional>
#include <utility>
#include <vector>

class QLabel;

namespace headscope::ui {

class InspectorView;
class RunPanel;

/// Explains in four sentences what an inspector shows, or whatever view is seen instead, and follows it.
class ExplainPanel : public QWidget {
    Q_OBJECT
public:
    /// \param inspector, runPanel must outlive this widget.
    ExplainPanel(InspectorView& inspector, RunPanel& runPanel, QWidget* parent = nullptr);

    /// While `view` is seen, its words stand instead of the run's. It must outlive this widget.
    void addView(QWidget& view, std::function<QStringList()> words);
    void follow(); ///< asks for the row it speaks of, and speaks

    QString words() const;
    bool isSettled() const { return feed_.isSettled(); }
    QSize sizeHint() const override { return {360, 190}; } ///< four sentences in a wide dock

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;
    bool eventFilter(QObject* object, QEvent* event) override;

private:
    void explain();
    ShownHeads shown() const;
    SeenState state() const;
    Strip row() const;

    InspectorView& inspector_;
    RunPanel& runPanel_;
    StripFeed feed_;
    std::optional<Combined> combined_; ///< that it reads
    std::vector<std::pair<QWidget*, std::function<QStringList()>>> views_;
    QLabel* words_;
    std::uint64_t run_ = 0; ///< whose sequence the feed is of
    std::size_t sequence_ = 0;
};

} // namespace headscope::ui
