// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/model_keeper.h"

namespace headscope {

bool ModelKeeper::holds(const ModelDescription& description, const WeightRecipe& recipe, DType dtype) const
{
    return model_ && &model_->description() == &description && model_->recipe() == recipe
        && model_->placement().dtype == dtype;
}

LoadedModel& ModelKeeper::require(const std::shared_ptr<const ModelDescription>& description,
    const WeightRecipe& recipe, const Placement& placement, const LoadedModel::Step& step)
{
    if (holds(*description, recipe, placement.dtype)) {
        if (!(model_->placement() == placement))
            model_->to(PlacementChange(placement.devices, std::nullopt));
        model_->requireInStep();
        return *model_;
    }
    model_.reset(); // the old weights go before the new ones come
    model_ = std::make_unique<LoadedModel>(description, recipe, placement, step);
    description->requireIntact();
    return *model_;
}

} // namespace headscope
