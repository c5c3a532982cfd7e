// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/window_command.h"

#include "app/options.h"
#include "core/error.h"
#include "core/run/system_info.h"
#include "ui/bridge/engine_bridge.h"
#include "ui/models/preferences.h"
#include "ui/text/translation.h"
#include "ui/views/picture.h"
#include "ui/windows/desktop.h"
#include "ui/windows/inspector_view.h"
#include "ui/windows/main_window.h"
#include "ui/windows/message_bar.h"
#include "ui/windows/session_controller.h"
#include "ui/windows/settings_dialog.h"

#include <QApplication>
#include <QScreen>
#include <QTimer>

#include <cstdlib>
#include <iostream>
#include <memory>
#include <optional>

namespace headscope {
namespace {

constexpr const char* noDisplay
    = "no display found: set DISPLAY or WAYLAND_DISPLAY, or draw to a file with `headscope export`";

struct WindowOptions {
    std::string model;
    std::filesystem::path attention; ///< a file
    std::optional<AttentionPart> part;
    std::vector<std::string> prompts, secondPrompts;
    std::optional<std::size_t> layer, head;
    std::string theme;
    std::string language;
    std::filesystem::path screenshot;
    std::string size;
    std::string session;
    bool restore = false;
};

bool hasDisplay()
{
    const auto given = [](const char* name) { return !qEnvironmentVariableIsEmpty(name); };
    return given("DISPLAY") || given("WAYLAND_DISPLAY") || given("QT_QPA_PLATFORM");
}

/// Qt aborts when it cannot reach the display that the environment names; say so in one line instead.
void complainInsteadOfAborting(QtMsgType type, const QMessageLogContext&, const QString& message)
{
    if (type != QtFatalMsg)
        return;
    complain("headscope", noDisplay + std::string(" (") + message.section(QLatin1Char('\n'), 0, 0).toStdString() + ")");
    std::_Exit(2);
}

std::optional<QSize> parseSize(const std::string& text)
{
    const auto parts = QString::fromStdString(text).split(QLatin1Char('x'));
    if (text.empty())
        return std::nullopt;
    const QSize size = parts.size() == 2 ? QSize(parts[0].toInt(), parts[1].toInt()) : QSize();
    if (size.width() < 320 || size.height() < 240 || size.width() > 8192 || size.height() > 8192)
        throw Error(Fault::BadInput, "--size: expected WIDTHxHEIGHT from 320x240 to 8192x8192, found '" + text + "'");
    return size;
}

ui::Theme themeOf(const std::string& name)
{
    if (name.empty())
        return ui::SettingsDialog::theme();
    return name == "dark" ? ui::Theme::Dark : name == "light" ? ui::Theme::Light : ui::Theme::System;
}

/// Ends the program once the window has nothing more to wait for, with a picture of it or with the reason why there is
/// none.
class Screenshot {
public:
    Screenshot(ui::MainWindow& window, std::filesystem::path output)
        : window_(window)
        , output_(std::move(output))
    {
        timer_.callOnTimeout([this] { look(); });
        timer_.start(50);
    }

private:
    void look()
    {
        if (const QString failure = window_.inspector().messages().message(); !failure.isEmpty())
            QCoreApplication::exit(complain("headscope", failure.toStdString()));
        else if (window_.isSettled() && ++calm_ > 2) // a few turns for queued repaints
            finish();
    }

    void finish()
    {
        timer_.stop();
        try {
            ui::writePng(window_.grab().toImage(), {}, output_);
            QCoreApplication::exit(0);
        } catch (const Error& e) {
            QCoreApplication::exit(complain("headscope", e.what()));
        }
    }

    ui::MainWindow& window_;
    std::filesystem::path output_;
    QTimer timer_;
    int calm_ = 0;
};

InspectionRequest requestOf(const WindowOptions& options)
{
    InspectionRequest request = ui::MainWindow::defaultRequest();
    if (!options.model.empty())
        request.model = options.model;
    if (!options.prompts.empty())
        request.prompts = options.prompts;
    request.secondPrompts = options.secondPrompts;
    return request;
}

void keepSession(ui::SessionController& sessions, bool restore)
{
    sessions.startAutosave(ui::Autosave::usualFolder());
    if (restore)
        sessions.restoreLost();
}

int openWindow(const WindowOptions& options)
{
    const auto size = parseSize(options.size);
    if (!options.attention.empty() && !(options.model.empty() && options.prompts.empty()))
        throw Error(Fault::BadInput,
            std::string("--attention-file: expected without ") + (options.model.empty() ? "--prompt" : "--model")
                + ", as no model is run; found both");
    if (options.attention.empty() && options.part)
        throw Error(Fault::BadInput, "--kind: expected --attention-file with it, found none");
    if (options.layer.has_value() != options.head.has_value())
        throw Error(Fault::BadInput, "--layer and --head: expected both or neither, found only one");
    if (!hasDisplay())
        return complain("headscope", noDisplay);

    const auto before = qInstallMessageHandler(complainInsteadOfAborting);
    int count = 1;
    char name[] = "headscope";
    char* arguments[] = {name, nullptr};
    const QApplication application(count, arguments);
    qInstallMessageHandler(before);
    QCoreApplication::setOrganizationName(QStringLiteral("Headscope"));
    QCoreApplication::setApplicationName(QStringLiteral("Headscope"));
    QCoreApplication::setApplicationVersion(QString::fromStdString(libraryVersions().front().second));
    ui::installTranslation(
        options.language.empty() ? ui::Preferences::read().language : QString::fromStdString(options.language));
    ui::applyTheme(themeOf(options.theme));

    ui::EngineBridge bridge;
    ui::MainWindow window(bridge);
    if (size)
        window.resize(*size);
    window.show();
    std::optional<ui::HeadRef> head;
    if (options.layer)
        head = ui::HeadRef{{*options.layer}, {*options.head}};
    if (options.attention.empty())
        window.open(requestOf(options), head);
    else
        window.openAttention(
            QString::fromStdString(options.attention.string()), options.part, requestOf(options), head);
    std::optional<Screenshot> screenshot;
    if (!options.screenshot.empty())
        screenshot.emplace(window, options.screenshot);
    else
        keepSession(window.desktop().sessions(), options.restore);
    if (!options.session.empty())
        window.desktop().sessions().open(QString::fromStdString(options.session));
    return QApplication::exec();
}

} // namespace

std::function<int()> addWindowOptions(CLI::App& app)
{
    const auto options = std::make_shared<WindowOptions>();
    app.add_option("--model", options->model, "Model directory, or demo-rotary or demo-gpt2 (opened first)")
        ->type_name("DIR");
    app.add_option("--prompt", options->prompts, "Text to run; repeat it for a batch")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    app.add_option("--second", options->secondPrompts,
           "Second text of a pair, one for each --prompt (\"\": none), for models with token types such as BERT")
        ->type_name("TEXT")
        ->allow_extra_args(false);
    app.add_option("--attention-file", options->attention,
           "Attention that another program computed, shown instead of a run; see README.md")
        ->type_name("FILE.safetensors");
    std::vector<std::pair<std::string, std::function<void()>>> kinds;
    for (const auto& [part, name] : attentionPartNames)
        kinds.emplace_back(name, [options, part = part] { options->part = part; });
    addChoiceOption(app, "--kind", std::move(kinds), "Which attention of such a file is shown first");
    addIndexOption(
        app, "--layer", [options](std::size_t value) { options->layer = value; },
        "Layer of the head shown first, from 0");
    addIndexOption(
        app, "--head", [options](std::size_t value) { options->head = value; }, "Head shown first, from 0");
    app.add_option("--theme", options->theme, "Colours, for this time")
        ->check(CLI::IsMember({"system", "light", "dark"}));
    app.add_option("--language", options->language, "Language of the window, for this time")
        ->check(CLI::IsMember({"en", "de"}));
    app.add_option("--screenshot", options->screenshot, "Write a picture of the window after the first run, and quit")
        ->type_name("FILE.png");
    app.add_option("--session", options->session, "Session to open, as File > Save session writes it")
        ->type_name("FILE.headscope");
    app.add_flag("--restore", options->restore, "Open the session of a window that crashed without asking");
    app.add_option("--size", options->size, "Size of the window")->type_name("WxH");
    return [options] { return openWindow(*options); };
}

} // namespace headscope
