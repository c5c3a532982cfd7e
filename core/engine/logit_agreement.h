// SPDX-License-Identifier: GPL-3.0-or-later
// Logits of two runs as people read them. Internal to core: includes ATen.
#pragma once

#include "core/engine/row_pairing.h"
#include "core/parity/parity_request.h"

namespace headscope {

/// \param reference, candidate [B, T, V]
/// \param answers by sequence; empty: none. \param answerIndex instead of each sequence's last real token.
LogitAgreement agreementOf(const at::Tensor& reference, const at::Tensor& candidate, const ModelInputs& inputs,
    const RowPairing& pairing, const std::vector<AnswerTokens>& answers, std::optional<std::size_t> answerIndex);

} // namespace headscope
