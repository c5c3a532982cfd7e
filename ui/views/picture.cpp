// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/picture.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "ui/views/plot.h"

#include <QBuffer>
#include <QCoreApplication>
#include <QPainter>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

/// In device pixels.
QImage blank(QSize size, int wanted)
{
    const int ratio = pictureScale(size, wanted);
    QImage image(size * ratio, QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    image.setDotsPerMeterX(qRound(96 * ratio / 0.0254));
    image.setDotsPerMeterY(qRound(96 * ratio / 0.0254));
    image.fill(Qt::white);
    return image;
}

constexpr QPainter::RenderHints smooth = QPainter::Antialiasing | QPainter::TextAntialiasing;

} // namespace

int pictureScale(QSize size, int wanted)
{
    const double most = std::floor(std::sqrt(largestPicture / (double(size.width()) * size.height())));
    return static_cast<int>(std::max(1.0, std::min(double(std::clamp(wanted, 1, 4)), most)));
}

QString scaleNote(int wanted, const QImage& picture)
{
    const int drawn = qRound(picture.devicePixelRatio());
    if (drawn >= wanted)
        return {};
    return QCoreApplication::translate("Export", "drawn at scale %1 instead of %2: a picture has at most %3 megapixels")
        .arg(drawn)
        .arg(wanted)
        .arg(largestPicture / 1e6);
}

QImage headPicture(const HeadSheet& sheet, int scale)
{
    QImage image = blank(sheet.size(), scale);
    QCPPainter painter(&image);
    painter.setRenderHints(smooth);
    sheet.paintFrame(painter);
    sheet.paintPixels(painter);
    return image;
}

QImage gridPicture(const GridSheet& sheet, int scale)
{
    QImage image = blank(sheet.size(), scale);
    QPainter painter(&image);
    painter.setRenderHints(smooth);
    sheet.paintFrame(painter);
    sheet.paintPixels(painter);
    return image;
}

void writePng(QImage picture, const QString& provenance, const std::filesystem::path& output)
{
    if (!provenance.isEmpty())
        picture.setText(u"Description"_s, provenance);
    picture.setText(u"Software"_s, u"Headscope"_s);
    QByteArray bytes;
    QBuffer buffer(&bytes);
    if (!picture.save(&buffer, "PNG"))
        throw Error(Fault::Output, output.string() + ": the picture could not be encoded as PNG");
    AtomicFile file(output);
    file.write(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    file.commit();
}

} // namespace headscope::ui
