// SPDX-License-Identifier: GPL-3.0-or-later
// How heads, tokens and numbers are written everywhere in the window.
#pragma once

#include "core/run/run_header.h"
#include "ui/models/head_ref.h"

#include <QString>

#include <exception>
#include <string_view>

namespace headscope::ui {

QString text(std::string_view utf8);

/// "L3 H7"
QString headText(HeadRef head);

/// At most so many characters as people count them, the rest stands behind `more`.
QString shortened(QStringView words, qsizetype most, QStringView more = u"…");

/// Text that keeps its direction to itself: letters written from right to left do not turn what stands beside them.
QString isolated(const QString& words);

/// A token's label as lines of text show it: isolated, and not longer than 48 characters.
QString shownLabel(std::string_view label);

/// `q[5] "·sat"`; `axis` is q or k. Positions count in the padded sequence. Special tokens and padding are said to be
/// that: `q[0] "<s>" (special)`.
QString tokenText(QChar axis, std::size_t position, const Token& token);

/// The first labels of a sequence, for where its text is not known.
QString firstLabels(const std::vector<Token>& tokens);

/// Four decimals, or "NaN"; small values that are not zero are written as "1.2e-07".
QString probabilityText(double probability);

/// Five significant digits, "-inf", "inf" or "NaN".
QString scoreText(double score);

/// "3.2 s", and from two seconds on what is left: "3.2 s, about 4 s left".
/// \param elapsed, left milliseconds; left < 0: not known
QString runTimeText(qint64 elapsed, qint64 left);

/// Milliseconds that a run still takes when `done` of `total` equal parts took `elapsed` of them; -1 when nobody knows.
qint64 timeLeft(qint64 elapsed, std::size_t done, std::size_t total);

/// The message of a failure that came from core.
QString messageOf(const std::exception_ptr& why);

} // namespace headscope::ui
