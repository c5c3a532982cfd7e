// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/io/atomic_file.h"
#include "core/report/csv.h"
#include "core/report/logit_difference_file.h"

#include <nlohmann/json.hpp>

namespace headscope {
namespace {

using nlohmann::ordered_json;

Attribution meanOf(const LogitDifferenceRun& run)
{
    std::vector<const Attribution*> all;
    for (const ExampleResult& example : run.examples)
        all.push_back(&*example.attribution);
    return meanOf(all);
}

void addRows(std::string& text, const std::string& begins, const Attribution& attribution)
{
    const auto add = [&](const AttributionTerm& term) {
        const auto index
            = [](const std::optional<std::size_t>& value) { return value ? std::to_string(*value) : std::string(); };
        text.append(begins).append(term.name).append(",").append(index(term.layer)).append(",");
        text.append(index(term.head)).append(",").append(numberField(term.value)).append("\n");
    };
    for (const AttributionTerm& term : termsOf(attribution))
        add(term);
    add({"sum", {}, {}, attribution.sum()});
    add({"logit difference", {}, {}, attribution.logitDifference});
    add({"remainder", {}, {}, attribution.remainder()});
}

ordered_json jsonOf(const Attribution& attribution)
{
    auto heads = ordered_json::array();
    for (std::size_t layer = 0; layer < attribution.mlps.size(); ++layer) {
        const auto first = attribution.heads.begin() + static_cast<std::ptrdiff_t>(layer * attribution.headsPerLayer);
        heads.push_back(std::vector<double>(first, first + static_cast<std::ptrdiff_t>(attribution.headsPerLayer)));
    }
    ordered_json result{{"embedding", attribution.embedding}};
    if (attribution.positionEmbedding)
        result["position_embedding"] = *attribution.positionEmbedding;
    result["heads"] = std::move(heads);
    result["attention_biases"] = attribution.attentionBiases;
    result["mlps"] = attribution.mlps;
    result["final_norm_bias"] = attribution.finalNormBias;
    result["unembedding_bias"] = attribution.unembeddingBias;
    result["sum"] = attribution.sum();
    result["logit_difference"] = attribution.logitDifference;
    result["remainder"] = attribution.remainder();
    return result;
}

} // namespace

void writeAttributionCsv(const LogitDifferenceResult& result, const std::filesystem::path& output)
{
    AtomicFile file(output);
    std::string text;
    for (const LogitDifferenceRun& run : result.runs)
        text.append("# ").append(provenance(run.header)).append("\n");
    file.write(text + "backend,example,component,layer,head,contribution\n");
    for (const LogitDifferenceRun& run : result.runs) {
        const std::string backend(spell(run.header.request.backend));
        text.clear();
        addRows(text, backend + ",mean,", meanOf(run));
        for (std::size_t example = 0; example < run.examples.size(); ++example)
            addRows(text, backend + "," + std::to_string(example) + ",", *run.examples[example].attribution);
        file.write(text);
    }
    file.commit();
}

void writeAttributionJson(const LogitDifferenceResult& result, const std::filesystem::path& output)
{
    ordered_json content{{"runs", ordered_json::array()}};
    for (const LogitDifferenceRun& run : result.runs) {
        ordered_json each{{"backend", spell(run.header.request.backend)}, {"provenance", provenance(run.header)},
            {"mean", jsonOf(meanOf(run))}, {"examples", ordered_json::array()}};
        for (const ExampleResult& example : run.examples)
            each["examples"].push_back(jsonOf(*example.attribution));
        content["runs"].push_back(std::move(each));
    }
    AtomicFile file(output);
    file.write(content.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n");
    file.commit();
}

} // namespace headscope
