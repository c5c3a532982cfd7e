// SPDX-License-Identifier: GPL-3.0-or-later
// What goes into a forward pass: token ids, mask and positions. Internal to core: includes ATen.
#pragma once

#include "core/backend/policies.h"
#include "core/engine/attention_mask.h"
#include "core/model/model_description.h"
#include "core/run/run_header.h"

#include <span>
#include <vector>

namespace headscope {

/// A batch ready for the model, on the host.
struct ModelInputs {
    at::Tensor ids; ///< [B, T] int64
    at::Tensor positions; ///< [1 | B, T] int64
    at::Tensor tokenTypes; ///< [B, T] int64, or undefined
    AttentionMask mask;
    at::Tensor real; ///< [B, T] bool: which tokens are content, whatever --mask made of the mask; undefined: all
    bool causal = true; ///< the model is
    std::string noReference; ///< why the backend's original cannot take these; empty when it can
    std::string positionsUsed; ///< "arange", "mask" or "given"
    std::vector<std::vector<Token>> tokens; ///< [B][T], for people
};

/// Prompts as ids, and what they are padded to.
struct EncodedPrompts {
    std::span<const Encoding> encodings; ///< the caller's
    std::size_t length = 0; ///< tokens of a padded row
    bool ragged = false; ///< there is padding, in these or in others that go with them; without it a mask says nothing

    explicit EncodedPrompts(std::span<const Encoding> all); ///< padded to the longest of them
};

/// Tokenises and pads the request's prompts, or reads its inputs file, and checks the result against the model.
/// \param takesPositions whether position_ids of an inputs file count.
/// \param encoded these instead of the request's prompts or inputs.
/// \throws Error(BadInput) naming the option or tensor, what was expected and what was found.
ModelInputs makeInputs(const InspectionRequest& request, const ModelDescription& model, const BackendPolicies& policies,
    bool takesPositions = true, const EncodedPrompts* encoded = nullptr);

/// Sets the positions that the request, or else the backend's rule, makes of the mask; positions that the inputs
/// brought stay. \throws Error(BadInput) when there is no 2-D mask to count by.
void choosePositions(ModelInputs& inputs, const InspectionRequest& request, const BackendPolicies& policies);

/// Ids of one text, or of a pair of texts, with special tokens as the request wants them. \param where begins messages:
/// "--prompt 2". \param second empty: there is none. Does not touch LibTorch. \throws Error(BadInput)
Encoding encodeText(const std::string& text, const std::string& where, const InspectionRequest& request,
    const ModelDescription& model, const std::string& second = {});

/// Ids of each prompt or pair, before padding, with special tokens as the request wants them. Does not touch LibTorch.
/// \throws Error(BadInput) also for pairs that the model has no token types for, or that lack a prompt
std::vector<Encoding> encodePrompts(const InspectionRequest& request, const ModelDescription& model);

} // namespace headscope
