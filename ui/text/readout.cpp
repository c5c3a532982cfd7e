// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/readout.h"

#include "ui/text/difference_text.h"
#include "ui/text/labels.h"
#include "ui/text/view_text.h"

#include <QCoreApplication>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

const QString gap = u"   "_s;

QString tr(const char* source) { return QCoreApplication::translate("Readout", source); }

/// What a pooled value covers along one axis.
Range blockOf(Range positions, std::size_t step, std::size_t index)
{
    const auto first = positions.begin + index * step;
    return {first, std::min(first + step, positions.end)};
}

QString blockText(QChar axis, Range block) { return u"%1[%2..%3]"_s.arg(axis).arg(block.begin).arg(block.end - 1); }

QString poolText(Pool pool)
{
    return pool == Pool::Mean   ? tr("mean of %1×%2")
        : pool == Pool::Maximum ? tr("max of %1×%2")
                                : tr("largest magnitude of %1×%2");
}

QString valueText(Stage stage, float value)
{
    switch (stage) {
    case Stage::Pattern:
        return u"p="_s + probabilityText(value);
    case Stage::Scores:
        return tr("score=") + scoreText(value);
    case Stage::Mask:
        return tr("mask adds ") + scoreText(value);
    case Stage::ValueWeighted:
    case Stage::ValueNorm:
        break;
    }
    return quantityText(stage) + u'=' + scoreText(value);
}

QString kindText(CellKind kind)
{
    switch (kind) {
    case CellKind::Masked:
        return gap + tr("masked");
    case CellKind::Padding:
        return gap + tr("padding");
    case CellKind::Excluded:
        return gap + tr("left out");
    case CellKind::Allowed:
        break;
    }
    return {};
}

/// What place a value has among those of its row that count, from 1.
QString rankText(const PatternTile& row, std::size_t key)
{
    std::size_t allowed = 0, greater = 0;
    for (std::size_t column = 0; column < row.width; ++column) {
        if (row.kind(0, column) != CellKind::Allowed)
            continue;
        ++allowed;
        greater += row.value(0, column) > row.value(0, key);
    }
    return gap + tr("rank %1/%2").arg(greater + 1).arg(allowed);
}

QString entropyText(const PatternTile& row)
{
    double entropy = 0, sum = 0;
    for (std::size_t column = 0; column < row.width; ++column) {
        const double p = row.value(0, column);
        sum += p;
        if (p > 0)
            entropy -= p * std::log(p);
        else if (std::isnan(p))
            entropy = p;
    }
    const QString words = std::isnan(entropy) ? u"NaN"_s : QString::number(entropy, 'f', 2);
    return gap + tr("entropy %1 nats").arg(words) + gap + tr("row Σ=%1").arg(probabilityText(sum));
}

QString rowText(const PatternTile& tile, std::size_t row, float value)
{
    std::size_t allowed = 0, greater = 0;
    double sum = 0;
    for (std::size_t column = 0; column < tile.width; ++column) {
        const float other = tile.value(row, column);
        sum += other;
        if (tile.kind(row, column) != CellKind::Allowed)
            continue;
        ++allowed;
        greater += other > value;
    }
    const QString rank = gap + tr("rank %1/%2").arg(greater + 1).arg(allowed);
    return tile.stage == Stage::Pattern ? rank + gap + tr("row Σ=%1").arg(probabilityText(sum)) : rank;
}

QString pooledText(const PatternTile& tile, std::size_t row, std::size_t column)
{
    const Range queries = blockOf(tile.rows, tile.rowStep, row), keys = blockOf(tile.columns, tile.columnStep, column);
    return poolText(tile.pool).arg(queries.size()).arg(keys.size()) + u' ' + blockText(u'q', queries) + u" → "_s
        + blockText(u'k', keys);
}

} // namespace

QString readout(const PatternTile& tile, const std::vector<Token>& queries, const std::vector<Token>& keys, Cell cell,
    const QString& name)
{
    const auto row = (cell.query - tile.rows.begin) / tile.rowStep;
    const auto column = (cell.key - tile.columns.begin) / tile.columnStep;
    const float value = tile.value(row, column);
    const auto kind = tile.kind(row, column);
    const bool pooled = tile.rowStep > 1 || tile.columnStep > 1;

    QString line = (name.isEmpty() ? headText({tile.layer, tile.head}) : name) + gap;
    if (pooled)
        line += pooledText(tile, row, column);
    else
        line += tokenText(u'q', cell.query, queries[cell.query]) + u" → "_s + tokenText(u'k', cell.key, keys[cell.key]);

    line += kindText(kind);
    if (kind == CellKind::Allowed || value != 0)
        line += gap + (name.isEmpty() ? valueText(tile.stage, value) : tr("value=") + probabilityText(value));
    if (kind == CellKind::Allowed && !pooled && tile.columns.size() == keys.size())
        line += rowText(tile, row, value);
    return line;
}

QString rowReadout(
    const ReadoutRows& rows, const std::vector<Token>& queries, const std::vector<Token>& keys, Cell cell)
{
    const PatternTile* probabilities = rows.probabilities;
    const PatternTile& shown = rows.shown ? *rows.shown : probabilities ? *probabilities : *rows.scores;
    const CellKind kind = shown.kind(0, cell.key);
    QString line = headText({shown.layer, shown.head}) + gap + tokenText(u'q', cell.query, queries[cell.query])
        + u" → "_s + tokenText(u'k', cell.key, keys[cell.key]) + kindText(kind);
    const bool may = kind == CellKind::Allowed || kind == CellKind::Excluded;
    if (shown.stage != Stage::Pattern && shown.stage != Stage::Scores && (may || shown.stage == Stage::Mask))
        line += gap + valueText(shown.stage, shown.value(0, cell.key));
    if (probabilities && (may || probabilities->value(0, cell.key) != 0)) {
        line += gap + valueText(Stage::Pattern, probabilities->value(0, cell.key));
        if (shown.stage == Stage::Pattern && shown.specials == SpecialTokens::Renormalise && kind == CellKind::Allowed)
            line += u" ("_s + tr("%1 without special tokens").arg(probabilityText(shown.value(0, cell.key))) + u')';
    }
    if (!may)
        return line;
    if (rows.scores)
        line += gap + valueText(Stage::Scores, rows.scores->value(0, cell.key));
    if (kind == CellKind::Allowed)
        line += rankText(shown.stage == Stage::Mask && probabilities ? *probabilities : shown, cell.key);
    return probabilities ? line + entropyText(*probabilities) : line;
}

QString comparisonReadout(HeadRef head, const std::vector<Token>& tokens, Cell cell, const PatternTile* reference,
    const PatternTile* candidate)
{
    QString line = headText(head) + gap + tokenText(u'q', cell.query, tokens[cell.query]) + u" → "_s
        + tokenText(u'k', cell.key, tokens[cell.key]);
    for (const PatternTile* tile : {reference, candidate})
        if (const auto kind = tile ? tile->kind(0, cell.key) : CellKind::Allowed; kind != CellKind::Allowed)
            return line + kindText(kind);
    const auto side = [&](const QString& name, const PatternTile* tile) {
        line += gap + name + u' ' + (tile ? probabilityText(tile->value(0, cell.key)) : u"…"_s);
    };
    side(tr("A"), reference);
    side(tr("B"), candidate);
    if (reference && candidate) {
        const double difference = double(reference->value(0, cell.key)) - double(candidate->value(0, cell.key));
        line += gap + tr("A − B") + u' ' + signedDifferenceText(difference);
    }
    const PatternTile* any = reference ? reference : candidate;
    QStringList done;
    if (any && any->specials == SpecialTokens::Renormalise)
        done.append(tr("without special tokens"));
    if (any && any->perRow)
        done.append(tr("as shares of the row's largest"));
    if (!done.isEmpty())
        line += gap + u'(' + done.join(u", "_s) + u')';
    return line;
}

} // namespace headscope::ui
