// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/heatmap_accessible.h"

#include "ui/views/attention_heatmap.h"

#include <QAccessibleWidget>

namespace headscope::ui {

namespace {

/// A picture of values, one of which has a cursor on it.
class HeatmapAccessible : public QAccessibleWidget {
public:
    explicit HeatmapAccessible(AttentionHeatmap* heatmap)
        : QAccessibleWidget(heatmap, QAccessible::Chart)
        , heatmap_(*heatmap)
    {
    }

    QString text(QAccessible::Text kind) const override
    {
        return kind == QAccessible::Value ? heatmap_.cellWords() : QAccessibleWidget::text(kind);
    }

private:
    AttentionHeatmap& heatmap_;
};

QAccessibleInterface* make(const QString&, QObject* object)
{
    auto* heatmap = qobject_cast<AttentionHeatmap*>(object);
    return heatmap ? new HeatmapAccessible(heatmap) : nullptr;
}

} // namespace

void installHeatmapAccessibility()
{
    static const bool once = [] {
        QAccessible::installFactory(make);
        return true;
    }();
    static_cast<void>(once);
}

} // namespace headscope::ui
