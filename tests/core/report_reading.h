// SPDX-License-Identifier: GPL-3.0-or-later
// Files of a parity report, read back: what their tests have in common.
#pragma once

#include "core/report/parity_files.h"

#include <nlohmann/json.hpp>

#include <QFile>
#include <QTemporaryDir>

#include <cmath>
#include <cstdlib>
#include <map>
#include <string>

namespace headscope {

using Json = nlohmann::json;

inline QByteArray contents(const QString& name)
{
    QFile file(name);
    return file.open(QIODevice::ReadOnly) ? file.readAll() : QByteArray();
}

inline QByteArray written(const ParityReport& report, const char* extension)
{
    QTemporaryDir dir;
    const QString name = dir.filePath(QStringLiteral("report")) + QString::fromUtf8(extension);
    writeParityReport(report, name.toStdString());
    return contents(name);
}

/// As Python's float() reads a figure.
inline double number(const Json& value)
{
    return value.is_string() ? std::strtod(value.get<std::string>().c_str(), nullptr) : value.get<double>();
}

inline bool same(double a, double b) { return a == b || (std::isnan(a) && std::isnan(b)); }

/// Every figure of a difference under its name, as text: what both JSON and CSV are held against.
inline std::map<std::string, std::string> figures(const Difference& d)
{
    const auto text = [](double value) { return QByteArray::number(value, 'g', 17).toStdString(); };
    const auto count = [](std::uint64_t value) { return std::to_string(value); };
    std::map<std::string, std::string> result{{"cells", count(d.cells)}, {"identical", d.identical ? "true" : "false"},
        {"max_absolute", text(d.maxAbsolute)}, {"mean_absolute", text(d.meanAbsolute)},
        {"max_relative", text(d.maxRelative)}, {"mean_relative", text(d.meanRelative)}, {"cosine", text(d.cosine)},
        {"needed_tolerance", text(d.neededTolerance)},
        {"mean_divergence", d.meanDivergence ? text(*d.meanDivergence) : ""},
        {"max_divergence", d.maxDivergence ? text(*d.maxDivergence) : ""},
        {"arg_max_agreement", d.argMaxAgreement ? text(*d.argMaxAgreement) : ""},
        {"reference_nans", count(d.referenceNans)}, {"candidate_nans", count(d.candidateNans)},
        {"reference_infinities", count(d.referenceInfinities)}, {"candidate_infinities", count(d.candidateInfinities)},
        {"reference_sentinel", d.referenceSentinel}, {"candidate_sentinel", d.candidateSentinel},
        {"worst_sequence", count(d.worst.sequence)}, {"worst_head", d.worst.head ? count(*d.worst.head) : ""},
        {"worst_row", count(d.worst.row)}, {"worst_column", count(d.worst.column)},
        {"worst_reference", text(d.worstReference)}, {"worst_candidate", text(d.worstCandidate)}};
    return result;
}

/// A written figure as `figures` has it.
inline std::string normal(const std::string& text)
{
    char* end = nullptr;
    const double value = std::strtod(text.c_str(), &end);
    if (text.empty() || *end != '\0' || text.find_first_of(".en") == std::string::npos)
        return text; // words, flags and counts
    return QByteArray::number(value, 'g', 17).toStdString();
}

inline std::string normal(const Json& value)
{
    if (value.is_null())
        return {};
    if (value.is_number_float())
        return QByteArray::number(value.get<double>(), 'g', 17).toStdString();
    return value.is_string() ? normal(value.get<std::string>()) : value.dump();
}

/// Figures that are whole numbers lose their ".0" in CSV: compared as numbers where both are.
inline bool sameFigure(const std::string& a, const std::string& b)
{
    if (a == b)
        return true;
    char *endA = nullptr, *endB = nullptr;
    const double x = std::strtod(a.c_str(), &endA), y = std::strtod(b.c_str(), &endB);
    return !a.empty() && !b.empty() && *endA == '\0' && *endB == '\0' && same(x, y);
}

} // namespace headscope
