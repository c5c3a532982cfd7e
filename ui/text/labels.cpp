// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/text/labels.h"

#include <QCoreApplication>
#include <QTextBoundaryFinder>

#include <algorithm>
#include <cmath>

using namespace Qt::Literals::StringLiterals;

namespace headscope::ui {

namespace {

QString tr(const char* source) { return QCoreApplication::translate("Labels", source); }

} // namespace

QString text(std::string_view utf8) { return QString::fromUtf8(utf8.data(), static_cast<qsizetype>(utf8.size())); }

QString headText(HeadRef head) { return u"L%1 H%2"_s.arg(head.layer.value).arg(head.head.value); }

QString shortened(QStringView words, qsizetype most, QStringView more)
{
    if (words.size() <= most)
        return words.toString();
    QTextBoundaryFinder characters(QTextBoundaryFinder::Grapheme, words.data(), words.size());
    for (qsizetype i = 0; i < most; ++i)
        if (characters.toNextBoundary() < 0)
            return words.toString();
    if (characters.position() == words.size())
        return words.toString();
    return words.left(characters.position()).toString() + more.toString();
}

QString isolated(const QString& words)
{
    const auto turns = [](char32_t c) {
        const auto direction = QChar::direction(c);
        return direction == QChar::DirR || direction == QChar::DirAL || direction == QChar::DirAN;
    };
    const auto characters = words.toUcs4();
    if (std::none_of(characters.begin(), characters.end(), turns))
        return words;
    return QChar(0x2068) + words + QChar(0x2069);
}

QString shownLabel(std::string_view label)
{
    constexpr qsizetype longest = 48;
    return isolated(shortened(text(label.substr(0, 16 * longest)), longest));
}

QString tokenText(QChar axis, std::size_t position, const Token& token)
{
    // The label goes in by concatenation: it may hold "%1" itself.
    const QString words = u"%1[%2] \""_s.arg(axis).arg(position) + shownLabel(token.label) + u'"';
    return token.padding ? words + u" (%1)"_s.arg(tr("padding"))
        : token.special  ? words + u" (%1)"_s.arg(tr("special"))
                         : words;
}

QString firstLabels(const std::vector<Token>& tokens)
{
    constexpr qsizetype longest = 60;
    QString words;
    for (const Token& token : tokens)
        if (!token.padding && words.size() < longest)
            words += text(token.label) + u' ';
    return shortened(words.trimmed(), longest);
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

qint64 timeLeft(qint64 elapsed, std::size_t done, std::size_t total)
{
    if (done == 0 || done > total)
        return -1;
    return static_cast<qint64>(
        static_cast<double>(elapsed) * static_cast<double>(total - done) / static_cast<double>(done));
}

QString runTimeText(qint64 elapsed, qint64 left)
{
    const QString gone = tr("%1 s").arg(static_cast<double>(elapsed) / 1000, 0, 'f', 1);
    constexpr qint64 worthSaying = 2000;
    if (left < worthSaying)
        return gone;
    const qint64 seconds = (left + 500) / 1000;
    const QString rest
        = seconds < 60 ? tr("about %1 s left").arg(seconds) : tr("about %1 min left").arg((seconds + 30) / 60);
    return gone + QStringLiteral(", ") + rest;
}

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
