// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/parity_table_model.h"

#include "ui/models/verdict_colours.h"
#include "ui/text/labels.h"
#include "ui/text/parity_text.h"

#include <QBrush>
#include <QGuiApplication>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

bool isFailing(const std::optional<ParityRow>& cell)
{
    return cell && (cell->verdict.kind == VerdictKind::Known || cell->verdict.kind == VerdictKind::Diverges);
}

} // namespace

void ParityTableModel::reset(const QStringList& candidates)
{
    beginResetModel();
    candidates_ = candidates;
    lines_.clear();
    next_.assign(pairs(), 0);
    endResetModel();
}

/// lines_.size() when there is none.
std::size_t ParityTableModel::findFrom(std::size_t start, const ParityRow& row) const
{
    for (std::size_t i = 0; i < lines_.size(); ++i) {
        const std::size_t at = (start + i) % lines_.size(); // nearly always the first
        const Line& line = lines_[at];
        if (line.layer == row.layer && line.rows == row.rows && line.hook == row.hook)
            return at;
    }
    return lines_.size();
}

int ParityTableModel::find(const ParityRow& row) const
{
    const std::size_t at = findFrom(0, row);
    return at < lines_.size() ? static_cast<int>(at) : -1;
}

void ParityTableModel::addRows(std::size_t pair, const std::vector<ParityRow>& rows)
{
    if (pair >= pairs())
        return;
    for (std::size_t i = 0; i < rows.size();) {
        const std::size_t at = findFrom(next_[pair], rows[i]);
        if (at < lines_.size()) {
            lines_[at].cells[pair] = rows[i++];
            next_[pair] = at + 1;
            const int row = static_cast<int>(at);
            Q_EMIT dataChanged(index(row, columnOf(pair)), index(row, columnOf(pair)));
            continue;
        }
        std::size_t end = i + 1; // all new ones in a row at once
        while (end < rows.size() && findFrom(next_[pair], rows[end]) == lines_.size())
            ++end;
        const std::size_t place = next_[pair], count = end - i;
        beginInsertRows({}, static_cast<int>(place), static_cast<int>(place + count) - 1);
        std::vector<Line> lines;
        for (; i < end; ++i) {
            lines.push_back({rows[i].hook, rows[i].layer, rows[i].rows, {}});
            lines.back().cells.resize(pairs());
            lines.back().cells[pair] = rows[i];
        }
        lines_.insert(lines_.begin() + static_cast<std::ptrdiff_t>(place), std::make_move_iterator(lines.begin()),
            std::make_move_iterator(lines.end()));
        for (std::size_t& next : next_)
            next += next > place ? count : 0;
        next_[pair] = place + count;
        endInsertRows();
    }
}

void ParityTableModel::setPair(std::size_t pair, const ParityPair& result)
{
    if (pair >= pairs())
        return;
    next_[pair] = 0;
    addRows(pair, result.rows);
    candidates_[static_cast<qsizetype>(pair)] = text(result.candidate.label);
    Q_EMIT headerDataChanged(Qt::Horizontal, columnOf(pair), columnOf(pair));
}

std::optional<std::size_t> ParityTableModel::pairOf(int column)
{
    return column < FirstPairColumn ? std::nullopt : std::optional(static_cast<std::size_t>(column - FirstPairColumn));
}

const ParityRow* ParityTableModel::cell(int row, std::size_t pair) const
{
    if (row < 0 || static_cast<std::size_t>(row) >= lines_.size() || pair >= pairs())
        return nullptr;
    const auto& cell = lines_[static_cast<std::size_t>(row)].cells[pair];
    return cell ? &*cell : nullptr;
}

int ParityTableModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() ? 0 : static_cast<int>(lines_.size());
}

int ParityTableModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : columnOf(pairs()); }

QVariant ParityTableModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const Line& line = lines_[static_cast<std::size_t>(index.row())];
    switch (role) {
    case OrderRole:
        return index.row();
    case HookRole:
        return text(line.hook);
    case FailingRole:
        return std::any_of(line.cells.begin(), line.cells.end(), isFailing);
    default:
        break;
    }
    const auto pair = pairOf(index.column());
    return pair ? cellData(line, *pair, role) : nameData(line, index.column(), role);
}

QVariant ParityTableModel::nameData(const Line& line, int column, int role) const
{
    if (role == Qt::ToolTipRole && column == HookColumn)
        return text(line.hook);
    if (role != Qt::DisplayRole)
        return {};
    switch (column) {
    case LayerColumn:
        return line.layer ? u"L%1"_s.arg(*line.layer) : QString();
    case HookColumn:
        return shortHook(line.hook);
    default:
        return rowClassWord(line.rows);
    }
}

/// "L1  attn.hook_pattern", and whether of padding.
QVariant ParityTableModel::nameOf(const Line& line, int role) const
{
    const bool padded = line.rows == RowClass::Padded;
    if (role == Qt::ToolTipRole)
        return text(line.hook) + u", "_s + tr("%1 rows").arg(rowClassWord(line.rows));
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (role != Qt::DisplayRole)
        return {};
    return (line.layer ? u"L%1  "_s.arg(*line.layer) : QString()) + shortHook(line.hook)
        + (padded ? u"  · "_s + rowClassWord(line.rows) : QString());
}

QVariant ParityTableModel::cellData(const Line& line, std::size_t pair, int role) const
{
    const auto& cell = line.cells[pair];
    if (role == GapRole)
        return cell ? gapOf(*cell) : -1.0;
    if (role == VerdictRole)
        return cell ? static_cast<int>(cell->verdict.kind) : -1;
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    if (!cell)
        return {};
    switch (role) {
    case Qt::DisplayRole:
        return cellText(*cell);
    case Qt::ToolTipRole:
        return figuresText(*cell);
    case Qt::AccessibleTextRole:
        return verdictWord(cell->verdict.kind) + u' ' + cellText(*cell).section(u' ', 1);
    case Qt::BackgroundRole:
        return QBrush(verdictColours(cell->verdict.kind, QGuiApplication::palette()).back);
    case Qt::ForegroundRole:
        return QBrush(verdictColours(cell->verdict.kind, QGuiApplication::palette()).text);
    default:
        return {};
    }
}

QVariant ParityTableModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation == Qt::Vertical && section >= 0 && section < rowCount())
        return nameOf(lines_[static_cast<std::size_t>(section)], role);
    if (orientation != Qt::Horizontal || section < 0 || section >= columnCount())
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue(Qt::AlignLeft | Qt::AlignVCenter);
    const auto pair = pairOf(section);
    if (role == Qt::ToolTipRole && pair)
        return tr("Largest |Δ| of %1 from the reference").arg(candidates_[static_cast<qsizetype>(*pair)]);
    if (role != Qt::DisplayRole)
        return {};
    switch (section) {
    case LayerColumn:
        return tr("Layer");
    case HookColumn:
        return tr("Hook point");
    case RowsColumn:
        return tr("Rows");
    default:
        return candidates_[static_cast<qsizetype>(*pair)];
    }
}

} // namespace headscope::ui
