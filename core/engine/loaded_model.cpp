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
    , weights_(
          recipe_.processed ? readAll(placement_, step) : WeightReader(*description_, recipe_, placement_).readEnds())
    , read_(weights_.layers.size(), recipe_.processed)
{
    requireInStep();
}

ModelWeights LoadedModel::readAll(const Placement& placement, const Step& step) const
{
    return WeightReader(*description_, recipe_, placement).readAll(step ? step : [](std::size_t, std::size_t) {});
}

void LoadedModel::requireLayer(std::size_t layer) const
{
    if (read_.at(layer))
        return;
    weights_.layers[layer] = WeightReader(*description_, recipe_, placement_).readLayer(layer);
    read_[layer] = true;
    if (description_->info().storedDtype != spell(placement_.dtype))
        for (const SafetensorsFile& file : description_->files())
            file.forgetPages(); // converted, so the mapped original is not needed any more
}

const ModelWeights& LoadedModel::weights() const
{
    for (std::size_t layer = 0; layer < read_.size(); ++layer)
        requireLayer(layer);
    return weights_;
}

ModelWeights& LoadedModel::weights() { return const_cast<ModelWeights&>(std::as_const(*this).weights()); }

void LoadedModel::to(const PlacementChange& change, const Step& step)
{
    Placement target = change.appliedTo(placement_);
    translated("moving the model to " + target.deviceText(), [&] {
        ModelWeights moved;
        if (target.dtype != placement_.dtype) {
            moved = readAll(target, step);
        } else {
            moved = std::as_const(*this).weights();
            std::map<std::pair<const void*, std::string>, at::Tensor> there; // tied tensors stay one on a device
            forEachTensor(moved, [&](at::Tensor& tensor, const WeightPlace& place) {
                const at::Device device = deviceOf(place, target, read_.size());
                at::Tensor& once = there[{tensor.unsafeGetTensorImpl(), device.str()}];
                if (!once.defined())
                    once = tensor.to(device);
                tensor = once;
            });
        }
        read_.assign(read_.size(), true);
        weights_ = std::move(moved);
        placement_ = std::move(target);
    });
    requireInStep();
}

void LoadedModel::requireInStep() const
{
    const auto type = scalarType(placement_.dtype);
    forEachTensor(weights_, [&](const at::Tensor& tensor, const WeightPlace& place) {
        const at::Device device = deviceOf(place, placement_, read_.size());
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
