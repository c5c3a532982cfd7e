// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/prompt_edit.h"

#include <QKeyEvent>
#include <QMimeData>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

PromptEdit::PromptEdit(QWidget* parent)
    : QPlainTextEdit(parent)
{
    setObjectName(u"promptEdit"_s);
    setTabChangesFocus(true);
    setPlaceholderText(tr("One prompt a line"));
    setAccessibleName(tr("Prompts"));
    setToolTip(tr("One prompt a line; several lines make a batch. Ctrl+Return runs.\nFor models with token types, such "
                  "as BERT, the line \"first text ||| second text\" is a pair; for all others ||| is text."));
    connect(this, &QPlainTextEdit::textChanged, this, [this] { given_.clear(); });
}

QStringList PromptEdit::prompts() const
{
    if (!given_.isEmpty())
        return given_;
    QStringList lines = toPlainText().split(u'\n');
    lines.removeAll(QString());
    return lines;
}

void PromptEdit::setPrompts(const QStringList& prompts)
{
    QStringList lines = prompts;
    for (auto& line : lines)
        line.replace(u'\n', u'↵');
    setPlainText(lines.join(u'\n'));
    given_ = prompts;
}

QSize PromptEdit::sizeHint() const { return {240, fontMetrics().lineSpacing() * 6 + 12}; }

void PromptEdit::keyPressEvent(QKeyEvent* event)
{
    const bool enter = event->key() == Qt::Key_Return || event->key() == Qt::Key_Enter;
    if (enter && event->modifiers().testFlag(Qt::ControlModifier))
        Q_EMIT runWanted();
    else
        QPlainTextEdit::keyPressEvent(event);
}

bool PromptEdit::canInsertFromMimeData(const QMimeData* source) const
{
    return !source->hasUrls() && QPlainTextEdit::canInsertFromMimeData(source);
}

} // namespace headscope::ui
