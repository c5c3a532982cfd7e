// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/comparison_explanation.h"

#include "ui/text/explanation_text.h"
#include "ui/text/labels.h"
#include "ui/text/view_text.h"

#include <QCoreApplication>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QString tr(const char* source) { return QCoreApplication::translate("ComparisonExplanation", source); }

QString whatAAndBAre(const SeenComparison& seen)
{
    // Names go in by concatenation: they may hold "%1" themselves.
    const QString of = headText(seen.head) + u' ' + tr("of") + u' ' + seen.model;
    const QString sides = seen.prompts ? tr("on two prompts side by side, A and B, and their difference A − B")
                                       : tr("in two runs side by side, A") + u" ("_s + seen.a + u") "_s + tr("and B")
            + u" ("_s + seen.b + u"), "_s + tr("and their difference A − B");
    return tr("You see") + u' ' + of + u' ' + sides + u": "_s
        + (seen.options.transposed ? tr("a column is a token that looks (query), a row one that is looked at (key)")
                                   : tr("a row is a token that looks (query), a column one that is looked at (key)"))
        + u'.';
}

QString whatTheDifferenceIs(const SeenComparison& seen)
{
    if (!seen.both)
        return tr("There is no A − B, because the patterns of one side were not kept.");
    const ViewOptions drawn = drawnIn(OptionScope::Comparison, seen.options);
    const QString values = drawn.specials == SpecialTokens::Renormalise
        ? tr("each row scaled up to 1 without special tokens before")
        : drawn.specials == SpecialTokens::Exclude ? tr("special tokens left out")
                                                   : QString();
    const QString shares
        = effectiveMode(drawn) == ScaleMode::PerRow ? tr("each row divided by its own largest before") : QString();
    QString words = tr("The colour of A − B is B's attention weight taken from A's, cell by cell");
    for (const QString& each : {values, shares})
        if (!each.isEmpty())
            words += u", "_s + each;
    return words + tr("; 0 is neutral, and one end of the colours is as far from 0 as the other.");
}

} // namespace

QStringList explanation(const SeenComparison& seen)
{
    const ViewOptions drawn = drawnIn(OptionScope::Comparison, seen.options);
    QString cell = seen.readout.isEmpty()
        ? tr("No cell is chosen: click one to read A, B and A − B")
        : tr("The cell looked at reads") + u' ' + QString(seen.readout).replace(u"   "_s, u", "_s);
    cell += u"; "_s + tr("A and B have one scale:") + u' ' + scaleText(effectiveMode(drawn)) + u'.';
    return {whatAAndBAre(seen), whatTheDifferenceIs(seen), seen.tokens + u'.', cell};
}

} // namespace headscope::ui
