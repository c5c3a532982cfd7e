// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/cell_codes.h"

namespace headscope::ui {

CellCodes encode(const PatternTile& tile, CellCodes reuse)
{
    static_assert(maskedCode - paddingCode == static_cast<int>(CellKind::Padding) - static_cast<int>(CellKind::Masked));
    const std::size_t count = tile.values.size();
    CellCodes result{tile.height, tile.width, std::move(reuse.codes), 0};
    result.codes.resize(count);
    const float* values = tile.values.data();
    const CellKind* kinds = tile.kinds.data();
    CellCode* codes = result.codes.data();
    // Selections instead of branches: masked and allowed cells alternate in no order that a processor could guess.
    for (std::size_t i = 0; i < count; ++i) {
        const float value = values[i];
        const float above = value > 0 ? value : 0; // also what NaN becomes for now
        const int scaled = static_cast<int>((above < 1 ? above : 1) * 65532.0f + 0.5f) + lowestCode;
        const int code = value == value ? scaled : nanCode;
        const int kind = static_cast<int>(kinds[i]);
        codes[i] = static_cast<CellCode>(kind == static_cast<int>(CellKind::Allowed) ? code : maskedCode + 1 - kind);
    }
    CellCode largest = lowestCode;
    for (std::size_t i = 0; i < count; ++i) {
        const CellCode finite = codes[i] == nanCode ? lowestCode : codes[i];
        largest = finite > largest ? finite : largest;
    }
    result.largest = probabilityOf(largest);
    return result;
}

} // namespace headscope::ui
