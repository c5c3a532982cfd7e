// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons for tests, carried out to their end.
#pragma once

#include "app/blocking_engine.h"
#include "core/parity/parity_axes.h"

#include <QTest>

#include <algorithm>

namespace headscope::parity {

inline const std::vector<std::string> prompts{
    "The cat sat on the mat and the cat", "One two", "Alice gave Bob a book", "Once upon"};

inline std::shared_ptr<const ParityReport> compare(ParityRequest request)
{
    static BlockingEngine engine;
    for (InspectionRequest& run : request.runs)
        run.threads = 1;
    return engine.compare(std::move(request), {});
}

/// What a comparison of so many runs of a model says.
inline ParityRequest requestOf(const std::string& model, const std::vector<Backend>& backends)
{
    return crossed(
        {.model = model, .prompts = prompts, .processing = {false, false, false, false}}, {.backends = backends});
}

inline const ParityRow* find(const ParityPair& pair, const std::string& hook, RowClass rows = RowClass::Real)
{
    const auto found = std::find_if(
        pair.rows.begin(), pair.rows.end(), [&](const ParityRow& row) { return row.hook == hook && row.rows == rows; });
    return found == pair.rows.end() ? nullptr : &*found;
}

/// "POSITION_IDS, MASK_SENTINEL"
inline QString ids(const std::vector<Reason>& reasons)
{
    QStringList result;
    for (const Reason reason : reasons)
        result.append(QString::fromUtf8(infoOf(reason).id.data(), static_cast<qsizetype>(infoOf(reason).id.size())));
    return result.join(QStringLiteral(", "));
}

inline QString text(const Verdict& verdict) { return QString::fromStdString(describe(verdict)); }
inline QString text(const ParityPair& pair) { return QString::fromStdString(describe(pair)); }

} // namespace headscope::parity
