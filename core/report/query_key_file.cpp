// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/query_key_file.h"

#include "core/analysis/query_key_parts.h"
#include "core/io/atomic_file.h"
#include "core/report/csv.h"
#include "core/report/provenance.h"

#include <nlohmann/json.hpp>

#include <string>

namespace headscope {
namespace {

const char* nameOf(CellKind kind)
{
    switch (kind) {
    case CellKind::Allowed:
        return "allowed";
    case CellKind::Masked:
        return "masked";
    case CellKind::Padding:
        return "padding";
    case CellKind::Excluded:
        return "excluded";
    }
    return "";
}

/// "L1 H2 query 5"
std::string what(const QueryKeyVectors& vectors)
{
    return "L" + std::to_string(vectors.layer.value) + " H" + std::to_string(vectors.head.value) + " query "
        + std::to_string(vectors.query.value);
}

std::string remark(const QueryKeyRow& row, const RunHeader& header)
{
    const QueryKeyVectors& vectors = row.vectors;
    std::string formula = "unmasked score = " + numberField(vectors.scale) + " * sum of q_i*k_i";
    if (vectors.softCap > 0)
        formula = "unmasked score = " + numberField(vectors.softCap) + " * tanh(" + numberField(vectors.scale)
            + " * sum of q_i*k_i / " + numberField(vectors.softCap) + ")";
    return Provenance(header).line({.sequence = vectors.sequence, .what = what(vectors), .origin = row.pattern.origin})
        + " · " + formula;
}

} // namespace

void writeCsv(const QueryKeyRow& row, const RunHeader& header, const std::filesystem::path& output)
{
    const QueryKeyVectors& vectors = row.vectors;
    AtomicFile file(output);
    std::string text = "# " + remark(row, header) + "\nkey,token,kind,score,probability,unmasked_score";
    for (std::size_t i = 0; i < vectors.width; ++i)
        text.append(",q_k_").append(std::to_string(i));
    text += "\n";
    const auto& tokens = header.keysOf(vectors.sequence.value);
    for (std::size_t key = vectors.keys.begin; key < vectors.keys.end; ++key) {
        const std::size_t at = key - vectors.keys.begin;
        text.append(std::to_string(key)).append(",").append(quotedField(tokens.at(key).label));
        text.append(",").append(nameOf(row.pattern.kind(0, at)));
        for (const double value : {static_cast<double>(row.scores.value(0, at)),
                 static_cast<double>(row.pattern.value(0, at)), unmaskedScore(vectors, key)})
            text.append(",").append(numberField(value));
        for (const double product : products(vectors, key))
            text.append(",").append(numberField(product));
        text += "\n";
        file.write(text);
        text.clear();
    }
    file.commit();
}

void writeJson(const QueryKeyRow& row, const RunHeader& header, const std::filesystem::path& output)
{
    using Json = nlohmann::ordered_json;
    const QueryKeyVectors& vectors = row.vectors;
    const auto& queryToken = header.tokens.at(vectors.sequence.value).at(vectors.query.value);
    Json result{{"provenance", remark(row, header)}, {"sequence", vectors.sequence.value},
        {"layer", vectors.layer.value}, {"head", vectors.head.value}, {"scale", vectors.scale},
        {"soft_cap", vectors.softCap > 0 ? Json(vectors.softCap) : Json()},
        {"units", {{"score", "logits before the softmax"}, {"probability", "share of attention"}}},
        {"query", {{"position", vectors.query.value}, {"token", queryToken.label}, {"vector", vectors.queryVector}}}};
    auto& keys = result["keys"] = Json::array();
    const auto& tokens = header.keysOf(vectors.sequence.value);
    for (std::size_t key = vectors.keys.begin; key < vectors.keys.end; ++key) {
        const std::size_t at = key - vectors.keys.begin;
        const float* vector = vectors.keyVectors.data() + at * vectors.width;
        keys.push_back({{"position", key}, {"token", tokens.at(key).label}, {"kind", nameOf(row.pattern.kind(0, at))},
            {"score", row.scores.value(0, at)}, {"probability", row.pattern.value(0, at)},
            {"unmasked_score", unmaskedScore(vectors, key)},
            {"vector", std::vector<float>(vector, vector + vectors.width)}, {"products", products(vectors, key)}});
    }
    AtomicFile file(output);
    file.write(result.dump(1, ' ', false, Json::error_handler_t::replace) + "\n");
    file.commit();
}

} // namespace headscope
