// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/windows/view_options_menu.h"

#include "ui/text/view_text.h"

#include <QActionGroup>

#include <type_traits>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

ViewOptionsMenu::ViewOptionsMenu(QWidget* parent, OptionScope scope)
    : QMenu(tr("How heads are dra&wn"), parent)
    , scope_(scope)
{
    setObjectName(u"viewOptionsMenu"_s);
    setToolTipsVisible(true);
    const auto sub = [this](const QString& name) {
        auto* menu = addMenu(name);
        menu->setToolTipsVisible(true);
        return menu;
    };
    const bool run = scope == OptionScope::Run;
    if (run)
        addChoices(*sub(tr("&Stage")), stageChoices(), &ViewOptions::stage);
    auto* scales = sub(tr("&Colour scale"));
    addChoices(*scales, scaleChoices(), &ViewOptions::scale);
    if (run) {
        scales->addSeparator();
        addSwitch(*scales, tr("&Same scale for all heads"),
            tr("The scale stays as it is now when another head is chosen"), &ViewOptions::sharedScale);
    }
    auto* palettes = sub(tr("&Palette"));
    addChoices(*palettes, paletteChoices(), &ViewOptions::palette);
    palettes->addSection(tr("Scores and differences"));
    addChoices(*palettes, divergingChoices(), &ViewOptions::diverging);
    addChoices(*sub(tr("Special &tokens")), specialChoices(), &ViewOptions::specials);
    addSwitch(*this, tr("T&ransposed"), tr("Rows are keys, columns are queries"), &ViewOptions::transposed);
    setOptions({});
}

template <class Value, class Choices>
void ViewOptionsMenu::addChoices(QMenu& menu, const Choices& choices, Value ViewOptions::*which)
{
    auto* group = new QActionGroup(this);
    for (const auto& choice : choices) {
        auto* entry = group->addAction(choice.name);
        entry->setCheckable(true);
        entry->setToolTip(choice.explanation);
        menu.addAction(entry);
        connect(entry, &QAction::triggered, this, [this, which, value = choice.value] {
            ViewOptions wanted = options_;
            wanted.*which = value;
            choose(wanted);
        });
        updates_.push_back([this, entry, which, value = choice.value] {
            if constexpr (std::is_same_v<Value, ScaleMode>) {
                const ViewOptions drawn = drawnIn(scope_, options_);
                entry->setEnabled(isOffered(value, drawn.stage));
                entry->setChecked(effectiveMode(drawn) == value);
            } else {
                entry->setChecked(options_.*which == value);
            }
        });
    }
}

void ViewOptionsMenu::addSwitch(QMenu& menu, const QString& name, const QString& toolTip, bool ViewOptions::*which)
{
    auto* entry = menu.addAction(name);
    entry->setCheckable(true);
    entry->setToolTip(toolTip);
    connect(entry, &QAction::triggered, this, [this, which](bool on) {
        ViewOptions wanted = options_;
        wanted.*which = on;
        choose(wanted);
    });
    updates_.push_back([this, entry, which] { entry->setChecked(options_.*which); });
}

void ViewOptionsMenu::choose(const ViewOptions& options)
{
    setOptions(options);
    Q_EMIT chosen(options);
}

void ViewOptionsMenu::setOptions(const ViewOptions& options)
{
    options_ = options;
    for (const auto& update : updates_)
        update();
}

} // namespace headscope::ui
