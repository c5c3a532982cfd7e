// SPDX-License-Identifier: GPL-3.0-or-later
// A message above the result that does not stop the work.
#pragma once

#include <QFrame>

class QLabel;

namespace headscope::ui {

/// Shows one failure until it is dismissed or the next run starts. Hidden when there is nothing to say.
class MessageBar : public QFrame {
    Q_OBJECT
public:
    explicit MessageBar(QWidget* parent = nullptr);
    void showError(const QString& message); ///< plain text
    void showNote(const QString& message);
    QString message() const;

protected:
    void changeEvent(QEvent* event) override;

private:
    void tell(const QString& message, bool error);
    void colour();

    QLabel* text_;
    QLabel* sign_;
    bool error_ = true;
};

} // namespace headscope::ui
