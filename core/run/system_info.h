// SPDX-License-Identifier: GPL-3.0-or-later
// Versions, devices, precisions and memory of this machine.
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace headscope {

struct DeviceInfo {
    std::string name; ///< as options take it: "cpu", "cuda:0"
    std::string description; ///< for people: "CPU (2 cores)", "NVIDIA H200, 139 GiB"
};

struct SystemInfo {
    std::vector<std::pair<std::string, std::string>> versions; ///< Headscope, LibTorch, ICU, nlohmann_json
    std::vector<DeviceInfo> devices; ///< what LibTorch finds, cpu first
    std::vector<std::string> dtypes; ///< precisions a run can use
    int threads = 1; ///< intra-op threads by default
};

/// What LibTorch finds on this machine. Call on a thread that may run LibTorch.
SystemInfo systemInfo();

/// Versions alone; touches no device.
std::vector<std::pair<std::string, std::string>> libraryVersions();

/// Bytes that can still be allocated: the smaller of the system's available memory and what the cgroup leaves.
std::uint64_t availableMemory();

/// "1.2 GiB"; binary units, at most three significant digits.
std::string byteText(std::uint64_t bytes);

} // namespace headscope
