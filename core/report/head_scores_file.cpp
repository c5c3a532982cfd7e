// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/head_scores_file.h"

#include "core/io/atomic_file.h"
#include "core/report/csv.h"

#include <nlohmann/json.hpp>

#include <string>

namespace headscope {
namespace {

constexpr struct {
    const char* name;
    double HeadScores::*value;
} scoreColumns[] = {{"entropy", &HeadScores::entropy}, {"first_token", &HeadScores::firstToken},
    {"previous_token", &HeadScores::previousToken}, {"duplicate_token", &HeadScores::duplicateToken},
    {"induction", &HeadScores::induction}};

const char* treatment(bool excluded) { return excluded ? "excluded" : "kept"; }

} // namespace

void writeCsv(const std::vector<LayerScores>& layers, const RunHeader& header, const std::filesystem::path& output)
{
    AtomicFile file(output);
    std::string text = "# " + provenance(header) + " · entropy in nats, the rest shares of attention\n";
    text += "sequence,layer,head,rows";
    for (const auto& column : scoreColumns)
        text.append(",").append(column.name);
    text += ",pads,bos,diagonal,patterns\n";
    for (const LayerScores& layer : layers) {
        for (std::size_t head = 0; head < layer.heads.size(); ++head) {
            for (const std::size_t index : {layer.sequence.value, layer.layer.value, head, layer.heads[head].rows})
                text.append(std::to_string(index)).append(",");
            for (const auto& column : scoreColumns)
                text.append(numberField(layer.heads[head].*column.value)).append(",");
            text.append("excluded,").append(treatment(layer.options.excludeBos)).append(",");
            text.append(treatment(layer.options.excludeCurrentToken)).append(",");
            text.append(quotedField(layer.origin)).append("\n");
        }
        file.write(text);
        text.clear();
    }
    file.commit();
}

void writeJson(const std::vector<LayerScores>& layers, const RunHeader& header, const std::filesystem::path& output)
{
    const HeadScoreOptions options = layers.empty() ? HeadScoreOptions{} : layers.front().options;
    nlohmann::ordered_json result{{"provenance", provenance(header)}, {"pads", "excluded"},
        {"bos", treatment(options.excludeBos)}, {"diagonal", treatment(options.excludeCurrentToken)},
        {"units", {{"entropy", "nats"}, {"others", "share of attention"}}}};
    auto& rows = result["heads"] = nlohmann::ordered_json::array();
    for (const LayerScores& layer : layers)
        for (std::size_t head = 0; head < layer.heads.size(); ++head) {
            nlohmann::ordered_json row{{"sequence", layer.sequence.value}, {"layer", layer.layer.value}, {"head", head},
                {"rows", layer.heads[head].rows}};
            for (const auto& column : scoreColumns)
                row[column.name] = layer.heads[head].*column.value;
            row["pads"] = "excluded";
            row["bos"] = treatment(layer.options.excludeBos);
            row["diagonal"] = treatment(layer.options.excludeCurrentToken);
            row["patterns"] = layer.origin;
            rows.push_back(std::move(row));
        }
    AtomicFile file(output);
    file.write(result.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
    file.commit();
}

} // namespace headscope
