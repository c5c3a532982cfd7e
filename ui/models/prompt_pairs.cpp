// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/models/prompt_pairs.h"

#include "core/run/prompt_text.h"
#include "ui/text/labels.h"

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

std::pair<QString, QString> splitPair(const QString& line)
{
    const QString bars = text(pairSeparator).trimmed();
    const qsizetype at = line.indexOf(bars);
    if (at < 0)
        return {line, {}};
    QString first = line.left(at), second = line.mid(at + bars.size());
    if (first.endsWith(u' '))
        first.chop(1);
    if (second.startsWith(u' '))
        second.remove(0, 1);
    return {first, second};
}

std::optional<Segments> segmentsOf(const std::vector<Token>& tokens)
{
    std::size_t begin = 0, end = tokens.size();
    while (begin < end && tokens[begin].padding)
        ++begin;
    while (end > begin && tokens[end - 1].padding)
        --end;
    std::size_t middle = begin;
    while (middle < end && tokens[middle].segment == 0)
        ++middle;
    for (std::size_t at = middle; at < end; ++at)
        if (tokens[at].segment != 1)
            return std::nullopt;
    if (middle == begin || middle == end)
        return std::nullopt;
    return Segments{{begin, middle}, {middle, end}};
}

std::optional<SentenceLimits> limitsOf(SentencePart part, const Segments& segments)
{
    const auto& [a, b] = segments;
    switch (part) {
    case SentencePart::All:
        break;
    case SentencePart::FirstToFirst:
        return SentenceLimits{a, a};
    case SentencePart::SecondToSecond:
        return SentenceLimits{b, b};
    case SentencePart::FirstToSecond:
        return SentenceLimits{a, b};
    case SentencePart::SecondToFirst:
        return SentenceLimits{b, a};
    }
    return std::nullopt;
}

} // namespace headscope::ui
