// SPDX-License-Identifier: GPL-3.0-or-later
// Tokens, padding and what else an attention file tells besides its numbers.
#include "core/cache/attention_contents.h"
#include "core/error.h"
#include "core/io/json.h"
#include "core/io/wide_floats.h"
#include "core/run/system_info.h"
#include "core/text/byte_alphabet.h"
#include "core/text/token_text.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cstring>
#include <set>

namespace headscope {
namespace {

using Pieces = std::vector<std::vector<std::string>>; ///< [sequence][position]
using Numbers = std::vector<std::vector<double>>; ///< likewise

/// One text of a file: what its tokens, ids and mask are called, the first name that is there counts.
struct TextNames {
    const char* tokens;
    std::vector<const char*> ids, masks;
};

const TextNames& namesOf(AttentionPart side)
{
    static const TextNames alone{"tokens", {"input_ids"}, {"attention_mask"}};
    static const TextNames source{"encoder_tokens", {"encoder_input_ids", "input_ids"},
        {"encoder_mask", "encoder_attention_mask", "attention_mask"}};
    static const TextNames target{"decoder_tokens", {"decoder_input_ids"}, {"decoder_mask", "decoder_attention_mask"}};
    return side == AttentionPart::Self ? alone : side == AttentionPart::Encoder ? source : target;
}

/// How a vocabulary writes spaces, told by its pieces.
enum class Spelling { Plain, Bytes, Metaspace };

Spelling spellingOf(const Pieces& pieces)
{
    for (const auto& row : pieces)
        for (const std::string& piece : row) {
            if (piece.starts_with("Ġ") || piece.starts_with("Ċ"))
                return Spelling::Bytes;
            if (piece.starts_with("▁"))
                return Spelling::Metaspace;
        }
    return Spelling::Plain;
}

std::string spelledOut(const std::string& piece, Spelling spelling)
{
    if (spelling == Spelling::Bytes)
        return bytesOfPiece(piece);
    if (spelling == Spelling::Plain)
        return piece;
    constexpr std::string_view space = "▁";
    std::string bytes;
    for (std::size_t at = 0; at < piece.size();) {
        const bool isSpace = std::string_view(piece).substr(at).starts_with(space);
        bytes += isSpace ? ' ' : piece[at];
        at += isSpace ? space.size() : 1;
    }
    return bytes;
}

/// Reads the text of one side of one part.
class TextReader {
public:
    TextReader(const AttentionFileContents& contents, AttentionPart side, std::size_t batch, std::size_t length)
        : file_(contents.file)
        , names_(namesOf(side))
        , isAlone_(side == AttentionPart::Self || contents.parts.count(AttentionPart::Self) == 0)
        , batch_(batch)
        , length_(length)
    {
    }

    std::vector<std::vector<Token>> read()
    {
        const auto pieces = readPieces();
        const auto ids = readNumbers(names_.ids), mask = readNumbers(names_.masks);
        const std::set<std::string> special = readSpecial();
        isKnown_ = pieces || ids;
        const Spelling spelling = pieces ? spellingOf(*pieces) : Spelling::Plain;
        std::vector<std::vector<Token>> tokens(batch_, std::vector<Token>(length_));
        for (std::size_t row = 0; row < batch_; ++row) {
            std::vector<TokenBytes> bytes(length_);
            for (std::size_t at = 0; at < length_; ++at) {
                Token& token = tokens[row][at];
                token.id = ids ? static_cast<std::int64_t>((*ids)[row][at]) : -1;
                token.position = static_cast<std::int64_t>(at);
                token.padding = mask && (*mask)[row][at] == 0;
                token.piece = pieces ? (*pieces)[row][at] : std::string();
                token.special = special.count(token.piece) > 0;
                bytes[at].bytes = pieces ? spelledOut(token.piece, spelling)
                                         : std::to_string(ids ? token.id : static_cast<std::int64_t>(at));
                bytes[at].apart = !pieces || token.special || token.padding;
            }
            const auto labels = labelsOf(bytes);
            for (std::size_t at = 0; at < length_; ++at) {
                tokens[row][at].label = labels[at].text;
                tokens[row][at].joinsNext = labels[at].joinsNext;
            }
        }
        return tokens;
    }

    bool isKnown() const { return isKnown_; } ///< else tokens are only positions

private:
    std::string where(const std::string& key) const { return file_.label() + ": '" + key + "'"; }

    [[noreturn]] void refuse(const std::string& key, const std::string& found) const
    {
        throw Error(Fault::BadInput,
            where(key) + ": expected " + std::to_string(batch_) + (batch_ == 1 ? " row of " : " rows of ")
                + std::to_string(length_) + ", as the attention has it, found " + found);
    }

    /// Rows of an array of rows; one row stands for itself.
    std::vector<nlohmann::json> rowsOf(const std::string& key, const nlohmann::json& array) const
    {
        if (!array.is_array())
            refuse(key, excerpt(array));
        const bool several = !array.empty() && array.front().is_array();
        std::vector<nlohmann::json> rows;
        if (several)
            rows.assign(array.begin(), array.end());
        else
            rows.push_back(array);
        if (rows.size() != batch_)
            refuse(key, std::to_string(rows.size()) + (rows.size() == 1 ? " row" : " rows"));
        for (const nlohmann::json& row : rows)
            if (!row.is_array() || row.size() != length_)
                refuse(key, row.is_array() ? "a row of " + std::to_string(row.size()) : excerpt(row));
        return rows;
    }

    const std::string* metadata(const std::string& key) const
    {
        const auto found = file_.metadata().find(key);
        return found == file_.metadata().end() ? nullptr : &found->second;
    }

    std::optional<Pieces> readPieces() const
    {
        const std::string* text = metadata(names_.tokens);
        if (!text)
            return std::nullopt;
        Pieces pieces;
        for (const nlohmann::json& row : rowsOf(names_.tokens, parseJson(*text, where(names_.tokens)))) {
            auto& into = pieces.emplace_back();
            for (const nlohmann::json& piece : row) {
                if (!piece.is_string())
                    refuse(names_.tokens, "among the tokens " + excerpt(piece));
                into.push_back(piece.get<std::string>());
            }
        }
        return pieces;
    }

    std::optional<Numbers> readNumbers(const std::vector<const char*>& keys) const
    {
        for (const std::string key : keys) {
            if (!isAlone_ && (key == "input_ids" || key == "attention_mask"))
                continue; // those of the model with one stack
            if (const StoredTensor* tensor = file_.find(key))
                return fromTensor(*tensor);
            if (const std::string* text = metadata(key))
                return fromJson(key, parseJson(*text, where(key)));
        }
        return std::nullopt;
    }

    Numbers fromJson(const std::string& key, const nlohmann::json& array) const
    {
        Numbers numbers;
        for (const nlohmann::json& row : rowsOf(key, array)) {
            auto& into = numbers.emplace_back();
            for (const nlohmann::json& number : row) {
                if (!number.is_number() && !number.is_boolean())
                    refuse(key, "among the numbers " + excerpt(number));
                into.push_back(number.is_boolean() ? (number.get<bool>() ? 1 : 0) : number.get<double>());
            }
        }
        return numbers;
    }

    Numbers fromTensor(const StoredTensor& tensor) const
    {
        const auto& shape = tensor.shape;
        const bool flat = shape.size() == 1 && batch_ == 1, rows = shape.size() == 2;
        if ((!flat && !rows) || (rows && shape[0] != static_cast<std::int64_t>(batch_))
            || shape.back() != static_cast<std::int64_t>(length_))
            refuse(tensor.name, shapeText(shape));
        Numbers numbers(batch_, std::vector<double>(length_));
        for (std::size_t i = 0; i < batch_ * length_; ++i)
            numbers[i / length_][i % length_] = numberAt(tensor, i);
        return numbers;
    }

    static double numberAt(const StoredTensor& tensor, std::size_t index)
    {
        if (isFloat(tensor.type)) {
            float value = 0;
            widen(tensor.type, tensor.bytes, index, 1, &value);
            return value;
        }
        const std::size_t size = headscope::bytesOf(tensor.type);
        std::int64_t value = 0;
        std::memcpy(&value, tensor.bytes.data() + index * size, size);
        const int unused = static_cast<int>(64 - 8 * size);
        const bool isSigned = tensor.type != StoredType::Bool && tensor.type != StoredType::UInt8;
        return static_cast<double>(
            isSigned ? static_cast<std::int64_t>(static_cast<std::uint64_t>(value) << unused) >> unused : value);
    }

    std::set<std::string> readSpecial() const
    {
        std::set<std::string> special;
        const std::string* text = metadata("special_tokens");
        if (!text)
            return special;
        const nlohmann::json array = parseJson(*text, where("special_tokens"));
        for (const nlohmann::json& piece : array) {
            if (!array.is_array() || !piece.is_string())
                throw Error(Fault::BadInput,
                    where("special_tokens") + ": expected an array of strings, found " + excerpt(array));
            special.insert(piece.get<std::string>());
        }
        return special;
    }

    const SafetensorsFile& file_;
    const TextNames& names_;
    bool isAlone_; ///< no other part would claim names without a side
    std::size_t batch_, length_;
    bool isKnown_ = false;
};

std::string metadataOf(const SafetensorsFile& file, const char* key)
{
    const auto found = file.metadata().find(key);
    return found == file.metadata().end() ? std::string() : found->second;
}

bool isCausal(const SafetensorsFile& file)
{
    const std::string text = metadataOf(file, "causal");
    if (text == "1" || text == "true")
        return true;
    if (text.empty() || text == "0" || text == "false")
        return false;
    throw Error(Fault::BadInput, file.label() + ": 'causal': expected 1 or 0 in the metadata, found '" + text + "'");
}

RunHeader headerOf(const AttentionFileContents& contents, AttentionPart part, const AttentionLayers& layers)
{
    RunHeader header;
    header.request.inputs = contents.path;
    header.model.name = contents.path.filename().string();
    if (contents.parts.size() > 1 || part != AttentionPart::Self)
        header.model.name.append(" (").append(spell(part)).append(")");
    header.model.location = contents.path.string();
    header.model.family = metadataOf(contents.file, "model");
    header.model.layers = layers.layers.size();
    header.model.heads = header.model.keyValueHeads = layers.heads;
    header.model.causal = layers.causal;
    header.emulates = metadataOf(contents.file, "system");
    header.maskForm = "none";
    header.versions = libraryVersions();
    return header;
}

} // namespace

void readTokens(AttentionFileContents& contents)
{
    const bool causal = isCausal(contents.file);
    for (auto& [part, layers] : contents.parts) {
        layers.causal = causal && (part == AttentionPart::Self || part == AttentionPart::Decoder);
        RunHeader& header = layers.header = headerOf(contents, part, layers);
        const auto read = [&, batch = layers.batch](AttentionPart side, std::size_t length) {
            TextReader reader(contents, side, batch, length);
            auto tokens = reader.read();
            layers.ownText = reader.isKnown();
            return tokens;
        };
        if (part == AttentionPart::Cross) {
            header.tokens = read(AttentionPart::Decoder, layers.queries);
            header.keyTokens = read(AttentionPart::Encoder, layers.keys);
            layers.ownText = false;
            continue;
        }
        header.tokens = read(part, layers.keys);
        if (layers.queries == layers.keys)
            continue;
        if (layers.queries > layers.keys)
            throw Error(Fault::BadInput,
                contents.file.label() + ": tensor '" + layers.layers.front()->name
                    + "': expected at most as many queries as keys, found " + shapeText(layers.layers.front()->shape));
        header.keyTokens = header.tokens; // the last tokens are looked from, as with a cache of keys
        for (auto& row : header.tokens)
            row.erase(row.begin(), row.end() - static_cast<std::ptrdiff_t>(layers.queries));
        layers.ownText = false;
    }
}

} // namespace headscope
