// SPDX-License-Identifier: GPL-3.0-or-later
// The text field for prompts, one a line.
#pragma once

#include <QPlainTextEdit>

namespace headscope::ui {

/// Each line is one prompt of the batch, taken literally: spaces at its ends count, `\n` is a backslash and an n, and a
/// prompt cannot hold a line break (the command line can). `a ||| b` is a pair where the run panel says so. Empty lines
/// are no prompts. Files dropped here go to the window.
class PromptEdit : public QPlainTextEdit {
    Q_OBJECT
public:
    explicit PromptEdit(QWidget* parent = nullptr);

    QStringList prompts() const;
    bool isAsGiven() const { return !given_.isEmpty(); } ///< the text is what setPrompts() gave
    void setPrompts(
        const QStringList& prompts); ///< prompts with line breaks are kept as they are until the text is edited
    QSize sizeHint() const override;

Q_SIGNALS:
    void runWanted(); ///< Ctrl+Return

protected:
    void keyPressEvent(QKeyEvent* event) override;
    bool canInsertFromMimeData(const QMimeData* source) const override;

private:
    QStringList given_; ///< what setPrompts() gave, valid while the text is unchanged
};

} // namespace headscope::ui
