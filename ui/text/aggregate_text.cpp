// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/aggregate_text.h"

#include "ui/text/labels.h"

#include <QCoreApplication>
#include <QStringList>

#include <map>
#include <set>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {
struct Words {
    Q_DECLARE_TR_FUNCTIONS(headscope::ui::AggregateText)
};
} // namespace

QString headsText(const std::vector<HeadPlace>& heads, std::size_t headsOfALayer, std::size_t most)
{
    std::map<std::size_t, std::set<std::size_t>> byLayer;
    for (const HeadPlace& place : heads)
        byLayer[place.layer].insert(place.head);
    QStringList names;
    for (const auto& [layer, which] : byLayer) {
        if (which.size() == headsOfALayer && headsOfALayer > 1) {
            names << Words::tr("layer %1").arg(layer);
            continue;
        }
        for (const std::size_t head : which)
            names << headText({LayerId{layer}, HeadId{head}});
    }
    const bool more = names.size() > static_cast<qsizetype>(most);
    return names.mid(0, static_cast<qsizetype>(most)).join(u", "_s) + (more ? u", …"_s : QString());
}

QString aggregateText(
    Aggregate aggregate, const std::vector<HeadPlace>& heads, std::size_t headsOfALayer, std::size_t most)
{
    const QString names = headsText(heads, headsOfALayer, most);
    const bool one = heads.size() == 1;
    switch (aggregate) {
    case Aggregate::Mean:
        return one ? Words::tr("mean of 1 head: %1").arg(names)
                   : Words::tr("mean of %1 heads: %2").arg(QString::number(heads.size()), names);
    case Aggregate::Maximum:
        return one ? Words::tr("maximum of 1 head: %1").arg(names)
                   : Words::tr("maximum of %1 heads: %2").arg(QString::number(heads.size()), names);
    case Aggregate::Deviation:
        return one ? Words::tr("standard deviation of 1 head: %1").arg(names)
                   : Words::tr("standard deviation of %1 heads: %2").arg(QString::number(heads.size()), names);
    }
    return {};
}

QString rolloutText(LayerId last) { return Words::tr("rollout up to layer %1, mean over heads").arg(last.value); }

QString combinedText(const CombinedHeads& combined, std::size_t headsOfALayer, std::size_t most)
{
    return combined.aggregate ? aggregateText(*combined.aggregate, combined.heads, headsOfALayer, most)
                              : rolloutText(combined.last);
}

} // namespace headscope::ui
