// SPDX-License-Identifier: GPL-3.0-or-later
// The search for the smallest set of reasons that explains a difference.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>

namespace headscope {

/// Some of up to 32 reasons, a bit each.
using ReasonSet = std::uint32_t;

inline ReasonSet everyReason(std::size_t count) { return count >= 32 ? ~ReasonSet{0} : (ReasonSet{1} << count) - 1; }
inline bool contains(ReasonSet set, std::size_t index) { return (set >> index) & 1U; }
inline ReasonSet without(ReasonSet set, std::size_t index) { return set & ~(ReasonSet{1} << index); }

/// A set of reasons with which everything agrees, and without any one of which something does not (design.md §7).
/// \param agrees whether everything is within tolerance once these are taken away; asked again for the same set, it
/// must
///        answer the same (remember the answers: each is a run of the model).
/// \return none when not even all of them together suffice. Earlier reasons are kept rather than later ones.
/// \pre not agrees(0)
std::optional<ReasonSet> minimalReasons(std::size_t count, const std::function<bool(ReasonSet)>& agrees);

} // namespace headscope
