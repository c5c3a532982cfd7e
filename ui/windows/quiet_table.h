// SPDX-License-Identifier: GPL-3.0-or-later
// The look that tables of the window have in common.
#pragma once

class QTableView;

namespace headscope::ui {

/// One cell or row chosen at a time, no lines, no row numbers, one line of text a row; Tab leaves the table.
/// \param rowHeight in pixels
void quieten(QTableView& view, int rowHeight);

} // namespace headscope::ui
