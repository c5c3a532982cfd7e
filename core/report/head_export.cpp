// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/report/head_export.h"

#include "core/cache/stage_names.h"
#include "core/error.h"
#include "core/report/csv.h"
#include "core/report/npy.h"
#include "core/report/parity_figures.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstdio>

namespace headscope {
namespace {

constexpr std::size_t valuesAtOnce = 1 << 20;
constexpr std::size_t rowBlock = 16; ///< rows are recomputed in such blocks (design.md §5)

Range within(const std::optional<Range>& wanted, std::size_t count, const char* axis)
{
    const Range range = wanted.value_or(Range{0, count});
    if (range.begin >= range.end || range.end > count)
        throw Error(Fault::BadInput,
            std::string(axis) + ": expected some of 0:" + std::to_string(count) + ", found "
                + std::to_string(range.begin) + ":" + std::to_string(range.end));
    return range;
}

const std::vector<Token>& queriesOf(const HeadExport& what)
{
    return what.capture->header().tokens.at(what.sequence.value);
}

const std::vector<Token>& keysOf(const HeadExport& what) { return what.capture->header().keysOf(what.sequence.value); }

PatternTilePtr corner(const HeadExport& what, const HeadPlace& head)
{
    const Range rows = rowsOf(what), columns = columnsOf(what);
    return fetch(*sourceOf(what), {head.layer}, {head.head}, what.stage, {rows.begin, rows.begin + 1},
        {columns.begin, columns.begin + 1}, {.priority = Priority::Background});
}

nlohmann::ordered_json tokensJson(const std::vector<Token>& all, Range positions)
{
    auto tokens = nlohmann::ordered_json::array();
    for (std::size_t at = positions.begin; at < positions.end; ++at) {
        const Token& token = all[at];
        const auto id
            = token.id < 0 ? nlohmann::ordered_json() : nlohmann::ordered_json(token.id); // a file may not say
        tokens.push_back(
            {{"at", at}, {"id", id}, {"label", token.label}, {"special", token.special}, {"padding", token.padding}});
    }
    return tokens;
}

/// What an array does not say of itself. \param stacked heads are its first axis
void writeSidecar(AtomicFile& file, const HeadExport& what, const std::filesystem::path& array,
    const std::vector<HeadPlace>& heads, bool stacked, const ExportedPart& part)
{
    auto object = nlohmann::ordered_json::parse(Provenance(what.capture->header(), what.versions).json(part));
    object["schema"] = "headscope-heads/1";
    object["file"] = array.filename().string();
    object["stored_dtype"] = "float32";
    object["stage"] = std::string(spell(what.stage));
    object["axes"] = nlohmann::ordered_json::array({"query", "key"});
    if (stacked)
        object["axes"].insert(object["axes"].begin(), "head");
    auto& names = object["heads"] = nlohmann::ordered_json::array();
    for (const HeadPlace& head : heads)
        names.push_back(nameOf(what, head));
    object["queries"] = tokensJson(queriesOf(what), rowsOf(what));
    object["keys"] = tokensJson(keysOf(what), columnsOf(what));
    file.write(object.dump(1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n");
}

void exportCsv(const HeadExport& what, const HeadPlace& head, const std::filesystem::path& target)
{
    const Provenance provenance(what.capture->header(), what.versions);
    CsvFile file(target, provenance.line(partOf(*corner(what, head))), {&what.capture->header(), what.sequence});
    forEachRows(what, head, [&](const PatternTile& tile) { file.add(tile); });
    file.commit();
}

void exportNpy(const HeadExport& what, const HeadPlace& head, const std::filesystem::path& target)
{
    AtomicFile sidecar(sidecarOf(target));
    writeSidecar(sidecar, what, target, {head}, false, partOf(*corner(what, head)));
    NpyFile file(target, {rowsOf(what).size(), columnsOf(what).size()});
    forEachRows(what, head, [&](const PatternTile& tile) { file.add(tile.values); });
    file.commitWith(sidecar);
}

} // namespace

std::shared_ptr<PatternSource> sourceOf(const HeadExport& what)
{
    if (what.source)
        return what.source;
    return what.combined ? combine(*what.capture, what.sequence, *what.combined)
                         : what.capture->patterns(what.sequence);
}

HeadExport withSource(HeadExport what)
{
    what.source = sourceOf(what);
    return what;
}

std::string nameOf(const HeadExport& what, const HeadPlace& head)
{
    if (!what.combined)
        return "L" + std::to_string(head.layer) + " H" + std::to_string(head.head);
    return what.combined->aggregate
        ? describe(*what.combined->aggregate, what.combined->heads, what.capture->header().model.heads)
        : describeRollout(what.combined->last);
}

std::filesystem::path sidecarOf(std::filesystem::path array) { return array += ".json"; }

Range rowsOf(const HeadExport& what) { return within(what.rows, queriesOf(what).size(), "--rows"); }
Range columnsOf(const HeadExport& what) { return within(what.columns, keysOf(what).size(), "--columns"); }

void forEachRows(
    const HeadExport& what, const HeadPlace& head, const std::function<void(const PatternTile& tile)>& visit)
{
    const auto source = sourceOf(what);
    const Range rows = rowsOf(what), columns = columnsOf(what);
    const std::size_t step = std::max<std::size_t>(1, valuesAtOnce / columns.size() / rowBlock) * rowBlock;
    for (std::size_t begin = rows.begin; begin < rows.end;) {
        const std::size_t end = std::min((begin / rowBlock) * rowBlock + step, rows.end);
        visit(*fetch(
            *source, {head.layer}, {head.head}, what.stage, {begin, end}, columns, {.priority = Priority::Background}));
        begin = end;
    }
}

std::string originOf(const HeadExport& what)
{
    std::vector<std::size_t> layers;
    std::vector<std::string> origins;
    for (const HeadPlace& head : what.heads) {
        if (std::find(layers.begin(), layers.end(), head.layer) != layers.end())
            continue;
        layers.push_back(head.layer);
        const std::string origin = corner(what, head)->origin;
        const std::string kind
            = what.heads.size() == 1 ? origin : origin.substr(0, origin.find(" (")); // not the figure
        if (std::find(origins.begin(), origins.end(), kind) == origins.end())
            origins.push_back(kind);
    }
    std::string text;
    for (const std::string& origin : origins)
        text.append(text.empty() ? "" : " and ").append(origin);
    return text;
}

std::string fileStem(const HeadExport& what, const HeadPlace& head)
{
    std::string stem = what.capture->header().model.name;
    for (char& c : stem)
        if (static_cast<unsigned char>(c) < 0x20 || std::string_view("/\\:*?\"<>|").find(c) != std::string_view::npos)
            c = '_';
    if (stem.empty())
        stem = "model";
    if (what.combined) {
        const auto aggregate = what.combined->aggregate;
        return stem
            + (!aggregate                              ? "_rollout"
                    : *aggregate == Aggregate::Mean    ? "_mean"
                    : *aggregate == Aggregate::Maximum ? "_max"
                                                       : "_std");
    }
    char place[64];
    std::snprintf(place, sizeof place, "_L%02zu_H%02zu", head.layer, head.head);
    return stem + place;
}

void writeHeadTable(
    const HeadExport& what, const HeadPlace& head, TableFormat format, const std::filesystem::path& file)
{
    const HeadExport ready = withSource(what);
    format == TableFormat::Csv ? exportCsv(ready, head, file) : exportNpy(ready, head, file);
}

std::string valuesText(const HeadExport& what)
{
    const Range rows = rowsOf(what), columns = columnsOf(what);
    if (rows.size() * columns.size() > valuesAtOnce)
        throw Error(Fault::BadInput,
            "expected at most " + std::to_string(valuesAtOnce) + " values to copy, found "
                + std::to_string(rows.size() * columns.size()) + ": zoom in, or export them as CSV");
    const auto label = [](const std::vector<Token>& tokens, std::size_t at) {
        return std::to_string(at) + ":" + plainLine(tokens[at].label);
    };
    std::string text = "query\\key";
    for (std::size_t at = columns.begin; at < columns.end; ++at)
        text.append("\t").append(label(keysOf(what), at));
    text += "\n";
    forEachRows(what, what.heads.front(), [&](const PatternTile& tile) {
        for (std::size_t row = 0; row < tile.height; ++row) {
            text += label(queriesOf(what), tile.rows.begin + row);
            for (std::size_t column = 0; column < tile.width; ++column)
                text.append("\t").append(numberField(tile.value(row, column)));
            text += "\n";
        }
    });
    return text;
}

void writeHeadStack(const HeadExport& what, const std::filesystem::path& target, const ExportProgress& progress)
{
    AtomicFile sidecar(sidecarOf(target));
    NpyFile file(target, {what.heads.size(), rowsOf(what).size(), columnsOf(what).size()});
    for (std::size_t i = 0; i < what.heads.size(); ++i) {
        progress(i, what.heads.size());
        forEachRows(what, what.heads[i], [&](const PatternTile& tile) { file.add(tile.values); });
    }
    writeSidecar(sidecar, what, target, what.heads, true,
        {what.sequence, std::to_string(what.heads.size()) + " heads, " + std::string(spell(what.stage)), originOf(what),
            {}});
    file.commitWith(sidecar);
}

} // namespace headscope
