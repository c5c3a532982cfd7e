// SPDX-License-Identifier: GPL-3.0-or-later
// Heads as files: every format read back.
#include "core/error.h"
#include "tests/ui/fakes.h"
#include "ui/text/labels.h"
#include "ui/views/head_files.h"
#include "ui/views/picture.h"

#include <QDir>
#include <QFile>
#include <QImageReader>
#include <QJsonArray>
#include <QJsonDocument>
#include <QJsonObject>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cstring>

using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;
using namespace Qt::Literals::StringLiterals;

namespace {

constexpr auto nothing = [](std::size_t, std::size_t) {};

struct Rig {
    explicit Rig(std::size_t tokens)
        : source(std::make_shared<FakePatternSource>(tokens))
        , capture(std::make_shared<FakeCapture>(source))
    {
        source->value = [](LayerId layer, HeadId head, std::size_t query, std::size_t key) {
            return key > query ? 0 : 1.0f / static_cast<float>(3 + layer.value + head.value + query * 7 + key);
        };
        capture->editHeader().request.prompts = {"a <b> & \"c\""};
        capture->editHeader().versions = {{"Headscope", "9.8"}, {"LibTorch", "7.6"}};
        capture->editHeader().positionsUsed = "arange";
        capture->editHeader().maskForm = "none";
    }

    ExportJob job(const QString& target, std::vector<HeadPlace> heads = {{1, 2}}) const
    {
        ExportJob job;
        job.what.capture = capture;
        job.what.heads = std::move(heads);
        job.target = target.toStdString();
        if (!QDir(target).exists())
            job.format = formatOf(job.target);
        return job;
    }

    std::shared_ptr<FakePatternSource> source;
    std::shared_ptr<FakeCapture> capture;
};

QByteArray contents(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

std::vector<float> valuesOf(const QByteArray& npy)
{
    const qsizetype start = 10 + static_cast<uchar>(npy[8]) + 256 * static_cast<uchar>(npy[9]);
    std::vector<float> values(static_cast<std::size_t>(npy.size() - start) / 4);
    std::memcpy(values.data(), npy.constData() + start, values.size() * 4);
    return values;
}

/// Attribute `name` of every element called `element`, in their order. Fails the test when it is no XML.
QStringList attributesOf(const QByteArray& xml, QStringView element, QLatin1StringView name)
{
    QStringList found;
    QXmlStreamReader reader(xml);
    while (!reader.atEnd())
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == element)
            found.push_back(reader.attributes().value(name).toString());
    if (reader.hasError())
        qWarning("line %lld: %s", reader.lineNumber(), qPrintable(reader.errorString()));
    return reader.hasError() ? QStringList() : found;
}

/// The part of an SVG file that holds the cells.
QByteArray cellsOf(const QByteArray& svg)
{
    const QByteArray group = "<g id=\"cells\"", end = "</g>";
    const qsizetype begin = svg.indexOf(group);
    return begin < 0 ? QByteArray() : svg.mid(begin, svg.indexOf(end, begin) + end.size() - begin);
}

QString failureOf(const ExportJob& job)
{
    try {
        runExport(job, nothing);
    } catch (const Error& e) {
        return QString::fromStdString(e.what());
    }
    return {};
}

} // namespace

class TestHeadFiles : public QObject {
    Q_OBJECT

    QTemporaryDir directory_;
    QString path(const QString& name) { return directory_.filePath(name); }
    QStringList files() { return QDir(directory_.path()).entryList(QDir::Files | QDir::Hidden, QDir::Name); }

    /// What a format tells of its provenance, as a reader of that format finds it.
    static QString toldBy(const QString& file)
    {
        const QByteArray bytes = contents(file);
        if (file.endsWith(u".png"_s))
            return QImage(file).text(u"Description"_s);
        if (file.endsWith(u".csv"_s))
            return QString::fromUtf8(bytes.left(bytes.indexOf('\n')).mid(2));
        if (file.endsWith(u".npy"_s))
            return QJsonDocument::fromJson(contents(file + u".json"_s)).object()[u"provenance"_s].toString();
        QString between = QString::fromUtf8(bytes); // as elements of XML, or of the XML in a PDF
        const auto cut = [&](const QString& before, const QString& after) {
            const qsizetype begin = between.indexOf(before) + before.size();
            between = between.mid(begin, between.indexOf(after, begin) - begin);
        };
        if (file.endsWith(u".svg"_s))
            cut(u"<desc>"_s, u"</desc>"_s);
        else if (file.endsWith(u".pdf"_s))
            cut(u"<dc:description><rdf:Alt><rdf:li xml:lang=\"x-default\">"_s, u"</rdf:li>"_s);
        else
            cut(u"<meta name=\"description\" content=\""_s, u"\"/>"_s);
        return between.replace(u"&quot;"_s, u"\""_s)
            .replace(u"&lt;"_s, u"<"_s)
            .replace(u"&gt;"_s, u">"_s)
            .replace(u"&amp;"_s, u"&"_s);
    }

private Q_SLOTS:
    void init()
    {
        qputenv("SOURCE_DATE_EPOCH", "1767225600");
        for (const auto& file : files())
            QFile::remove(path(file));
    }

    void everyFormatTellsWhatMadeIt_data()
    {
        QTest::addColumn<QString>("ending");
        for (const auto& [format, ending] : fileFormats())
            QTest::newRow(ending) << QString::fromLatin1(ending);
    }

    void everyFormatTellsWhatMadeIt()
    {
        QFETCH(QString, ending);
        const Rig rig(5);
        const QString file = path(u"head"_s + ending);
        runExport(rig.job(file), nothing);
        const QString told = toldBy(file);
        const QString expected = provenanceLine(rig.capture->header(), {{}, "L1 H2 pattern", "", {}});
        QCOMPARE(told, expected);
        for (const auto& part : {u"fake · native eager · cpu float32"_s, u"positions arange"_s,
                 u"Headscope 9.8, LibTorch 7.6"_s, u"Qt %1"_s.arg(QLatin1StringView(qVersion())), u"L1 H2 pattern"_s,
                 u"text “a <b> & \"c\"”"_s, u"fingerprint unknown"_s, u"2026-01-01T00:00:00Z"_s})
            QVERIFY2(told.contains(part), qPrintable(part + u" in "_s + told));
    }

    void arraysHoldTheValues()
    {
        const Rig rig(7);
        const auto tile = rig.source->make({1}, {2}, {0, 7}, {0, 7}, {});
        runExport(rig.job(path(u"a.npy"_s)), nothing);
        QVERIFY(contents(path(u"a.npy"_s)).contains("'shape': (7, 7)"));
        QCOMPARE(valuesOf(contents(path(u"a.npy"_s))), tile->values);
        runExport(rig.job(path(u"all.npy"_s), {{0, 1}, {1, 2}}), nothing);
        const QByteArray stack = contents(path(u"all.npy"_s));
        QVERIFY(stack.contains("'shape': (2, 7, 7)"));
        const auto values = valuesOf(stack);
        QCOMPARE(std::vector<float>(values.begin() + 49, values.end()), tile->values);
        const auto beside = QJsonDocument::fromJson(contents(path(u"all.npy.json"_s))).object();
        QCOMPARE(beside[u"heads"_s].toArray(), (QJsonArray{u"L0 H1"_s, u"L1 H2"_s}));
        QCOMPARE(beside[u"stored_dtype"_s].toString(), u"float32"_s);
        QCOMPARE(beside[u"dtype"_s].toString(), u"float32"_s);
        QCOMPARE(beside[u"keys"_s].toArray().size(), 7);
        QCOMPARE(beside[u"keys"_s].toArray()[3].toObject()[u"label"_s].toString(), u"·t3"_s);
    }

    void longHeadsAreWrittenInPieces()
    {
        const Rig rig(1100); // more than a million values
        runExport(rig.job(path(u"long.npy"_s)), nothing);
        QCOMPARE(valuesOf(contents(path(u"long.npy"_s))), rig.source->make({1}, {2}, {0, 1100}, {0, 1100}, {})->values);
        QVERIFY(rig.source->asked.size() > 2);
        for (const auto& asked : rig.source->asked)
            QVERIFY(asked.rows.size() * asked.columns.size() <= std::size_t(1) << 20);
    }

    void aPartIsWhatWasAskedFor()
    {
        const Rig rig(9);
        ExportJob job = rig.job(path(u"part.csv"_s));
        job.what.rows = {3, 6};
        job.what.columns = {1, 3};
        runExport(job, nothing);
        const auto lines = QString::fromUtf8(contents(path(u"part.csv"_s))).split(u'\n');
        QCOMPARE(lines[1], u"query\\key,1:·t1,2:·t2"_s);
        QVERIFY(lines[2].startsWith(u"3:·t3,"_s) && lines[4].startsWith(u"5:·t5,"_s));
        QCOMPARE(lines[3].split(u',')[2].toFloat(), rig.source->value({1}, {2}, 4, 2));
    }

    void svgCellsHaveTheColoursOfTheWindow()
    {
        const Rig rig(12);
        rig.source->kind = [](std::size_t query, std::size_t key) {
            return query == 0 ? CellKind::Padding : key > query ? CellKind::Masked : CellKind::Allowed;
        };
        runExport(rig.job(path(u"head.svg"_s)), nothing);
        const QStringList fills = attributesOf(cellsOf(contents(path(u"head.svg"_s))), u"rect", "fill"_L1);
        QCOMPARE(fills.size(), 144);
        const ColourScale scale;
        const auto name = [](QRgb colour) { return QColor(colour).name(); };
        QCOMPARE(fills[0], name(scale.padding(3, 0)));
        QCOMPARE(fills[13], name(scale.value(rig.source->value({1}, {2}, 1, 1))));
        QCOMPARE(fills[143], name(scale.value(rig.source->value({1}, {2}, 11, 11))));
        QCOMPARE(fills[12 + 2], name(scale.masked()));
        QCOMPARE(attributesOf(contents(path(u"head.svg"_s)), u"image", "href"_L1).size(), 0);
        QVERIFY(QString::fromUtf8(contents(path(u"head.svg"_s))).contains(u"·t11"_s)); // text is text
    }

    void manyTokensAreAnImageThatIsNotSmoothed()
    {
        const Rig rig(129);
        runExport(rig.job(path(u"head.svg"_s)), nothing);
        const QByteArray svg = contents(path(u"head.svg"_s));
        QVERIFY(!svg.contains("<g id=\"cells\""));
        QCOMPARE(attributesOf(svg, u"image", "style"_L1), QStringList{u"image-rendering:pixelated"_s});
        const QString data = attributesOf(svg, u"image", "xlink:href"_L1).first();
        const QImage image = QImage::fromData(QByteArray::fromBase64(data.mid(data.indexOf(u',') + 1).toLatin1()));
        QCOMPARE(image.size(), QSize(129, 129));
        QCOMPARE(image.pixel(3, 128), ColourScale().value(rig.source->value({1}, {2}, 128, 3)));
    }

    void pdfHasNoImageUpTo128Tokens()
    {
        const Rig small(128), large(129);
        runExport(small.job(path(u"small.pdf"_s)), nothing);
        runExport(large.job(path(u"large.pdf"_s)), nothing);
        QVERIFY(contents(path(u"small.pdf"_s)).startsWith("%PDF-1."));
        QVERIFY(contents(path(u"small.pdf"_s)).trimmed().endsWith("%%EOF"));
        QCOMPARE(contents(path(u"small.pdf"_s)).count("/Subtype /Image"), 0);
        const QByteArray bytes = contents(path(u"large.pdf"_s));
        QCOMPARE(bytes.count("/Subtype /Image"), 1);
        QVERIFY(bytes.contains("/Width 129\n") && bytes.contains("/Height 129\n"));
        QVERIFY(!bytes.contains("DCTDecode") && !bytes.contains("/Interpolate true")); // colours as they are
    }

    void pdfHasAPagePerHead()
    {
        const Rig rig(6);
        std::vector<std::size_t> told;
        runExport(rig.job(path(u"all.pdf"_s), {{0, 0}, {0, 1}, {1, 2}}),
            [&](std::size_t done, std::size_t total) { told.push_back(10 * done + total); });
        QVERIFY(contents(path(u"all.pdf"_s)).contains("/Count 3"));
        QCOMPARE(told, (std::vector<std::size_t>{3, 13, 23}));
    }

    void allHeadsInOnePicture()
    {
        const Rig rig(20);
        std::vector<HeadPlace> heads;
        for (std::size_t i = 0; i < 6; ++i)
            heads.push_back({i / 3, i % 3});
        const auto grid = [&](const QString& name, const ViewOptions& view) {
            ExportJob job = rig.job(path(name), heads);
            job.grid = true;
            job.view = view;
            runExport(job, nothing);
            return contents(path(name));
        };
        for (const bool transposed : {false, true}) {
            const ViewOptions view{
                .scale = ScaleMode::Auto, .palette = SequentialPalette::Cividis, .transposed = transposed};
            const QByteArray svg = grid(u"grid.svg"_s, view);
            const QStringList links = attributesOf(svg, u"image", "xlink:href"_L1);
            QCOMPARE(links.size(), 6);
            QCOMPARE(attributesOf(svg, u"image", "style"_L1).count(u"image-rendering:pixelated"_s), 6);
            for (const char* label : {">L0<", ">L1<", ">H0<", ">H2<"})
                QVERIFY2(svg.contains(label), label);
            const QString data = links[3 + 2]; // L1 H2
            const QImage image = QImage::fromData(QByteArray::fromBase64(data.mid(data.indexOf(u',') + 1).toLatin1()));
            QCOMPARE(image.size(), QSize(20, 20));
            const auto value
                = [&](std::size_t query, std::size_t key) { return rig.source->value({1}, {2}, query, key); };
            const Rgb wanted = sequentialColour(value(9, 4) / value(0, 0), SequentialPalette::Cividis);
            const QColor found = transposed ? image.pixelColor(9, 4) : image.pixelColor(4, 9);
            QVERIFY(std::abs(found.red() - wanted[0]) <= 3 && std::abs(found.blue() - wanted[2]) <= 3);
            const QColor future = transposed ? image.pixelColor(4, 9) : image.pixelColor(9, 4);
            QCOMPARE(future, QColor(ColourScale().masked()));
        }
        const QByteArray pdf = grid(u"grid.pdf"_s, {});
        QCOMPARE(pdf.count("/Subtype /Image"), 6);
        QCOMPARE(pdf.count("/Width 20\n"), 6);
        QVERIFY(pdf.contains("/Count 1") && !pdf.contains("/Interpolate true"));
        grid(u"grid.png"_s, {});
        QVERIFY(toldBy(path(u"grid.png"_s)).contains(u"all heads, pattern"_s));
        ExportJob wrong = rig.job(path(u"grid.csv"_s), heads);
        wrong.grid = true;
        QVERIFY(failureOf(wrong).contains(u"expected a .png, .pdf or .svg file"_s));
    }

    void severalHeadsAsOne()
    {
        const Rig rig(9);
        const auto mean = [&](std::size_t query, std::size_t key) {
            const double sum
                = double(rig.source->value({0}, {1}, query, key)) + rig.source->value({1}, {2}, query, key);
            return static_cast<float>(sum / 2);
        };
        const auto job = [&](const QString& name) {
            ExportJob job = rig.job(path(name), {{0, 0}});
            job.what.combined = CombinedHeads{Aggregate::Mean, {{0, 1}, {1, 2}}, {}};
            return job;
        };
        const QString name = u"mean of 2 heads: L0 H1, L1 H2"_s;
        for (const auto& [format, ending] : fileFormats()) {
            const QString named = u"mean"_s + QLatin1StringView(ending), file = path(named);
            runExport(job(named), nothing);
            QVERIFY2(toldBy(file).contains(name), ending);
        }
        const auto values = valuesOf(contents(path(u"mean.npy"_s)));
        QCOMPARE(values.size(), std::size_t(81));
        for (std::size_t at = 0; at < values.size(); ++at)
            QCOMPARE(values[at], at % 9 > at / 9 ? 0 : mean(at / 9, at % 9));
        const auto beside = QJsonDocument::fromJson(contents(path(u"mean.npy.json"_s))).object();
        QCOMPARE(beside[u"heads"_s].toArray(), QJsonArray{name});
        QCOMPARE(beside[u"axes"_s].toArray(), (QJsonArray{u"query"_s, u"key"_s}));
        QCOMPARE(QString::fromUtf8(contents(path(u"mean.csv"_s))).split(u'\n')[5].split(u',')[2].toFloat(), mean(3, 1));
        QVERIFY(contents(path(u"mean.svg"_s)).contains((u"fake  ·  "_s + name).toUtf8())); // its title
        const QStringList fills = attributesOf(cellsOf(contents(path(u"mean.svg"_s))), u"rect", "fill"_L1);
        QCOMPARE(fills[3 * 9 + 1], QColor(ColourScale().value(mean(3, 1))).name());
        QVERIFY(contents(path(u"mean.html"_s)).contains("id=\"combined\"")
            && !contents(path(u"mean.html"_s)).contains("Statistics"));
        QCOMPARE(shownName(job(u"a.png"_s).what), name);
        QCOMPARE(fileStem(job(u"a.png"_s).what, {0, 0}), std::string("fake_mean"));
    }

    void keysMayBeOfAnotherText()
    {
        struct Cross : FakePatternSource { // four queries look at six tokens
            Cross()
                : FakePatternSource(4)
            {
            }
            std::size_t keys() const noexcept override { return 6; }
        };
        Rig rig(4);
        const auto source = std::make_shared<Cross>();
        source->kind = [](std::size_t, std::size_t) { return CellKind::Allowed; };
        const auto capture = std::make_shared<FakeCapture>(source);
        capture->editHeader().keyTokens = {fakeTokens(6)};
        for (Token& token : capture->editHeader().keyTokens[0])
            token.label.insert(0, "key");
        rig.capture = capture;
        for (const auto& [format, ending] : fileFormats())
            runExport(rig.job(path(u"cross"_s + QLatin1StringView(ending))), nothing);
        const QStringList lines = QString::fromUtf8(contents(path(u"cross.csv"_s))).split(u'\n');
        QVERIFY(lines[1].endsWith(u",5:key·t5"_s) && lines[5].startsWith(u"3:·t3,"_s));
        QVERIFY(contents(path(u"cross.npy"_s)).contains("'shape': (4, 6)"));
        const auto beside = QJsonDocument::fromJson(contents(path(u"cross.npy.json"_s))).object();
        QCOMPARE(beside[u"queries"_s].toArray().size(), 4);
        QCOMPARE(beside[u"keys"_s].toArray()[5].toObject()[u"label"_s].toString(), u"key·t5"_s);
        const QByteArray svg = contents(path(u"cross.svg"_s));
        QVERIFY(QString::fromUtf8(svg).contains(u"key·t5"_s));
        QCOMPARE(attributesOf(cellsOf(svg), u"rect", "fill"_L1).size(), 24);
        QVERIFY(QString::fromUtf8(contents(path(u"cross.html"_s))).contains(u"5 key·t5"_s));
        QVERIFY(valuesText(rig.job(path(u"a.csv"_s)).what).starts_with("query\\key\t0:key·t0"));
    }

    void anArrayAndWhatStandsBesideItComeTogether()
    {
        const Rig rig(4);
        for (const auto& inTheWay : {u"a.npy"_s, u"a.npy.json"_s}) {
            ExportJob job = rig.job(path(u"a.npy"_s));
            job.stacked = true;
            const auto block = [&](std::size_t, std::size_t) { QDir(directory_.path()).mkdir(inTheWay); };
            QVERIFY_THROWS_EXCEPTION(Error, runExport(job, block));
            QCOMPARE(files(), QStringList());
            QVERIFY(QDir(directory_.path()).rmdir(inTheWay));
        }
    }

    void aFilePerHeadGoesIntoADirectory()
    {
        Rig rig(4);
        rig.capture->editHeader().model.name = "a/b:c";
        ExportJob job = rig.job(directory_.path(), {{0, 1}, {1, 2}});
        job.separate = true;
        job.format = FileFormat::Csv;
        runExport(job, nothing);
        QCOMPARE(files(), (QStringList{u"a_b_c_L00_H01.csv"_s, u"a_b_c_L01_H02.csv"_s}));
    }

    void aPageStandsAlone()
    {
        Rig rig(5);
        rig.capture->editHeader().tokens[0][2].label = "</script><img src=x>&amp;";
        for (const bool interactive : {false, true}) {
            ExportJob job = rig.job(path(u"page.html"_s), {{0, 1}, {1, 2}});
            job.interactive = interactive;
            runExport(job, nothing);
            const QByteArray page = contents(path(u"page.html"_s));
            const QStringList anchors = attributesOf(page, u"section", "id"_L1);
            QVERIFY(anchors.contains(u"L0H1"_s) && anchors.contains(u"L1H2"_s)); // and well-formed
            QVERIFY(!page.contains("http:") && !page.contains("https:"));
            for (const QString& link : attributesOf(page, u"image", "href"_L1))
                QVERIFY(link.startsWith(u"data:image/png;base64,"_s));
            const QStringList heights = attributesOf(page, u"script", "data-height"_L1);
            QCOMPARE(heights.count(u"5"_s), interactive ? 2 : 0);
        }
        // The values are those of the head.
        const QByteArray page = contents(path(u"page.html"_s));
        const QByteArray start = "data-kinds=\"a1m4;a2m3;a3m2;a4m1;a5\">";
        QCOMPARE(page.count(start), 2);
        const qsizetype begin = page.lastIndexOf(start) + start.size();
        const QByteArray raw = QByteArray::fromBase64(page.mid(begin, page.indexOf('<', begin) - begin));
        const auto tile = rig.source->make({1}, {2}, {0, 5}, {0, 5}, {});
        QCOMPARE(raw, QByteArray(reinterpret_cast<const char*>(tile->values.data()), 100));
    }

    void picturesHaveTheScaleAskedFor()
    {
        const Rig rig(300);
        for (const int scale : {1, 4}) {
            ExportJob job = rig.job(path(u"large.png"_s));
            job.scale = scale;
            QVERIFY(runExport(job, nothing).note.isEmpty());
            QImageReader::setAllocationLimit(0);
            const QImage image(path(u"large.png"_s));
            QCOMPARE(image.size(), sheetOf(job, {1, 2}).size() * scale);
            QVERIFY(double(image.width()) * image.height() <= largestPicture);
        }
    }

    void failuresLeaveNothing_data()
    {
        QTest::addColumn<QString>("ending");
        for (const auto& [format, ending] : fileFormats())
            QTest::newRow(ending) << QString::fromLatin1(ending);
    }

    void failuresLeaveNothing()
    {
        QFETCH(QString, ending);
        const Rig rig(4);
        QVERIFY(failureOf(rig.job(path(u"no/such"_s) + ending)).contains(u"is not a directory"_s));
        // What is there stays when the data do not come.
        QFile there(path(u"there"_s + ending));
        QVERIFY(there.open(QIODevice::WriteOnly) && there.write("kept") == 4);
        there.close();
        rig.source->layersThere = 1;
        QVERIFY(!failureOf(rig.job(there.fileName())).isEmpty());
        QCOMPARE(contents(there.fileName()), QByteArray("kept"));
        QCOMPARE(files(), QStringList{u"there"_s + ending});
        // A device that is always full is no place for a file.
        QFile::link(u"/dev/full"_s, path(u"full"_s + ending));
        QVERIFY(failureOf(rig.job(path(u"full"_s + ending))).contains(u"found a device or a pipe"_s));
        QFile::remove(path(u"full"_s + ending));
    }

    void aStoppedExportLeavesWhatWasDone()
    {
        const Rig rig(4);
        ExportJob job = rig.job(directory_.path(), {{0, 0}, {0, 1}, {1, 2}});
        job.separate = true;
        const auto stop = [](std::size_t done, std::size_t) {
            if (done == 2)
                throw Cancelled{};
        };
        QVERIFY_THROWS_EXCEPTION(Cancelled, runExport(job, stop));
        QCOMPARE(files().size(), 2);
        init();
        QVERIFY_THROWS_EXCEPTION(Cancelled, runExport(rig.job(path(u"a.pdf"_s), job.what.heads), stop));
        QVERIFY_THROWS_EXCEPTION(Cancelled, runExport(rig.job(path(u"a.npy"_s), job.what.heads), stop));
        QVERIFY_THROWS_EXCEPTION(Cancelled, runExport(rig.job(path(u"a.html"_s), job.what.heads), stop));
        QCOMPARE(files(), QStringList());
    }

    void anUnknownEndingIsNamed()
    {
        QVERIFY_THROWS_EXCEPTION(Error, formatOf("a.jpeg"));
        QCOMPARE(formatOf("A.PNG"), FileFormat::Png);
    }
};

QTEST_MAIN(TestHeadFiles)
#include "tst_head_files.moc"
