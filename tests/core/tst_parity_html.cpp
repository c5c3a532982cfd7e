// SPDX-License-Identifier: GPL-3.0-or-later
// A parity report as a page: read by a strict parser, its pictures decoded.
#include "core/report/html_table.h"
#include "core/report/parity_chart.h"
#include "core/report/parity_files.h"
#include "core/report/parity_pictures.h"
#include "tests/core/sample_report.h"

#include <QFile>
#include <QImage>
#include <QRegularExpression>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>
#include <limits>

using namespace headscope;

namespace {

QString page(const ParityReport& report)
{
    QTemporaryDir dir;
    QFile file(dir.filePath(QStringLiteral("report.html")));
    writeParityReport(report, file.fileName().toStdString());
    return file.open(QIODevice::ReadOnly) ? QString::fromUtf8(file.readAll()) : QString();
}

/// One element of a page.
struct Element {
    QString name;
    QXmlStreamAttributes attributes{};
    QString text{}; ///< of itself and what it holds
    int parent = -1;

    QString attribute(const char* key) const { return attributes.value(QLatin1String(key)).toString(); }
};

/// Every element in the order they begin. Empty when the page is not well-formed.
std::vector<Element> elementsOf(const QString& html)
{
    std::vector<Element> elements;
    std::vector<int> open;
    QXmlStreamReader reader(html);
    while (!reader.atEnd()) {
        reader.readNext();
        if (reader.isStartElement()) {
            elements.push_back({reader.name().toString(), reader.attributes(), {}, open.empty() ? -1 : open.back()});
            open.push_back(static_cast<int>(elements.size()) - 1);
        } else if (reader.isEndElement()) {
            open.pop_back();
        } else if (reader.isCharacters()) {
            for (const int at : open)
                elements[static_cast<std::size_t>(at)].text += reader.text();
        }
    }
    if (reader.hasError()) {
        qWarning("%lld:%lld: %s", reader.lineNumber(), reader.columnNumber(), qPrintable(reader.errorString()));
        return {};
    }
    return elements;
}

template <class Matches> std::vector<Element> those(const std::vector<Element>& elements, Matches matches)
{
    std::vector<Element> result;
    std::copy_if(elements.begin(), elements.end(), std::back_inserter(result), matches);
    return result;
}

bool isNamed(const Element& element, const char* name) { return element.name == QLatin1String(name); }

Rgb colourAt(const QImage& image, int x, int y)
{
    const QRgb pixel = image.pixel(x, y);
    return {static_cast<std::uint8_t>(qRed(pixel)), static_cast<std::uint8_t>(qGreen(pixel)),
        static_cast<std::uint8_t>(qBlue(pixel))};
}

QImage decoded(const IndexedPicture& picture)
{
    const auto bytes = encodedPng(picture);
    QImage image;
    image.loadFromData(reinterpret_cast<const uchar*>(bytes.data()), static_cast<int>(bytes.size()), "PNG");
    return image;
}

PatternPicture pictureOf(std::size_t height, std::size_t width)
{
    PatternPicture picture;
    picture.height = height;
    picture.width = width;
    picture.reference.assign(height * width, 0);
    picture.candidate = picture.reference;
    return picture;
}

ParityReport reportOf(ParityPair pair)
{
    ParityReport report;
    report.pairs = {std::make_shared<const ParityPair>(std::move(pair))};
    return report;
}

} // namespace

class TestParityHtml : public QObject {
    Q_OBJECT
private:
    QString html_;
    std::vector<Element> elements_;

private Q_SLOTS:
    void initTestCase()
    {
        html_ = page(sampleReport(3));
        elements_ = elementsOf(html_);
        QVERIFY(!elements_.empty());
    }

    void itNeedsNothingOutside()
    {
        for (const char* outside : {"http:", "https:", "url(", "@import", "<link", "<iframe", "<base", "src="})
            QVERIFY2(!html_.contains(QLatin1String(outside)), outside);
        int pictures = 0, anchors = 0;
        for (const Element& element : elements_) {
            const QString target = element.attribute("href");
            pictures += target.startsWith(QLatin1String("data:image/png;base64,"));
            anchors += target.startsWith(QLatin1Char('#'));
            QVERIFY(target.isEmpty() || target.startsWith(QLatin1String("data:image/png;base64,"))
                || target.startsWith(QLatin1Char('#')));
        }
        QCOMPARE(pictures, 4 * 3);
        QCOMPARE(anchors, 5);
        QVERIFY(html_.contains(QLatin1String("default-src 'none'")));
    }

    void hostileTextIsText()
    {
        QCOMPARE(those(elements_, [](const Element& e) { return isNamed(e, "script"); }).size(), std::size_t{1});
        QVERIFY(those(elements_, [](const Element& e) { return isNamed(e, "b"); }).empty());
        const auto shown = [&](const char* place) {
            return !those(elements_, [&](const Element& e) {
                return isNamed(e, place) && e.text.contains(QLatin1String("<script>alert(\"1\")</script> & ' ]]> -->"));
            }).empty();
        };
        QVERIFY(shown("li")); // the prompt, a hook that was not compared
        QVERIFY(shown("h2")); // the label of a run
        QVERIFY(shown("td")); // the prompt of an answer, provenance
        QVERIFY(!those(elements_, [](const Element& e) {
            return isNamed(e, "text") && e.text == QStringLiteral("15 <b>&amp;<…");
        }).empty()); // the label of a token
        QVERIFY(html_.contains(QStringLiteral("\\u{202e}😀")));
    }

    void everyTableCanBeSorted()
    {
        int tables = 0;
        std::vector<int> width(elements_.size()), head(elements_.size());
        const auto tableOf = [&](int at) {
            while (at >= 0 && !isNamed(elements_[static_cast<std::size_t>(at)], "table"))
                at = elements_[static_cast<std::size_t>(at)].parent;
            return at;
        };
        for (std::size_t i = 0; i < elements_.size(); ++i) {
            const Element& element = elements_[i];
            tables += isNamed(element, "table");
            if (element.attribute("scope") == QLatin1String("col")) {
                QCOMPARE(element.attribute("aria-sort"), QStringLiteral("none"));
                QVERIFY(isNamed(elements_[i + 1], "button") && !elements_[i + 1].text.isEmpty());
                ++head[static_cast<std::size_t>(tableOf(static_cast<int>(i)))];
            } else if (isNamed(element, "th") || isNamed(element, "td")) {
                ++width[static_cast<std::size_t>(element.parent)];
            }
        }
        QVERIFY(tables >= 12);
        for (std::size_t i = 0; i < elements_.size(); ++i)
            if (width[i] > 0)
                QCOMPARE(width[i], head[static_cast<std::size_t>(tableOf(static_cast<int>(i)))]);
        // Numbers are sorted by all their digits, NaN and infinity after all others.
        for (const Element& cell : elements_)
            if (isNamed(cell, "td") && cell.attribute("class") == QLatin1String("number") && !cell.text.isEmpty()) {
                bool isNumber = false;
                const double key = cell.attribute("data-v")
                                       .replace(QLatin1String("1e999"), QLatin1String("1e308"))
                                       .toDouble(&isNumber);
                QVERIFY(isNumber);
                if (cell.text == QLatin1String("nan") || cell.text == QLatin1String("inf"))
                    QCOMPARE(key, 1e308);
            }
    }

    void theMatrixComesFirstAndNamesEveryPair()
    {
        const auto tables = those(elements_, [](const Element& e) { return isNamed(e, "table"); });
        QCOMPARE(tables.front().attribute("aria-label"), QStringLiteral("Verdict of every pair"));
        for (const char* verdict : {"identical", "within tolerance", "known", "diverges", "not compared"})
            QVERIFY2(tables.front().text.contains(QLatin1String(verdict)), verdict);
        QVERIFY(html_.contains(QLatin1String("known: POSITION_IDS (closes from 1.27 to 8.3e-07 when aligned)")));
        QVERIFY(html_.contains(QLatin1String("diverges at L1 blocks.1.attn.hook_attn_scores (partly: POSITION_IDS)")));
        for (int i = 1; i <= 5; ++i)
            QVERIFY(html_.contains(QStringLiteral("id=\"pair-%1\"").arg(i)));
    }

    void everyVerdictIsAWord()
    {
        for (const Element& row : elements_)
            if (const QString verdict = row.attribute("data-verdict"); !verdict.isEmpty())
                QVERIFY2(row.text.contains(verdict), qPrintable(row.text));
        std::size_t rows = 0;
        for (const auto& pair : sampleReport(3).pairs)
            rows += pair->rows.size();
        const auto found = those(elements_, [](const Element& e) { return !e.attribute("data-verdict").isEmpty(); });
        QCOMPARE(found.size(), rows + 5);
    }

    void picturesInThePageDecode()
    {
        const QRegularExpression data(QStringLiteral("href=\"data:image/png;base64,([^\"]+)\""));
        std::vector<QImage> images;
        for (auto match = data.globalMatch(html_); match.hasNext();) {
            QImage image;
            QVERIFY(image.loadFromData(QByteArray::fromBase64(match.next().captured(1).toLatin1()), "PNG"));
            images.push_back(image);
        }
        QCOMPARE(images.size(), std::size_t{12});
        const auto report = sampleReport(3);
        const PatternPicture& first = report.pairs[2]->pictures[0];
        QCOMPARE(images[0].size(), QSize(16, 16));
        QCOMPARE(colourAt(images[0], 0, 1), sequentialColour(std::round(0.8F * 254) / 254)); // key 0 of query 1
        QCOMPARE(colourAt(images[0], 15, 0), sequentialColour(0)); // the future
        for (int i = 0; i < 16; ++i)
            for (int j = 0; j < 16; ++j)
                QCOMPARE(colourAt(images[1], j, i),
                    sequentialColour(std::round(first.candidate[static_cast<std::size_t>(i * 16 + j)] * 254) / 254));
    }

    void pixelsAreValues()
    {
        PatternPicture picture = pictureOf(3, 5);
        picture.reference.front() = 1;
        picture.candidate.back() = 0.5F;
        picture.reference[7] = 0.25F; // a spike at row 1, column 2
        picture.reference[3] = std::numeric_limits<float>::quiet_NaN();
        picture.candidate[4] = -1; // below the scale
        const PatternImages images = imagesOf(picture);
        const QImage a = decoded(images.reference), b = decoded(images.candidate), d = decoded(images.difference);
        for (const QImage& image : {a, b, d})
            QCOMPARE(image.size(), QSize(5, 3));
        QCOMPARE(colourAt(a, 0, 0), (Rgb{0xfd, 0xe7, 0x25}));
        QCOMPARE(colourAt(a, 2, 1), sequentialColour(64.0 / 254));
        QCOMPARE(colourAt(a, 4, 2), (Rgb{0x44, 0x01, 0x54}));
        QCOMPARE(colourAt(a, 3, 0), nanColour);
        QCOMPARE(colourAt(b, 4, 2), sequentialColour(0.5));
        QCOMPARE(colourAt(b, 4, 0), (Rgb{0x44, 0x01, 0x54}));
        QCOMPARE(colourAt(d, 0, 0), (Rgb{0xb2, 0x18, 0x2b})); // A is larger: red, the end of ±1
        QCOMPARE(colourAt(d, 4, 2), divergingColour(2 * 64.0 / 254 - 1)); // B is larger: blue
        QCOMPARE(colourAt(d, 1, 0), (Rgb{0xf7, 0xf7, 0xf7})); // equal
        QCOMPARE(colourAt(d, 3, 0), nanColour);
    }

    void equalSidesHaveAnEvenDifference()
    {
        const QImage image = decoded(imagesOf(pictureOf(1, 1)).difference);
        QCOMPARE(image.size(), QSize(1, 1));
        QCOMPARE(colourAt(image, 0, 0), (Rgb{0xf7, 0xf7, 0xf7}));
    }

    void aLargePictureIsWhole()
    {
        PatternPicture picture = pictureOf(513, 257);
        picture.reference[512 * 257 + 256] = 1;
        const QImage image = decoded(imagesOf(picture).reference);
        QCOMPARE(image.size(), QSize(257, 513));
        QCOMPARE(colourAt(image, 256, 512), sequentialColour(1));
        QCOMPARE(colourAt(image, 255, 512), sequentialColour(0));
    }

    void aCaptionSaysWhereAndHowMuch()
    {
        PatternPicture picture = pictureOf(4, 4);
        picture.layer = 3;
        picture.head = 7;
        picture.maxAbsolute = 0.163;
        picture.reference[2 * 4 + 1] = 0.2F;
        picture.candidate[2 * 4 + 1] = 0.037F;
        picture.tokens = {"a", "<i>", "c", "d"};
        const auto figure = elementsOf(QString::fromStdString(patternFigure(picture)));
        QVERIFY(!figure.empty());
        const auto caption = those(figure, [](const Element& e) { return isNamed(e, "figcaption"); });
        QCOMPARE(caption.front().text,
            QStringLiteral("L3 H7, sequence 0: max |A − B| 0.163, shown at query 2 c → key 1 <i> (A 0.2, B 0.037)"));
        QCOMPARE(those(figure, [](const Element& e) { return isNamed(e, "text"); }).size(), std::size_t{24});
        // The ring is around row 2, column 1.
        const auto ring
            = those(figure, [](const Element& e) { return e.attribute("class") == QLatin1String("worst"); });
        QCOMPARE(ring.size(), std::size_t{3});
        QCOMPARE(ring[0].attribute("cx").toDouble(), 84 + 70 * 1.5);
        QCOMPARE(ring[0].attribute("cy").toDouble(), 84 + 70 * 2.5);
    }

    void labelsThatWouldCollideAreLeftOut()
    {
        PatternPicture picture = pictureOf(128, 128);
        picture.step = 4;
        picture.tokens.assign(512, "x");
        const auto figure = elementsOf(QString::fromStdString(patternFigure(picture)));
        const auto labels = those(figure, [](const Element& e) { return isNamed(e, "text"); });
        QVERIFY(labels.size() > 60 && labels.size() <= 3 * 2 * 26);
        QCOMPARE(labels[0].text, QStringLiteral("0 x"));
        QVERIFY(labels[1].text.split(QLatin1Char(' ')).front().toInt() % 4 == 0);
        const QString html = QString::fromStdString(patternFigure(picture));
        QVERIFY(html.contains(QStringLiteral("each square is the cell that differs most of 4 × 4")));
    }

    void whatDoesNotFitItsSizeIsLeftOut()
    {
        PatternPicture picture = pictureOf(2, 2);
        picture.candidate.pop_back();
        QVERIFY(!isWhole(picture));
        QVERIFY(!isWhole(pictureOf(0, 0)));
        ParityPair pair;
        pair.pictures = {picture};
        const auto elements = elementsOf(page(reportOf(pair)));
        QVERIFY(!elements.empty());
        QVERIFY(those(elements, [](const Element& e) { return isNamed(e, "figure"); }).empty());
    }

    void base64IsThatOfQt()
    {
        QByteArray bytes;
        for (int size = 0; size < 9; ++size) {
            const std::span<const std::byte> span(
                reinterpret_cast<const std::byte*>(bytes.constData()), static_cast<std::size_t>(bytes.size()));
            QCOMPARE(QByteArray::fromStdString(base64(span)), bytes.toBase64());
            bytes += static_cast<char>(251 - 37 * size);
        }
    }

    void theChartHasAPointForEveryRealRow()
    {
        const ParityReport report = sampleReport(3);
        for (std::size_t i = 0; i < 4; ++i) {
            const auto chart = elementsOf(QString::fromStdString(toleranceChart(*report.pairs[i])));
            const auto points = those(chart, [](const Element& e) { return isNamed(e, "circle"); });
            QCOMPARE(points.size(), report.pairs[i]->rows.size() / 2);
            for (const Element& point : points) {
                const double y = point.attribute("cy").toDouble();
                QVERIFY(y >= 14 && y <= 168);
            }
        }
        // What is beyond its tolerance lies above the line of it.
        const auto chart = elementsOf(QString::fromStdString(toleranceChart(*report.pairs[2])));
        const auto limit
            = those(chart, [](const Element& e) { return e.attribute("class") == QLatin1String("limit"); });
        QCOMPARE(limit.size(), std::size_t{1});
        for (const Element& point :
            those(chart, [](const Element& e) { return e.attribute("class") == QLatin1String("known"); }))
            QVERIFY(point.attribute("cy").toDouble() < limit[0].attribute("y1").toDouble());
        QVERIFY(toleranceChart(*report.pairs[4]).empty());
    }

    void reportsOfNothingArePages()
    {
        QVERIFY(!elementsOf(page(ParityReport{})).empty());
        QVERIFY(!elementsOf(page(reportOf({}))).empty());
    }
};

QTEST_GUILESS_MAIN(TestParityHtml)
#include "tst_parity_html.moc"
