// SPDX-License-Identifier: GPL-3.0-or-later
// Widgets in lines, as words stand in a text.
#pragma once

#include <QLayout>

#include <vector>

namespace headscope::ui {

/// Puts each widget behind the one before it, and on the next line where the width is used up.
class FlowLayout : public QLayout {
    Q_OBJECT
public:
    explicit FlowLayout(QWidget* parent = nullptr);
    ~FlowLayout() override;

    void addItem(QLayoutItem* item) override;
    int count() const override { return static_cast<int>(items_.size()); }
    QLayoutItem* itemAt(int index) const override;
    QLayoutItem* takeAt(int index) override;
    Qt::Orientations expandingDirections() const override { return {}; }
    bool hasHeightForWidth() const override { return true; }
    int heightForWidth(int width) const override;
    QSize sizeHint() const override; ///< of one line
    QSize minimumSize() const override; ///< of the widest widget
    void setGeometry(const QRect& place) override;

private:
    int arrange(const QRect& place, bool move) const; ///< \return the height
    std::vector<QLayoutItem*> items_;
};

} // namespace headscope::ui
