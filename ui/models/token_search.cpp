// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/token_search.h"

#include "ui/text/labels.h"

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

std::vector<std::size_t> findTokens(const std::vector<Token>& tokens, const QString& words)
{
    std::vector<std::size_t> found;
    if (words.isEmpty())
        return found;
    const auto holds = [&](const QString& where) { return where.contains(words, Qt::CaseInsensitive); };
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        const QString label = text(tokens[i].label);
        if (holds(label) || holds(QString(label).replace(u'·', u' ')) || holds(text(tokens[i].piece)))
            found.push_back(i);
    }
    return found;
}

} // namespace headscope::ui
