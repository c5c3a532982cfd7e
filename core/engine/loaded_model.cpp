// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/loaded_model.h"

#include "core/error.h"

#include <map>

namespace headscope {

LoadedModel::LoadedModel(std::shared_ptr<const ModelDescription> description, const WeightRecipe& recipe,
    Placement placement, const Step& step)
    : description_(std::move(description))
    , recipe_(recipe)
    , placement_(std::move(placement))
    , weights_(readWeights(
          *description_, recipe_, placement_, step ? step : [](std::size_t, std::size_t) {}))
{
    requireInStep();
}

at::Device LoadedModel::deviceOf(const WeightPlace& place, const Placement& placement) const
{
    switch (place.part) {
    case WeightPlace::Part::Front:
        return placement.front();
    case WeightPlace::Part::Layer:
        return placement.layer(place.layer, weights_.layers.size());
    case WeightPlace::Part::Back:
        return placement.back();
    }
    return placement.front();
}

void LoadedModel::to(const PlacementChange& change, const Step& step)
{
    Placement target = change.appliedTo(placement_);
    translated("moving the model to " + target.deviceText(), [&] {
        ModelWeights moved;
        if (target.dtype != placement_.dtype) {
            moved = readWeights(
                *description_, recipe_, target, step ? step : [](std::size_t, std::size_t) {});
        } else {
            moved = weights_;
            std::map<std::pair<const void*, std::string>, at::Tensor> there; // tied tensors stay one on a device
            forEachTensor(moved, [&](at::Tensor& tensor, const WeightPlace& place) {
                const at::Device device = deviceOf(place, target);
                at::Tensor& once = there[{tensor.unsafeGetTensorImpl(), device.str()}];
                if (!once.defined())
                    once = tensor.to(device);
                tensor = once;
            });
        }
        weights_ = std::move(moved);
        placement_ = std::move(target);
    });
    requireInStep();
}

void LoadedModel::requireInStep() const
{
    const auto type = scalarType(placement_.dtype);
    forEachTensor(weights_, [&](const at::Tensor& tensor, const WeightPlace& place) {
        const at::Device device = deviceOf(place, placement_);
        if (tensor.device() != device)
            throw Error(Fault::Backend,
                std::string("placement: ") + place.name + " of layer " + std::to_string(place.layer) + " is on "
                    + tensor.device().str() + ", expected " + device.str());
        if (!place.fixedDtype && tensor.scalar_type() != type)
            throw Error(Fault::Backend,
                std::string("placement: ") + place.name + " of layer " + std::to_string(place.layer) + " is "
                    + dtypeText(tensor.scalar_type()) + ", expected " + dtypeText(type));
    });
}

} // namespace headscope
