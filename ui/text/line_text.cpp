// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/line_text.h"

#include "ui/text/labels.h"

#include <QCoreApplication>
#include <QStringList>

#include <algorithm>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QString tr(const char* source) { return QCoreApplication::translate("LineText", source); }

} // namespace

QString lineText(const TextSides& texts, TokenSide side, std::size_t position, const std::vector<HeadWeights>& heads,
    std::size_t most)
{
    const bool query = side == TokenSide::Query;
    const auto& ownTokens = query ? texts.queries : texts.keys;
    const auto& otherTokens = query ? texts.keys : texts.queries;
    const QChar own = query ? u'q' : u'k', other = query ? u'k' : u'q';
    QStringList parts;
    for (const auto& head : heads) {
        QStringList weights;
        for (std::size_t i = 0; i < std::min(most, head.strongest.size()); ++i) {
            const auto& each = head.strongest[i];
            weights << tokenText(other, each.position, otherTokens[each.position]) + u' '
                    + probabilityText(static_cast<double>(each.weight));
        }
        if (weights.isEmpty())
            weights << tr("nothing above the smallest weight drawn");
        parts << weights.join(u", "_s) + u"  ("_s + headText(head.head) + u')';
    }
    // Put together by hand: a label may hold "%1" itself.
    return tokenText(own, position, ownTokens[position]) + u' ' + (query ? tr("looks at") : tr("is looked at by"))
        + u' ' + parts.join(u"; "_s);
}

} // namespace headscope::ui
