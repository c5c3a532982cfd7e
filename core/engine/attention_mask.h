// SPDX-License-Identifier: GPL-3.0-or-later
// The one mask helper: permission as boolean planes, turned into numbers once. Internal to core: includes ATen.
#pragma once

#include "core/cache/pattern_source.h"
#include "core/engine/ops.h"

#include <string>
#include <vector>

namespace headscope {

/// Who may attend to whom, kept symbolic: a causal flag, padding vectors, and the user's own mask. True = attend.
///
/// Source  design.md §4: a 4-D mask is authoritative; 2-D and 3-D masks mean padding and are layered on the causal
/// plane;
///         without a mask the causal plane alone stands.
class AttentionMask {
public:
    /// Reads a user's mask, or none (undefined tensor).
    /// 2-D [B,T]: 0/1 of any dtype. 3-D [B,Tq,Tk] and 4-D [B|1,H|1,Tq,Tk]: bool, integer 0/1, or additive floats <= 0;
    /// larger ones are trimmed to the first `length` columns and the last `length` rows.
    /// \param label names the mask in messages, such as "attention_mask".
    /// \throws Error(BadInput)
    static AttentionMask read(const at::Tensor& mask, std::int64_t batch, std::int64_t heads, std::int64_t length,
        bool causal, const std::string& label);

    /// What is added to the scores: 0 where allowed and finfo(dtype).min where not, [B|1,1|H,T,T]; an additive 4-D mask
    /// is handed back as it is, in its own dtype, as transformers does.
    at::Tensor additive(at::ScalarType dtype, at::Device device) const;

    const std::string& form() const noexcept { return form_; } ///< "none", "2-D", "3-D boolean", "4-D additive", …
    const at::Tensor& padding() const noexcept
    {
        return padding_;
    } ///< [B,T] bool, true = a real token; undefined without a 2-D mask

    bool isPadding(std::size_t sequence, std::size_t position) const
    {
        return !real_.empty() && real_[sequence * length_ + position] == 0;
    }
    CellKind kind(std::size_t sequence, std::size_t head, std::size_t query, std::size_t key) const;

private:
    std::size_t length_ = 0;
    bool causal_ = true;
    std::string form_ = "none";
    at::Tensor padding_; ///< [B,T] bool
    std::vector<std::uint8_t> real_; ///< padding_ on the host, for kind()
    at::Tensor allowed_; ///< [B|1,1|H,T,T] bool: the user's plane of a 3-D or 4-D mask
    at::Tensor given_; ///< the additive mask itself, [B|1,1|H,T,T]
    bool authoritative_ = false; ///< 4-D
};

} // namespace headscope
