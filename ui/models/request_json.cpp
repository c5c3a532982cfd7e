// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/request_json.h"

#include "core/error.h"
#include "core/model/model_catalog.h"
#include "ui/text/labels.h"

#include <QDir>
#include <QFileInfo>
#include <QJsonArray>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

QJsonObject pathToJson(const QString& path, const QString& folder)
{
    const QString absolute = QDir::cleanPath(QFileInfo(path).absoluteFilePath());
    const QString relative = QDir(folder).relativeFilePath(absolute);
    const bool inside = !relative.startsWith(u".."_s) && QDir::isRelativePath(relative);
    if (!inside)
        return {{u"path"_s, absolute}};
    return {{u"path"_s, relative}, {u"absolute"_s, absolute}};
}

QString pathFromJson(const JsonPart& part, const QString& folder)
{
    const QString path = QDir::cleanPath(QDir(folder).absoluteFilePath(part["path"].words()));
    const JsonPart absolute = part["absolute"];
    if (!absolute.isThere())
        return path;
    const QString before = absolute.words();
    return QFileInfo::exists(path) || !QFileInfo::exists(before) ? path : before;
}

namespace {

QString words(const std::filesystem::path& path) { return text(path.string()); }

bool isEmbedded(const std::string& model)
{
    for (const EmbeddedModel& embedded : embeddedModels())
        if (embedded.name == model)
            return true;
    return false;
}

/// JSON has no infinities.
QJsonValue numberToJson(double value)
{
    if (std::isfinite(value))
        return value;
    return std::isnan(value) ? u"nan"_s : value > 0 ? u"inf"_s : u"-inf"_s;
}

double numberFromJson(const JsonPart& part)
{
    constexpr double infinity = std::numeric_limits<double>::infinity();
    if (part.value() == QJsonValue(u"nan"_s))
        return std::numeric_limits<double>::quiet_NaN();
    if (part.value() == QJsonValue(u"inf"_s))
        return infinity;
    return part.value() == QJsonValue(u"-inf"_s) ? -infinity : part.number();
}

constexpr std::array<std::pair<Edit::Operation, const char*>, 5> operations{
    {{Edit::Operation::Replace, "replace"}, {Edit::Operation::Add, "add"}, {Edit::Operation::Scale, "scale"},
        {Edit::Operation::Zero, "zero"}, {Edit::Operation::Mean, "mean"}}};

constexpr std::array<std::pair<std::vector<std::int64_t> Edit::*, const char*>, 4> axes{
    {{&Edit::rows, "rows"}, {&Edit::heads, "heads"}, {&Edit::queries, "queries"}, {&Edit::keys, "keys"}}};

QJsonObject editToJson(const Edit& edit, const QString& folder)
{
    QJsonObject json{{u"hook"_s, text(edit.hook)}, {u"value"_s, numberToJson(edit.value)}};
    for (const auto& [operation, name] : operations)
        if (operation == edit.operation)
            json[u"operation"_s] = QLatin1String(name);
    if (!edit.source.empty())
        json[u"file"_s] = pathToJson(words(edit.source), folder);
    if (!edit.tensor.empty())
        json[u"tensor"_s] = text(edit.tensor);
    for (const auto& [axis, name] : axes) {
        QJsonArray indices;
        for (const std::int64_t index : edit.*axis)
            indices.append(static_cast<qint64>(index));
        if (!indices.isEmpty())
            json[QLatin1String(name)] = indices;
    }
    return json;
}

Edit editFromJson(const JsonPart& part, const QString& folder)
{
    Edit edit;
    edit.hook = part["hook"].words().toStdString();
    const JsonPart wanted = part["operation"];
    const auto* known = std::find_if(operations.begin(), operations.end(),
        [&](const auto& each) { return wanted.value() == QJsonValue(QLatin1String(each.second)); });
    if (known == operations.end())
        wanted.fail(u"one of replace, add, scale, zero, mean"_s);
    edit.operation = known->first;
    if (const auto value = part["value"]; value.isThere())
        edit.value = numberFromJson(value);
    if (const auto file = part["file"]; file.isThere())
        edit.source = pathFromJson(file, folder).toStdString();
    if (const auto tensor = part["tensor"]; tensor.isThere())
        edit.tensor = tensor.words().toStdString();
    for (const auto& [axis, name] : axes)
        for (const JsonPart& index : part[name].items())
            (edit.*axis).push_back(index.integer(0, std::numeric_limits<int>::max()));
    return edit;
}

QJsonArray toArray(const std::vector<std::string>& strings)
{
    QJsonArray array;
    for (const std::string& each : strings)
        array.append(text(each));
    return array;
}

std::vector<std::string> fromArray(const JsonPart& part)
{
    std::vector<std::string> strings;
    for (const JsonPart& each : part.items())
        strings.push_back(each.words().toStdString());
    return strings;
}

QJsonObject settingsToJson(const InspectionRequest& request, const QString& folder)
{
    const auto spelled = [](auto value) { return QJsonValue(text(spell(value))); };
    QJsonArray edits;
    for (const Edit& edit : request.edits)
        edits.append(editToJson(edit, folder));
    return {{u"backend"_s, spelled(request.backend)}, {u"bridge_mode"_s, spelled(request.bridgeMode)},
        {u"sentinel"_s, spelled(request.sentinel)}, {u"processing"_s, text(spell(request.processing))},
        {u"attention"_s, spelled(request.attention)}, {u"device"_s, text(request.device)},
        {u"cache_device"_s, text(request.cacheDevice)}, {u"dtype"_s, spelled(request.dtype)},
        {u"padding"_s, spelled(request.padding)}, {u"positions"_s, spelled(request.positions)},
        {u"mask"_s, spelled(request.mask)}, {u"prepend_bos"_s, spelled(request.prependBos)},
        {u"hooks"_s, toArray(request.hooks)}, {u"edits"_s, edits}, {u"keep_patterns"_s, request.keepPatterns},
        {u"keep_scores"_s, request.keepScores}, {u"keep_logits"_s, request.keepLogits},
        {u"cache_budget"_s, static_cast<qint64>(request.cacheBudget)}, {u"threads"_s, request.threads}};
}

Processing processingFromJson(const JsonPart& part)
{
    const QString found = part.words();
    try {
        return readProcessing(found.toStdString(), "processing");
    } catch (const Error&) {
        part.fail(u"all, none, or some of fold_ln, center_writing_weights, center_unembed and fold_value_biases with "
                  "commas between"_s);
    }
}

void readSettings(const JsonPart& part, const QString& folder, InspectionRequest& request)
{
    const auto choose = [&](const char* key, auto& value) {
        if (const JsonPart found = part[key]; found.isThere())
            value = found.choice<std::decay_t<decltype(value)>>();
    };
    const auto say = [&](const char* key, std::string& value) {
        if (const JsonPart found = part[key]; found.isThere())
            value = found.words().toStdString();
    };
    const auto decide = [&](const char* key, bool& value) {
        if (const JsonPart found = part[key]; found.isThere())
            value = found.flag();
    };
    choose("backend", request.backend);
    choose("bridge_mode", request.bridgeMode);
    choose("sentinel", request.sentinel);
    choose("attention", request.attention);
    choose("dtype", request.dtype);
    choose("padding", request.padding);
    choose("positions", request.positions);
    choose("mask", request.mask);
    choose("prepend_bos", request.prependBos);
    say("device", request.device);
    say("cache_device", request.cacheDevice);
    decide("keep_patterns", request.keepPatterns);
    decide("keep_scores", request.keepScores);
    decide("keep_logits", request.keepLogits);
    if (const auto processing = part["processing"]; processing.isThere())
        request.processing = processingFromJson(processing);
    request.hooks = fromArray(part["hooks"]);
    for (const JsonPart& edit : part["edits"].items())
        request.edits.push_back(editFromJson(edit, folder));
    if (const auto budget = part["cache_budget"]; budget.isThere())
        request.cacheBudget = static_cast<std::uint64_t>(budget.integer(0, std::numeric_limits<qint64>::max()));
    if (const auto threads = part["threads"]; threads.isThere())
        request.threads = static_cast<int>(threads.integer(0, 4096));
}

} // namespace

QJsonObject requestToJson(const InspectionRequest& request, const QString& folder)
{
    QJsonObject json{{u"prompts"_s, toArray(request.prompts)}, {u"settings"_s, settingsToJson(request, folder)}};
    if (!request.secondPrompts.empty())
        json[u"second_prompts"_s] = toArray(request.secondPrompts);
    if (isEmbedded(request.model))
        json[u"model"_s] = QJsonObject{{u"embedded"_s, text(request.model)}};
    else if (!request.model.empty())
        json[u"model"_s] = pathToJson(text(request.model), folder);
    if (!request.inputs.empty())
        json[u"inputs"_s] = pathToJson(words(request.inputs), folder);
    return json;
}

InspectionRequest requestFromJson(const JsonPart& part, const QString& folder)
{
    InspectionRequest request{.attention = AttentionKind::Auto, .keepLogits = false};
    if (const auto model = part["model"]; model.isThere()) {
        const JsonPart embedded = model["embedded"];
        if (embedded.isThere() && !isEmbedded(embedded.words().toStdString()))
            embedded.fail(u"the name of an embedded model"_s);
        request.model = (embedded.isThere() ? embedded.words() : pathFromJson(model, folder)).toStdString();
    }
    request.prompts = fromArray(part["prompts"]);
    request.secondPrompts = fromArray(part["second_prompts"]);
    if (const auto inputs = part["inputs"]; inputs.isThere())
        request.inputs = pathFromJson(inputs, folder).toStdString();
    if (const auto settings = part["settings"]; settings.isThere())
        readSettings(settings, folder, request);
    return request;
}

} // namespace headscope::ui
