// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/quiet_table.h"

#include <QHeaderView>
#include <QTableView>

namespace headscope::ui {

void quieten(QTableView& view, int rowHeight)
{
    view.setSelectionMode(QAbstractItemView::SingleSelection);
    view.setShowGrid(false);
    view.setTabKeyNavigation(false);
    view.setWordWrap(false);
    view.setFrameShape(QFrame::NoFrame);
    view.verticalHeader()->hide();
    view.verticalHeader()->setDefaultSectionSize(rowHeight);
    view.horizontalHeader()->setHighlightSections(false);
}

} // namespace headscope::ui
