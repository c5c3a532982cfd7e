// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/score_text.h"

#include <QCoreApplication>

#include <cmath>

namespace headscope::ui {
namespace {

struct Words {
    Q_DECLARE_TR_FUNCTIONS(headscope::ui::ScoreText)
};

QString share(double value)
{
    return std::isnan(value) ? QStringLiteral("NaN")
                             : QString::number(100 * value, 'f', value < 0.0995 ? 1 : 0) + QStringLiteral(" %");
}

} // namespace

QString scoresText(const HeadScores& scores)
{
    const QString entropy
        = std::isnan(scores.entropy) ? QStringLiteral("NaN") : QString::number(scores.entropy, 'f', 2);
    return Words::tr("entropy %1 nats, first token %2\nprevious token %3, duplicate token %4, induction %5")
        .arg(entropy, share(scores.firstToken), share(scores.previousToken), share(scores.duplicateToken),
            share(scores.induction));
}

} // namespace headscope::ui
