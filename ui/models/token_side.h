// SPDX-License-Identifier: GPL-3.0-or-later
// A token as the one that looks or the one that is looked at.
#pragma once

#include "ui/models/head_ref.h"

#include <optional>

namespace headscope::ui {

enum class TokenSide {
    Query, ///< it looks
    Key, ///< it is looked at
};

/// The cell chosen once a token is: its row or column. The other one stays; where no cell was chosen it is `other`.
inline Cell withToken(std::optional<Cell> chosen, TokenSide side, std::size_t position, std::size_t other)
{
    Cell cell = chosen.value_or(Cell{other, other});
    (side == TokenSide::Query ? cell.query : cell.key) = position;
    return cell;
}

} // namespace headscope::ui
