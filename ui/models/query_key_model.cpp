// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/query_key_model.h"

#include "core/analysis/query_key_parts.h"
#include "ui/models/next_token_model.h"
#include "ui/text/labels.h"
#include "ui/text/token_tool_tip.h"

#include <QFont>

#include <algorithm>
#include <cmath>
#include <numeric>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr double most = 0.8; ///< of the score, by magnitude

void raise(double& largest, double value)
{
    if (std::isfinite(value))
        largest = std::max(largest, std::abs(value));
}

/// With a sign that lines up with numbers.
QString number(double value)
{
    QString words = scoreText(value);
    return value < 0 ? words.replace(0, 1, QChar(0x2212)) : words;
}

} // namespace

void QueryKeyModel::setContent(const CapturePtr& capture, const QueryKeys& answer)
{
    beginResetModel();
    capture_ = capture;
    answer_ = answer;
    products_.clear();
    std::fill(std::begin(largest_), std::end(largest_), 0.0);
    if (!isEmpty()) {
        const QueryKeyVectors& vectors = *answer_.vectors;
        for (const float each : vectors.queryVector)
            raise(largest_[0], static_cast<double>(each));
        const auto& kinds = answer_.pattern->kinds;
        const bool any = std::find(kinds.begin(), kinds.end(), CellKind::Allowed) != kinds.end();
        for (std::size_t key = 0; key < vectors.keys.size(); ++key) {
            const auto parts = scoreParts(vectors, key);
            products_.push_back(std::accumulate(parts.begin(), parts.end(), 0.0));
            if (any && kinds[key] != CellKind::Allowed)
                continue; // what the query may not look at must not take colour from the rest
            for (const double part : parts)
                raise(largest_[2], part);
            for (std::size_t i = 0; i < vectors.width; ++i)
                raise(largest_[1], static_cast<double>(vectors.keyVectors[key * vectors.width + i]));
        }
        chosen_ = std::min(chosen_, products_.size() - 1);
    }
    arrangeKeys();
    arrangeDimensions();
    endResetModel();
}

void QueryKeyModel::arrangeKeys()
{
    keys_.resize(products_.size());
    std::iota(keys_.begin(), keys_.end(), std::size_t{0});
    const auto rank = [this](std::size_t key) {
        const bool allowed = answer_.pattern->kind(0, key) == CellKind::Allowed;
        const float weight = answer_.pattern->value(0, key);
        return allowed ? (std::isnan(weight) ? 2.0f : weight) : -1.0f; // NaN first: it is what has gone wrong
    };
    std::stable_sort(keys_.begin(), keys_.end(), [&](std::size_t a, std::size_t b) { return rank(a) > rank(b); });
    rows_.resize(keys_.size());
    for (std::size_t place = 0; place < keys_.size(); ++place)
        rows_[keys_[place]] = static_cast<int>(place) + FirstKeyRow;
}

void QueryKeyModel::arrangeDimensions()
{
    dimensions_.resize(isEmpty() ? 0 : answer_.vectors->width);
    std::iota(dimensions_.begin(), dimensions_.end(), std::size_t{0});
    if (sorted_ && !isEmpty())
        dimensions_ = strongestFirst(scoreParts(*answer_.vectors, chosen_));
}

void QueryKeyModel::setChosen(std::size_t key)
{
    if (key == chosen_ || (!isEmpty() && key >= products_.size()))
        return;
    chosen_ = key;
    arrangeDimensions();
    if (!isEmpty())
        Q_EMIT dataChanged(index(0, 0), index(rowCount() - 1, ColumnCount - 1));
}

void QueryKeyModel::setSorted(bool sorted)
{
    sorted_ = sorted;
    arrangeDimensions();
    if (!isEmpty())
        Q_EMIT dataChanged(index(0, VectorColumn), index(rowCount() - 1, VectorColumn));
}

std::size_t QueryKeyModel::placeOf(std::size_t dimension) const
{
    return static_cast<std::size_t>(std::find(dimensions_.begin(), dimensions_.end(), dimension) - dimensions_.begin());
}

std::size_t QueryKeyModel::keyOf(int row) const
{
    return row <= ChosenRow ? chosen_ : keys_[static_cast<std::size_t>(row - FirstKeyRow)];
}

int QueryKeyModel::rowOf(std::size_t key) const { return rows_[key]; }

double QueryKeyModel::value(int row, Part part, std::size_t dimension) const
{
    const QueryKeyVectors& vectors = *answer_.vectors;
    const double q = static_cast<double>(vectors.queryVector[dimension]);
    if (part == Part::Query)
        return q;
    const double k = static_cast<double>(vectors.keyVectors[keyOf(row) * vectors.width + dimension]);
    return part == Part::Key ? k : vectors.scale * q * k;
}

double QueryKeyModel::largest(Part part) const { return largest_[static_cast<int>(part)]; }

QString QueryKeyModel::summary() const
{
    if (isEmpty())
        return {};
    return tr("%1 of %2 dimensions make 80 % of the score")
        .arg(dimensionsFor(scoreParts(*answer_.vectors, chosen_), most))
        .arg(width());
}

QString QueryKeyModel::dimensionText(int row, std::size_t dimension) const
{
    const QString gap = u"   "_s;
    const QString q = u"i = %1"_s.arg(dimension) + gap + u"q "_s + number(value(row, Part::Query, dimension));
    if (row == QueryRow)
        return q;
    return q + gap + u"k "_s + number(value(row, Part::Key, dimension)) + gap
        + tr("q·k × scale %1 logits before the softmax").arg(number(value(row, Part::Product, dimension)));
}

int QueryKeyModel::rowCount(const QModelIndex& parent) const
{
    return parent.isValid() || isEmpty() ? 0 : static_cast<int>(keys_.size()) + FirstKeyRow;
}

int QueryKeyModel::columnCount(const QModelIndex& parent) const { return parent.isValid() ? 0 : ColumnCount; }

const Token& QueryKeyModel::tokenOf(int row) const
{
    const QueryKeyVectors& vectors = *answer_.vectors;
    return row == QueryRow ? capture_->header().tokens[vectors.sequence.value][vectors.query.value]
                           : capture_->header().keysOf(vectors.sequence.value)[keyOf(row)];
}

QString QueryKeyModel::words(int row, int column) const
{
    if (column == TokenColumn)
        return row == QueryRow ? tokenText(u'q', answer_.vectors->query.value, tokenOf(row))
                               : tokenText(u'k', keyOf(row), tokenOf(row));
    if (row == QueryRow || column == VectorColumn)
        return {};
    const std::size_t key = keyOf(row);
    const double score = capped(products_[key], answer_.vectors->softCap);
    const CellKind kind = answer_.pattern->kind(0, key);
    switch (column) {
    case ProductColumn:
        return number(products_[key]);
    case CapColumn:
        return number(score);
    case ScoreColumn:
        return kind == CellKind::Masked ? tr("masked")
            : kind == CellKind::Padding ? tr("padding")
                                        : number(score + static_cast<double>(answer_.mask->value(0, key)));
    default:
        return probabilityText(static_cast<double>(answer_.pattern->value(0, key)));
    }
}

/// For who does not see the strips: the three dimensions that weigh most.
QString QueryKeyModel::spokenVector(int row) const
{
    const Part part = row == QueryRow ? Part::Query : Part::Product;
    std::vector<double> parts;
    for (std::size_t i = 0; i < width(); ++i)
        parts.push_back(value(row, part, i));
    QStringList said;
    for (const std::size_t i : strongestFirst(parts)) {
        said << u"i = %1: %2"_s.arg(i).arg(number(parts[i]));
        if (said.size() == 3)
            break;
    }
    return (row == QueryRow ? tr("largest of q: %1") : tr("largest of q·k × scale: %1")).arg(said.join(u", "_s));
}

QVariant QueryKeyModel::data(const QModelIndex& index, int role) const
{
    if (!checkIndex(index, CheckIndexOption::IndexIsValid | CheckIndexOption::ParentIsInvalid))
        return {};
    const int row = index.row(), column = index.column();
    switch (role) {
    case Qt::DisplayRole:
        return words(row, column);
    case Qt::AccessibleTextRole:
        return column == VectorColumn ? spokenVector(row) : words(row, column);
    case Qt::TextAlignmentRole:
        return QVariant::fromValue((column == TokenColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    case Qt::ToolTipRole:
        if (column == TokenColumn)
            return row == QueryRow ? tokenToolTip(u'q', answer_.vectors->query.value, tokenOf(row))
                                   : tokenToolTip(u'k', keyOf(row), tokenOf(row));
        return {};
    case Qt::FontRole:
        if (column == TokenColumn && (row <= ChosenRow || tokenOf(row).special)) {
            QFont face;
            face.setBold(row <= ChosenRow);
            face.setItalic(tokenOf(row).special);
            return face;
        }
        return {};
    case NextTokenModel::ShareRole:
        return row == QueryRow ? 0.0 : static_cast<double>(answer_.pattern->value(0, keyOf(row)));
    default:
        return {};
    }
}

QVariant QueryKeyModel::headerData(int section, Qt::Orientation orientation, int role) const
{
    if (orientation != Qt::Horizontal || section < 0 || section >= ColumnCount)
        return {};
    if (role == Qt::TextAlignmentRole)
        return QVariant::fromValue((section <= VectorColumn ? Qt::AlignLeft : Qt::AlignRight) | Qt::AlignVCenter);
    if (role != Qt::DisplayRole && role != Qt::ToolTipRole)
        return {};
    const bool tip = role == Qt::ToolTipRole;
    switch (section) {
    case TokenColumn:
        return tip ? tr("The query, the chosen key, then all keys: the largest attention weight first") : tr("Token");
    case VectorColumn:
        return tip ? tr("The dimensions of the query and the keys, as their product is made of them: after rotary and "
                        "norms")
                   : tr("Dimensions");
    case ProductColumn:
        return tip ? tr("The dot product of query and key times the scale, in logits before the softmax")
                   : tr("q·k × scale");
    case CapColumn:
        return tip ? tr("After the soft cap, c·tanh(score / c), in logits before the softmax") : tr("Capped");
    case ScoreColumn:
        return tip ? tr("After the mask, in logits: what the softmax gets") : tr("Score");
    default:
        return tip ? tr("Attention weight, a probability from 0 to 1") : tr("Weight");
    }
}

} // namespace headscope::ui
