// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/csv.h"

#include <charconv>
#include <string>

namespace headscope {
std::string quotedField(const std::string& text)
{
    if (text.find_first_of(",\"\r\n") == std::string::npos)
        return text;
    std::string result = "\"";
    for (const char c : text)
        result += c == '"' ? std::string("\"\"") : std::string(1, c);
    return result + "\"";
}

std::string numberField(double value)
{
    char text[32];
    const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::general, 9).ptr;
    return {text, end};
}

CsvFile::CsvFile(const std::filesystem::path& target, const std::string& remark, CsvLabels labels)
    : file_(target)
    , labels_(std::move(labels))
{
    text_ = "# " + remark + "\nquery\\key";
}

std::string CsvFile::label(const std::vector<Token>& tokens, std::size_t position)
{
    return quotedField(std::to_string(position) + ":" + tokens.at(position).label);
}

void CsvFile::add(const PatternTile& tile)
{
    const auto& queries = labels_.header->tokens.at(labels_.sequence.value);
    if (!headed_) {
        const auto& keys = labels_.header->keysOf(labels_.sequence.value);
        for (std::size_t column = 0; column < tile.width; ++column)
            text_.append(",").append(label(keys, tile.columns.begin + column * tile.columnStep));
        text_ += "\n";
        headed_ = true;
    }
    for (std::size_t row = 0; row < tile.height; ++row) {
        text_ += label(queries, tile.rows.begin + row * tile.rowStep);
        for (std::size_t column = 0; column < tile.width; ++column)
            text_.append(",").append(numberField(tile.value(row, column)));
        text_ += "\n";
        file_.write(text_);
        text_.clear();
    }
}

} // namespace headscope
