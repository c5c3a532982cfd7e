// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/head_cut.h"

#include "core/engine/ops.h"
#include "core/engine/prompt_batches.h"
#include "core/error.h"

namespace headscope {
namespace {

/// [B, T, d] of one head, a view.
at::Tensor ofHead(const at::Tensor& value, std::size_t head)
{
    return value.select(2, static_cast<std::int64_t>(head));
}

} // namespace

void requireHeads(const std::vector<HeadPlace>& heads, const ModelConfig& config)
{
    for (const HeadPlace& place : heads)
        if (place.layer >= static_cast<std::size_t>(config.layers)
            || place.head >= static_cast<std::size_t>(config.heads))
            throw Error(Fault::BadInput,
                "--ablate: expected heads from 0.0 to "
                    + spell(HeadPlace{
                        static_cast<std::size_t>(config.layers) - 1, static_cast<std::size_t>(config.heads) - 1})
                    + ", found " + spell(place));
}

void HeadMeans::watch(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, at::Tensor real)
{
    for (const HeadPlace& place : heads_)
        handles.push_back(hooks.observe(
            hookName(HookPoint::Mixed, place.layer), [this, place, real](const std::string&, const at::Tensor& value) {
                const at::Tensor tokens = wideOnHost(ofHead(value, place.head)).index({real}); // [tokens, d]
                const std::pair key{place.layer, place.head};
                at::Tensor& sum = sums_[key];
                sum = sum.defined() ? at::add(sum, tokens.sum(0)) : tokens.sum(0);
                counts_[key] += static_cast<double>(tokens.size(0));
            }));
}

HeadValues HeadMeans::means() const
{
    HeadValues result;
    for (const auto& [key, sum] : sums_)
        result[key] = at::div(sum, counts_.at(key));
    return result;
}

void keepHeads(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, const std::vector<HeadPlace>& heads,
    HeadValues& target)
{
    for (const HeadPlace& place : heads)
        handles.push_back(hooks.observe(
            hookName(HookPoint::Mixed, place.layer), [place, &target](const std::string&, const at::Tensor& value) {
                target[{place.layer, place.head}] = ofHead(value, place.head).clone();
            }));
}

void cutHeads(HookRegistry& hooks, std::vector<HookRegistry::Handle>& handles, const std::vector<HeadPlace>& heads,
    const HeadValues& values)
{
    for (const HeadPlace& place : heads)
        handles.push_back(hooks.edit(
            hookName(HookPoint::Mixed, place.layer), [place, &values](const std::string&, at::Tensor& value) {
                value = value.clone(); // others may hold what was there
                const auto found = values.find({place.layer, place.head});
                const at::Tensor head = ofHead(value, place.head);
                if (found == values.end())
                    head.zero_();
                else
                    head.copy_(found->second.expand_as(head));
            }));
}

} // namespace headscope
