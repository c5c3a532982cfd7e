// SPDX-License-Identifier: GPL-3.0-or-later
// headscope-cli: the Qt-free twin of the window.
#include "app/cli_commands.h"
#include "app/options.h"

#include "core/run/system_info.h"

int main(int argc, char** argv)
{
    CLI::App app("Inspect attention in transformer language models, without a window.", "headscope-cli");
    app.set_version_flag("--version", headscope::libraryVersions().front().second);
    app.require_subcommand(0, 1);
    const auto run = headscope::addCommands(app);
    return headscope::parseAndRun(app, argc, argv, run);
}
