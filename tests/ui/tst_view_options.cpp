// SPDX-License-Identifier: GPL-3.0-or-later
// View options as JSON: what is written is read back, and what is not understood is told.
#include "ui/models/view_options.h"

#include <QTest>

using namespace Qt::Literals::StringLiterals;
using namespace headscope;
using namespace headscope::ui;

class ViewOptionsTest : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void roundTrip();
    void defaults();
    void complaints();
};

void ViewOptionsTest::roundTrip()
{
    const auto same = [](const ViewOptions& options) {
        QStringList lines;
        const ViewOptions read = viewOptionsFromJson(viewOptionsToJson(options), &lines);
        return read == options && lines.isEmpty();
    };
    for (const Stage stage : {Stage::Scores, Stage::Mask, Stage::Pattern, Stage::ValueWeighted, Stage::ValueNorm})
        QVERIFY(same({.stage = stage}));
    for (const ScaleMode scale :
        {ScaleMode::Fixed, ScaleMode::Auto, ScaleMode::PerRow, ScaleMode::Percentile, ScaleMode::Logarithmic})
        QVERIFY(same({.scale = scale}));
    for (const auto palette :
        {SequentialPalette::Viridis, SequentialPalette::Cividis, SequentialPalette::Magma, SequentialPalette::Greys})
        QVERIFY(same({.palette = palette}));
    for (const auto diverging : {DivergingPalette::BlueRed, DivergingPalette::PurpleOrange})
        QVERIFY(same({.diverging = diverging}));
    for (const auto specials : {SpecialTokens::Show, SpecialTokens::Exclude, SpecialTokens::Renormalise})
        QVERIFY(same({.specials = specials}));
    for (const auto page : {CentrePage::Heatmap, CentrePage::Lines})
        QVERIFY(same({.page = page}));
    for (const Pool pool : {Pool::Maximum, Pool::MaximumMagnitude, Pool::Mean})
        QVERIFY(same({.pool = pool}));
    for (const SentencePart part : {SentencePart::All, SentencePart::FirstToFirst, SentencePart::SecondToSecond,
             SentencePart::FirstToSecond, SentencePart::SecondToFirst})
        QVERIFY(same({.sentences = part}));
    QVERIFY(same({.sharedScale = true}));
    QVERIFY(same({.transposed = true}));
}

void ViewOptionsTest::defaults()
{
    QStringList lines;
    QVERIFY(viewOptionsFromJson({}, &lines) == ViewOptions());
    QVERIFY(viewOptionsFromJson({{u"of a newer version"_s, 3}}, &lines) == ViewOptions());
    QVERIFY(lines.isEmpty());
}

void ViewOptionsTest::complaints()
{
    QStringList lines;
    const QJsonObject json{{u"stage"_s, u"mask"_s}, {u"scale"_s, u"cubic"_s}, {u"transposed"_s, 1}, {u"pool"_s, true}};
    QVERIFY((viewOptionsFromJson(json, &lines) == ViewOptions{.stage = Stage::Mask}));
    QCOMPARE(lines,
        QStringList({u"scale: expected fixed, auto, per-row, percentile, log, found \"cubic\""_s,
            u"transposed: expected true, false, found 1"_s, u"pool: expected max, max-magnitude, mean, found true"_s}));
}

QTEST_APPLESS_MAIN(ViewOptionsTest)
#include "tst_view_options.moc"
