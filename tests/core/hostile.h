// SPDX-License-Identifier: GPL-3.0-or-later
// What the tests of hostile files share: long texts, and calls whose time, memory and message are checked.
#pragma once

#include "core/error.h"

#include <QString>
#include <QTest>

#include <algorithm>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <string>

namespace headscope {

// Generous: they tell "bounded" from "not".
#ifdef __SANITIZE_ADDRESS__
constexpr int slower = 6;
#else
constexpr int slower = 1;
#endif
constexpr qint64 mostMilliseconds = 20'000 * slower;
constexpr std::size_t mostMegabytes = 2'000 * slower;

inline std::string repeated(const std::string& text, std::size_t count)
{
    std::string result;
    result.reserve(text.size() * count);
    while (count-- > 0)
        result += text;
    return result;
}

/// item(0), item(1), … with commas between them.
template <typename Item> std::string listed(std::size_t count, const Item& item)
{
    std::string result;
    for (std::size_t i = 0; i < count; ++i)
        result.append(i > 0 ? "," : "").append(item(i));
    return result;
}

inline std::string quoted(const std::string& text) { return std::string("\"").append(text).append("\""); }

/// A number of kilobytes of /proc/self/status; 0 where there is none.
inline std::size_t memoryFigure(const std::string& name)
{
    std::ifstream status("/proc/self/status");
    for (std::string word; status >> word;)
        if (std::size_t figure = 0; word == name && status >> figure)
            return figure;
    return 0;
}

/// Runs `work`, and fails the test when it takes far too long or far too much memory.
template <typename Work> void bounded(const Work& work)
{
    std::ofstream("/proc/self/clear_refs") << 5; // the peak starts again
    const std::size_t before = memoryFigure("VmRSS:");
    const std::clock_t begun = std::clock(); // of the processor, which others may be using as well
    work();
    const qint64 elapsed = (std::clock() - begun) * 1000 / CLOCKS_PER_SEC;
    const std::size_t megabytes = (std::max(memoryFigure("VmHWM:"), before) - before) / 1024;
    if (elapsed > 500 || megabytes > 100)
        qInfo("%lld ms, %zu MB", static_cast<long long>(elapsed), megabytes);
    QVERIFY2(elapsed < mostMilliseconds, qPrintable(QString::number(elapsed)));
    QVERIFY2(megabytes < mostMegabytes, qPrintable(QString::number(megabytes)));
}

/// The message of the Error that `work` throws; empty when there is none.
template <typename Work> std::string refusalOf(const Work& work)
{
    std::string message;
    bounded([&] {
        try {
            work();
        } catch (const Error& error) {
            message = error.what();
        }
    });
    return message;
}

inline void requireSays(const std::string& message, const QString& file, const QString& says)
{
    const QString text = QString::fromStdString(message);
    QVERIFY2(text.contains(file), qPrintable(text));
    QVERIFY2(text.contains(says), qPrintable(text));
    QVERIFY2(!text.contains(QLatin1Char('\n')) && text.size() < 2100, qPrintable(text));
}

inline void write(const std::filesystem::path& path, const std::string& content)
{
    std::ofstream(path, std::ios::binary) << content;
}

} // namespace headscope
