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
constexpr std::size_t mostValues = 4'194'304; // the largest tokenizer.json known has 1.9 million

Error wrong(const std::string& where, const std::string& expected, const nlohmann::json& found)
{
    return Error(Fault::BadModelFile, where + ": expected " + expected + ", found " + excerpt(found));
}

/// Looks a document over before it is kept. nlohmann_json's own way to do so while it builds the document takes time
/// that grows with the square of the number of objects in one list.
class Inspector : public nlohmann::json::json_sax_t {
public:
    explicit Inspector(const std::string& label)
        : label_(label)
    {
    }

    bool null() override { return count(); }
    bool boolean(bool) override { return count(); }
    bool number_integer(number_integer_t) override { return count(); }
    bool number_unsigned(number_unsigned_t) override { return count(); }
    bool number_float(number_float_t, const string_t&) override { return count(); }
    bool string(string_t&) override { return count(); }
    bool binary(binary_t&) override { return count(); }

    bool start_object(std::size_t) override
    {
        keys_.emplace_back();
        return descend();
    }
    bool end_object() override
    {
        keys_.pop_back();
        --depth_;
        return true;
    }
    bool start_array(std::size_t) override { return descend(); }
    bool end_array() override
    {
        --depth_;
        return true;
    }

    bool key(string_t& name) override
    {
        if (!keys_.back().insert(name).second)
            throw Error(Fault::BadModelFile, label_ + ": names '" + name + "' twice");
        return count();
    }

    bool parse_error(std::size_t, const std::string&, const nlohmann::json::exception& e) override
    {
        std::string reason = e.what(); // "[json.exception.parse_error.101] parse error at line 1 …"
        if (const auto end = reason.find("] "); end != std::string::npos)
            reason.erase(0, end + 2);
        throw Error(Fault::BadModelFile, label_ + ": not valid JSON: " + reason);
    }

private:
    bool descend()
    {
        if (++depth_ > deepest)
            throw Error(Fault::BadModelFile, label_ + ": is nested deeper than " + std::to_string(deepest) + " levels");
        return count();
    }

    bool count()
    {
        if (++values_ > mostValues)
            throw Error(Fault::BadModelFile,
                label_ + ": expected at most " + std::to_string(mostValues) + " keys and values, found more");
        return true;
    }

    const std::string& label_;
    std::vector<std::set<std::string>> keys_; ///< of the objects that are open
    std::size_t values_ = 0;
    int depth_ = 0;
};

} // namespace

nlohmann::json parseJson(std::string_view text, const std::string& label)
{
    Inspector inspector(label);
    nlohmann::json::sax_parse(text, &inspector);
    return nlohmann::json::parse(text);
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
