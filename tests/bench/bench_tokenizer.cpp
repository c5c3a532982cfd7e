// SPDX-License-Identifier: GPL-3.0-or-later
// Times the tokenizer: bench_tokenizer TEXT DIRECTORY. For every line "text" or "lines" on standard input it encodes
// the whole file at once, or line by line, and answers with the number of tokens and the seconds. Driven by
// bench_tokenizer.py.
#include "core/error.h"
#include "core/text/tokenizer.h"

#include <chrono>
#include <fstream>
#include <iostream>
#include <sstream>

namespace {

std::size_t encodeLines(const headscope::Tokenizer& tokenizer, const std::string& text)
{
    std::size_t tokens = 0;
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);)
        tokens += tokenizer.encode(line).ids.size();
    return tokens;
}

} // namespace

int main(int argc, char** argv)
try {
    if (argc != 3) {
        std::cerr << "bench_tokenizer: expected a text file and a model directory\n";
        return 2;
    }
    std::ifstream file(argv[1], std::ios::binary);
    std::ostringstream content;
    content << file.rdbuf();
    const std::string text = content.str();
    const auto tokenizer = headscope::Tokenizer::load(headscope::ModelFiles::open(argv[2]));
    if (!tokenizer || text.empty()) {
        std::cerr << "bench_tokenizer: expected text in " << argv[1] << " and a tokenizer.json in " << argv[2] << "\n";
        return 2;
    }
    for (std::string how; std::getline(std::cin, how);) {
        const auto begin = std::chrono::steady_clock::now();
        const std::size_t tokens = how == "lines" ? encodeLines(*tokenizer, text) : tokenizer->encode(text).ids.size();
        const std::chrono::duration<double> taken = std::chrono::steady_clock::now() - begin;
        std::cout << tokens << " " << taken.count() << std::endl;
    }
    return 0;
} catch (const headscope::Error& e) {
    std::cerr << "bench_tokenizer: " << e.what() << "\n";
    return 2;
}
