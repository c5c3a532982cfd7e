// SPDX-License-Identifier: GPL-3.0-or-later
// Which tokens of a sequence occurred before.
#pragma once

#include "core/run/run_header.h"

#include <span>

namespace headscope {

/// The real tokens of a sequence, numbered from 0 as if padding were not there, and where each occurred before.
/// Memory  linear in the tokens, however often they repeat.
class TokenRepeats {
public:
    explicit TokenRepeats(const std::vector<Token>& tokens);

    std::size_t size() const noexcept { return positions_.size(); }
    /// Positions of the real tokens in the padded sequence, ascending.
    const std::vector<std::int64_t>& positions() const noexcept { return positions_; }
    /// Whether the real tokens are one stretch.
    bool contiguous() const noexcept
    {
        return positions_.empty() || positions_.back() - positions_.front() + 1 == static_cast<std::int64_t>(size());
    }
    /// Earlier real tokens with the same id, by number, ascending.
    std::span<const std::size_t> before(std::size_t number) const
    {
        return {order_.data() + groupBegin_[number], place_[number] - groupBegin_[number]};
    }

private:
    std::vector<std::int64_t> positions_; ///< [number]
    std::vector<std::size_t> order_; ///< numbers, sorted by id, then by number
    std::vector<std::size_t> place_; ///< [number] -> index in order_
    std::vector<std::size_t> groupBegin_; ///< [number] -> index in order_ of the first with that id
};

} // namespace headscope
