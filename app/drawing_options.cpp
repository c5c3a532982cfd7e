// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/drawing_options.h"

#include "app/options.h"
#include "ui/models/view_option_names.h"

namespace headscope {
namespace {

constexpr const char* drawingOptions[]{"--palette", "--colour-scale", "--specials", "--transposed", "--theme"};

using Choices = std::vector<std::pair<std::string, std::function<void()>>>;

template <class Value, std::size_t count>
void append(Choices& choices, const ui::Names<Value, count>& names, Value& target)
{
    for (const auto& [value, name] : names)
        choices.emplace_back(name, [&target, value = value] { target = value; });
}

template <class Value, std::size_t count> Choices choicesOf(const ui::Names<Value, count>& names, Value& target)
{
    Choices choices;
    append(choices, names, target);
    return choices;
}

} // namespace

void addDrawingOptions(CLI::App& command, ui::ViewOptions& view, bool& dark)
{
    Choices palettes = choicesOf(ui::paletteNames, view.palette);
    append(palettes, ui::divergingNames, view.diverging);
    addChoiceOption(command, "--palette", std::move(palettes), "Colours of pictures; the last two of scores");
    addChoiceOption(command, "--colour-scale", choicesOf(ui::scaleNames, view.scale),
        "What colours reach to: 1, the largest value, that of each row, the 99th percentile, or six decades up to 1");
    addChoiceOption(command, "--specials", choicesOf(ui::specialNames, view.specials),
        "Special tokens in pictures: like others, left out, or left out and rows renormalised");
    command.add_flag("--transposed", view.transposed, "Rows of pictures are keys, columns are queries");
    addChoiceOption(command, "--theme", {{"light", [&dark] { dark = false; }}, {"dark", [&dark] { dark = true; }}},
        "The ground of pictures");
}

std::string drawingOptionOf(const CLI::App& command)
{
    for (const char* option : drawingOptions)
        if (command.count(option) > 0)
            return option;
    return {};
}

} // namespace headscope
