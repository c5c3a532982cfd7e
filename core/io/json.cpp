// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/json.h"

#include "core/error.h"

#include <nlohmann/json.hpp>

#include <set>
#include <vector>

namespace headscope {
namespace {

constexpr int deepest = 64;
constexpr std::size_t longest = 80;

Error wrong(const std::string& where, const std::string& expected, const nlohmann::json& found)
{
    return Error(Fault::BadModelFile, where + ": expected " + expected + ", found " + excerpt(found));
}

} // namespace

nlohmann::json parseJson(std::string_view text, const std::string& label)
{
    using Event = nlohmann::json::parse_event_t;
    std::vector<std::set<std::string>> keys;
    const auto onEvent = [&](int depth, Event event, nlohmann::json& parsed) {
        if (depth > deepest)
            throw Error(Fault::BadModelFile, label + ": is nested deeper than " + std::to_string(deepest) + " levels");
        if (event == Event::object_start)
            keys.emplace_back();
        else if (event == Event::object_end)
            keys.pop_back();
        else if (event == Event::key && !keys.back().insert(parsed.get<std::string>()).second)
            throw Error(Fault::BadModelFile, label + ": names '" + parsed.get<std::string>() + "' twice");
        return true;
    };
    try {
        return nlohmann::json::parse(text, onEvent);
    } catch (const nlohmann::json::exception& e) {
        std::string reason = e.what(); // "[json.exception.parse_error.101] parse error at line 1 …"
        if (const auto end = reason.find("] "); end != std::string::npos)
            reason.erase(0, end + 2);
        throw Error(Fault::BadModelFile, label + ": not valid JSON: " + reason);
    }
}

std::string excerpt(const nlohmann::json& value)
{
    if (value.is_null())
        return "nothing";
    std::string text = value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    if (text.size() > longest) {
        std::size_t cut = longest; // not inside a character
        while (cut > 0 && (static_cast<unsigned char>(text[cut]) & 0xC0) == 0x80)
            --cut;
        text.resize(cut);
        text += "…";
    }
    return text;
}

bool boolField(const nlohmann::json& object, const char* key, bool fallback, const std::string& where)
{
    const auto it = object.find(key);
    if (it == object.end() || it->is_null())
        return fallback;
    if (!it->is_boolean())
        throw wrong(where + "." + key, "true or false", *it);
    return it->get<bool>();
}

std::string textField(
    const nlohmann::json& object, const char* key, const std::string& fallback, const std::string& where)
{
    const auto it = object.find(key);
    if (it == object.end() || it->is_null())
        return fallback;
    if (!it->is_string())
        throw wrong(where + "." + key, "a string", *it);
    return it->get<std::string>();
}

std::int64_t tokenId(const nlohmann::json& value, const std::string& where)
{
    if (!value.is_number_unsigned() || value.get<std::uint64_t>() >= (1ULL << 31))
        throw wrong(where, "a token id", value);
    return value.get<std::int64_t>();
}

} // namespace headscope
