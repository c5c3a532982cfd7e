// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/views/token_labels.h"

#include "ui/text/labels.h"

#include <algorithm>
#include <cmath>

namespace headscope::ui {

namespace {

constexpr std::size_t fewLabels = 8; ///< there is always room for so many

} // namespace

TokenLabels::TokenLabels(TokenRow tokens, const QFont& font)
    : tokens_(std::move(tokens))
    , metrics_(font)
{
    for (std::size_t i = 0; i < count(); ++i) {
        widest_ = std::max(widest_, metrics_.horizontalAdvance(shownLabel((*tokens_)[i].label)));
        if (widest_ >= widestAllowed)
            break;
    }
    if (count() > fewLabels) // positions may stand before them, where not each has room
        widest_ += metrics_.horizontalAdvance(QString::number(count()) + QLatin1Char(' '));
    widest_ = std::min(widest_, widestAllowed);
}

QString TokenLabels::label(std::size_t position, bool withPosition) const
{
    const QString name = shownLabel((*tokens_)[position].label), number = QString::number(position);
    const QChar fromTheLeft(0x200E); // whatever the token's letters do, its position stands before it
    const bool twice = name == number; // a file without tokens has only positions
    return metrics_.elidedText(
        withPosition && !twice ? fromTheLeft + number + QLatin1Char(' ') + name : name, Qt::ElideRight, widest_ + 1);
}

double TokenLabels::widest(std::size_t stride) const
{
    constexpr std::size_t few = 64;
    if (stride <= 1 || count() / stride > few)
        return widest_;
    double result = 0;
    for (std::size_t i = 0; i < count(); i += stride)
        result = std::max(result, metrics_.horizontalAdvance(label(i, true)));
    return std::min(std::ceil(result), widest_);
}

std::size_t TokenLabels::stride(double pitch, double needed)
{
    std::size_t decade = 1;
    for (;;) {
        for (const std::size_t factor : {1, 2, 5})
            if (static_cast<double>(factor * decade) * pitch >= needed || decade > 1000000)
                return factor * decade;
        decade *= 10;
    }
}

} // namespace headscope::ui
