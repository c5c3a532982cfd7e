// SPDX-License-Identifier: GPL-3.0-or-later
// A heading with controls beside it, or below it where both do not fit.
#pragma once

#include <QWidget>

class QBoxLayout;

namespace headscope::ui {

/// Two rows of widgets in one line while there is room for what they want, else one below the other.
class WrappingRow : public QWidget {
    Q_OBJECT
public:
    explicit WrappingRow(QWidget* parent = nullptr);

    QBoxLayout* heading() const { return heading_; } ///< takes the room that is left
    QBoxLayout* controls() const { return controls_; }
    /// Pixels that the heading wants beside the controls; what its layout asks for by default.
    void setHeadingWidth(int width);

protected:
    bool event(QEvent* event) override;

private:
    void arrange();

    QBoxLayout* rows_;
    QWidget *first_, *second_;
    QBoxLayout *heading_, *controls_;
    int headingWidth_ = 0;
};

} // namespace headscope::ui
