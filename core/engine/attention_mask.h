// SPDX-License-Identifier: GPL-3.0-or-later
// The one mask helper: permission as boolean planes, turned into numbers once. Internal to core: includes ATen.
#pragma once

#include "core/cache/pattern_source.h"
#include "core/engine/ops.h"

#include <string>
#include <vector>

namespace headscope {

/// The scores that a mask is for: [batch, heads, queries, keys]. The queries are the last of the keys.
struct MaskShape {
    std::int64_t batch = 0, heads = 0, queries = 0, keys = 0;
};

/// A rectangle of some sequences and heads of a mask's shape.
struct MaskSection {
    Range sequences, heads, rows, columns;
};

/// Who may attend to whom, kept symbolic: a causal flag, padding vectors, and the user's own mask; a layer's window is
/// given when a plane is made. True = attend.
///
/// Source  design.md §4: a 4-D mask is authoritative, for layers with a window, too; 2-D and 3-D masks mean padding and
///         are layered on the causal plane and the window; without a mask these alone stand.
class AttentionMask {
public:
    /// Reads a user's mask, or none (undefined tensor).
    /// 2-D [B,K]: 0/1 of any dtype. 3-D [B,Q,K] and 4-D [B|1,H|1,Q,K]: bool, integer 0/1, or additive floats <= 0;
    /// larger ones are trimmed to the first K columns and the last Q rows.
    /// \param label names the mask in messages, such as "attention_mask".
    /// \throws Error(BadInput)
    static AttentionMask read(const at::Tensor& mask, MaskShape shape, bool causal, const std::string& label);
    static AttentionMask read(const at::Tensor& mask, std::int64_t batch, std::int64_t heads, std::int64_t length,
        bool causal, const std::string& label)
    {
        return read(mask, {batch, heads, length, length}, causal, label);
    }

    /// The boolean plane [B|1,1|H,Q,K]; undefined when nobody forbids anything.
    /// \param window keys that a query sees back from its own position, itself included; 0: all of them.
    at::Tensor allowed(at::Device device, std::int64_t window = 0) const;

    /// What transformers adds to the scores: 0 where allowed and finfo(dtype).min where not; an additive 4-D mask is
    /// handed back as it is, in its own dtype. Undefined when nobody forbids anything.
    at::Tensor additive(at::ScalarType dtype, at::Device device, std::int64_t window = 0) const;

    /// The user's own numbers, cast to `dtype`; undefined unless the mask is additive.
    at::Tensor bias(at::ScalarType dtype, at::Device device) const;

    /// The mask of a part of the scores, at a cost proportional to it.
    /// \post kind(), kinds() and isPadding() are for whole masks only.
    AttentionMask section(const MaskSection& part) const;
    MaskSection whole() const;

    /// Whether nothing but causality (or nothing at all) and a window restrict attention: no padded token, no mask of
    /// the user's.
    bool isPlain() const noexcept { return !allowed_.defined() && !anyPadding_; }
    bool causal() const noexcept { return causal_; }
    /// Whether a user's own numbers are added.
    bool hasBias() const noexcept { return given_.defined(); }

    const std::string& form() const noexcept { return form_; } ///< "none", "2-D", "3-D boolean", "4-D additive", …
    bool authoritative() const noexcept { return authoritative_; } ///< 4-D
    int rank() const noexcept { return rank_; } ///< of the user's mask; 0 without one
    const at::Tensor& padding() const noexcept
    {
        return padding_;
    } ///< [B,K] bool, true = a real token; undefined without a 2-D mask

    bool isPadding(std::size_t sequence, std::size_t key) const
    {
        return !real_.empty() && real_[sequence * static_cast<std::size_t>(shape_.keys) + key] == 0;
    }
    CellKind kind(
        std::size_t sequence, std::size_t head, std::size_t query, std::size_t key, std::int64_t window = 0) const;
    /// kind() of every key of `keys`, in order.
    void kinds(std::size_t sequence, std::size_t head, std::size_t query, Range keys, std::int64_t window,
        CellKind* out) const;

private:
    MaskShape shape_;
    std::int64_t offset_ = 0; ///< the first query's position less the first key's
    bool causal_ = true;
    bool anyPadding_ = false;
    int rank_ = 0;
    std::string form_ = "none";
    at::Tensor padding_; ///< [B,K] bool
    std::vector<std::uint8_t> real_; ///< padding_ on the host, for kind()
    at::Tensor allowed_; ///< [B|1,1|H,Q,K] bool: the user's plane of a 3-D or 4-D mask
    at::Tensor given_; ///< the additive mask itself, [B|1,1|H,Q,K]
    bool authoritative_ = false; ///< 4-D
};

/// The most negative finite number of a floating dtype.
double finfoMin(at::ScalarType type);

} // namespace headscope
