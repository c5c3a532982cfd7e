// SPDX-License-Identifier: GPL-3.0-or-later
// The schema headscope-parity/1 is described in README.md beside this file.
#include "core/report/parity_figures.h"
#include "core/report/parity_formats.h"

#include <nlohmann/json.hpp>

#include <cmath>
#include <type_traits>

namespace headscope {
namespace {

using Json = nlohmann::ordered_json;

/// JSON has no NaN and no infinities: they are the strings that Python's float() reads.
Json number(double value) { return std::isfinite(value) ? Json(value) : Json(exactNumber(value)); }

Json value(const Figure& figure)
{
    return std::visit(
        [](const auto& of) {
            using Type = std::decay_t<decltype(of)>;
            if constexpr (std::is_same_v<Type, std::monostate>)
                return Json();
            else if constexpr (std::is_same_v<Type, double>)
                return number(of);
            else
                return Json(of);
        },
        figure);
}

Json layerOf(const std::optional<std::size_t>& layer) { return layer ? Json(*layer) : Json(); }

Json verdictOf(const Verdict& verdict)
{
    Json reasons = Json::array();
    for (const Reason reason : verdict.reasons)
        reasons.push_back(infoOf(reason).id);
    return {{"kind", spell(verdict.kind)}, {"reasons", std::move(reasons)}, {"gap", number(verdict.gap)},
        {"aligned_gap", number(verdict.alignedGap)}};
}

Json differenceOf(const Difference& difference)
{
    Json result = Json::object();
    for (const DifferenceFigure& figure : differenceFigures())
        result[std::string(figure.name)] = value(figure.of(difference));
    return result;
}

Json rowOf(const ParityRow& row)
{
    return {{"hook", row.hook}, {"layer", layerOf(row.layer)}, {"rows", spell(row.rows)},
        {"tolerance", number(row.tolerance)}, {"verdict", verdictOf(row.verdict)},
        {"difference", differenceOf(row.difference)}, {"aligned", row.aligned ? differenceOf(*row.aligned) : Json()}};
}

Json nonFiniteOf(const std::optional<NonFinite>& found)
{
    if (!found)
        return {};
    return {{"value", found->isNan ? "nan" : "inf"}, {"hook", found->hook}, {"layer", layerOf(found->layer)},
        {"sequence", found->cell.sequence}, {"head", layerOf(found->cell.head)}, {"row", found->cell.row},
        {"column", found->cell.column}};
}

Json sideOf(const ParitySide& side)
{
    return {{"label", side.label}, {"system", side.system}, {"provenance", side.provenance},
        {"first_non_finite", nonFiniteOf(side.firstNonFinite)}};
}

Json reasonOf(const ReasonTest& test)
{
    return {{"reason", infoOf(test.reason).id}, {"reference", test.reference}, {"candidate", test.candidate},
        {"gap_aligned", number(test.gapAligned)}, {"failing_aligned", test.failingAligned}, {"needed", test.needed}};
}

Json answerOf(const AnswerAgreement& answer)
{
    return {{"sequence", answer.sequence}, {"position", answer.position},
        {"reference_correct", number(answer.referenceCorrect)},
        {"reference_incorrect", number(answer.referenceIncorrect)},
        {"candidate_correct", number(answer.candidateCorrect)},
        {"candidate_incorrect", number(answer.candidateIncorrect)},
        {"reference_difference", number(answer.referenceDifference())},
        {"candidate_difference", number(answer.candidateDifference())},
        {"reference_loss", number(answer.referenceLoss)}, {"candidate_loss", number(answer.candidateLoss)}};
}

Json logitsOf(const std::optional<LogitAgreement>& logits)
{
    if (!logits)
        return {};
    Json answers = Json::array();
    for (const AnswerAgreement& answer : logits->answers)
        answers.push_back(answerOf(answer));
    return {{"positions", logits->positions}, {"top1", number(logits->top1)}, {"top5", number(logits->top5)},
        {"reference_loss", number(logits->referenceLoss)}, {"candidate_loss", number(logits->candidateLoss)},
        {"answers", std::move(answers)}};
}

Json matrixOf(const std::vector<float>& values, std::size_t width)
{
    Json rows = Json::array();
    for (std::size_t at = 0; at < values.size(); ++at) {
        if (at % width == 0)
            rows.push_back(Json::array());
        rows.back().push_back(number(values[at]));
    }
    return rows;
}

Json pictureOf(const PatternPicture& picture)
{
    return {{"layer", picture.layer}, {"head", picture.head}, {"sequence", picture.sequence}, {"step", picture.step},
        {"height", picture.height}, {"width", picture.width}, {"max_absolute", number(picture.maxAbsolute)},
        {"tokens", picture.tokens}, {"reference", matrixOf(picture.reference, picture.width)},
        {"candidate", matrixOf(picture.candidate, picture.width)}};
}

/// One line; text that is no UTF-8 gets U+FFFD in place of what is broken.
std::string dumped(const Json& json) { return json.dump(-1, ' ', false, Json::error_handler_t::replace); }

/// The members of an object, one a line, without the brace that ends it.
std::string opened(const Json& object)
{
    std::string text = "{";
    for (auto member = object.begin(); member != object.end(); ++member)
        text += dumped(Json(member.key())) + ": " + dumped(member.value()) + ",\n";
    return text;
}

/// A named array, an element a line; written as it is made, as a report may have very many rows.
template <class Values, class Make>
void writeArray(const TextSink& out, const std::string& name, const Values& values, Make make)
{
    out("\"" + name + "\": [");
    const char* separator = "\n";
    for (const auto& of : values) {
        out(separator + dumped(make(of)));
        separator = ",\n";
    }
    out("]");
}

void writePair(const ParityPair& pair, const TextSink& out)
{
    Json head{{"reference", sideOf(pair.reference)}, {"candidate", sideOf(pair.candidate)},
        {"sentence", describe(pair)}, {"verdict", verdictOf(pair.verdict)}, {"real", verdictOf(pair.real)},
        {"padded", verdictOf(pair.padded)}, {"first_divergence", layerOf(pair.firstDivergence)},
        {"logits", logitsOf(pair.logits)}};
    out(opened(head));
    writeArray(out, "reasons", pair.reasons, reasonOf);
    out(",\n");
    writeArray(out, "rows", pair.rows, rowOf);
    out(",\n");
    writeArray(out, "not_compared", pair.notCompared, [](const auto& missing) {
        return Json{{"hook", missing.first}, {"why", missing.second}};
    });
    out(",\n");
    writeArray(out, "pictures", pair.pictures, pictureOf);
    out("}");
}

} // namespace

void writeParityJson(const ParityReport& report, const TextSink& out)
{
    Json versions = Json::object();
    for (const auto& [name, version] : report.versions)
        versions[name] = version;
    out(opened({{"schema", "headscope-parity/1"}, {"verdict", spell(report.worst())}, {"model", report.model},
        {"model_name", report.modelName}, {"inputs", report.inputs}, {"prompts", report.prompts},
        {"versions", std::move(versions)}, {"peak_bytes", report.peakBytes}}));
    out("\"pairs\": [");
    const char* separator = "\n";
    for (const auto& pair : report.pairs) {
        out(separator);
        writePair(*pair, out);
        separator = ",\n";
    }
    out("]}\n");
}

} // namespace headscope
