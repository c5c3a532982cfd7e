// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/outlook_label.h"

#include "core/run/system_info.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/text/labels.h"

#include <QEvent>

#include <algorithm>
#include <numeric>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

OutlookLabel::OutlookLabel(EngineBridge& bridge, QWidget* parent)
    : QLabel(parent)
    , bridge_(bridge)
{
    setObjectName(u"outlookLabel"_s);
    setTextFormat(Qt::PlainText);
    setWordWrap(true);
    setAccessibleName(tr("Memory estimate"));
    delay_.setSingleShot(true);
    delay_.setInterval(150);
    connect(&delay_, &QTimer::timeout, this, &OutlookLabel::ask);
}

void OutlookLabel::setRequest(InspectionRequest request)
{
    request_ = std::move(request);
    waiting_ = true;
    delay_.start();
}

void OutlookLabel::ask()
{
    const auto asked = ++asked_;
    ticket_ = bridge_.requestOutlook(this, request_, [this, asked](const auto& outlook, const auto& why) {
        if (asked != asked_)
            return;
        waiting_ = delay_.isActive();
        Q_EMIT modelKnown(outlook ? outlook->model : ModelInfo());
        if (outlook)
            tell(*outlook);
        else
            say(messageOf(why), true);
    });
}

void OutlookLabel::tell(const Outlook& outlook)
{
    const auto& model = outlook.model;
    QString words = tr("%1 layers × %2 heads").arg(model.layers).arg(model.heads);
    if (!outlook.tokenCounts.empty()) {
        const auto total = std::accumulate(outlook.tokenCounts.begin(), outlook.tokenCounts.end(), std::size_t{0});
        words += u"\n"_s
            + (outlook.tokenCounts.size() == 1 ? tr("%1 tokens").arg(total)
                                               : tr("%1 prompts, %2 tokens, padded to %3")
                                                     .arg(outlook.tokenCounts.size())
                                                     .arg(total)
                                                     .arg(outlook.length));
        words += u"\n"_s
            + tr("needs %1 of %2 free")
                  .arg(ui::text(byteText(outlook.estimatedBytes)), ui::text(byteText(outlook.availableBytes)));
    }
    const bool tooMuch = outlook.estimatedBytes > outlook.availableBytes;
    const bool tooLong = model.maxPositions > 0 && outlook.length > model.maxPositions;
    if (tooLong)
        words += u"\n"_s + tr("the model takes at most %1 tokens").arg(model.maxPositions);
    say(words, tooMuch || tooLong);
}

void OutlookLabel::say(const QString& words, bool alarming)
{
    alarming_ = alarming;
    setText(words);
    setAccessibleDescription(words);
    colour();
}

void OutlookLabel::colour()
{
    if (!parentWidget())
        return;
    QPalette colours = parentWidget()->palette();
    const bool dark = colours.color(QPalette::Window).lightness() < 128;
    if (alarming_)
        colours.setColor(QPalette::WindowText, QColor(QRgb(dark ? 0xff8a8a : 0xb3131f)));
    if (colours.color(QPalette::WindowText) != palette().color(QPalette::WindowText))
        setPalette(colours);
}

void OutlookLabel::changeEvent(QEvent* event)
{
    QLabel::changeEvent(event);
    if (event->type() == QEvent::ParentChange || event->type() == QEvent::StyleChange)
        colour();
}

} // namespace headscope::ui
