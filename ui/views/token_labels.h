// SPDX-License-Identifier: GPL-3.0-or-later
// Token labels along the two axes of a heatmap: which fit, how they are turned, how much room they take.
#pragma once

#include "ui/models/token_rows.h"

#include <QFontMetricsF>
#include <QString>

#include <memory>
#include <vector>

namespace headscope::ui {

/// Labels of one axis, elided to a common width.
class TokenLabels {
public:
    TokenLabels() = default;
    TokenLabels(TokenRow tokens, const QFont& font);

    std::size_t count() const { return tokens_ ? tokens_->size() : 0; }
    const TokenRow& tokens() const { return tokens_; }
    double widest() const { return widest_; } ///< pixels, after eliding
    /// Likewise of the labels drawn when only every `stride`th is; widest() where that are many.
    double widest(std::size_t stride) const;

    /// Whether the token shares a character with the next one.
    bool joinsNext(std::size_t position) const { return (*tokens_)[position].joinsNext; }

    /// The elided label; led by its position when only every so many are shown.
    QString label(std::size_t position, bool withPosition) const;

    /// Every how many tokens a label fits, from 1, 2, 5, 10, 20, …
    /// \param pitch pixels from one token to the next; \param needed pixels that one label takes along the axis.
    static std::size_t stride(double pitch, double needed);

    static constexpr double widestAllowed = 104;

private:
    TokenRow tokens_;
    QFontMetricsF metrics_{QFont()};
    double widest_ = 0;
};

} // namespace headscope::ui
