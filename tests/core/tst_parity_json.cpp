// SPDX-License-Identifier: GPL-3.0-or-later
// A parity report as JSON, read back key by key.
#include "tests/core/report_reading.h"
#include "tests/core/sample_report.h"

#include <QTest>

#include <optional>

using namespace headscope;

namespace {

std::optional<std::size_t> optionalIndex(const Json& value)
{
    return value.is_null() ? std::nullopt : std::optional(value.get<std::size_t>());
}

void compareDifference(const Json& json, const Difference& expected)
{
    const auto wanted = figures(expected);
    QCOMPARE(json.size(), wanted.size());
    for (const auto& [name, value] : wanted) {
        QVERIFY2(json.contains(name), name.c_str());
        const std::string found = normal(json.at(name));
        QVERIFY2(sameFigure(found, value), (name + ": " + found + " != " + value).c_str());
    }
}

void compareVerdict(const Json& json, const Verdict& expected)
{
    QCOMPARE(json.at("kind").get<std::string>(), std::string(spell(expected.kind)));
    QCOMPARE(json.at("reasons").size(), expected.reasons.size());
    for (std::size_t i = 0; i < expected.reasons.size(); ++i)
        QVERIFY(findReason(json.at("reasons")[i].get<std::string>()) == expected.reasons[i]);
    QVERIFY(same(number(json.at("gap")), expected.gap));
    QVERIFY(same(number(json.at("aligned_gap")), expected.alignedGap));
}

void compareRow(const Json& json, const ParityRow& expected)
{
    QCOMPARE(json.at("hook").get<std::string>(), expected.hook);
    QVERIFY(optionalIndex(json.at("layer")) == expected.layer);
    QCOMPARE(json.at("rows").get<std::string>(), std::string(spell(expected.rows)));
    QCOMPARE(number(json.at("tolerance")), expected.tolerance);
    compareVerdict(json.at("verdict"), expected.verdict);
    compareDifference(json.at("difference"), expected.difference);
    QCOMPARE(json.at("aligned").is_null(), !expected.aligned);
    if (expected.aligned)
        compareDifference(json.at("aligned"), *expected.aligned);
}

/// Text with what is no UTF-8 replaced, which is all that may differ.
std::string repaired(const std::string& text)
{
    return Json::parse(Json(text).dump(-1, ' ', false, Json::error_handler_t::replace)).get<std::string>();
}

void compareSide(const Json& json, const ParitySide& expected)
{
    QCOMPARE(json.at("label").get<std::string>(), repaired(expected.label));
    QCOMPARE(json.at("system").get<std::string>(), repaired(expected.system));
    QCOMPARE(json.at("provenance").get<std::string>(), repaired(expected.provenance));
    const Json& found = json.at("first_non_finite");
    QCOMPARE(found.is_null(), !expected.firstNonFinite);
    if (!expected.firstNonFinite)
        return;
    QCOMPARE(found.at("value").get<std::string>(), std::string(expected.firstNonFinite->isNan ? "nan" : "inf"));
    QCOMPARE(found.at("hook").get<std::string>(), expected.firstNonFinite->hook);
    QVERIFY(optionalIndex(found.at("layer")) == expected.firstNonFinite->layer);
    QVERIFY(optionalIndex(found.at("head")) == expected.firstNonFinite->cell.head);
    QCOMPARE(found.at("sequence").get<std::size_t>(), expected.firstNonFinite->cell.sequence);
    QCOMPARE(found.at("row").get<std::size_t>(), expected.firstNonFinite->cell.row);
    QCOMPARE(found.at("column").get<std::size_t>(), expected.firstNonFinite->cell.column);
}

void comparePicture(const Json& json, const PatternPicture& expected)
{
    QCOMPARE(json.at("layer").get<std::size_t>(), expected.layer);
    QCOMPARE(json.at("head").get<std::size_t>(), expected.head);
    QCOMPARE(json.at("sequence").get<std::size_t>(), expected.sequence);
    QCOMPARE(json.at("step").get<std::size_t>(), expected.step);
    QVERIFY(same(number(json.at("max_absolute")), expected.maxAbsolute));
    QCOMPARE(json.at("tokens").size(), expected.tokens.size());
    for (std::size_t i = 0; i < expected.tokens.size(); ++i)
        QCOMPARE(json.at("tokens")[i].get<std::string>(), repaired(expected.tokens[i]));
    QCOMPARE(json.at("reference").size(), expected.height);
    for (std::size_t i = 0; i < expected.reference.size(); ++i) {
        const std::size_t row = i / expected.width, column = i % expected.width;
        QCOMPARE(json.at("reference")[row].size(), expected.width);
        QVERIFY(same(static_cast<float>(number(json.at("reference")[row][column])), expected.reference[i]));
        QVERIFY(same(static_cast<float>(number(json.at("candidate")[row][column])), expected.candidate[i]));
    }
}

void compareLogits(const Json& json, const LogitAgreement& expected)
{
    QCOMPARE(json.at("positions").get<std::size_t>(), expected.positions);
    QVERIFY(same(number(json.at("top1")), expected.top1) && same(number(json.at("top5")), expected.top5));
    QVERIFY(same(number(json.at("reference_loss")), expected.referenceLoss));
    QVERIFY(same(number(json.at("candidate_loss")), expected.candidateLoss));
    QCOMPARE(json.at("answers").size(), expected.answers.size());
    for (std::size_t i = 0; i < expected.answers.size(); ++i) {
        const Json& answer = json.at("answers")[i];
        const AnswerAgreement& wanted = expected.answers[i];
        QCOMPARE(answer.at("sequence").get<std::size_t>(), wanted.sequence);
        QCOMPARE(answer.at("position").get<std::size_t>(), wanted.position);
        for (const auto& [key, value] : {std::pair{"reference_correct", wanted.referenceCorrect},
                 {"reference_incorrect", wanted.referenceIncorrect}, {"candidate_correct", wanted.candidateCorrect},
                 {"candidate_incorrect", wanted.candidateIncorrect},
                 {"reference_difference", wanted.referenceCorrect - wanted.referenceIncorrect},
                 {"candidate_difference", wanted.candidateCorrect - wanted.candidateIncorrect},
                 {"reference_loss", wanted.referenceLoss}, {"candidate_loss", wanted.candidateLoss}})
            QVERIFY2(same(number(answer.at(key)), value), key);
    }
}

void comparePair(const Json& json, const ParityPair& expected)
{
    compareSide(json.at("reference"), expected.reference);
    compareSide(json.at("candidate"), expected.candidate);
    QCOMPARE(json.at("sentence").get<std::string>(), describe(expected));
    compareVerdict(json.at("verdict"), expected.verdict);
    compareVerdict(json.at("real"), expected.real);
    compareVerdict(json.at("padded"), expected.padded);
    QVERIFY(optionalIndex(json.at("first_divergence")) == expected.firstDivergence);
    QCOMPARE(json.at("rows").size(), expected.rows.size());
    for (std::size_t i = 0; i < expected.rows.size(); ++i)
        compareRow(json.at("rows")[i], expected.rows[i]);
    QCOMPARE(json.at("reasons").size(), expected.reasons.size());
    for (std::size_t i = 0; i < expected.reasons.size(); ++i) {
        const Json& reason = json.at("reasons")[i];
        const ReasonTest& wanted = expected.reasons[i];
        QVERIFY(findReason(reason.at("reason").get<std::string>()) == wanted.reason);
        QCOMPARE(reason.at("reference").get<std::string>(), wanted.reference);
        QCOMPARE(reason.at("candidate").get<std::string>(), wanted.candidate);
        QVERIFY(same(number(reason.at("gap_aligned")), wanted.gapAligned));
        QCOMPARE(reason.at("failing_aligned").get<std::size_t>(), wanted.failingAligned);
        QCOMPARE(reason.at("needed").get<bool>(), wanted.needed);
    }
    QCOMPARE(json.at("not_compared").size(), expected.notCompared.size());
    for (std::size_t i = 0; i < expected.notCompared.size(); ++i) {
        QCOMPARE(json.at("not_compared")[i].at("hook").get<std::string>(), repaired(expected.notCompared[i].first));
        QCOMPARE(json.at("not_compared")[i].at("why").get<std::string>(), repaired(expected.notCompared[i].second));
    }
    QCOMPARE(json.at("logits").is_null(), !expected.logits);
    if (expected.logits)
        compareLogits(json.at("logits"), *expected.logits);
    QCOMPARE(json.at("pictures").size(), expected.pictures.size());
    for (std::size_t i = 0; i < expected.pictures.size(); ++i)
        comparePicture(json.at("pictures")[i], expected.pictures[i]);
}

} // namespace

class TestParityJson : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void jsonReadsBackAsTheReport()
    {
        const ParityReport report = sampleReport(3);
        const Json json = Json::parse(written(report, ".json").toStdString());
        QCOMPARE(json.at("schema").get<std::string>(), std::string("headscope-parity/1"));
        QCOMPARE(json.at("verdict").get<std::string>(), std::string("not compared"));
        QCOMPARE(json.at("model").get<std::string>(), report.model);
        QCOMPARE(json.at("model_name").get<std::string>(), report.modelName);
        QCOMPARE(json.at("inputs").get<std::string>(), report.inputs);
        QCOMPARE(json.at("peak_bytes").get<std::uint64_t>(), report.peakBytes);
        QCOMPARE(json.at("versions").at("LibTorch").get<std::string>(), std::string("2.13.0"));
        QCOMPARE(json.at("versions").size(), report.versions.size());
        QCOMPARE(json.at("prompts").size(), report.prompts.size());
        for (std::size_t i = 0; i < report.prompts.size(); ++i)
            QCOMPARE(json.at("prompts")[i].get<std::string>(), repaired(report.prompts[i]));
        QCOMPARE(json.at("pairs").size(), report.pairs.size());
        for (std::size_t i = 0; i < report.pairs.size(); ++i)
            comparePair(json.at("pairs")[i], *report.pairs[i]);
    }

    void jsonOfNothingIsJson()
    {
        const Json json = Json::parse(written(ParityReport{}, ".json").toStdString());
        QCOMPARE(json.at("pairs").size(), std::size_t{0});
        QCOMPARE(json.at("verdict").get<std::string>(), std::string("not compared"));
    }
};

QTEST_GUILESS_MAIN(TestParityJson)
#include "tst_parity_json.moc"
