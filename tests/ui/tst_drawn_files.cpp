// SPDX-License-Identifier: GPL-3.0-or-later
// Pixels of pictures for files against the colours that their values must have, for every scale mode, palette, stage
// and way to treat special tokens, upright and transposed; and tables that know nothing of it.
#include "core/error.h"
#include "tests/ui/fakes.h"
#include "ui/views/head_files.h"
#include "ui/views/picture.h"

#include <QDir>
#include <QFile>
#include <QTemporaryDir>
#include <QTest>
#include <QXmlStreamReader>

#include <cmath>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::test;
using namespace headscope::ui;

namespace {

constexpr std::size_t length = 40;
struct Place {
    std::size_t query = 0, key = 0;
};
constexpr Place broken{25, 2}, nothing{26, 3}, masked{4, 9};
constexpr Place several[]{{0, 0}, {5, 5}, {20, 7}, {31, 12}, {39, 1}, nothing};

float probability(std::size_t query, std::size_t key)
{
    if (query == broken.query && key == broken.key)
        return std::numeric_limits<float>::quiet_NaN();
    if (query == nothing.query && key == nothing.key)
        return 0;
    return 0.004f + 0.6f * static_cast<float>((query * 7 + key * 3) % 29) / 29;
}

using Stages = std::function<float(float)>;
float plain(float value) { return value; }
float score(float value) { return 9 * value - 2; } // either sign
float length5(float value) { return 5 * value; }

QColor toQColor(Rgb colour) { return QColor(colour[0], colour[1], colour[2]); }

bool near(QColor a, QColor b, int most = 3) // up to a step of a table
{
    const auto apart = [](int x, int y) { return std::abs(x - y); };
    return apart(a.red(), b.red()) <= most && apart(a.green(), b.green()) <= most && apart(a.blue(), b.blue()) <= most;
}

/// The magnitudes of all allowed cells but NaN of rows from `first` on, smallest first.
std::vector<float> sizesOf(const Stages& stage, std::size_t first = 0, std::size_t end = length)
{
    std::vector<float> sizes;
    for (std::size_t query = first; query < end; ++query)
        for (std::size_t key = 0; key <= query; ++key)
            if (const float value = std::abs(stage(probability(query, key))); !std::isnan(value))
                sizes.push_back(value);
    std::sort(sizes.begin(), sizes.end());
    return sizes;
}

/// What the colour of a cell must be, from its value alone.
QColor expected(Place cell, const ViewOptions& view, const Stages& stage)
{
    const float value = stage(probability(cell.query, cell.key));
    const auto sizes = sizesOf(stage);
    const bool diverges = view.stage == Stage::Scores;
    double end = sizes.back();
    if (view.stage == Stage::Pattern && view.scale == ScaleMode::Fixed)
        end = 1;
    if (view.scale == ScaleMode::PerRow)
        end = sizesOf(stage, cell.query, cell.query + 1).back();
    if (view.scale == ScaleMode::Percentile)
        end = sizes[static_cast<std::size_t>(std::ceil(0.99 * double(sizes.size()))) - 1];
    double share = value / end;
    if (view.scale == ScaleMode::Logarithmic)
        share = value > 0 ? 1 + std::log10(value / (view.stage == Stage::Pattern ? 1 : end)) / 6 : 0;
    return toQColor(diverges ? divergingColour(share, view.diverging) : sequentialColour(share, view.palette));
}

QByteArray contents(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

/// Attributes of every element of that name. Fails the test when it is no XML.
std::vector<QXmlStreamAttributes> elementsOf(const QByteArray& xml, QStringView name)
{
    std::vector<QXmlStreamAttributes> found;
    QXmlStreamReader reader(xml);
    while (!reader.atEnd())
        if (reader.readNext() == QXmlStreamReader::StartElement && reader.name() == name)
            found.push_back(reader.attributes());
    return reader.hasError() ? std::vector<QXmlStreamAttributes>() : found;
}

QByteArray cellsOf(const QByteArray& svg)
{
    const qsizetype begin = svg.indexOf("<g id=\"cells\"");
    return begin < 0 ? QByteArray() : svg.mid(begin, svg.indexOf("</g>", begin) + 4 - begin);
}

QImage imageOf(const QString& link)
{
    return QImage::fromData(QByteArray::fromBase64(link.mid(link.indexOf(u',') + 1).toLatin1()));
}

} // namespace

class TestDrawnFiles : public QObject {
    Q_OBJECT

    QTemporaryDir directory_;
    std::shared_ptr<FakePatternSource> source_;
    std::shared_ptr<FakeCapture> capture_;
    QString path(const QString& name) { return directory_.filePath(name); }

    ExportJob job(const QString& name, const ViewOptions& view)
    {
        ExportJob job;
        job.what = {.capture = capture_, .heads = {{1, 2}}, .stage = view.stage};
        job.target = path(name).toStdString();
        job.format = formatOf(job.target);
        job.scale = 1;
        job.view = view;
        return job;
    }

    static void write(ExportJob job)
    {
        runExport(std::move(job), [](std::size_t, std::size_t) {});
    }

    /// The colour of a cell in the PNG that a job wrote.
    static QColor pixelOf(const ExportJob& job, Place cell)
    {
        const QImage image(QString::fromStdString(job.target.string()));
        const QPointF centre = sheetOf(job, {1, 2}).cellArea(cell.query, cell.key).center();
        return image.pixelColor(static_cast<int>(centre.x()) + 2, static_cast<int>(centre.y()) + 2);
    }

private Q_SLOTS:
    void init()
    {
        source_ = std::make_shared<FakePatternSource>(length);
        source_->value = [](LayerId, HeadId, std::size_t query, std::size_t key) { return probability(query, key); };
        source_->stages[Stage::Scores] = score;
        source_->stages[Stage::ValueNorm] = length5;
        capture_ = std::make_shared<FakeCapture>(source_);
    }

    void cellsHaveTheirColours_data()
    {
        QTest::addColumn<int>("stage");
        QTest::addColumn<int>("scale");
        QTest::addColumn<int>("palette");
        QTest::addColumn<bool>("transposed");
        const auto row = [](const char* name, Stage stage, ScaleMode scale, int palette, bool transposed) {
            QTest::newRow(name) << int(stage) << int(scale) << palette << transposed;
        };
        row("0 to 1", Stage::Pattern, ScaleMode::Fixed, 0, false);
        row("0 to largest, cividis", Stage::Pattern, ScaleMode::Auto, 1, false);
        row("per row, magma, transposed", Stage::Pattern, ScaleMode::PerRow, 2, true);
        row("percentile, greys", Stage::Pattern, ScaleMode::Percentile, 3, false);
        row("logarithmic, transposed", Stage::Pattern, ScaleMode::Logarithmic, 0, true);
        row("scores", Stage::Scores, ScaleMode::Auto, 0, false);
        row("scores, percentile, purple and orange, transposed", Stage::Scores, ScaleMode::Percentile, 1, true);
        row("scores per row", Stage::Scores, ScaleMode::PerRow, 0, false);
        row("lengths", Stage::ValueNorm, ScaleMode::Auto, 2, false);
        row("lengths, logarithmic", Stage::ValueNorm, ScaleMode::Logarithmic, 0, false);
    }

    void cellsHaveTheirColours()
    {
        QFETCH(int, stage);
        QFETCH(int, scale);
        QFETCH(int, palette);
        QFETCH(bool, transposed);
        ViewOptions view{.stage = Stage(stage), .scale = ScaleMode(scale), .transposed = transposed};
        view.palette = SequentialPalette(palette);
        view.diverging = DivergingPalette(palette % 2);
        const Stages values = view.stage == Stage::Scores ? score : view.stage == Stage::ValueNorm ? length5 : plain;

        const ExportJob png = job(u"a.png"_s, view);
        write(png);
        write(job(u"a.svg"_s, view));
        write(job(u"a.html"_s, view));
        const auto rectangles = elementsOf(cellsOf(contents(path(u"a.svg"_s))), u"rect");
        QCOMPARE(rectangles.size(), length * length);
        const auto images = elementsOf(contents(path(u"a.html"_s)), u"image");
        QCOMPARE(images.size(), std::size_t(1));
        const QImage page = imageOf(images[0].value("href"_L1).toString());
        const auto colours = [&](Place cell) {
            const auto& rectangle = rectangles[cell.query * length + cell.key];
            const QPoint pixel(static_cast<int>(transposed ? cell.query : cell.key),
                static_cast<int>(transposed ? cell.key : cell.query));
            return std::array<QColor, 3>{
                pixelOf(png, cell), QColor(rectangle.value("fill"_L1).toString()), page.pixelColor(pixel)};
        };
        for (const Place cell : several) {
            const QColor wanted = expected(cell, view, values);
            for (const QColor& found : colours(cell))
                QVERIFY2(near(found, wanted, 5),
                    qPrintable(u"q %1 k %2: expected %3, found %4"_s.arg(cell.query)
                                   .arg(cell.key)
                                   .arg(wanted.name(), found.name())));
        }
        const ColourScale drawn = sheetOf(png, {1, 2}).scale();
        for (const QColor& found : colours(broken))
            QCOMPARE(found, toQColor(nanColour));
        for (const QColor& found : colours(masked))
            QCOMPARE(found, QColor(drawn.masked()));
        // Keys go down where rows are keys.
        const auto at = [&](Place cell, QLatin1StringView axis) {
            return rectangles[cell.query * length + cell.key].value(axis).toDouble();
        };
        QCOMPARE(at({9, 3}, "y"_L1) > at({9, 2}, "y"_L1), transposed);
        QCOMPARE(at({9, 3}, "x"_L1) > at({8, 3}, "x"_L1), transposed);
        QCOMPARE(at({9, 3}, "x"_L1) > at({9, 2}, "x"_L1), !transposed);
    }

    void tablesKnowNothingOfIt()
    {
        source_->leftOut = {0, 3};
        const ViewOptions odd{.scale = ScaleMode::PerRow,
            .palette = SequentialPalette::Magma,
            .specials = SpecialTokens::Renormalise,
            .transposed = true,
            .pool = Pool::Mean};
        qputenv("SOURCE_DATE_EPOCH", "1767225600");
        for (const auto& name : {u"t.csv"_s, u"t.npy"_s}) {
            write(job(name, {}));
            const QByteArray before = contents(path(name)), beside = contents(path(name + u".json"_s));
            write(job(name, odd));
            QCOMPARE(contents(path(name)), before);
            QCOMPARE(contents(path(name + u".json"_s)), beside);
            QVERIFY(!before.isEmpty());
        }
        // The values in a page are the run's own, too.
        const auto valuesOf = [&](const ViewOptions& view) {
            ExportJob page = job(u"t.html"_s, view);
            page.interactive = true;
            write(page);
            const QByteArray text = contents(path(u"t.html"_s));
            const qsizetype begin = text.indexOf('>', text.indexOf("data-kinds=")) + 1;
            return text.mid(begin, text.indexOf('<', begin) - begin);
        };
        QCOMPARE(valuesOf(odd), valuesOf({}));
        QVERIFY(contents(path(u"t.html"_s)).contains("</script>"));
        valuesOf(odd);
        const QByteArray page = contents(path(u"t.html"_s));
        for (const char* words : {"Rows are keys, columns are queries", "renormalised without special tokens",
                 "each row divided by its largest value", "data-transposed=\"yes\"", ">left out<"})
            QVERIFY2(page.contains(words), words);
    }

    void whatWasDoneToTheValuesIsSaid()
    {
        source_->leftOut = {3};
        ViewOptions view{.specials = SpecialTokens::Exclude};
        ExportJob svg = job(u"s.svg"_s, view);
        svg.footer = false; // whoever sees the picture must know in any case
        write(svg);
        QVERIFY(contents(path(u"s.svg"_s)).contains(">special tokens left out<"));
        QVERIFY(contents(path(u"s.svg"_s)).contains(">left out<"));
        const auto rectangles = elementsOf(cellsOf(contents(path(u"s.svg"_s))), u"rect");
        QCOMPARE(QColor(rectangles[9 * length + 3].value("fill"_L1).toString()), QColor(ColourScale().excluded(3, 1)));
        view.specials = SpecialTokens::Renormalise;
        view.scale = ScaleMode::Logarithmic;
        view.transposed = true;
        svg.view = view;
        write(svg);
        const QByteArray told = contents(path(u"s.svg"_s));
        QVERIFY(told.contains(">renormalised without special tokens<"));
        QVERIFY(told.contains("renormalised without special tokens, logarithmic colours, rows are keys ·"));
        for (const char* decade : {" 1e-06<", ">1e-05<", ">0.001<", ">1<"}) // "≤" may come from another font
            QVERIFY2(told.contains(decade), decade);
        write(job(u"s.svg"_s, {}));
        QVERIFY(!contents(path(u"s.svg"_s)).contains("left out"));
    }

    void aScaleCanBeKept()
    {
        ViewOptions view{.scale = ScaleMode::Auto};
        ExportJob png = job(u"k.png"_s, view);
        png.shown = ShownScale{{0.25f, {}}, true}; // of another head
        write(png);
        const Place cell{5, 5};
        QVERIFY(near(pixelOf(png, cell), toQColor(sequentialColour(probability(5, 5) / 0.25))));
        // A part reaches as far as the window's scale, which has seen all of the head.
        png.what.rows = png.what.columns = Range{3, 6};
        const float most = sizesOf(plain).back();
        float part = 0;
        for (std::size_t query = 3; query < 6; ++query)
            for (std::size_t key = 3; key <= query; ++key)
                part = std::max(part, probability(query, key));
        QVERIFY(most > 1.2f * part);
        png.shown = ShownScale{{most, {}}, false};
        write(png);
        const QPointF centre = sheetOf(png, {1, 2}).cellArea(2, 2).center();
        const QColor found = QImage(path(u"k.png"_s)).pixelColor(centre.toPoint() + QPoint(2, 2));
        QVERIFY(near(found, toQColor(sequentialColour(probability(5, 5) / most))));
        // Of another quantity it says nothing.
        ExportJob scores = job(u"k.png"_s, {.stage = Stage::Scores});
        scores.shown = png.shown;
        write(scores);
        QVERIFY(near(pixelOf(scores, cell), expected(cell, {.stage = Stage::Scores, .scale = ScaleMode::Auto}, score)));
    }

    void aDarkGround()
    {
        ExportJob png = job(u"d.png"_s, {});
        png.dark = true;
        write(png);
        QVERIFY(QImage(path(u"d.png"_s)).pixelColor(1, 1).lightness() < 80);
        QVERIFY(near(pixelOf(png, {5, 5}), expected({5, 5}, {}, plain)));
    }
};

QTEST_MAIN(TestDrawnFiles)
#include "tst_drawn_files.moc"
