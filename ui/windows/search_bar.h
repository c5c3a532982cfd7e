// SPDX-License-Identifier: GPL-3.0-or-later
// A line to search in, with how many were found.
#pragma once

#include <QWidget>

class QLabel;
class QLineEdit;
class QToolButton;

namespace headscope::ui {

/// Finds as one types. Return goes to the next, Shift+Return to the one before, Esc closes. What is searched is the
/// owner's business: it answers wordsChanged() with setCount() and hears where the user goes.
class SearchBar : public QWidget {
    Q_OBJECT
public:
    explicit SearchBar(const QString& what, QWidget* parent = nullptr);

    void open(); ///< shows it, ready to type in
    void close(); ///< hides it and forgets the words
    QString words() const;
    void setCount(std::size_t count); ///< what was found; the first of them is the current one
    std::size_t current() const { return current_; } ///< from 0; of none 0

Q_SIGNALS:
    void wordsChanged(const QString& words);
    void currentChanged(); ///< another match, by the user
    void closed();

protected:
    bool eventFilter(QObject* object, QEvent* event) override;
    void changeEvent(QEvent* event) override;

private:
    void step(bool forward);
    void tell();

    QLineEdit* edit_;
    QLabel* found_;
    QToolButton* before_;
    QToolButton* after_;
    std::size_t count_ = 0, current_ = 0;
};

} // namespace headscope::ui
