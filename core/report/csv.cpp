// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/csv.h"

#include "core/cache/stage_names.h"
#include "core/io/atomic_file.h"

#include <charconv>
#include <string>

namespace headscope {
namespace {

std::string label(const RunHeader& header, const PatternTile& tile, std::size_t position)
{
    const auto& tokens = header.tokens.at(tile.sequence.value);
    return quotedField(std::to_string(position) + ":" + tokens.at(position).label);
}

} // namespace

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

void writeCsv(const PatternTile& tile, const RunHeader& header, const std::filesystem::path& output)
{
    AtomicFile file(output);
    std::string text = "# " + provenance(header) + " · L" + std::to_string(tile.layer.value) + " H"
        + std::to_string(tile.head.value) + " " + std::string(spell(tile.stage)) + " · " + tile.origin + "\n";
    text += "query\\key";
    for (std::size_t column = 0; column < tile.width; ++column)
        text.append(",").append(label(header, tile, tile.columns.begin + column * tile.columnStep));
    text += "\n";
    for (std::size_t row = 0; row < tile.height; ++row) {
        text += label(header, tile, tile.rows.begin + row * tile.rowStep);
        for (std::size_t column = 0; column < tile.width; ++column)
            text.append(",").append(numberField(tile.value(row, column)));
        text += "\n";
        file.write(text);
        text.clear();
    }
    file.commit();
}

void writeNpy(const PatternTile& tile, const std::filesystem::path& output)
{
    std::string header = "{'descr': '<f4', 'fortran_order': False, 'shape': (" + std::to_string(tile.height) + ", "
        + std::to_string(tile.width) + "), }";
    constexpr std::size_t preamble = 10; // magic, version, header length
    header.append(63 - (preamble + header.size()) % 64, ' ');
    header += '\n';
    std::string start("\x93NUMPY\x01\x00", 8);
    start += static_cast<char>(header.size() & 0xFF);
    start += static_cast<char>(header.size() >> 8);
    AtomicFile file(output);
    file.write(start + header);
    file.write(std::as_bytes(std::span(tile.values)));
    file.commit();
}

} // namespace headscope
