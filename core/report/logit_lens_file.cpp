// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/logit_lens_file.h"

#include "core/io/atomic_file.h"
#include "core/report/csv.h"

#include <nlohmann/json.hpp>

#include <string>

namespace headscope {
namespace {

using nlohmann::ordered_json;

/// Rows with the same keys, in the same order, and what is said above them.
struct Table {
    std::string what;
    std::string norm; ///< empty: held, as always
    std::vector<ordered_json> rows;
};

std::string field(const ordered_json& value)
{
    if (value.is_null())
        return {};
    if (value.is_string())
        return quotedField(value.get<std::string>());
    return value.is_number_float() ? numberField(value.get<double>()) : value.dump();
}

std::string csvOf(const Table& table, const std::string& made)
{
    std::string text = "# " + made + " · " + table.what;
    if (!table.norm.empty())
        text.append(" · norm ").append(table.norm);
    text += "\n";
    const auto line = [&text](const ordered_json& row, bool keys) {
        const char* comma = "";
        for (auto each = row.begin(); each != row.end(); ++each) {
            text.append(comma).append(keys ? each.key() : field(each.value()));
            comma = ",";
        }
        text += "\n";
    };
    line(table.rows.front(), true);
    for (const ordered_json& row : table.rows)
        line(row, false);
    return text;
}

std::string jsonOf(const Table& table, const std::string& made)
{
    ordered_json result{{"provenance", made}, {"what", table.what}};
    if (!table.norm.empty())
        result["norm"] = table.norm;
    result["rows"] = table.rows;
    return result.dump(1, ' ', false, ordered_json::error_handler_t::replace) + "\n";
}

void write(const Table& table, const RunHeader& header, const std::filesystem::path& output)
{
    AtomicFile file(output);
    const std::string made = provenance(header);
    file.write(output.extension() == ".csv" ? csvOf(table, made) : jsonOf(table, made));
    file.commit();
}

ordered_json placed(SequenceId sequence, std::size_t position, const RunHeader& header)
{
    return {
        {"sequence", sequence.value}, {"position", position}, {"text", header.tokens[sequence.value][position].label}};
}

void addDepth(ordered_json& row, std::size_t depth)
{
    row["depth"] = depth;
    row["layer"] = depth > 0 ? ordered_json(depth - 1) : ordered_json();
}

std::string positionText(SequenceId sequence, TokenPos position)
{
    return "sequence " + std::to_string(sequence.value) + ", position " + std::to_string(position.value);
}

} // namespace

void writeLens(const LensGrid& grid, const RunHeader& header, const std::filesystem::path& output)
{
    Table table{.what = "best token after each layer", .norm = std::string(spell(grid.norm)), .rows = {}};
    for (std::size_t position = grid.positions.begin; position < grid.positions.end; ++position)
        for (std::size_t depth = 0; depth < grid.depths; ++depth) {
            const LensCell& cell = grid.at(depth, position);
            ordered_json row = placed(grid.sequence, position, header);
            addDepth(row, depth);
            row.update({{"id", cell.best.id}, {"token", cell.best.label}, {"logit", cell.best.logit},
                {"probability", cell.best.probability}, {"choice_rank", cell.choiceRank},
                {"choice_probability", cell.choiceProbability}});
            table.rows.push_back(std::move(row));
        }
    write(table, header, output);
}

void writeLens(const LensPosition& position, const RunHeader& header, const std::filesystem::path& output)
{
    Table table{.what = "candidates after each layer at " + positionText(position.sequence, position.position),
        .norm = std::string(spell(position.norm)),
        .rows = {}};
    for (std::size_t depth = 0; depth < position.top.size(); ++depth) {
        ordered_json start = placed(position.sequence, position.position.value, header);
        addDepth(start, depth);
        for (std::size_t i = 0; i < position.top[depth].size(); ++i) {
            const LensCandidate& each = position.top[depth][i];
            ordered_json row = start;
            row.update({{"kind", "top"}, {"rank", i + 1}, {"id", each.token.id}, {"token", each.token.label},
                {"logit", each.token.logit}, {"probability", each.token.probability}, {"final_rank", each.finalRank},
                {"rank_before", each.rankBefore ? ordered_json(*each.rankBefore) : ordered_json()}});
            table.rows.push_back(std::move(row));
        }
        for (const LensTrace& trace : position.traces) {
            ordered_json row = start;
            row.update({{"kind", trace.isChoice ? "choice" : "asked"}, {"rank", trace.ranks[depth]}, {"id", trace.id},
                {"token", trace.label}, {"logit", trace.logits[depth]}, {"probability", trace.probabilities[depth]},
                {"final_rank", trace.ranks.back()},
                {"rank_before", depth > 0 ? ordered_json(trace.ranks[depth - 1]) : ordered_json()}});
            table.rows.push_back(std::move(row));
        }
    }
    write(table, header, output);
}

void writeLens(
    const PartTokens& tokens, SequenceId sequence, const RunHeader& header, const std::filesystem::path& output)
{
    const LensPart& part = tokens.part;
    const std::string name = part.head ? "head " + spell(HeadPlace{part.layer.value, part.head->value})
                                       : "mlp " + std::to_string(part.layer.value);
    Table table{.what = "tokens promoted and suppressed by " + name + " at " + positionText(sequence, tokens.position),
        .norm = {},
        .rows = {}};
    const auto add = [&](const char* direction, const std::vector<DirectLogit>& found) {
        for (std::size_t i = 0; i < found.size(); ++i) {
            ordered_json row = placed(sequence, tokens.position.value, header);
            row.update({{"part", name}, {"direction", direction}, {"rank", i + 1}, {"id", found[i].id},
                {"token", found[i].label}, {"logit", found[i].logit}});
            table.rows.push_back(std::move(row));
        }
    };
    add("promoted", tokens.promoted);
    add("suppressed", tokens.suppressed);
    write(table, header, output);
}

} // namespace headscope
