// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/heatmap_accessible.h"

#include "ui/views/attention_heatmap.h"

#include <QAccessibleWidget>

namespace headscope::ui {

namespace {

/// A picture of values, one of which has a cursor on it. Desktops that know numbers alone get that value; the words are
/// the description, because not all of them ask for the text of a value.
class HeatmapAccessible : public QAccessibleWidget, public QAccessibleValueInterface {
public:
    explicit HeatmapAccessible(AttentionHeatmap* heatmap)
        : QAccessibleWidget(heatmap, QAccessible::Chart)
        , heatmap_(*heatmap)
    {
    }

    QString text(QAccessible::Text kind) const override
    {
        const bool words = kind == QAccessible::Value || kind == QAccessible::Description;
        return words ? heatmap_.cellWords() : QAccessibleWidget::text(kind);
    }
    void* interface_cast(QAccessible::InterfaceType type) override
    {
        if (type == QAccessible::ValueInterface)
            return static_cast<QAccessibleValueInterface*>(this);
        return QAccessibleWidget::interface_cast(type);
    }
    QVariant currentValue() const override
    {
        const auto value = heatmap_.shownValue();
        return value ? QVariant(double{*value}) : QVariant();
    }
    void setCurrentValue(const QVariant&) override { } // it is what was computed
    QVariant maximumValue() const override { return heatmap_.colourScale().number(1); }
    QVariant minimumValue() const override { return heatmap_.colourScale().number(0); }
    QVariant minimumStepSize() const override { return 0.0; }

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
