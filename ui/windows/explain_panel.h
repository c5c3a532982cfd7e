// SPDX-License-Identifier: GPL-3.0-or-later
// What am I looking at?
#pragma once

#include "ui/bridge/strip_feed.h"
#include "ui/text/explanation_text.h"

#include <QWidget>

class QLabel;

namespace headscope::ui {

class InspectorView;
class RunPanel;

/// Explains in four sentences what an inspector shows, and follows it.
class ExplainPanel : public QWidget {
    Q_OBJECT
public:
    /// \param inspector, runPanel must outlive this widget.
    ExplainPanel(InspectorView& inspector, RunPanel& runPanel, QWidget* parent = nullptr);

    QString words() const;
    bool isSettled() const { return feed_.isSettled(); }
    QSize sizeHint() const override { return {360, 190}; } ///< four sentences in a wide dock

protected:
    void showEvent(QShowEvent* event) override;
    void hideEvent(QHideEvent* event) override;

private:
    void follow(); ///< asks for the row it speaks of, and speaks
    void explain();
    SeenState state() const;
    Strip row() const;

    InspectorView& inspector_;
    RunPanel& runPanel_;
    StripFeed feed_;
    QLabel* words_;
    std::uint64_t run_ = 0; ///< whose sequence the feed is of
    std::size_t sequence_ = 0;
};

} // namespace headscope::ui
