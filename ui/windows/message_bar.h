// SPDX-License-Identifier: GPL-3.0-or-later
// A message above the result that does not stop the work.
#pragma once

#include <QFrame>

class QBoxLayout;
class QLabel;
class QPushButton;

namespace headscope::ui {

/// Shows one failure until it is dismissed or the next run starts. Hidden when there is nothing to say.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);
    void showError(const QString& message); ///< plain text
    void showNote(const QString& message);
    QString message() const;
    QPushButton* addButton(const QString& words, const QString& toolTip); ///< an answer; the caller hides the bar

protected:
    void changeEvent(QEvent* event) override;

private:
    void tell(const QString& message, bool error);
    void colour();

    QBoxLayout* layout_;
    QLabel* text_;
    QLabel* sign_;
    bool error_ = true;
};

} // namespace headscope::ui
