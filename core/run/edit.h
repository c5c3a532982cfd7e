// SPDX-License-Identifier: GPL-3.0-or-later
// An intervention: what a run changes at a hook point, and where.
#pragma once

#include <cstdint>
#include <filesystem>
#include <string>
#include <vector>

namespace headscope {

/// Changes selected cells of every hook value whose name matches. Downstream computation sees the change.
///
/// Axes by hook value: hook_attn_scores and hook_pattern [B,H,P,K] have rows, heads, queries and keys; hook_q,
/// hook_rot_q, hook_z and hook_result [B,P,H,…] rows, queries and heads; hook_k, hook_rot_k and hook_v [B,K,G,…] rows,
/// keys and (key/value) heads; everything else [B,P,…] rows and queries.
struct Edit {
    enum class Operation {
        Replace, ///< by `value`, or by the tensor: that is how a value of another run is patched in
        Add, ///< `value`, or the tensor
        Scale, ///< by `value`
        Zero,
        Mean, ///< the mean over the selected rows and the selected positions that are real tokens
    };
    std::string hook{}; ///< a glob of hook names, such as "blocks.3.attn.hook_pattern" or "blocks.*.hook_resid_pre"
    Operation operation = Operation::Zero;
    double value = 0; ///< when `source` is empty
    std::filesystem::path source{}; ///< a safetensors file
    std::string tensor{}; ///< in it, broadcast to the whole hook value; empty: the tensor named like the hook
    std::vector<std::int64_t> rows{}, heads{}, queries{}, keys{}; ///< indices, from 0; empty: all

    friend bool operator==(const Edit&, const Edit&) = default;
};

/// "blocks.0.attn.hook_z zero heads 1,2; …", for metadata and people.
std::string describe(const std::vector<Edit>& edits);

/// Reads FILE.json: an array of objects {"hook", "operation": "replace"|"add"|"scale"|"zero"|"mean", "value": number or
/// "tensor": name with "file": path (relative to FILE.json), "rows", "heads", "queries", "keys": arrays of integers}.
/// \throws Error(BadInput) naming the file, the entry and the key, what was expected and what was found.
std::vector<Edit> readEdits(const std::filesystem::path& file);

} // namespace headscope
