// SPDX-License-Identifier: GPL-3.0-or-later
// Reading comma-separated values.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace headscope {

/// Takes a text apart by RFC 4180: fields between commas, rows between line ends (CRLF or LF), fields in quotes where
/// they hold either, and quotes doubled within quotes.
class CsvReader {
public:
    /// \param label begins messages: "prompts.csv". \param linesBefore lines of the file before `text`.
    CsvReader(std::string_view text, std::string label, std::size_t linesBefore = 0)
        : text_(text)
        , label_(std::move(label))
        , line_(linesBefore + 1)
    {
    }

    /// The next row, or nothing at the end. A line with nothing on it is a row of one empty field.
    /// \throws Error(BadInput) naming label and line, for quotes that are not closed or stand within a field.
    std::optional<std::vector<std::string>> next();
    std::size_t line() const { return rowLine_; } ///< where the last row began, from 1

private:
    std::string field();
    std::string where() const;

    std::string_view text_;
    std::string label_;
    std::size_t at_ = 0, line_, rowLine_ = 0;
};

} // namespace headscope
