// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/word_model.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/bpe.h"
#include "core/text/unigram.h"
#include "core/text/word_piece.h"

#include <nlohmann/json.hpp>

namespace headscope {
namespace {

using nlohmann::json;

/// Files of old versions leave the type out.
std::string typeOf(const json& model)
{
    if (model.contains("merges"))
        return "BPE";
    if (model.value("vocab", json()).is_array())
        return "Unigram";
    return model.contains("continuing_subword_prefix") ? "WordPiece" : "(no type)";
}

std::vector<std::pair<std::string, std::string>> parseMerges(const json& list, const std::string& label)
{
    std::vector<std::pair<std::string, std::string>> merges;
    for (const auto& merge : list) {
        if (merge.is_array() && merge.size() == 2) {
            merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
            continue;
        }
        const auto text = merge.get<std::string>();
        if (text.starts_with("#version"))
            continue;
        const auto space = text.find(' ');
        if (space == std::string::npos || text.find(' ', space + 1) != std::string::npos)
            throw Error(Fault::BadModelFile, label + ": model.merges: expected two pieces, found '" + text + "'");
        merges.emplace_back(text.substr(0, space), text.substr(space + 1));
    }
    return merges;
}

std::unique_ptr<const WordModel> parseBpe(const json& model, const std::string& label)
{
    const std::string where = label + ": model";
    if (const json dropout = model.value("dropout", json()); !dropout.is_null() && dropout != 0)
        throw Error(Fault::BadModelFile, label + ": model.dropout is not supported (token ids still work)");
    return std::make_unique<Bpe>(Vocabulary(model.at("vocab"), where + ".vocab"),
        parseMerges(model.at("merges"), label),
        Bpe::Options{.unknown = textField(model, "unk_token", "", where),
            .prefix = textField(model, "continuing_subword_prefix", "", where),
            .suffix = textField(model, "end_of_word_suffix", "", where),
            .fuseUnknown = boolField(model, "fuse_unk", false, where),
            .byteFallback = boolField(model, "byte_fallback", false, where),
            .ignoreMerges = boolField(model, "ignore_merges", false, where)},
        label);
}

} // namespace

std::unique_ptr<const WordModel> WordModel::parse(const json& model, const std::string& label)
{
    const std::string where = label + ": model";
    const auto type = textField(model, "type", typeOf(model), where);
    if (type == "BPE")
        return parseBpe(model, label);
    if (type == "WordPiece")
        return std::make_unique<WordPiece>(model, where);
    if (type == "WordLevel")
        return std::make_unique<WordLevel>(model, where);
    if (type == "Unigram")
        return std::make_unique<Unigram>(model, where);
    throw Error(Fault::BadModelFile, where + " " + type + " is not supported (token ids still work)");
}

void refuseUnknownWord(std::string_view word, const std::string& token)
{
    throw Error(Fault::BadInput,
        "the text has no tokens at '" + std::string(word.substr(0, 80)) + "': the tokenizer's token for unknown text, '"
            + token + "', is not in its vocabulary (token ids still work)");
}

} // namespace headscope
