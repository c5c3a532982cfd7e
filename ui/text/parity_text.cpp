// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/parity_text.h"

#include "ui/text/difference_text.h"
#include "ui/text/labels.h"

#include <QCoreApplication>

#include <cmath>
#include <limits>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QString tr(const char* source) { return QCoreApplication::translate("Parity", source); }

QString percentText(double share) { return std::isnan(share) ? u"NaN"_s : tr("%1 %").arg(share * 100, 0, 'g', 4); }

QString bothText(const QString& reference, const QString& candidate) { return reference + u" / "_s + candidate; }

void addValues(Figures& figures, const Difference& difference)
{
    figures.emplace_back(tr("mean |Δ|"), differenceText(difference.meanAbsolute));
    figures.emplace_back(tr("largest relative"), differenceText(difference.maxRelative));
    figures.emplace_back(tr("mean relative"), differenceText(difference.meanRelative));
    figures.emplace_back(tr("cosine"), QString::number(difference.cosine, 'g', 9));
    if (difference.meanDivergence)
        figures.emplace_back(tr("mean KL"), tr("%1 nats").arg(differenceText(*difference.meanDivergence)));
    if (difference.maxDivergence)
        figures.emplace_back(tr("largest KL"), tr("%1 nats").arg(differenceText(*difference.maxDivergence)));
    if (difference.argMaxAgreement)
        figures.emplace_back(tr("same largest cell"), percentText(*difference.argMaxAgreement));
}

void addOddities(Figures& figures, const Difference& difference)
{
    const auto counts = [&](const QString& name, std::uint64_t reference, std::uint64_t candidate) {
        if (reference + candidate > 0)
            figures.emplace_back(name, bothText(QString::number(reference), QString::number(candidate)));
    };
    counts(tr("NaN"), difference.referenceNans, difference.candidateNans);
    counts(tr("infinite"), difference.referenceInfinities, difference.candidateInfinities);
    if (!difference.referenceSentinel.empty() || !difference.candidateSentinel.empty())
        figures.emplace_back(
            tr("masked with"), bothText(text(difference.referenceSentinel), text(difference.candidateSentinel)));
}

} // namespace

QString verdictSign(VerdictKind kind)
{
    switch (kind) {
    case VerdictKind::Identical:
        return u"="_s;
    case VerdictKind::WithinTolerance:
        return u"≈"_s;
    case VerdictKind::Known:
        return u"!"_s;
    case VerdictKind::Diverges:
        return u"✕"_s;
    case VerdictKind::NotCompared:
        break;
    }
    return u"–"_s;
}

QString verdictWord(VerdictKind kind)
{
    switch (kind) {
    case VerdictKind::Identical:
        return tr("identical");
    case VerdictKind::WithinTolerance:
        return tr("within tolerance");
    case VerdictKind::Known:
        return tr("known");
    case VerdictKind::Diverges:
        return tr("diverges");
    case VerdictKind::NotCompared:
        break;
    }
    return tr("not compared");
}

QString rowClassWord(RowClass rows) { return rows == RowClass::Real ? tr("real") : tr("padding"); }

QString shortHook(const std::string& hook)
{
    const QString whole = text(hook);
    if (!whole.startsWith(u"blocks."_s))
        return whole;
    const auto dot = whole.indexOf(u'.', 7);
    return dot < 0 ? whole : whole.mid(dot + 1);
}

double gapOf(const ParityRow& row)
{
    return std::isinf(row.difference.neededTolerance) ? std::numeric_limits<double>::infinity()
                                                      : row.difference.maxAbsolute;
}

QString cellText(const ParityRow& row)
{
    const bool same = row.verdict.kind == VerdictKind::Identical;
    return verdictSign(row.verdict.kind) + u' ' + (same ? u"0"_s : differenceText(gapOf(row)));
}

QString placeText(const CellPlace& place)
{
    QString words = tr("prompt %1").arg(place.sequence);
    if (place.head)
        words += tr(", head %1").arg(*place.head);
    return words + tr(", row %1, column %2").arg(place.row).arg(place.column);
}

Figures figuresOf(const ParityRow& row)
{
    const Difference& difference = row.difference;
    Figures figures;
    figures.emplace_back(tr("verdict"), verdictSign(row.verdict.kind) + u' ' + text(describe(row.verdict)));
    figures.emplace_back(tr("largest |Δ|"), differenceText(difference.maxAbsolute));
    figures.emplace_back(tr("tolerance"), differenceText(row.tolerance));
    figures.emplace_back(tr("smallest that would pass"), differenceText(difference.neededTolerance));
    if (row.aligned)
        figures.emplace_back(tr("largest |Δ| when aligned"), differenceText(row.aligned->maxAbsolute));
    addValues(figures, difference);
    addOddities(figures, difference);
    if (difference.cells > 0 && !difference.identical) {
        figures.emplace_back(tr("worst cell"), placeText(difference.worst));
        figures.emplace_back(tr("values there"),
            bothText(QString::number(difference.worstReference, 'g', 6),
                QString::number(difference.worstCandidate, 'g', 6)));
    }
    figures.emplace_back(tr("cells compared"), QString::number(difference.cells));
    return figures;
}

QString figuresText(const ParityRow& row)
{
    QString words = text(row.hook) + u", "_s + tr("%1 rows").arg(rowClassWord(row.rows));
    for (const auto& [name, figure] : figuresOf(row))
        words += u'\n' + name + u": "_s + figure;
    return words;
}

} // namespace headscope::ui
