// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export_command.h"

#include "app/blocking_engine.h"
#include "app/options.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/model/model_description.h"
#include "core/report/csv.h"
#include "ui/views/picture.h"
#include "ui/windows/theme.h"

#include <QApplication>

#include <memory>
#include <optional>

namespace headscope {
namespace {

struct ExportOptions {
    InspectionRequest request;
    std::filesystem::path output;
    std::optional<std::size_t> layer, head;
    std::size_t sequence = 0;
    int scale = 2;
};

/// Everything that can be known to be wrong before the run, so that a mistake does not cost a forward pass.
bool checkedIsTable(const ExportOptions& options)
{
    const std::string ending = options.output.extension().string();
    if (ending != ".png" && ending != ".csv")
        throw Error(Fault::BadInput,
            "--output: expected a name that ends in .png or .csv, found '" + options.output.string() + "'");
    if (options.layer.has_value() != options.head.has_value())
        throw Error(Fault::BadInput,
            "--layer and --head: expected both or neither, found only "
                + std::string(options.layer ? "--layer" : "--head"));
    if (ending == ".csv" && !options.layer)
        throw Error(Fault::BadInput, "--layer and --head: expected for a .csv file, found neither");
    AtomicFile::requireTarget(options.output);
    if (options.layer) {
        const auto info = describeModel(options.request.model)->info();
        requireBelow("--layer", *options.layer, info.layers);
        requireBelow("--head", *options.head, info.heads);
    }
    if (options.request.inputs.empty() && options.request.prompts.empty())
        throw Error(Fault::BadInput, "--prompt or --inputs: expected one of them, found neither");
    if (options.request.inputs.empty())
        requireBelow("--sequence", options.sequence, options.request.prompts.size());
    return ending == ".csv";
}

PatternTilePtr wholeHead(PatternSource& source, LayerId layer, HeadId head, std::size_t most)
{
    return fetch(source, layer, head, Stage::Pattern, {0, source.queries()}, {0, source.keys()},
        {.maxHeight = most, .maxWidth = most});
}

QImage draw(const CapturePtr& capture, PatternSource& source, const ExportOptions& options)
{
    if (options.layer)
        return ui::headPicture(capture, wholeHead(source, {*options.layer}, {*options.head}, 4096), options.scale);
    std::vector<PatternTilePtr> tiles;
    for (std::size_t layer = 0; layer < source.layers(); ++layer)
        for (std::size_t head = 0; head < source.heads(); ++head)
            tiles.push_back(wholeHead(source, {layer}, {head}, 384));
    return ui::gridPicture(capture, tiles, options.scale);
}

int exportResult(const ExportOptions& options)
{
    const bool table = checkedIsTable(options);
    BlockingEngine engine;
    const CapturePtr capture = engine.run(options.request);
    requireBelow("--sequence", options.sequence, capture->header().sequences());
    const auto source = capture->patterns({options.sequence});
    if (table) {
        writeCsv(*wholeHead(*source, {*options.layer}, {*options.head}, 0), capture->header(), options.output);
        return 0;
    }
    qputenv("QT_QPA_PLATFORM", "offscreen"); // whatever the desktop says: nothing is shown
    int count = 1;
    char name[] = "headscope";
    char* arguments[] = {name, nullptr};
    qInstallMessageHandler(
        [](QtMsgType, const QMessageLogContext&, const QString&) {}); // such as on a missing XDG_RUNTIME_DIR
    const QApplication application(count, arguments);
    ui::applyTheme(ui::Theme::Light);
    ui::writePng(draw(capture, *source, options), options.output);
    return 0;
}

} // namespace

std::function<int()> addExportCommand(CLI::App& app)
{
    auto& command = *app.add_subcommand("export", "Draw a head, or all of them, to a file; needs no display");
    const auto options = std::make_shared<ExportOptions>();
    options->request.attention = AttentionKind::Auto;
    options->request.keepLogits = false;
    addModelOption(command, options->request);
    addPromptOptions(command, options->request);
    addRunOptions(command, options->request);
    addIndexOption(
        command, "--layer", [options](std::size_t value) { options->layer = value; },
        "Layer, from 0; without --layer and --head all heads are drawn");
    addIndexOption(
        command, "--head", [options](std::size_t value) { options->head = value; }, "Head, from 0");
    addIndexOption(
        command, "--sequence", [options](std::size_t value) { options->sequence = value; }, "Row of the batch, from 0");
    command.add_option("--scale", options->scale, "Device pixels a pixel, 1 to 4; very large pictures get less")
        ->type_name("N")
        ->check(CLI::Range(1, 4))
        ->capture_default_str();
    command.add_option("--output", options->output, "File to write: .png, or .csv for the values of one head")
        ->required()
        ->type_name("FILE");
    return [options] { return exportResult(*options); };
}

} // namespace headscope
