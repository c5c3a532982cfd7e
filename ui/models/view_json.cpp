// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/view_json.h"

#include "core/error.h"

#include <QJsonArray>
#include <QJsonObject>

#include <array>
#include <cmath>
#include <limits>
#include <utility>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

template <class Value, std::size_t count> using Names = std::array<std::pair<Value, const char*>, count>;

constexpr Names<HeadOrder, 9> orderNames{
    {{HeadOrder::Model, "model"}, {HeadOrder::Entropy, "entropy"}, {HeadOrder::FirstToken, "first-token"},
        {HeadOrder::PreviousToken, "previous-token"}, {HeadOrder::DuplicateToken, "duplicate-token"},
        {HeadOrder::Induction, "induction"}, {HeadOrder::Difference, "difference"},
        {HeadOrder::Contribution, "contribution"}, {HeadOrder::Likeness, "likeness"}}};
constexpr Names<HeadFilter::Keep, 3> filterNames{
    {{HeadFilter::Keep::All, "all"}, {HeadFilter::Keep::AtLeast, "at-least"}, {HeadFilter::Keep::AtMost, "at-most"}}};
constexpr Names<ShowKind, 5> showNames{{{ShowKind::OneHead, "one"}, {ShowKind::Mean, "mean"},
    {ShowKind::Maximum, "max"}, {ShowKind::Deviation, "deviation"}, {ShowKind::Rollout, "rollout"}}};
constexpr Names<TokenSide, 2> sideNames{{{TokenSide::Query, "query"}, {TokenSide::Key, "key"}}};

template <class Value, std::size_t count> QString nameOf(const Names<Value, count>& names, Value value)
{
    for (const auto& [each, name] : names)
        if (each == value)
            return QString::fromLatin1(name);
    return {};
}

/// What is not there leaves the value as it is.
template <class Value, std::size_t count>
void read(const JsonPart& part, const Names<Value, count>& names, Value& value)
{
    if (!part.isThere())
        return;
    QStringList expected;
    for (const auto& [each, name] : names) {
        expected.append(QString::fromLatin1(name));
        if (part.value().isString() && part.value().toString() == expected.back()) {
            value = each;
            return;
        }
    }
    part.fail(u"one of "_s + expected.join(u", "_s));
}

constexpr qint64 most = std::numeric_limits<int>::max(); ///< of layers, heads and positions

QJsonValue number(std::size_t value) { return static_cast<qint64>(value); }

std::size_t index(const JsonPart& part) { return static_cast<std::size_t>(part.integer(0, most)); }

QJsonObject headToJson(HeadRef head)
{
    return {{u"layer"_s, number(head.layer.value)}, {u"head"_s, number(head.head.value)}};
}

HeadRef headFromJson(const JsonPart& part) { return {LayerId{index(part["layer"])}, HeadId{index(part["head"])}}; }

ViewOptions optionsFromJson(const JsonPart& part, const QString& file)
{
    if (!part.value().isObject())
        part.fail(u"an object"_s);
    QStringList complaints;
    const ViewOptions options = viewOptionsFromJson(part.value().toObject(), &complaints);
    if (!complaints.isEmpty())
        throw Error(Fault::BadInput, (file + u": view.options."_s + complaints.first()).toStdString());
    return options;
}

QJsonArray headsToJson(const std::vector<HeadRef>& heads)
{
    QJsonArray json;
    for (const HeadRef& head : heads)
        json.append(headToJson(head));
    return json;
}

std::vector<HeadRef> headsFromJson(const JsonPart& part)
{
    std::vector<HeadRef> heads;
    for (const JsonPart& head : part.items())
        heads.push_back(headFromJson(head));
    return heads;
}

QJsonObject arrangementToJson(const ArrangementChoice& choice)
{
    QJsonObject json{{u"order"_s, nameOf(orderNames, choice.order)}, {u"descending"_s, choice.descending},
        {u"filter"_s, nameOf(filterNames, choice.filter.keep)}};
    if (choice.filter.keep != HeadFilter::Keep::All)
        json[u"bound"_s] = choice.filter.bound;
    if (choice.order == HeadOrder::Likeness)
        json[u"like"_s] = headToJson(choice.like);
    return json;
}

ArrangementChoice arrangementFromJson(const JsonPart& part)
{
    ArrangementChoice choice;
    read(part["order"], orderNames, choice.order);
    if (const auto descending = part["descending"]; descending.isThere())
        choice.descending = descending.flag();
    read(part["filter"], filterNames, choice.filter.keep);
    if (const auto bound = part["bound"]; bound.isThere())
        choice.filter.bound = bound.number();
    if (const auto like = part["like"]; like.isThere())
        choice.like = headFromJson(like);
    return choice;
}

QJsonObject showToJson(const ShowChoice& choice)
{
    QJsonObject json{{u"heads"_s, nameOf(showNames, choice.kind)}};
    if (choice.last)
        json[u"last_layer"_s] = number(choice.last->value);
    return json;
}

ShowChoice showFromJson(const JsonPart& part)
{
    ShowChoice choice;
    read(part["heads"], showNames, choice.kind);
    if (const auto last = part["last_layer"]; last.isThere())
        choice.last = LayerId{index(last)};
    return choice;
}

QJsonObject linesToJson(const LineChoice& choice)
{
    return {{u"least"_s, choice.least / 100.0}, {u"most"_s, choice.most},
        {u"locked"_s, nameOf(sideNames, choice.locked)}, {u"hidden"_s, headsToJson(choice.hidden)}};
}

LineChoice linesFromJson(const JsonPart& part)
{
    LineChoice choice;
    if (const auto least = part["least"]; least.isThere()) {
        const double hundredths = least.number() * 100;
        if (!(hundredths >= 0 && hundredths <= largestLeast))
            least.fail(u"a number from 0 to 0.5"_s);
        choice.least = static_cast<int>(std::lround(hundredths));
    }
    if (const auto lines = part["most"]; lines.isThere())
        choice.most = static_cast<int>(lines.integer(0, largestMost));
    read(part["locked"], sideNames, choice.locked);
    choice.hidden = headsFromJson(part["hidden"]);
    return choice;
}

QRectF rectFromJson(const JsonPart& part)
{
    const auto side = [&](const char* key, double least) {
        const double value = part[key].number();
        if (!(value >= least && value <= static_cast<double>(most)))
            part[key].fail(u"a number of tokens"_s);
        return value;
    };
    return {side("x", 0), side("y", 0), side("width", 0), side("height", 0)};
}

} // namespace

QJsonObject viewToJson(const ViewState& view)
{
    QJsonObject json{{u"head"_s, headToJson(view.head)}, {u"locked"_s, view.locked},
        {u"picked"_s, headsToJson(view.picked)}, {u"sequence"_s, number(view.sequence.value)},
        {u"options"_s, viewOptionsToJson(view.options)}};
    if (view.cell)
        json[u"cell"_s] = QJsonObject{{u"query"_s, number(view.cell->query)}, {u"key"_s, number(view.cell->key)}};
    json[u"grid"_s] = arrangementToJson(view.arrangement);
    json[u"show"_s] = showToJson(view.show);
    json[u"lines"_s] = linesToJson(view.lines);
    if (!view.part.isEmpty())
        json[u"part"_s] = QJsonObject{{u"x"_s, view.part.x()}, {u"y"_s, view.part.y()}, {u"width"_s, view.part.width()},
            {u"height"_s, view.part.height()}};
    return json;
}

ViewState viewFromJson(const JsonPart& part, const QString& file)
{
    ViewState view;
    if (const auto head = part["head"]; head.isThere())
        view.head = headFromJson(head);
    if (const auto locked = part["locked"]; locked.isThere())
        view.locked = locked.flag();
    view.picked = headsFromJson(part["picked"]);
    if (const auto sequence = part["sequence"]; sequence.isThere())
        view.sequence = SequenceId{index(sequence)};
    if (const auto cell = part["cell"]; cell.isThere())
        view.cell = Cell{index(cell["query"]), index(cell["key"])};
    if (const auto rect = part["part"]; rect.isThere())
        view.part = rectFromJson(rect);
    if (const auto options = part["options"]; options.isThere())
        view.options = optionsFromJson(options, file);
    if (const auto grid = part["grid"]; grid.isThere())
        view.arrangement = arrangementFromJson(grid);
    if (const auto show = part["show"]; show.isThere())
        view.show = showFromJson(show);
    if (const auto lines = part["lines"]; lines.isThere())
        view.lines = linesFromJson(lines);
    return view;
}

} // namespace headscope::ui
