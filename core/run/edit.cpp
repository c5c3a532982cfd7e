// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/edit.h"

#include "core/error.h"
#include "core/io/json.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <fstream>
#include <sstream>

namespace headscope {
namespace {

using nlohmann::json;
using Operation = Edit::Operation;

constexpr std::array<std::pair<const char*, Operation>, 5> operations{{{"replace", Operation::Replace},
    {"add", Operation::Add}, {"scale", Operation::Scale}, {"zero", Operation::Zero}, {"mean", Operation::Mean}}};

Error wrong(const std::string& where, const std::string& expected, const json& found)
{
    return Error(Fault::BadInput, where + ": expected " + expected + ", found " + excerpt(found));
}

std::vector<std::int64_t> readIndices(const json& entry, const char* key, const std::string& where)
{
    std::vector<std::int64_t> result;
    const json list = entry.value(key, json::array());
    const std::string what = where + ": " + key;
    if (!list.is_array() || (entry.contains(key) && list.empty()))
        throw wrong(what, "an array of indices", entry.at(key));
    for (const json& value : list) {
        if (!value.is_number_integer() || value.get<double>() < 0 || value.get<double>() > 1e9)
            throw wrong(what, "whole numbers from 0", value);
        result.push_back(value.get<std::int64_t>());
    }
    return result;
}

Edit::Operation readOperation(const json& entry, const std::string& where)
{
    const json name = entry.value("operation", json());
    for (const auto& [text, operation] : operations)
        if (name == text)
            return operation;
    throw wrong(where + ": operation", "replace, add, scale, zero or mean", name);
}

Edit readEdit(const json& entry, const std::filesystem::path& folder, const std::string& where)
{
    constexpr std::array<const char*, 9> keys{
        "hook", "operation", "value", "tensor", "file", "rows", "heads", "queries", "keys"};
    if (!entry.is_object())
        throw wrong(where, "an object", entry);
    for (const auto& [key, value] : entry.items())
        if (std::find(keys.begin(), keys.end(), key) == keys.end())
            throw Error(Fault::BadInput,
                where
                    + ": expected the keys hook, operation, value or tensor and file, rows, heads, queries, keys; "
                      "found '"
                    + key + "'");
    Edit edit;
    const json hook = entry.value("hook", json());
    if (!hook.is_string() || hook.get<std::string>().empty())
        throw wrong(where + ": hook", "the name of a hook", hook);
    edit.hook = hook.get<std::string>();
    edit.operation = readOperation(entry, where);
    const bool tensor = entry.contains("tensor") || entry.contains("file");
    const bool takesTensor = edit.operation == Operation::Replace || edit.operation == Operation::Add;
    const bool takesNumber = takesTensor || edit.operation == Operation::Scale;
    if ((tensor && !takesTensor) || (entry.contains("value") && !takesNumber))
        throw Error(Fault::BadInput, where + ": the operation does not take a " + (tensor ? "tensor" : "value"));
    if (takesNumber && tensor == entry.contains("value"))
        throw Error(Fault::BadInput,
            where + ": expected " + (takesTensor ? "either value or file" : "value") + ", found "
                + (tensor ? "both" : "neither"));
    if (tensor) {
        const json file = entry.value("file", json()), name = entry.value("tensor", json(""));
        if (!file.is_string() || file.get<std::string>().empty())
            throw wrong(where + ": file", "a safetensors file", file);
        if (!name.is_string())
            throw wrong(where + ": tensor", "the name of a tensor in the file", name);
        edit.source = folder / file.get<std::string>();
        edit.tensor = name.get<std::string>();
    } else if (takesNumber) {
        const json value = entry.at("value");
        if (!value.is_number())
            throw wrong(where + ": value", "a number", value);
        edit.value = value.get<double>();
    }
    edit.rows = readIndices(entry, "rows", where);
    edit.heads = readIndices(entry, "heads", where);
    edit.queries = readIndices(entry, "queries", where);
    edit.keys = readIndices(entry, "keys", where);
    return edit;
}

} // namespace

std::string describe(const std::vector<Edit>& edits)
{
    std::string text;
    for (const Edit& edit : edits) {
        text.append(text.empty() ? "" : "; ").append(edit.hook);
        for (const auto& [name, operation] : operations)
            if (operation == edit.operation)
                text.append(" ").append(name);
        if (!edit.source.empty())
            text.append(" ")
                .append(edit.source.filename().string())
                .append(edit.tensor.empty() ? "" : ":")
                .append(edit.tensor);
        else if (edit.operation != Operation::Zero && edit.operation != Operation::Mean)
            text.append(" ").append(json(edit.value).dump());
        const std::array<std::pair<const char*, const std::vector<std::int64_t>*>, 4> axes{
            {{" rows ", &edit.rows}, {" heads ", &edit.heads}, {" queries ", &edit.queries}, {" keys ", &edit.keys}}};
        for (const auto& [name, indices] : axes)
            for (std::size_t i = 0; i < indices->size(); ++i)
                text.append(i == 0 ? name : ",").append(std::to_string((*indices)[i]));
    }
    return text;
}

std::vector<Edit> readEdits(const std::filesystem::path& file)
{
    std::ifstream stream(file, std::ios::binary);
    std::ostringstream content;
    content << stream.rdbuf();
    const std::string label = "--edits: " + file.string();
    if (!stream || content.str().empty())
        throw Error(
            Fault::BadInput, label + ": expected a JSON array of edits, found a file that is empty or cannot be read");
    const json list = parseJson(content.str(), label);
    if (!list.is_array() || list.empty())
        throw wrong(label, "a JSON array of edits", list);
    std::vector<Edit> edits;
    for (const json& entry : list)
        edits.push_back(readEdit(entry, file.parent_path(), label + ": entry " + std::to_string(edits.size() + 1)));
    return edits;
}

} // namespace headscope
