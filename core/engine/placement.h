// SPDX-License-Identifier: GPL-3.0-or-later
// Device and precision as one value. Internal to core: includes ATen.
#pragma once

#include "core/engine/tensor_types.h"

#include <optional>
#include <string>
#include <vector>

namespace headscope {

/// Where a model is and in which precision. Several devices share the layers: layer l of n is on device l * count / n;
/// embeddings are on the first, the final norm and the head on the last one.
struct Placement {
    std::vector<at::Device> devices{at::kCPU};
    DType dtype = DType::Float32;

    at::Device front() const { return devices.front(); }
    at::Device back() const { return devices.back(); }
    at::Device layer(std::size_t layer, std::size_t layers) const { return devices[layer * devices.size() / layers]; }
    std::string deviceText() const; ///< "cuda:0,cuda:1"
    friend bool operator==(const Placement&, const Placement&) = default;
};

/// A request to move: a device (or several), a dtype, or both, in either order.
class PlacementChange {
public:
    PlacementChange(at::Device device) // NOLINT: to(device) reads best
        : devices_{device}
    {
    }
    PlacementChange(DType dtype) // NOLINT
        : dtype_(dtype)
    {
    }
    PlacementChange(at::Device device, DType dtype)
        : devices_{device}
        , dtype_(dtype)
    {
    }
    PlacementChange(DType dtype, at::Device device)
        : PlacementChange(device, dtype)
    {
    }
    PlacementChange(std::vector<at::Device> devices, std::optional<DType> dtype)
        : devices_(std::move(devices))
        , dtype_(dtype)
    {
    }
    /// "cuda:1", "float16", "cuda:1,float16" or "float16,cuda:0,cuda:1".
    /// \throws Error(BadInput) for a word that is neither, a second dtype, or a device that is not there.
    static PlacementChange parse(const std::string& text, const std::string& option);

    /// \throws Error(BadInput) for a device that cannot hold a model (meta), or the same device twice.
    Placement appliedTo(const Placement& now) const;

private:
    std::vector<at::Device> devices_; ///< empty: stay
    std::optional<DType> dtype_;
};

/// "cpu", "cuda:1", or several with commas. \throws Error(BadInput)
std::vector<at::Device> parseDevices(const std::string& text, const std::string& option);

} // namespace headscope
