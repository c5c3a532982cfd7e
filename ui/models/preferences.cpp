// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/preferences.h"

#include <QSettings>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr auto threadsKey = "run/threads", cacheKey = "run/cacheMiB", labelKey = "window/labelPoints",
               paletteKey = "view/palette", languageKey = "window/language";

} // namespace

Preferences Preferences::read()
{
    const QSettings settings;
    const auto number = [&](const char* key, int least, int most) {
        bool understood = false;
        const int value = settings.value(QLatin1String(key)).toInt(&understood);
        return understood && value >= least && value <= most ? value : 0;
    };
    Preferences read;
    read.threads = number(threadsKey, 0, mostThreads);
    read.cache = number(cacheKey, 0, mostCache);
    read.labelPoints = number(labelKey, smallestLabel, largestLabel);
    read.palette = viewOptionsFromJson({{u"palette"_s, settings.value(QLatin1String(paletteKey)).toString()}}).palette;
    const QString language = settings.value(QLatin1String(languageKey)).toString();
    if (language == u"en"_s || language == u"de"_s)
        read.language = language;
    return read;
}

void Preferences::write() const
{
    QSettings settings;
    settings.setValue(QLatin1String(threadsKey), threads);
    settings.setValue(QLatin1String(cacheKey), cache);
    settings.setValue(QLatin1String(labelKey), labelPoints);
    settings.setValue(QLatin1String(paletteKey), viewOptionsToJson({.palette = palette})[u"palette"_s].toString());
    settings.setValue(QLatin1String(languageKey), language);
}

void Preferences::applyTo(InspectionRequest& request) const
{
    request.threads = threads;
    request.cacheBudget = static_cast<std::uint64_t>(cache) << 20;
}

} // namespace headscope::ui
