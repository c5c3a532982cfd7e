// SPDX-License-Identifier: GPL-3.0-or-later
// One line of text that gives way when there is no room.
#pragma once

#include <QLabel>

namespace headscope::ui {

/// Plain text that ends in "…" where it does not fit, and never asks for more than a given number of characters.
class ElidedLabel : public QLabel {
    Q_OBJECT
public:
    explicit ElidedLabel(int mostCharacters, QWidget* parent = nullptr);
    QSize sizeHint() const override;
    QSize minimumSizeHint() const override;

protected:
    void paintEvent(QPaintEvent* event) override;

private:
    int most_;
};

} // namespace headscope::ui
