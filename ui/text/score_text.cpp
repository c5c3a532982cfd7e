// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/score_text.h"

#include "ui/text/difference_text.h"

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

QString orderText(HeadOrder order)
{
    switch (order) {
    case HeadOrder::Model:
        return Words::tr("Layer and head");
    case HeadOrder::Entropy:
        return Words::tr("Entropy");
    case HeadOrder::FirstToken:
        return Words::tr("Attention to the first token");
    case HeadOrder::PreviousToken:
        return Words::tr("Previous-token score");
    case HeadOrder::DuplicateToken:
        return Words::tr("Duplicate-token score");
    case HeadOrder::Induction:
        return Words::tr("Induction score");
    case HeadOrder::Difference:
        return Words::tr("Largest |Δ|");
    case HeadOrder::Contribution:
        return Words::tr("Contribution");
    case HeadOrder::Likeness:
        return Words::tr("Likeness");
    }
    return {};
}

QString orderDetails(HeadOrder order)
{
    switch (order) {
    case HeadOrder::Model:
        return Words::tr("Layers from top to bottom, heads from left to right");
    case HeadOrder::Entropy:
        return Words::tr("How widely a head spreads its attention: the mean over queries of −Σ p ln p, in nats");
    case HeadOrder::FirstToken:
        return Words::tr("Share of the attention that goes to the first token, mean over queries");
    case HeadOrder::PreviousToken:
        return Words::tr("Share of the attention that goes to the token just before the query");
    case HeadOrder::DuplicateToken:
        return Words::tr("Share of the attention that goes to earlier occurrences of the query's token");
    case HeadOrder::Induction:
        return Words::tr("Share of the attention that goes to tokens that follow an earlier occurrence of the query's "
                         "token");
    case HeadOrder::Difference:
        return Words::tr("How far each head lies apart in the comparison: the largest |Δ| of its allowed cells");
    case HeadOrder::Contribution:
        return Words::tr("What each head adds to the logit difference, in logits");
    case HeadOrder::Likeness:
        return Words::tr("Cosine similarity of the small patterns of the grid, cell by cell: 1 for the same pattern, 0 "
                         "for heads that never attend to the same place. Masked cells count as 0. Beyond 64 tokens "
                         "a cell stands for the largest value of a block.");
    }
    return {};
}

QString figureText(HeadOrder order, double figure)
{
    switch (order) {
    case HeadOrder::Model:
        return {};
    case HeadOrder::Entropy:
    case HeadOrder::Likeness:
        return std::isnan(figure) ? QStringLiteral("NaN") : QString::number(figure, 'f', 2);
    case HeadOrder::Difference:
    case HeadOrder::Contribution:
        return shortDifferenceText(figure);
    default:
        return share(figure);
    }
}

} // namespace headscope::ui
