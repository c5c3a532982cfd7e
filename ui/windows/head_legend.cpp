// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/head_legend.h"

#include "ui/text/labels.h"
#include "ui/windows/flow_layout.h"

#include <QMouseEvent>
#include <QPainter>
#include <QToolButton>

#include <algorithm>
#include <functional>
#include <iterator>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

/// Tells a double click from two clicks: the first of them has toggled already, the second does nothing else.
class LegendButton : public QToolButton {
public:
    LegendButton(std::function<void()> solo, QWidget* parent)
        : QToolButton(parent)
        , solo_(std::move(solo))
    {
    }

protected:
    void mouseDoubleClickEvent(QMouseEvent* event) override
    {
        if (event->button() == Qt::LeftButton)
            solo_();
    }

private:
    std::function<void()> solo_;
};

QIcon swatch(QColor colour, double pixelRatio)
{
    QPixmap filled(QSize(12, 12) * pixelRatio), empty(filled.size());
    for (auto* pixmap : {&filled, &empty}) {
        pixmap->setDevicePixelRatio(pixelRatio);
        pixmap->fill(Qt::transparent);
        QPainter painter(pixmap);
        painter.setRenderHint(QPainter::Antialiasing);
        painter.setPen(QPen(colour, 1.5));
        painter.setBrush(pixmap == &filled ? QBrush(colour) : QBrush(Qt::NoBrush));
        painter.drawRoundedRect(QRectF(1, 1, 10, 10), 2, 2);
    }
    QIcon icon;
    icon.addPixmap(filled, QIcon::Normal, QIcon::On);
    icon.addPixmap(empty, QIcon::Normal, QIcon::Off);
    return icon;
}

} // namespace

HeadLegend::HeadLegend(QWidget* parent)
    : QWidget(parent)
{
    auto* layout = new FlowLayout(this);
    layout->setContentsMargins({});
    layout->setSpacing(4);
}

bool HeadLegend::isHidden(HeadRef head) const
{
    return std::find(hidden_.begin(), hidden_.end(), head) != hidden_.end();
}

void HeadLegend::setHeads(std::vector<LineHead> heads)
{
    if (heads == heads_)
        return;
    heads_ = std::move(heads);
    std::erase_if(hidden_, [this](HeadRef hidden) {
        return std::none_of(heads_.begin(), heads_.end(), [&](const LineHead& each) { return each.head == hidden; });
    });
    qDeleteAll(findChildren<QToolButton*>());
    for (const auto& each : heads_) {
        const HeadRef head = each.head;
        auto* button = new LegendButton([this, head] { solo(head); }, this);
        const QString name = headText(head);
        button->setObjectName(u"legend "_s + name);
        button->setText(name);
        button->setCheckable(true);
        button->setAutoRaise(true);
        button->setToolButtonStyle(Qt::ToolButtonTextBesideIcon);
        button->setIcon(swatch(each.colour, devicePixelRatioF()));
        button->setAccessibleName(tr("Lines of %1").arg(name));
        button->setToolTip(tr("Click to hide or show the lines of %1, double click to see them alone").arg(name));
        connect(button, &QToolButton::clicked, this, [this, head](bool shown) { toggle(head, shown); });
        layout()->addWidget(button);
        button->show();
    }
    check();
}

std::vector<LineHead> HeadLegend::shownHeads() const
{
    std::vector<LineHead> shown;
    std::copy_if(heads_.begin(), heads_.end(), std::back_inserter(shown),
        [this](const LineHead& each) { return !isHidden(each.head); });
    return shown;
}

std::vector<HeadRef> HeadLegend::hiddenHeads() const
{
    std::vector<HeadRef> heads = hidden_;
    std::sort(heads.begin(), heads.end());
    return heads;
}

void HeadLegend::setHidden(const std::vector<HeadRef>& heads)
{
    hidden_.clear();
    for (const auto& each : heads_)
        if (std::find(heads.begin(), heads.end(), each.head) != heads.end())
            hidden_.push_back(each.head);
    check();
}

void HeadLegend::toggle(HeadRef head, bool shown)
{
    std::erase(hidden_, head);
    if (!shown)
        hidden_.push_back(head);
    check();
    Q_EMIT shownHeadsChanged();
}

void HeadLegend::solo(HeadRef head)
{
    std::vector<HeadRef> others;
    for (const auto& each : heads_)
        if (!(each.head == head))
            others.push_back(each.head);
    const bool alone = std::all_of(others.begin(), others.end(), [this](HeadRef other) { return isHidden(other); });
    hidden_ = alone ? std::vector<HeadRef>() : others;
    check();
    Q_EMIT shownHeadsChanged();
}

void HeadLegend::check()
{
    const auto buttons = findChildren<QToolButton*>();
    for (qsizetype i = 0; i < buttons.size(); ++i)
        buttons[i]->setChecked(!isHidden(heads_[static_cast<std::size_t>(i)].head));
}

} // namespace headscope::ui
