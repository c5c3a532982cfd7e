// SPDX-License-Identifier: GPL-3.0-or-later
// headscope: the window, and pictures without one.
#include "app/export_command.h"
#include "app/options.h"
#include "app/window_command.h"

#include "core/run/system_info.h"

int main(int argc, char** argv)
{
    CLI::App app("Inspect attention in transformer language models.", "headscope");
    app.set_version_flag("--version", headscope::libraryVersions().front().second);
    app.require_subcommand(0, 1);
    const auto window = headscope::addWindowOptions(app);
    const auto draw = headscope::addExportCommand(app);
    return headscope::parseAndRun(app, argc, argv, [&] { return app.got_subcommand("export") ? draw() : window(); });
}
