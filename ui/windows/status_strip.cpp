// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/status_strip.h"

#include "core/cache/attention_file.h"
#include "core/run/system_info.h"
#include "ui/text/labels.h"
#include "ui/windows/elided_label.h"
#include "ui/windows/theme.h"

#include <QEvent>
#include <QFile>
#include <QHBoxLayout>
#include <QLabel>

#include <unistd.h>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

std::uint64_t residentBytes()
{
    QFile file(u"/proc/self/statm"_s);
    if (!file.open(QIODevice::ReadOnly))
        return 0;
    const auto fields = file.readAll().split(' ');
    return fields.size() < 2 ? 0 : fields[1].toULongLong() * static_cast<std::uint64_t>(sysconf(_SC_PAGESIZE));
}

StatusStrip::StatusStrip(QWidget* parent)
    : QWidget(parent)
    , emulates_(new ElidedLabel(60, this))
    , extension_(new ElidedLabel(28, this))
    , time_(new QLabel(this))
    , device_(new QLabel(this))
    , memory_(new QLabel(this))
{
    emulates_->setObjectName(u"emulatesLabel"_s);
    extension_->setObjectName(u"extensionLabel"_s);
    extension_->setText(tr("extension: no reference"));
    extension_->hide();
    time_->setObjectName(u"timeLabel"_s);
    device_->setObjectName(u"deviceLabel"_s);
    memory_->setObjectName(u"memoryLabel"_s);
    time_->setToolTip(tr("Time of the run"));
    device_->setToolTip(tr("Where the shown result was computed"));
    memory_->setToolTip(tr("Memory that Headscope holds now"));
    auto* layout = new QHBoxLayout(this);
    layout->setContentsMargins(0, 0, 8, 0);
    layout->setSpacing(18);
    for (auto* label : {static_cast<QLabel*>(emulates_), static_cast<QLabel*>(extension_), time_, device_, memory_})
        layout->addWidget(label);
    colour();
    tick_.setInterval(1000);
    connect(&tick_, &QTimer::timeout, this, &StatusStrip::refresh);
    tick_.start();
    refresh();
}

void StatusStrip::startClock()
{
    clock_.start();
    progress_ = {};
    tick_.setInterval(100);
    refresh();
}

void StatusStrip::stopClock()
{
    if (clock_.isValid())
        elapsed_ = clock_.elapsed();
    clock_.invalidate();
    tick_.setInterval(1000);
    refresh();
}

void StatusStrip::setProgress(const Progress& progress)
{
    progress_ = progress;
    layersSeen_ = clock_.isValid() ? clock_.elapsed() : 0;
    if (progress.done == 0)
        layersBegan_ = layersSeen_;
    refresh();
}

void StatusStrip::setRun(const RunHeader& header)
{
    // Tool tips may be taken for rich text.
    const QString facts = text(provenance(header)).toHtmlEscaped();
    const bool opened = isFromFile(header);
    emulates_->setText(opened ? tr("from a file, computed by %1").arg(text(header.emulates))
                              : tr("emulates %1").arg(text(header.emulates)));
    emulates_->setToolTip(facts);
    emulates_->setAccessibleDescription(text(provenance(header)));
    emulates_->setVisible(!header.emulates.empty());
    const QString why = text(header.noReference);
    extension_->setToolTip(why.toHtmlEscaped());
    extension_->setAccessibleDescription(why);
    extension_->setVisible(!why.isEmpty());
    device_->setText(opened ? QString() : text(header.device) + u' ' + text(spell(header.request.dtype)));
    emulates_->updateGeometry();
}

void StatusStrip::colour() { extension_->setPalette(cautious(palette())); }

void StatusStrip::changeEvent(QEvent* event)
{
    QWidget::changeEvent(event);
    if (event->type() == QEvent::PaletteChange)
        colour();
}

void StatusStrip::refresh()
{
    if (clock_.isValid()) {
        const qint64 now = clock_.elapsed();
        const bool layers = progress_.step == Progress::Step::Layers;
        const qint64 left = layers ? timeLeft(layersSeen_ - layersBegan_, progress_.done, progress_.total) : -1;
        time_->setText(runTimeText(now, left < 0 ? -1 : std::max<qint64>(0, left - (now - layersSeen_))));
    } else {
        time_->setText(elapsed_ < 0 ? QString() : tr("%1 s").arg(static_cast<double>(elapsed_) / 1000, 0, 'f', 2));
    }
    if (const auto bytes = residentBytes())
        memory_->setText(text(byteText(bytes)));
}

} // namespace headscope::ui
