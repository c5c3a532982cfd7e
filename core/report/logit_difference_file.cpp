// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/logit_difference_file.h"

#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/report/csv.h"

#include <nlohmann/json.hpp>

namespace headscope {
namespace {

using nlohmann::ordered_json;

template <class Range, class Spell> std::string joined(const Range& range, const char* separator, Spell spellOne)
{
    std::string result;
    for (const auto& each : range)
        result.append(&each == &*range.begin() ? "" : separator).append(spellOne(each));
    return result;
}

std::string idText(std::int64_t id) { return std::to_string(id); }

std::string backendOf(const LogitDifferenceRun& run) { return std::string(spell(run.header.request.backend)); }

/// As readPromptSet() reads answers of a CSV file.
std::string spellAnswer(const Answer& answer)
{
    if (answer.id)
        return "id:" + std::to_string(*answer.id);
    std::string text = answer.text.starts_with("id:") ? "\\" : "";
    for (const char c : answer.text)
        text.append(c == '|' || c == '\\' ? "\\" : "").append(1, c);
    return text;
}

std::string spellPrompt(const PromptText& prompt)
{
    return prompt.ids.empty() ? prompt.text : std::string("[").append(joined(prompt.ids, ", ", idText)).append("]");
}

std::string headsOf(const Ablation& ablation)
{
    return joined(ablation.heads, ",", [](const HeadPlace& place) { return spell(place); });
}

using Fields = std::vector<std::pair<std::string, std::string>>;

void addScore(Fields& fields, const std::string& prefix, const AnswerScore& score)
{
    fields.insert(fields.end(),
        {{prefix + "correct_logit", numberField(score.correctMean())},
            {prefix + "incorrect_logit", numberField(score.incorrectMean())},
            {prefix + "logit_difference", numberField(score.difference())}, {prefix + "loss", numberField(score.loss)},
            {prefix + "prediction_id", idText(score.prediction)}, {prefix + "prediction", score.predictionLabel},
            {prefix + "right", score.isRight() ? "1" : "0"}});
}

/// One row of the CSV file, by column.
Fields rowOf(const LogitDifferenceResult& result, const LogitDifferenceRun& run, std::size_t index)
{
    const PromptExample& example = result.request.prompts.examples[index];
    const ExampleAnswers& answers = result.answers[index];
    const ExampleResult& found = run.examples[index];
    const auto tokens = [](const std::vector<AnswerToken>& all) {
        return joined(all, "|", [](const AnswerToken& each) { return each.labels.front(); });
    };
    Fields fields{{"example", std::to_string(index)}, {"backend", backendOf(run)}, {"system", run.header.emulates},
        {"prompt", spellPrompt(example.text())}, {"correct", joined(example.correct, "|", spellAnswer)},
        {"incorrect", joined(example.incorrect, "|", spellAnswer)},
        {"corrupt", example.corrupt ? spellPrompt(*example.corrupt) : ""},
        {"correct_ids", joined(answers.correctIds, "|", idText)},
        {"incorrect_ids", joined(answers.incorrectIds, "|", idText)}, {"correct_tokens", tokens(answers.correct)},
        {"incorrect_tokens", tokens(answers.incorrect)}, {"position", std::to_string(found.position)},
        {"token", run.header.tokens[index][found.position].label}};
    addScore(fields, "", found.score);
    if (found.ablated) {
        addScore(fields, "ablated_", *found.ablated);
        fields.emplace_back("ablated_system", run.ablationSystem);
        fields.emplace_back("ablated_from", found.ablatedFrom);
    }
    fields.emplace_back("notes", joined(answers.notes, "; ", [](const std::string& note) { return note; }));
    return fields;
}

template <class Pick> std::string csvLine(const Fields& fields, Pick pick)
{
    return joined(fields, ",", [&](const auto& field) { return quotedField(field.*pick); }) + "\n";
}

ordered_json jsonOf(const AnswerScore& score)
{
    return {{"correct_logits", score.correct}, {"incorrect_logits", score.incorrect},
        {"correct_logit", score.correctMean()}, {"incorrect_logit", score.incorrectMean()},
        {"logit_difference", score.difference()}, {"loss", score.loss}, {"prediction_id", score.prediction},
        {"prediction", score.predictionLabel}, {"prediction_logit", score.predictionLogit}, {"right", score.isRight()}};
}

ordered_json jsonOf(const std::vector<AnswerToken>& answers)
{
    auto list = ordered_json::array();
    for (const AnswerToken& answer : answers)
        list.push_back({{"text", answer.text.empty() ? ordered_json() : ordered_json(answer.text)}, {"ids", answer.ids},
            {"tokens", answer.labels}});
    return list;
}

ordered_json jsonOf(const PromptText& prompt)
{
    return prompt.ids.empty() ? ordered_json(prompt.text) : ordered_json(prompt.ids);
}

ordered_json jsonRow(const LogitDifferenceResult& result, const LogitDifferenceRun& run, std::size_t index)
{
    const PromptExample& example = result.request.prompts.examples[index];
    const ExampleAnswers& answers = result.answers[index];
    const ExampleResult& found = run.examples[index];
    ordered_json row{{"example", index}, {"backend", backendOf(run)}, {"prompt", jsonOf(example.text())},
        {"correct", jsonOf(answers.correct)}, {"incorrect", jsonOf(answers.incorrect)},
        {"correct_ids", answers.correctIds}, {"incorrect_ids", answers.incorrectIds}, {"position", found.position},
        {"token", run.header.tokens[index][found.position].label}};
    row.update(jsonOf(found.score));
    if (found.ablated) {
        row["ablated"] = jsonOf(*found.ablated);
        if (!found.ablatedFrom.empty())
            row["ablated"]["from"] = found.ablatedFrom;
    }
    row["notes"] = answers.notes;
    return row;
}

ordered_json jsonOf(const LogitDifferenceRun& run)
{
    const RunHeader& header = run.header;
    ordered_json about{{"backend", backendOf(run)}, {"emulates", header.emulates},
        {"reference",
            header.noReference.empty() ? header.emulates : "extension: no reference (" + header.noReference + ")"},
        {"attention", spell(header.request.attention)}, {"device", header.device},
        {"dtype", spell(header.request.dtype)}, {"padding", spell(header.request.padding)},
        {"positions", header.positionsUsed}, {"mask", header.maskForm}, {"provenance", provenance(header)}};
    if (!run.ablationSystem.empty())
        about["ablation_emulates"] = run.ablationSystem;
    about["notes"] = run.notes;
    return about;
}

ordered_json summaryOf(const LogitDifferenceRun& run)
{
    const auto add = [](ordered_json& target, const std::string& prefix, const AnswerSummary& summary) {
        target[prefix + "mean_logit_difference"] = summary.meanDifference;
        target[prefix + "accuracy"] = summary.accuracy;
        target[prefix + "mean_loss"] = summary.meanLoss;
    };
    ordered_json result{{"backend", backendOf(run)}, {"examples", run.examples.size()}};
    add(result, "", run.summary());
    if (const auto ablated = run.ablatedSummary())
        add(result, "ablated_", *ablated);
    return result;
}

ordered_json jsonOf(const Ablation& ablation)
{
    if (ablation.heads.empty())
        return nullptr;
    auto heads = ordered_json::array();
    for (const HeadPlace& place : ablation.heads)
        heads.push_back(spell(place));
    ordered_json result{{"heads", heads}, {"method", spell(ablation.method)}};
    if (ablation.from)
        result["from"] = ablation.from->name;
    return result;
}

/// Files with texts of other people's tokens may hold what is no UTF-8.
void write(const ordered_json& result, const std::filesystem::path& output)
{
    AtomicFile file(output);
    file.write(result.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
    file.commit();
}

void write(const std::string& text, const std::filesystem::path& output)
{
    AtomicFile file(output);
    file.write(text);
    file.commit();
}

std::string about(const LogitDifferenceResult& result)
{
    std::string text = Error::oneLine(
        "# logit differences · " + result.request.runs.front().model + " · prompts " + result.request.prompts.name);
    if (!result.request.prompts.source.empty())
        text.append("\n# source: ").append(Error::oneLine(result.request.prompts.source));
    if (!result.request.ablation.heads.empty())
        text.append("\n# ablation: heads ")
            .append(headsOf(result.request.ablation))
            .append(", method ")
            .append(spell(result.request.ablation.method));
    return text + "\n";
}

} // namespace

std::string describeSummary(const LogitDifferenceRun& run)
{
    const ordered_json summary = summaryOf(run);
    std::string text;
    for (auto field = summary.begin(); field != summary.end(); ++field)
        if (field.key() != "backend")
            text.append(text.empty() ? "" : ", ")
                .append(field.key())
                .append(" ")
                .append(field->is_number_float() ? numberField(field->get<double>()) : field->dump());
    return text;
}

void writeCsv(const LogitDifferenceResult& result, const std::filesystem::path& output)
{
    std::string text = about(result);
    for (const LogitDifferenceRun& run : result.runs) {
        text.append("# ").append(provenance(run.header)).append("\n");
        for (const std::string& note : run.notes)
            text.append("# note ").append(backendOf(run)).append(": ").append(note).append("\n");
        text.append("# summary ").append(backendOf(run)).append(": ").append(describeSummary(run)).append("\n");
    }
    for (std::size_t index = 0; index < result.answers.size(); ++index)
        for (const LogitDifferenceRun& run : result.runs) {
            const Fields fields = rowOf(result, run, index);
            if (index == 0 && &run == &result.runs.front())
                text += csvLine(fields, &Fields::value_type::first);
            text += csvLine(fields, &Fields::value_type::second);
        }
    write(text, output);
}

void writeJson(const LogitDifferenceResult& result, const std::filesystem::path& output)
{
    const LogitDifferenceRequest& request = result.request;
    ordered_json file{{"model", request.runs.front().model},
        {"prompts", {{"name", request.prompts.name}, {"source", request.prompts.source}}},
        {"answer_index", request.answerIndex ? ordered_json(*request.answerIndex) : ordered_json()},
        {"ablation", jsonOf(request.ablation)}, {"runs", ordered_json::array()}, {"rows", ordered_json::array()},
        {"summary", ordered_json::array()}};
    for (const LogitDifferenceRun& run : result.runs) {
        file["runs"].push_back(jsonOf(run));
        file["summary"].push_back(summaryOf(run));
    }
    for (std::size_t index = 0; index < result.answers.size(); ++index)
        for (const LogitDifferenceRun& run : result.runs)
            file["rows"].push_back(jsonRow(result, run, index));
    write(file, output);
}

} // namespace headscope
