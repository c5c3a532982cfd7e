// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/placement.h"

#include "core/error.h"
#include "core/run/comma_list.h"

#include <algorithm>

namespace headscope {
namespace {

void requireUsable(const std::vector<at::Device>& devices, const std::string& option)
{
    for (std::size_t i = 0; i < devices.size(); ++i) {
        if (devices[i].is_meta())
            throw Error(Fault::BadInput, option + ": expected a device that holds values, found " + devices[i].str());
        if (std::find(devices.begin(), devices.begin() + static_cast<std::ptrdiff_t>(i), devices[i])
            != devices.begin() + static_cast<std::ptrdiff_t>(i))
            throw Error(Fault::BadInput, option + ": expected each device once, found " + devices[i].str() + " twice");
    }
}

} // namespace

std::string Placement::deviceText() const
{
    std::string text;
    for (const at::Device& device : devices)
        text.append(text.empty() ? "" : ",").append(device.str());
    return text;
}

PlacementChange PlacementChange::parse(const std::string& text, const std::string& option)
{
    std::vector<at::Device> devices;
    std::optional<DType> dtype;
    for (const std::string& word : splitAtCommas(text))
        if (const auto found = unspell<DType>(word)) {
            if (dtype)
                throw Error(Fault::BadInput, option + ": expected one dtype, found two in '" + text + "'");
            dtype = found;
        } else {
            devices.push_back(parseDevice(word, option));
        }
    requireUsable(devices, option);
    return {std::move(devices), dtype};
}

Placement PlacementChange::appliedTo(const Placement& now) const
{
    Placement result = now;
    if (!devices_.empty())
        result.devices = devices_;
    for (at::Device& device : result.devices) // "cuda" is cuda:0; the CPU has no index
        if (!device.is_cpu() && !device.has_index())
            device = at::Device(device.type(), 0);
    requireUsable(result.devices, "device");
    result.dtype = dtype_.value_or(now.dtype);
    return result;
}

std::vector<at::Device> parseDevices(const std::string& text, const std::string& option)
{
    std::vector<at::Device> devices;
    for (const std::string& word : splitAtCommas(text))
        devices.push_back(parseDevice(word, option));
    requireUsable(devices, option);
    return devices;
}

} // namespace headscope
