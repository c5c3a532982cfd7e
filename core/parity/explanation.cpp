// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parity/explanation.h"

namespace headscope {

std::optional<ReasonSet> minimalReasons(std::size_t count, const std::function<bool(ReasonSet)>& agrees)
{
    ReasonSet set = everyReason(count);
    if (count == 0 || !agrees(set))
        return std::nullopt;
    for (bool smaller = true; smaller;) { // once more after each success: what was needed may not be any longer
        smaller = false;
        for (std::size_t index = count; index-- > 0;) {
            if (!contains(set, index) || !agrees(without(set, index)))
                continue;
            set = without(set, index);
            smaller = true;
        }
    }
    return set;
}

} // namespace headscope
