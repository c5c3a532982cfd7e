// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/prompt_set.h"

#include "core/error.h"
#include "core/io/csv_reader.h"
#include "core/io/json.h"
#include "core/model/embedded.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

namespace headscope {
namespace {

using nlohmann::json;

constexpr std::string_view folder = "prompts/", suffix = ".jsonl";
constexpr std::int64_t largestId = 2'147'483'647;

Error wrong(const std::string& where, const std::string& expected, const std::string& found)
{
    return Error(Fault::BadInput, where + ": expected " + expected + ", found " + found);
}

std::int64_t readId(const json& value, const std::string& where)
{
    if (!value.is_number_integer() || value.get<double>() < 0 || value.get<double>() > static_cast<double>(largestId))
        throw wrong(where, "a token id", excerpt(value));
    return value.get<std::int64_t>();
}

Answer readAnswer(const json& value, const std::string& where)
{
    if (value.is_number())
        return {.id = readId(value, where)};
    if (!value.is_string() || value.get_ref<const std::string&>().empty())
        throw wrong(where, "a text or a token id", excerpt(value));
    return {.text = value.get<std::string>()};
}

std::vector<Answer> readAnswers(const json& line, const char* key, const std::string& where)
{
    const std::string place = where + ": " + key;
    const auto found = line.find(key);
    const json value = found == line.end() ? json() : *found;
    if (value.is_null() || (value.is_array() && value.empty()))
        throw wrong(place, "an answer or an array of answers", excerpt(value));
    std::vector<Answer> answers;
    if (!value.is_array())
        answers.push_back(readAnswer(value, place));
    else
        for (const json& each : value)
            answers.push_back(readAnswer(each, place));
    return answers;
}

PromptText readPrompt(const json& value, const std::string& where)
{
    const bool text = value.is_string() && !value.get_ref<const std::string&>().empty();
    if (!text && (!value.is_array() || value.empty()))
        throw wrong(where, "a text or an array of token ids", excerpt(value));
    PromptText prompt;
    if (text)
        prompt.text = value.get<std::string>();
    else
        for (const json& id : value)
            prompt.ids.push_back(readId(id, where));
    return prompt;
}

PromptExample readObject(const json& line, AnswersAre answers, const std::string& where)
{
    if (!line.is_object())
        throw wrong(where, "an object {\"prompt\", \"correct\", \"incorrect\"}", excerpt(line));
    PromptExample example{.where = where};
    const PromptText prompt = readPrompt(line.value("prompt", json()), where + ": prompt");
    example.prompt = prompt.text;
    example.promptIds = prompt.ids;
    if (answers == AnswersAre::Required || line.contains("correct") || line.contains("incorrect")) {
        example.correct = readAnswers(line, "correct", where);
        example.incorrect = readAnswers(line, "incorrect", where);
    }
    if (const auto corrupt = line.find("corrupt"); corrupt != line.end() && !corrupt->is_null())
        example.corrupt = readPrompt(*corrupt, where + ": corrupt");
    return example;
}

bool isBlank(std::string_view line) { return line.find_first_not_of(" \t\r") == std::string_view::npos; }

PromptSet readJsonLines(std::string_view text, AnswersAre answers, const std::string& label)
{
    PromptSet set;
    std::size_t number = 0;
    bool first = true;
    while (!text.empty()) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        const std::string_view line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const std::string where = label + ":" + std::to_string(++number);
        if (isBlank(line))
            continue;
        json object;
        try {
            object = parseJson(line, where);
        } catch (const Error& e) {
            throw Error(Fault::BadInput, e.what());
        }
        const bool about = std::exchange(first, false) && object.is_object() && object.contains("source")
            && !object.contains("prompt");
        if (about && !object["source"].is_string())
            throw wrong(where + ": source", "a text", excerpt(object["source"]));
        if (about)
            set.source = object["source"].get<std::string>();
        else
            set.examples.push_back(readObject(object, answers, where));
    }
    return set;
}

/// Splits at `|`; a backslash takes away the meaning of what follows it.
std::vector<Answer> splitAnswers(const std::string& field, const std::string& where)
{
    std::vector<Answer> answers;
    Answer next;
    bool plain = false; // the text began with a backslash
    const auto finish = [&] {
        if (next.text.empty())
            throw wrong(where, "answers with | between them", field.empty() ? "nothing" : "'" + field + "'");
        if (!plain && next.text.starts_with("id:")) {
            const char* begin = next.text.data() + 3;
            const char* end = next.text.data() + next.text.size();
            std::int64_t id = -1;
            const auto parsed = std::from_chars(begin, end, id);
            if (parsed.ec != std::errc() || parsed.ptr != end || id < 0 || id > largestId)
                throw wrong(where, "id: and a token id (\\id: for these letters)", "'" + next.text + "'");
            next = {.id = id};
        }
        answers.push_back(std::exchange(next, {}));
        plain = false;
    };
    for (std::size_t at = 0; at < field.size(); ++at) {
        const bool escapes = field[at] == '\\' && at + 1 < field.size();
        if (field[at] == '|') {
            finish();
            continue;
        }
        plain = plain || (escapes && next.text.empty());
        next.text += field[escapes ? ++at : at];
    }
    finish();
    return answers;
}

PromptSet readCsv(std::string_view text, const std::string& label)
{
    PromptSet set;
    CsvReader reader(text, label);
    constexpr std::string_view sourceMark = "# source: ";
    // Remarks are cut off first, as they need not be well-formed rows.
    std::size_t remarks = 0;
    while (text.starts_with('#')) {
        const std::size_t end = std::min(text.find('\n'), text.size());
        std::string_view line = text.substr(0, end);
        if (line.ends_with('\r'))
            line.remove_suffix(1);
        if (line.starts_with(sourceMark))
            set.source = line.substr(sourceMark.size());
        text.remove_prefix(std::min(end + 1, text.size()));
        ++remarks;
    }
    reader = CsvReader(text, label, remarks);
    const auto header = reader.next();
    const auto column = [&](std::string_view name) -> std::optional<std::size_t> {
        if (!header)
            return std::nullopt;
        const auto at = std::find(header->begin(), header->end(), name);
        if (at == header->end())
            return std::nullopt;
        if (std::find(at + 1, header->end(), name) != header->end())
            throw wrong(label + ":" + std::to_string(reader.line()), "one column '" + std::string(name) + "'", "two");
        return static_cast<std::size_t>(at - header->begin());
    };
    const auto required = [&](std::string_view name) {
        const auto found = column(name);
        if (!found)
            throw wrong(label + ":" + std::to_string(std::max<std::size_t>(reader.line(), 1)),
                "a header row with the columns prompt, correct and incorrect", "no '" + std::string(name) + "'");
        return *found;
    };
    const std::size_t prompt = required("prompt"), correct = required("correct"), incorrect = required("incorrect");
    const auto corrupt = column("corrupt");
    while (const auto row = reader.next()) {
        if (row->size() == 1 && row->front().empty())
            continue;
        const std::string where = label + ":" + std::to_string(reader.line());
        if (row->size() != header->size())
            throw wrong(
                where, std::to_string(header->size()) + " fields as in the header", std::to_string(row->size()));
        PromptExample example{.prompt = (*row)[prompt],
            .correct = splitAnswers((*row)[correct], where + ": correct"),
            .incorrect = splitAnswers((*row)[incorrect], where + ": incorrect"),
            .where = where};
        if (example.prompt.empty())
            throw wrong(where + ": prompt", "a text", "nothing");
        if (corrupt && !(*row)[*corrupt].empty())
            example.corrupt = PromptText{.text = (*row)[*corrupt]};
        set.examples.push_back(std::move(example));
    }
    return set;
}

std::string readWhole(const std::string& path)
{
    std::error_code failure;
    if (std::filesystem::is_directory(path, failure))
        throw wrong(path, "a file of prompts", "a directory");
    std::ifstream file(path, std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    if (!file)
        throw wrong(path, "a file of prompts", "one that cannot be read");
    return content.str();
}

std::string listOfEmbedded()
{
    std::string all;
    for (const std::string& name : embeddedPromptSets())
        all.append(all.empty() ? "" : ", ").append(name);
    return all;
}

} // namespace

std::vector<std::string> embeddedPromptSets()
{
    std::vector<std::string> names;
    for (const EmbeddedFile& file : embeddedFiles())
        if (file.path.starts_with(folder) && file.path.ends_with(suffix))
            names.emplace_back(file.path.substr(folder.size(), file.path.size() - folder.size() - suffix.size()));
    std::sort(names.begin(), names.end());
    return names;
}

PromptSet readPromptSet(const std::string& nameOrPath, AnswersAre answers)
{
    std::error_code ignored;
    const bool exists = std::filesystem::exists(nameOrPath, ignored);
    const EmbeddedFile* embedded
        = exists ? nullptr : findEmbeddedFile(std::string(folder).append(nameOrPath).append(suffix));
    if (!exists && !embedded)
        throw wrong("--prompts", "a file, or one of " + listOfEmbedded(), "'" + nameOrPath + "', which does not exist");
    const std::string content = embedded ? std::string(embedded->text()) : readWhole(nameOrPath);
    std::string_view text = content;
    if (text.starts_with("\xEF\xBB\xBF"))
        text.remove_prefix(3);
    const bool csv = std::filesystem::path(nameOrPath).extension() == ".csv";
    PromptSet set = csv ? readCsv(text, nameOrPath) : readJsonLines(text, answers, nameOrPath);
    if (set.examples.empty())
        throw wrong(nameOrPath, "at least one prompt", "none");
    set.name = nameOrPath;
    return set;
}

} // namespace headscope
