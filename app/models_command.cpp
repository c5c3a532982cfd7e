// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/models_command.h"

#include "core/error.h"
#include "core/model/model_finder.h"
#include "core/run/system_info.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <array>
#include <iostream>

namespace headscope {
namespace {

constexpr std::size_t columns = 9;
using Row = std::array<std::string, columns>;

/// Names of directories may hold anything; a terminal gets no control characters.
std::string printable(std::string text)
{
    for (char& c : text)
        if (static_cast<unsigned char>(c) < 0x20 || c == 0x7f)
            c = '?';
    return text;
}

Row rowOf(const FoundModel& model)
{
    const ModelInfo& info = model.info;
    const auto orDash = [](const std::string& text) { return text.empty() ? std::string("-") : printable(text); };
    const auto ifKnown = [&](const std::string& text) { return model.opens() ? text : std::string("-"); };
    return {std::string(nameOf(model.origin)), printable(model.name), orDash(info.family),
        ifKnown(std::to_string(info.layers) + "x" + std::to_string(info.heads)), ifKnown(countText(info.parameters)),
        info.storedBytes ? byteText(info.storedBytes) : "-", orDash(info.storedDtype),
        std::string(model.hasTokenizer ? "tokenizer" : "-") + (info.hasChatTemplate ? "+chat" : "")
            + (model.opens() && !model.hasHead ? "+nohead" : ""),
        printable(model.location + (model.opens() ? "" : "  cannot be opened: " + model.reason))};
}

/// Letters, not bytes; wide letters do not occur often enough to matter.
std::size_t widthOf(const std::string& text)
{
    return static_cast<std::size_t>(
        std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

void printTable(const std::vector<FoundModel>& models)
{
    std::vector<Row> rows{
        {"FROM", "NAME", "FAMILY", "LAYERSxHEADS", "PARAMETERS", "SIZE", "DTYPE", "TEXT", "LOCATION"}};
    for (const FoundModel& model : models)
        rows.push_back(rowOf(model));
    std::array<std::size_t, columns> widths{};
    for (const Row& row : rows)
        for (std::size_t i = 0; i < columns; ++i)
            widths[i] = std::max(widths[i], widthOf(row[i]));
    for (const Row& row : rows) {
        for (std::size_t i = 0; i + 1 < columns; ++i)
            std::cout << row[i] << std::string(widths[i] - widthOf(row[i]) + 2, ' ');
        std::cout << row.back() << "\n";
    }
}

nlohmann::json jsonOf(const FoundModel& model)
{
    const ModelInfo& info = model.info;
    const auto known
        = []<class Value>(const Value& value) { return value == Value() ? nlohmann::json() : nlohmann::json(value); };
    return {{"from", nameOf(model.origin)}, {"name", model.name}, {"location", model.location},
        {"revision", known(model.revision)}, {"family", known(info.family)}, {"layers", known(info.layers)},
        {"heads", known(info.heads)}, {"key_value_heads", known(info.keyValueHeads)},
        {"parameters", known(info.parameters)}, {"bytes", known(info.storedBytes)}, {"dtype", known(info.storedDtype)},
        {"tokenizer", model.hasTokenizer}, {"chat_template", info.hasChatTemplate}, {"head", model.hasHead},
        {"opens", model.opens()}, {"reason", known(model.reason)}};
}

} // namespace

int listModels(const std::vector<std::filesystem::path>& folders, bool json)
{
    ModelPlaces places = usualPlaces();
    for (const std::filesystem::path& folder : folders) {
        std::error_code ignored;
        if (!std::filesystem::is_directory(folder, ignored))
            throw Error(Fault::BadInput,
                "--folder: " + folder.string() + ": expected a directory, found "
                    + (std::filesystem::exists(folder, ignored) ? "a file" : "nothing there"));
        places.folders.push_back(folder);
    }
    const std::vector<FoundModel> models = findModels(places);
    if (!json) {
        printTable(models);
        return 0;
    }
    auto list = nlohmann::json::array();
    for (const FoundModel& model : models)
        list.push_back(jsonOf(model));
    std::cout << list.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) << "\n";
    return 0;
}

} // namespace headscope
