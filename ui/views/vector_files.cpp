// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/vector_files.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/report/png.h"
#include "ui/views/plot.h"

#include <QBuffer>
#include <QPdfWriter>
#include <QSvgGenerator>

#include <exception>
#include <memory>
#include <optional>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr int perInch = 96, pointsPerInch = 72, pdfResolution = 1200;

/// A file that appears whole or not at all, for Qt to write into. What goes wrong is kept until somebody asks.
class AtomicDevice : public QIODevice {
public:
    explicit AtomicDevice(const std::filesystem::path& target)
        : file_(target)
    {
        open(QIODevice::WriteOnly);
    }
    bool isSequential() const override { return true; }
    void commit()
    {
        if (failure_)
            std::rethrow_exception(failure_);
        file_.commit();
    }

protected:
    qint64 readData(char*, qint64) override { return -1; }
    qint64 writeData(const char* data, qint64 size) override
    {
        try {
            if (!failure_)
                file_.write(std::string_view(data, static_cast<std::size_t>(size)));
        } catch (const Error&) {
            failure_ = std::current_exception();
        }
        return failure_ ? -1 : size;
    }

private:
    AtomicFile file_;
    std::exception_ptr failure_;
};

QByteArray xmp(const VectorNotes& notes)
{
    return uR"(<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">%1</rdf:li></rdf:Alt></dc:title>
<dc:description><rdf:Alt><rdf:li xml:lang="x-default">%2</rdf:li></rdf:Alt></dc:description>
<xmp:CreatorTool>Headscope</xmp:CreatorTool></rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>)"_s.arg(notes.title.toHtmlEscaped(), notes.provenance.toHtmlEscaped())
        .toUtf8();
}

void setPage(QPdfWriter& writer, QSize size)
{
    const QSizeF points = QSizeF(size) * pointsPerInch / perInch;
    writer.setPageLayout({QPageSize(points, QPageSize::Point, {}, QPageSize::ExactMatch), QPageLayout::Portrait, {}});
}

QByteArray colourName(QRgb colour) { return QColor(colour).name().toLatin1(); }

QByteArray place(const QRectF& box)
{
    return u" x=\"%1\" y=\"%2\" width=\"%3\" height=\"%4\""_s.arg(box.x())
        .arg(box.y())
        .arg(box.width())
        .arg(box.height())
        .toLatin1();
}

/// Not smoothed by what shows it.
QByteArray svgImage(const QByteArray& id, const QRectF& box, const QImage& image)
{
    QByteArray bytes;
    QBuffer buffer(&bytes);
    image.save(&buffer, "PNG");
    return "<image id=\"" + id + "\" style=\"image-rendering:pixelated\" preserveAspectRatio=\"none\"" + place(box)
        + " xlink:href=\"data:image/png;base64," + bytes.toBase64() + "\"/>\n";
}

/// A <rect> for each cell, or an <image> of them.
QByteArray svgCells(const HeadSheet& sheet)
{
    if (!sheet.hasShapes())
        return svgImage("cells", sheet.area(), sheet.image());
    QByteArray cells = "<g id=\"cells\" stroke=\"none\" shape-rendering=\"crispEdges\">\n", stripes;
    for (std::size_t row = 0; row < sheet.rows(); ++row)
        for (std::size_t column = 0; column < sheet.columns(); ++column) {
            const QRectF box = sheet.cellArea(row, column);
            const CellCode code = sheet.code(row, column);
            const bool padding = code == paddingCode;
            cells += "<rect" + place(box) + " fill=\"" + colourName(sheet.scale().of(code, 3, 0)) + "\"/>\n";
            if (padding)
                stripes
                    += u"M%1 %2L%3 %4"_s.arg(box.left()).arg(box.bottom()).arg(box.right()).arg(box.top()).toLatin1();
        }
    cells += "</g>\n";
    if (!stripes.isEmpty())
        cells += "<path fill=\"none\" stroke=\"" + colourName(sheet.scale().padding(0, 0)) + "\" d=\"" + stripes
            + "\"/>\n";
    return cells;
}

/// An <image> for each head.
QByteArray svgCells(const GridSheet& sheet)
{
    QByteArray cells;
    for (std::size_t head = 0; head < sheet.heads(); ++head)
        if (sheet.has(head))
            cells += svgImage("head" + QByteArray::number(qulonglong(head)), sheet.area(head), sheet.image(head));
    return cells;
}

template <class Sheet>
void writeSheet(const Sheet& sheet, const VectorNotes& notes, const std::filesystem::path& output)
{
    QByteArray frame;
    QBuffer buffer(&frame);
    buffer.open(QIODevice::WriteOnly);
    {
        QSvgGenerator generator;
        generator.setOutputDevice(&buffer);
        generator.setResolution(perInch);
        generator.setSize(sheet.size());
        generator.setViewBox(QRect(QPoint(), sheet.size()));
        generator.setTitle(notes.title.toHtmlEscaped()); // Qt writes both as they are
        generator.setDescription(notes.provenance.toHtmlEscaped());
        QCPPainter painter(&generator);
        sheet.paintFrame(painter);
    }
    // The generator would make a path with a dozen attributes of each cell, and smooth an image.
    const qsizetype end = frame.lastIndexOf("</svg>");
    frame.insert(end, svgCells(sheet));
    AtomicFile file(output);
    file.write(std::string_view(frame.constData(), static_cast<std::size_t>(frame.size())));
    file.commit();
}

} // namespace

VectorPage pageOf(HeadSheet sheet)
{
    const QSize size = sheet.size();
    return {size, [sheet = std::make_shared<const HeadSheet>(std::move(sheet))](QCPPainter& painter) {
                sheet->paintFrame(painter);
                sheet->paintShapes(painter);
            }};
}

VectorPage pageOf(GridSheet sheet)
{
    const QSize size = sheet.size();
    return {size, [sheet = std::make_shared<const GridSheet>(std::move(sheet))](QCPPainter& painter) {
                sheet->paintFrame(painter);
                sheet->paintImages(painter);
            }};
}

void writePdf(std::size_t pages, const PageMaker& make, const VectorNotes& notes, const std::filesystem::path& output)
{
    AtomicDevice device(output);
    {
        QPdfWriter writer(&device);
        writer.setTitle(notes.title);
        writer.setCreator(u"Headscope"_s);
        writer.setDocumentXmpMetadata(xmp(notes));
        writer.setResolution(pdfResolution);
        std::optional<QCPPainter> painter;
        for (std::size_t number = 0; number < pages; ++number) {
            const VectorPage page = make(number);
            setPage(writer, page.size);
            number == 0 ? void(painter.emplace(&writer)) : void(writer.newPage());
            painter->save();
            painter->scale(double(pdfResolution) / perInch, double(pdfResolution) / perInch);
            page.paint(*painter);
            painter->restore();
        }
    }
    device.commit();
}

void writeSvg(const HeadSheet& sheet, const VectorNotes& notes, const std::filesystem::path& output)
{
    writeSheet(sheet, notes, output);
}

void writeSvg(const GridSheet& sheet, const VectorNotes& notes, const std::filesystem::path& output)
{
    writeSheet(sheet, notes, output);
}

} // namespace headscope::ui
