// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/system_info.h"

#include "core/run/settings.h"

#include <ATen/Parallel.h>
#include <ATen/detail/CUDAHooksInterface.h>
#include <torch/version.h>
#include <unicode/uvernum.h>

#include <algorithm>
#include <array>
#include <cstdio>
#include <fstream>
#include <limits>
#include <string>
#include <thread>

namespace headscope {
namespace {

constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();

std::uint64_t readNumber(const std::string& path)
{
    std::ifstream file(path);
    std::uint64_t value = 0;
    return file >> value ? value : unknown; // "max" is not a number
}

/// A value of a "key value" or "key: value unit" file.
std::uint64_t readField(const std::string& path, const std::string& key)
{
    std::ifstream file(path);
    std::string name, rest;
    std::uint64_t value = 0;
    while (file >> name) {
        if (name == key && file >> value)
            return value;
        std::getline(file, rest);
    }
    return unknown;
}

/// What the control group leaves, page cache counted as free; `unknown` without a limit.
std::uint64_t groupLeaves()
{
    struct Files {
        std::string limit, usage, statistics;
        const char* cache;
    };
    std::string group = "/"; // of this process, version 2
    std::ifstream own("/proc/self/cgroup");
    for (std::string line; std::getline(own, line);)
        if (line.starts_with("0::"))
            group = line.substr(3);
    std::uint64_t least = unknown;
    const auto consider = [&](const Files& files) {
        const std::uint64_t limit = readNumber(files.limit), usage = readNumber(files.usage);
        if (limit == unknown || usage == unknown
            || limit > (1ULL << 60)) // version 1 writes "no limit" as a huge number
            return;
        const std::uint64_t cache = readField(files.statistics, files.cache);
        const std::uint64_t used = usage - std::min(usage, cache == unknown ? 0 : cache);
        least = std::min(least, limit - std::min(limit, used));
    };
    // A parent's limit binds too.
    for (std::string path = group;; path.resize(path.rfind('/'))) {
        const std::string base = "/sys/fs/cgroup" + (path == "/" ? "" : path);
        consider({base + "/memory.max", base + "/memory.current", base + "/memory.stat", "inactive_file"});
        if (path.empty() || path == "/")
            break;
    }
    const std::string first = "/sys/fs/cgroup/memory";
    consider({first + "/memory.limit_in_bytes", first + "/memory.usage_in_bytes", first + "/memory.stat",
        "total_inactive_file"});
    return least;
}

} // namespace

std::uint64_t availableMemory()
{
    const std::uint64_t kibibytes = readField("/proc/meminfo", "MemAvailable:");
    return std::min(kibibytes == unknown ? unknown : kibibytes * 1024, groupLeaves());
}

std::string byteText(std::uint64_t bytes)
{
    constexpr std::array<const char*, 6> units{"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
    double value = static_cast<double>(bytes);
    std::size_t unit = 0;
    while (value >= 1023.5 && unit + 1 < units.size()) {
        value /= 1024;
        ++unit;
    }
    char text[32];
    std::snprintf(text, sizeof text,
        unit == 0 || value >= 99.95 ? "%.0f %s"
            : value >= 9.995        ? "%.1f %s"
                                    : "%.2f %s",
        value, units[unit]);
    return text;
}

std::vector<std::pair<std::string, std::string>> libraryVersions()
{
    return {{"Headscope", HEADSCOPE_VERSION}, {"LibTorch", TORCH_VERSION}, {"ICU", U_ICU_VERSION}};
}

SystemInfo systemInfo()
{
    SystemInfo info;
    info.versions = libraryVersions();
    const unsigned cores = std::thread::hardware_concurrency();
    info.devices.push_back({"cpu", "CPU (" + std::to_string(cores) + (cores == 1 ? " core)" : " cores)")});
    const auto& cuda = at::detail::getCUDAHooks();
    const int count = cuda.hasCUDA() ? static_cast<int>(cuda.deviceCount()) : 0;
    for (int i = 0; i < count; ++i)
        info.devices.push_back({"cuda:" + std::to_string(i), "CUDA device " + std::to_string(i)});
    for (const auto& spelling : spellings<DType>())
        info.dtypes.emplace_back(spelling.text);
    info.threads = at::get_num_threads();
    return info;
}

} // namespace headscope
