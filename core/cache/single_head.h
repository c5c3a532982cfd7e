// SPDX-License-Identifier: GPL-3.0-or-later
// What a source that makes one pattern out of many heads refuses.
#pragma once

#include "core/cache/pattern_source.h"
#include "core/error.h"

namespace headscope {

/// Why there is no such rectangle in a source of one layer and one head, or nothing. \param name of what it shows.
inline std::exception_ptr refusal(const std::string& name, const PatternSource& source, LayerId layer, HeadId head,
    Stage stage, Range rows, Range columns)
{
    const auto isInside = [](Range range, std::size_t count) { return range.begin < range.end && range.end <= count; };
    const char* what = layer.value != 0 || head.value != 0                       ? "layer 0 and head 0"
        : stage != Stage::Pattern                                                ? "the pattern"
        : !isInside(rows, source.queries()) || !isInside(columns, source.keys()) ? "a rectangle within the sequence"
                                                                                 : nullptr;
    return what ? std::make_exception_ptr(Error(Fault::BadInput, name + ": expected " + what)) : nullptr;
}

} // namespace headscope
