// SPDX-License-Identifier: GPL-3.0-or-later
// The tokens on either side of attention, sharing the life of their capture.
#pragma once

#include "core/cache/capture.h"

#include <memory>
#include <vector>

namespace headscope::ui {

using TokenRow = std::shared_ptr<const std::vector<Token>>;

/// Those that look.
inline TokenRow queryTokens(const CapturePtr& capture, SequenceId sequence)
{
    return {capture, &capture->header().tokens[sequence.value]};
}

/// Those that are looked at: the same, except in cross-attention.
inline TokenRow keyTokens(const CapturePtr& capture, SequenceId sequence)
{
    return {capture, &capture->header().keysOf(sequence.value)};
}

} // namespace headscope::ui
