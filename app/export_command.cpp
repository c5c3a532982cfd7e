// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/export_command.h"

#include "app/attention_option.h"
#include "app/blocking_engine.h"
#include "app/combine_options.h"
#include "app/drawing_options.h"
#include "app/options.h"
#include "core/error.h"
#include "core/io/atomic_file.h"
#include "core/model/model_description.h"
#include "ui/views/head_files.h"
#include "ui/windows/theme.h"

#include <QApplication>

#include <algorithm>
#include <iostream>
#include <memory>
#include <optional>

namespace headscope {
namespace {

using ui::FileFormat;

struct ExportOptions {
    InspectionRequest request;
    AttentionInput file;
    CapturePtr opened; ///< of that file, when one was given
    std::filesystem::path output;
    HeadChoice choice;
    bool all = false, grid = false;
    std::size_t sequence = 0;
    std::optional<FileFormat> format; ///< of the files in a directory
    Stage stage = Stage::Pattern;
    std::string rows, columns;
    int scale = 2;
    bool noFooter = false, interactive = false;
    ui::ViewOptions view;
    bool dark = false;
    std::string drawing; ///< an option that only pictures have
};

/// Whether it holds nothing that is drawn.
bool isTable(FileFormat format) { return format == FileFormat::Csv || format == FileFormat::Npy; }

bool isPicture(FileFormat format)
{
    return format == FileFormat::Png || format == FileFormat::Pdf || format == FileFormat::Svg;
}

/// One or several heads, as they were asked for; nothing: all of them.
std::vector<HeadPlace> namedHeads(const ExportOptions& options)
{
    const HeadChoice& choice = options.choice;
    if (choice.combined) {
        if (options.all || options.grid)
            throw Error(Fault::BadInput,
                std::string("--aggregate: expected --heads or --layer with it, found ")
                    + (options.all ? "--all" : "--grid"));
        return {{0, 0}};
    }
    if (choice.layer.has_value() != choice.head.has_value())
        throw Error(Fault::BadInput,
            "--layer and --head: expected both or neither, found only "
                + std::string(choice.layer ? "--layer" : "--head"));
    const std::string found = std::string(choice.layer ? " --layer" : "") + (choice.heads.empty() ? "" : " --heads")
        + (options.all ? " --all" : "");
    if (std::count(found.begin(), found.end(), ' ') > 1)
        throw Error(Fault::BadInput, "expected one of --layer with --head, --heads and --all, found" + found);
    if (choice.layer)
        return {{*choice.layer, *choice.head}};
    return choice.heads.empty() ? std::vector<HeadPlace>() : readHeads(choice.heads, "--heads");
}

FileFormat formatOfOutput(const ExportOptions& options, bool directory)
{
    if (directory)
        return options.format.value_or(FileFormat::Png);
    if (options.format)
        throw Error(Fault::BadInput,
            "--format: expected an existing directory as --output, found '" + options.output.string() + "'");
    try {
        return ui::formatOf(options.output);
    } catch (const Error& e) {
        throw Error(Fault::BadInput, std::string("--output: ") + e.what());
    }
}

void checkFormat(const ExportOptions& options, const ui::ExportJob& job)
{
    if (options.grid && (job.separate || !isPicture(job.format) || !job.what.heads.empty()))
        throw Error(Fault::BadInput,
            "--grid: expected a .png, .pdf or .svg file and all heads, found "
                + (job.what.heads.empty() ? "'" + options.output.string() + "'" : "some heads"));
    if (!options.drawing.empty() && isTable(job.format))
        throw Error(Fault::BadInput,
            options.drawing + ": expected a picture or a page, found " + (job.format == FileFormat::Csv ? "CSV" : "NPY")
                + ", which holds the run's own values");
    if (!job.grid && job.what.heads.size() != 1 && !job.separate && !ui::holdsSeveral(job.format))
        throw Error(Fault::BadInput,
            "--layer and --head: expected for a " + options.output.extension().string()
                + " file, which holds one head; for several: a directory as --output, or a .pdf, .npy or .html file");
    if (options.opened && options.stage != Stage::Pattern)
        throw Error(
            Fault::BadInput, "--stage: expected pattern, which is all that an attention file holds, found scores");
    if (job.grid && options.stage != Stage::Pattern)
        throw Error(Fault::BadInput, "--stage: expected pattern for a picture of all heads, found scores");
}

/// The job but for what only the run tells. Everything that can be known to be wrong before the run is refused here,
/// so that a mistake does not cost a forward pass.
ui::ExportJob checkedJob(const ExportOptions& options)
{
    ui::ExportJob job;
    if (options.choice.combined)
        checkCombination(options.choice, options.stage);
    job.what.heads = namedHeads(options);
    job.separate = std::filesystem::is_directory(options.output);
    job.stacked = !options.choice.layer && !options.choice.combined;
    job.target = options.output;
    job.format = formatOfOutput(options, job.separate);
    const bool several = job.format == FileFormat::Pdf; // has a page for each, unless told otherwise
    job.grid = job.what.heads.empty() && !job.separate && isPicture(job.format) && (options.grid || !several);
    checkFormat(options, job);
    if (!job.separate)
        AtomicFile::requireTarget(options.output);
    const ModelInfo info
        = options.opened ? options.opened->header().model : describeModel(options.request.model)->info();
    if (options.choice.combined)
        job.what.combined = combinedHeads(options.choice, info);
    for (const HeadPlace& head : job.what.heads) {
        requireBelow(options.choice.layer ? "--layer" : "--heads: layer", head.layer, info.layers);
        requireBelow(options.choice.layer ? "--head" : "--heads: head", head.head, info.heads);
    }
    if (!options.opened && options.request.inputs.empty() && options.request.prompts.empty())
        throw Error(Fault::BadInput, "--prompt or --inputs: expected one of them, found neither");
    if (!options.opened && options.request.inputs.empty())
        requireBelow("--sequence", options.sequence, options.request.prompts.size());
    if (job.what.heads.empty())
        for (std::size_t layer = 0; layer < info.layers; ++layer)
            for (std::size_t head = 0; head < info.heads; ++head)
                job.what.heads.push_back({layer, head});
    return job;
}

/// The last layer that is needed.
LayerId lastOf(const HeadExport& what)
{
    if (what.combined)
        return lastLayer(*what.combined);
    LayerId last;
    for (const HeadPlace& head : what.heads)
        last.value = std::max(last.value, head.layer);
    return last;
}

/// Pictures need fonts, which need an application; it shows nothing, whatever the desktop says.
class PictureApplication {
public:
    PictureApplication()
    {
        qputenv("QT_QPA_PLATFORM", "offscreen");
        qInstallMessageHandler(
            [](QtMsgType, const QMessageLogContext&, const QString&) {}); // such as on a missing XDG_RUNTIME_DIR
        application_ = std::make_unique<QApplication>(count_, arguments_);
        ui::applyTheme(ui::Theme::Light);
    }

private:
    int count_ = 1;
    char name_[10] = "headscope";
    char* arguments_[2] = {name_, nullptr};
    std::unique_ptr<QApplication> application_;
};

void note(const QString& words)
{
    if (!words.isEmpty())
        std::cerr << "headscope: note: " << words.toStdString() << "\n";
}

int exportResult(const ExportOptions& options)
{
    ui::ExportJob job = checkedJob(options);
    InspectionRequest request = options.request;
    request.keepScores = options.stage == Stage::Scores;
    std::optional<BlockingEngine> engine;
    job.what.capture = options.opened ? options.opened : engine.emplace().runUpTo(lastOf(job.what), request);
    requireBelow("--sequence", options.sequence, job.what.capture->header().sequences());
    std::optional<PictureApplication> application;
    if (!isTable(job.format)) {
        application.emplace();
        job.font = QApplication::font(); // what was made before knows no metrics
    }
    job.what.sequence = {options.sequence};
    job.what.stage = options.stage;
    job.what.rows = parseRange("--rows", options.rows, rowsOf(job.what).size());
    job.what.columns = parseRange("--columns", options.columns, columnsOf(job.what).size());
    job.view = options.view;
    job.dark = options.dark;
    job.scale = options.scale;
    job.footer = !options.noFooter;
    job.interactive = options.interactive;
    const ShowProgress show = progressLine();
    const ui::ExportOutcome outcome = ui::runExport(std::move(job), [&](std::size_t done, std::size_t total) {
        if (show)
            show("head " + std::to_string(done + 1) + " of " + std::to_string(total));
    });
    if (show)
        show("");
    note(outcome.note);
    return 0;
}

void addChoices(CLI::App& command, const std::shared_ptr<ExportOptions>& options)
{
    addIndexOption(
        command, "--layer", [options](std::size_t value) { options->choice.layer = value; },
        "Layer, from 0; without --layer and --head all heads are exported; of a rollout the last one");
    addIndexOption(
        command, "--head", [options](std::size_t value) { options->choice.head = value; }, "Head, from 0");
    command
        .add_option("--heads", options->choice.heads,
            "Several heads, each for itself or to aggregate: LAYER.HEAD with commas between")
        ->type_name("L.H,...");
    command.add_flag(
        "--all", options->all, "Every head, as without any of these; .png and .svg then hold all in one picture");
    command.add_flag("--grid", options->grid, "All heads in one picture; in a .pdf file each has a page without it");
    addAggregateOption(command, options->choice);
    addIndexOption(
        command, "--sequence", [options](std::size_t value) { options->sequence = value; }, "Row of the batch, from 0");
    addChoiceOption(command, "--stage",
        {{"scores", [options] { options->stage = Stage::Scores; }},
            {"pattern", [options] { options->stage = Stage::Pattern; }}},
        "Before or after the softmax");
    command.add_option("--rows", options->rows, "Queries A to B - 1")->type_name("A:B");
    command.add_option("--columns", options->columns, "Keys A to B - 1")->type_name("A:B");
}

} // namespace

std::function<int()> addExportCommand(CLI::App& app)
{
    auto& command = *app.add_subcommand("export", "Heads as pictures, tables, arrays or a page; needs no display");
    const auto options = std::make_shared<ExportOptions>();
    options->request.attention = AttentionKind::Auto;
    options->request.keepLogits = false;
    addModelOption(command, options->request);
    addAttentionFileOptions(command, options->file);
    addPromptOptions(command, options->request);
    addRunOptions(command, options->request);
    addChoices(command, options);
    command.add_option("--scale", options->scale, "PNG: device pixels a pixel, 1 to 4; very large pictures get less")
        ->type_name("N")
        ->check(CLI::Range(1, 4))
        ->capture_default_str();
    command.add_flag("--no-footer", options->noFooter, "Provenance in the metadata alone, not below the picture");
    command.add_flag(
        "--interactive", options->interactive, "HTML: values are in the page, to be read under the pointer");
    addDrawingOptions(command, options->view, options->dark);
    std::vector<std::pair<std::string, std::function<void()>>> formats;
    for (const auto& [format, ending] : ui::fileFormats())
        formats.emplace_back(ending + 1, [options, format = format] { options->format = format; });
    addChoiceOption(command, "--format", std::move(formats), "Of the files in a directory, one a head; default png");
    command
        .add_option("--output", options->output,
            "File to write: .png, .pdf, .svg, .csv, .npy or .html; or an existing directory, for one file a head")
        ->required()
        ->type_name("FILE|DIR");
    return [options, &command] {
        options->opened = openAttention(command, options->file);
        options->drawing = drawingOptionOf(command);
        return exportResult(*options);
    };
}

} // namespace headscope
