// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/picture.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "ui/text/labels.h"
#include "ui/views/attention_heatmap.h"
#include "ui/views/colour_bar.h"
#include "ui/views/head_grid.h"
#include "ui/windows/theme.h"

#include <QApplication>
#include <QBuffer>
#include <QPainter>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int edge = 20, legendWidth = 104, titleHeight = 40;

QPalette paper()
{
    QPalette palette = lightPalette();
    palette.setColor(QPalette::Window, Qt::white);
    return palette;
}

QFont bodyFont()
{
    QFont font = QApplication::font();
    font.setPointSizeF(10);
    return font;
}

QString titleOf(const CapturePtr& capture, SequenceId sequence, const QString& what)
{
    const auto& header = capture->header();
    QString title = text(header.model.name) + u"  ·  "_s + what;
    if (header.sequences() > 1)
        title += QCoreApplication::translate("Picture", "  ·  prompt %1").arg(sequence.value);
    return title;
}

/// Calls `draw(painter)` for the content between title and footer, at the content's own origin.
template <class Draw>
QImage compose(
    QSize content, const QString& title, const QString& footer, const ColourScale& scale, int wanted, Draw draw)
{
    QFont small = bodyFont();
    small.setPointSizeF(8);
    const int width = content.width() + legendWidth + 3 * edge;
    const QRect note = QFontMetrics(small).boundingRect(QRect(0, 0, width - 2 * edge, 400), Qt::TextWordWrap, footer);
    const QSize size(width, edge + titleHeight + content.height() + note.height() + 2 * edge);
    const double most = std::floor(std::sqrt(largestPicture / (double(size.width()) * size.height())));
    const double ratio = std::max(1.0, std::min(double(std::clamp(wanted, 1, 4)), most));

    QImage image(size * ratio, QImage::Format_RGB32);
    image.setDevicePixelRatio(ratio);
    image.fill(Qt::white);
    QPainter painter(&image);
    painter.setRenderHints(QPainter::Antialiasing | QPainter::TextAntialiasing);
    QFont strong = bodyFont();
    strong.setPointSizeF(13);
    strong.setBold(true);
    painter.setFont(strong);
    painter.setPen(paper().color(QPalette::WindowText));
    painter.drawText(QRect(edge, edge, width - 2 * edge, titleHeight), Qt::AlignLeft | Qt::AlignTop,
        QFontMetrics(strong).elidedText(title, Qt::ElideRight, width - 2 * edge));
    painter.setFont(small);
    painter.setPen(paper().color(QPalette::PlaceholderText).darker(130));
    painter.drawText(
        QRect(edge, size.height() - edge - note.height(), width - 2 * edge, note.height()), Qt::TextWordWrap, footer);
    const QRectF legend(
        edge + content.width() + edge, edge + titleHeight, legendWidth, std::max(content.height(), 220));
    paintColourBar(painter, legend, scale, paper(), bodyFont());
    painter.translate(edge, edge + titleHeight);
    painter.setClipRect(QRect(QPoint(), content)); // a heatmap fills its whole widget, which is larger than its content
    draw(painter);
    return image;
}

} // namespace

QImage headPicture(const CapturePtr& capture, const PatternTilePtr& tile, int scale)
{
    const TokenRow tokens(capture, &capture->header().tokens[tile->sequence.value]);
    AttentionHeatmap heatmap;
    heatmap.setFont(bodyFont());
    heatmap.setPalette(paper());
    const int side = std::clamp(static_cast<int>(tokens->size()) * 20, 360, 1200);
    heatmap.resize(side + 180, side + 160);
    heatmap.setTokens(tokens, tokens);
    heatmap.setTile(tile);
    heatmap.prepare();
    const QString what = headText({tile->layer, tile->head});
    const QRect content = heatmap.contentRect();
    return compose(content.size(), titleOf(capture, tile->sequence, what), text(provenance(capture->header())),
        heatmap.colourScale(), scale, [&](QPainter& painter) {
            painter.translate(-content.topLeft());
            heatmap.paintOn(painter);
        });
}

QImage gridPicture(const CapturePtr& capture, const std::vector<PatternTilePtr>& tiles, int scale)
{
    const auto& model = capture->header().model;
    HeadSelection none;
    HeadGrid grid(none);
    grid.setFont(bodyFont());
    grid.setPalette(paper());
    grid.reset(model.layers, model.heads);
    for (const auto& tile : tiles)
        grid.setTile({tile->layer, tile->head}, *tile);
    const int cell = std::clamp(1280 / static_cast<int>(std::max<std::size_t>(1, model.heads)), 32, 96);
    const QString what
        = QCoreApplication::translate("Picture", "%1 layers × %2 heads").arg(model.layers).arg(model.heads);
    const auto sequence = tiles.empty() ? SequenceId{} : tiles.front()->sequence;
    const QSize size = grid.pictureSize(cell).expandedTo({240, 240});
    return compose(size, titleOf(capture, sequence, what), text(provenance(capture->header())), ColourScale(), scale,
        [&](QPainter& painter) { grid.paintPicture(painter, cell); });
}

void writePng(const QImage& picture, const std::filesystem::path& output)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    if (!picture.save(&buffer, "PNG"))
        throw Error(Fault::Output, output.string() + ": the picture could not be encoded as PNG");
    AtomicFile file(output);
    file.write(std::string_view(bytes.constData(), static_cast<std::size_t>(bytes.size())));
    file.commit();
}

} // namespace headscope::ui
