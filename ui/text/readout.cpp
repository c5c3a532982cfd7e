// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/readout.h"

#include "ui/text/difference_text.h"
#include "ui/text/labels.h"

#include <QCoreApplication>

#include <algorithm>

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
    return stage == Stage::Pattern ? u"p="_s + probabilityText(value) : tr("score=") + scoreText(value);
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

QString readout(const PatternTile& tile, const std::vector<Token>& queries, const std::vector<Token>& keys, Cell cell)
{
    const auto row = (cell.query - tile.rows.begin) / tile.rowStep;
    const auto column = (cell.key - tile.columns.begin) / tile.columnStep;
    const float value = tile.value(row, column);
    const auto kind = tile.kind(row, column);
    const bool pooled = tile.rowStep > 1 || tile.columnStep > 1;

    QString line = headText({tile.layer, tile.head}) + gap;
    if (pooled)
        line += pooledText(tile, row, column);
    else
        line += tokenText(u'q', cell.query, queries[cell.query]) + u" → "_s + tokenText(u'k', cell.key, keys[cell.key]);

    if (kind == CellKind::Masked)
        line += gap + tr("masked");
    else if (kind == CellKind::Padding)
        line += gap + tr("padding");
    if (kind == CellKind::Allowed || value != 0)
        line += gap + valueText(tile.stage, value);
    if (kind == CellKind::Allowed && !pooled && tile.columns.size() == keys.size())
        line += rowText(tile, row, value);
    return line;
}

QString comparisonReadout(HeadRef head, const std::vector<Token>& tokens, Cell cell, const PatternTile* reference,
    const PatternTile* candidate)
{
    QString line = headText(head) + gap + tokenText(u'q', cell.query, tokens[cell.query]) + u" → "_s
        + tokenText(u'k', cell.key, tokens[cell.key]);
    for (const PatternTile* tile : {reference, candidate})
        if (const auto kind = tile ? tile->kind(0, cell.key) : CellKind::Allowed; kind != CellKind::Allowed)
            return line + gap + (kind == CellKind::Masked ? tr("masked") : tr("padding"));
    const auto side = [&](const QString& name, const PatternTile* tile) {
        line += gap + name + u' ' + (tile ? probabilityText(tile->value(0, cell.key)) : u"…"_s);
    };
    side(tr("A"), reference);
    side(tr("B"), candidate);
    if (reference && candidate) {
        const double difference = double(reference->value(0, cell.key)) - double(candidate->value(0, cell.key));
        line += gap + tr("A − B") + u' ' + signedDifferenceText(difference);
    }
    return line;
}

} // namespace headscope::ui
