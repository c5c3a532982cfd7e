// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/difference_text.h"

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

QString differenceText(double difference)
{
    return std::isnan(difference) ? u"NaN"_s : QString::number(difference, 'g', 3);
}

QString signedDifferenceText(double difference)
{
    return difference > 0 ? u'+' + differenceText(difference) : differenceText(difference);
}

QString shortDifferenceText(double difference)
{
    const double size = std::abs(difference);
    if (std::isnan(difference) || std::isinf(difference) || difference == 0)
        return differenceText(difference);
    if (size >= 0.995)
        return QString::number(difference, 'g', 2);
    if (size >= 0.0095)
        return QString::number(difference, 'f', 2);
    QString words = QString::number(difference, 'e', 0);
    return words.replace(u"e-0"_s, u"e-"_s);
}

} // namespace headscope::ui
