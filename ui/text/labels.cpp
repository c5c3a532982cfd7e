// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/labels.h"

#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

QString text(std::string_view utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }

QString headText(HeadRef head) { return u"L%1 H%2"_s.arg(head.layer.value).arg(head.head.value); }

QString tokenText(QChar axis, std::size_t position, const Token& token)
{
    // The label goes in by concatenation: it may hold "%1" itself.
    return u"%1[%2] \""_s.arg(axis).arg(position) + text(token.label) + u'"';
}

QString probabilityText(double probability)
{
    if (std::isnan(probability))
        return u"NaN"_s;
    if (probability > 0 && probability < 5e-5)
        return QString::number(probability, 'e', 1);
    return QString::number(probability, 'f', 4);
}

QString scoreText(double score) { return std::isnan(score) ? u"NaN"_s : QString::number(score, 'g', 5); }

QString messageOf(const std::exception_ptr& why)
{
    try {
        std::rethrow_exception(why);
    } catch (const std::exception& e) {
        return text(e.what());
    } catch (...) {
        return u"unknown failure"_s;
    }
}

} // namespace headscope::ui
