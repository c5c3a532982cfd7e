// SPDX-License-Identifier: GPL-3.0-or-later
// Comparisons for tests, carried out to their end.
#pragma once

#include "app/blocking_engine.h"
#include "core/parity/parity_axes.h"

#include <QTemporaryDir>
#include <QTest>

#include <algorithm>
#include <fstream>

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

inline std::string data(const QString& name)
{
    return HEADSCOPE_TEST_DATA "/parity/" + name.toStdString() + ".safetensors";
}

inline std::shared_ptr<const ParityPair> pairOf(ParityRequest request)
{
    return compare(std::move(request))->pairs.at(0);
}

/// Two runs that differ in what `change` does to the second.
template <class Change> ParityRequest changed(InspectionRequest first, Change change)
{
    InspectionRequest second = first;
    change(second);
    ParityRequest request;
    request.runs = {std::move(first), std::move(second)};
    return request;
}

inline std::string tiny(const char* name) { return std::string(HEADSCOPE_TEST_DATA "/models/") + name; }

/// Ids for models without a tokenizer: two sequences, the second left-padded.
inline std::filesystem::path paddedInputs(const QTemporaryDir& dir)
{
    const auto path = dir.filePath(QStringLiteral("in.safetensors")).toStdString();
    const std::int64_t ids[] = {5, 9, 3, 7, 5, 9, 0, 0, 4, 8, 4, 1}, mask[] = {1, 1, 1, 1, 1, 1, 0, 0, 1, 1, 1, 1};
    const std::string header = R"({"input_ids":{"dtype":"I64","shape":[2,6],"data_offsets":[0,96]},)"
                               R"("attention_mask":{"dtype":"I64","shape":[2,6],"data_offsets":[96,192]}})";
    std::ofstream file(path, std::ios::binary);
    const std::uint64_t length = header.size();
    file.write(reinterpret_cast<const char*>(&length), 8);
    file << header;
    file.write(reinterpret_cast<const char*>(ids), sizeof ids);
    file.write(reinterpret_cast<const char*>(mask), sizeof mask);
    return path;
}

} // namespace headscope::parity
