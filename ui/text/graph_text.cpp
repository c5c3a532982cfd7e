// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/graph_text.h"

#include "ui/text/labels.h"

#include <QCoreApplication>
#include <QStringList>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

constexpr std::size_t mostHeads = 4;

QString tr(const char* source) { return QCoreApplication::translate("GraphText", source); }

QString headsText(const ContributionGraph& graph, const GraphEdge& edge, const GraphRule& rule)
{
    QStringList heads;
    for (const HeadShare& each : headsBehind(graph, edge, rule)) {
        if (static_cast<std::size_t>(heads.size()) == mostHeads) {
            heads << u"…"_s;
            break;
        }
        heads << headText({LayerId{edge.to.layer()}, HeadId{each.head}}) + u' ' + shareText(each.share);
    }
    return heads.isEmpty() ? QString() : u" ("_s + heads.join(u", "_s) + u')';
}

} // namespace

QString shareText(float share)
{
    const double percent = 100 * static_cast<double>(share);
    return percent > 0 && percent < 0.05 ? tr("< 0.1 %") : tr("%1 %").arg(percent, 0, 'f', 1);
}

QString edgeText(
    const ContributionGraph& graph, const std::vector<Token>& tokens, const GraphEdge& edge, const GraphRule& rule)
{
    const auto name = [&](QChar axis, const GraphNode& node) {
        const std::size_t position = graph.positions[node.token];
        return tokenText(axis, position, tokens[position]);
    };
    const QString target = name(u'q', edge.to), layer = QString::number(edge.to.layer()), share = shareText(edge.share);
    switch (edge.kind) {
    case GraphEdgeKind::Attention:
        return tr("L%1 attention: %2 takes %3 from %4").arg(layer, target, share, name(u'k', edge.from))
            + headsText(graph, edge, rule);
    case GraphEdgeKind::Mlp:
        return tr("L%1 MLP: %2 takes %3 from it").arg(layer, target, share);
    case GraphEdgeKind::Residual:
        break;
    }
    return graph.parallel || edge.to.level % 2 == 1
        ? tr("L%1 residual: %2 keeps %3 of itself in attention").arg(layer, target, share)
        : tr("L%1 residual: %2 keeps %3 of itself past the MLP").arg(layer, target, share);
}

} // namespace headscope::ui
