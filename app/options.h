// SPDX-License-Identifier: GPL-3.0-or-later
// Command line options that both executables share, and the way they report mistakes.
#pragma once

#include "core/ids.h"
#include "core/run/comma_list.h"
#include "core/run/inspection_request.h"

#include <CLI/CLI.hpp>

#include <algorithm>
#include <functional>
#include <string>
#include <utility>
#include <vector>

namespace headscope {

/// Adds --model (required) to a command.
void addModelOption(CLI::App& command, InspectionRequest& request);

/// Adds --prompt and --second (repeatable) and --inputs to a command; the engine checks that exactly one of the two is given.
void addPromptOptions(CLI::App& command, InspectionRequest& request);

/// Adds --bridge-mode, --sentinel, --processing, --prepend-bos and --threads to a command: what every run has, whatever
/// its backend.
void addSemanticsOptions(CLI::App& command, InspectionRequest& request);

/// Adds these and --backend, --attention, --device, --cache-device, --dtype, --padding, --positions and --mask to a
/// command.
void addRunOptions(CLI::App& command, InspectionRequest& request);

/// An option that takes one of some words. Anything else is refused with the words there are.
CLI::Option* addChoiceOption(CLI::App& command, const std::string& name,
    std::vector<std::pair<std::string, std::function<void()>>> choices, const std::string& description);

/// An option that takes some of an enumeration's spellings with commas between.
template <class Enum>
void addListOption(
    CLI::App& command, const std::string& name, std::vector<Enum>& target, const std::string& description)
{
    std::string all;
    for (const auto& spelling : spellings<Enum>())
        all += (all.empty() ? "" : "|") + std::string(spelling.text);
    command
        .add_option_function<std::string>(
            name,
            [name, all, &target](const std::string& text) {
                target.clear();
                for (const std::string& word : splitAtCommas(text)) {
                    const auto value = unspell<Enum>(word);
                    if (!value)
                        throw CLI::ValidationError(
                            name, "expected some of " + all + " with commas between, found '" + word + "'");
                    if (std::find(target.begin(), target.end(), *value) == target.end())
                        target.push_back(*value);
                }
            },
            description)
        ->type_name(all + ",...");
}

/// An option that takes a whole number from 0 to `most`.
CLI::Option* addIndexOption(CLI::App& command, const std::string& name, std::function<void(std::size_t)> assign,
    const std::string& description, std::size_t most = 1'000'000'000);

/// \throws Error(BadInput) "OPTION: expected 0 to COUNT - 1, found VALUE" unless value < count.
void requireBelow(const std::string& option, std::size_t value, std::size_t count);

/// "A:B" with either side left out meaning the end; empty means everything.
/// \throws Error(BadInput) naming `option`, unless A < B <= count.
Range parseRange(const std::string& option, const std::string& text, std::size_t count);

/// Parses and runs `work`. Mistakes in options and every Error become one line on stderr.
/// \return the exit status: 0, 2 for bad input or a failure, 130 when interrupted.
int parseAndRun(CLI::App& app, int argc, char** argv, const std::function<int()>& work);

/// Prints `program: message` as one line on stderr and returns 2.
int complain(const std::string& program, const std::string& message);

} // namespace headscope
