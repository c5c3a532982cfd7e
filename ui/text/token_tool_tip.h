// SPDX-License-Identifier: GPL-3.0-or-later
// What tool tips say of tokens.
#pragma once

#include "core/cache/capture.h"

#include <QString>

namespace headscope::ui {

/// Label, piece of the vocabulary and id, for QWidget::setToolTip() and Qt::ToolTipRole. A piece may hold anything;
/// nothing in it is taken for mark-up. It is shown whole up to 512 characters.
QString tokenToolTip(QChar axis, std::size_t position, const Token& token);
QString tokenToolTip(const NextToken& token);

/// Both tokens of a cell.
QString cellToolTip(std::size_t query, const Token& queryToken, std::size_t key, const Token& keyToken);

} // namespace headscope::ui
