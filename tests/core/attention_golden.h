// SPDX-License-Identifier: GPL-3.0-or-later
// The values of tests/data/attention as text, written straight from torch (tests/oracle/dump_attention.py).
#pragma once

#include <array>
#include <charconv>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>
#include <string>
#include <vector>

namespace headscope::test {

/// Rows of values by tensor name, sequence, head and query.
using GoldenRows = std::map<std::pair<std::string, std::array<std::size_t, 3>>, std::vector<float>>;

inline std::filesystem::path attentionData(const std::string& name)
{
    return std::filesystem::path(HEADSCOPE_TEST_DATA) / "attention" / name;
}

inline GoldenRows goldenRows(const std::string& name)
{
    GoldenRows rows;
    std::ifstream file(attentionData(name + ".csv"));
    std::string line;
    std::getline(file, line); // the header
    while (std::getline(file, line)) {
        std::istringstream fields(line);
        std::string tensor, text;
        std::getline(fields, tensor, ',');
        std::array<std::size_t, 3> place{};
        for (std::size_t& each : place) {
            std::getline(fields, text, ',');
            each = std::stoul(text);
        }
        auto& values = rows[{tensor, place}];
        while (fields >> text)
            values.push_back(std::strtof(text.c_str(), nullptr));
    }
    return rows;
}

} // namespace headscope::test
