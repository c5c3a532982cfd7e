// SPDX-License-Identifier: GPL-3.0-or-later
// Reading JSON that may be broken or hostile, with messages that name the key.
#pragma once

#include <nlohmann/json_fwd.hpp>

#include <cstdint>
#include <string>
#include <string_view>

namespace headscope {

/// Parses a whole document. Refused, as Error(BadModelFile) that begins with `label`: what is not JSON, keys that an
/// object repeats (nlohmann_json would keep the last), nesting deeper than any file of a model has (it would exhaust
/// the stack), and more keys and values than any has (they would exhaust memory).
nlohmann::json parseJson(std::string_view text, const std::string& label);

/// A value as a message shows it: on one line, cut after some 80 characters.
std::string excerpt(const nlohmann::json& value);

/// object[key], or `fallback` when the key is absent or null. \throws Error(BadModelFile) naming `where` and the key.
bool boolField(const nlohmann::json& object, const char* key, bool fallback, const std::string& where);
std::string textField(
    const nlohmann::json& object, const char* key, const std::string& fallback, const std::string& where);

/// A token id: a whole number from 0 that fits 31 bits. \throws Error(BadModelFile)
std::int64_t tokenId(const nlohmann::json& value, const std::string& where);

} // namespace headscope
