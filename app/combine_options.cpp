// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/combine_options.h"

#include "app/options.h"
#include "core/cache/stage_names.h"
#include "core/error.h"

namespace headscope {
namespace {

void refuse(bool wrong, const std::string& message)
{
    if (wrong)
        throw Error(Fault::BadInput, message);
}

} // namespace

void addAggregateOption(CLI::App& command, HeadChoice& choice)
{
    const auto chooses = [&choice](std::optional<Aggregate> aggregate) {
        return [&choice, aggregate] { choice.combined = CombinedHeads{.aggregate = aggregate}; };
    };
    addChoiceOption(command, "--aggregate",
        {{"mean", chooses(Aggregate::Mean)}, {"max", chooses(Aggregate::Maximum)},
            {"std", chooses(Aggregate::Deviation)}, {"rollout", chooses({})}},
        "Several heads as one: of --heads or all of --layer; rollout: all heads up to --layer");
}

void checkCombination(const HeadChoice& choice, Stage stage)
{
    const bool several = choice.combined->aggregate.has_value();
    refuse(choice.head.has_value(),
        several ? "--head: expected --heads LAYER.HEAD,… with --aggregate, or --layer alone for all heads of a layer"
                : "--head: expected none with --aggregate rollout, which takes the mean of all heads");
    refuse(!several && !choice.heads.empty(), "--heads: expected --aggregate mean, max or std with it");
    refuse(several && choice.heads.empty() == !choice.layer.has_value(),
        "--aggregate: expected either --heads LAYER.HEAD,… or --layer for all heads of it");
    refuse(stage != Stage::Pattern, "--stage: expected pattern with --aggregate, found " + std::string(spell(stage)));
}

CombinedHeads combinedHeads(const HeadChoice& choice, const ModelInfo& model)
{
    CombinedHeads combined = *choice.combined;
    requireBelow("--layer", choice.layer.value_or(0), model.layers);
    if (!combined.aggregate) {
        combined.last = {choice.layer.value_or(model.layers - 1)};
        return combined;
    }
    if (!choice.heads.empty())
        combined.heads = readHeads(choice.heads, "--heads");
    else
        for (std::size_t head = 0; head < model.heads; ++head)
            combined.heads.push_back({*choice.layer, head});
    for (const HeadPlace& place : combined.heads) {
        requireBelow("--heads: layer", place.layer, model.layers);
        requireBelow("--heads: head", place.head, model.heads);
    }
    return combined;
}

} // namespace headscope
