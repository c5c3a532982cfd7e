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

/// `q[5] "·sat"`; `axis` is q or k. Positions count in the padded sequence.
QString tokenText(QChar axis, std::size_t position, const Token& token);

/// Four decimals, or "NaN"; small values that are not zero are written as "1.2e-07".
QString probabilityText(double probability);

/// Five significant digits, "-inf", "inf" or "NaN".
QString scoreText(double score);

/// The message of a failure that came from core.
QString messageOf(const std::exception_ptr& why);

} // namespace headscope::ui
