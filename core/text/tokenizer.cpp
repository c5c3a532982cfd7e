// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/added_tokens.h"
#include "core/text/bpe.h"
#include "core/text/byte_alphabet.h"
#include "core/text/post_processor.h"
#include "core/text/pre_tokenizer.h"

#include <nlohmann/json.hpp>

#include <map>

namespace headscope {
namespace {

using nlohmann::json;

constexpr auto fileName = "tokenizer.json";

Error unsupported(const std::string& label, const std::string& what)
{
    return Error(Fault::BadModelFile, label + ": " + what + " is not supported (token ids still work)");
}

Bpe parseBpe(const json& model, const std::string& label)
{
    const std::string where = label + ": model";
    const auto type = textField(model, "type", model.contains("merges") ? "BPE" : "(no type)", where);
    if (type != "BPE")
        throw unsupported(label, "model " + type);
    if (!model.value("dropout", json()).is_null() && model.at("dropout") != 0)
        throw unsupported(label, "model.dropout");
    for (const char* key : {"continuing_subword_prefix", "end_of_word_suffix"})
        if (const json value = model.value(key, json()); !value.is_null() && value != "")
            throw unsupported(label, std::string("model.") + key);
    if (boolField(model, "byte_fallback", false, where))
        throw unsupported(label, "model.byte_fallback");

    std::vector<std::pair<std::string, std::string>> merges;
    for (const auto& merge : model.at("merges")) {
        if (merge.is_array() && merge.size() == 2) {
            merges.emplace_back(merge[0].get<std::string>(), merge[1].get<std::string>());
            continue;
        }
        const auto text = merge.get<std::string>();
        const auto space = text.find(' ');
        if (space == std::string::npos)
            throw Error(Fault::BadModelFile, label + ": model.merges: expected two pieces, found '" + text + "'");
        merges.emplace_back(text.substr(0, space), text.substr(space + 1));
    }
    std::unordered_map<std::string, std::int64_t> vocabulary;
    for (const auto& [piece, id] : model.at("vocab").items()) {
        vocabulary.emplace(piece, tokenId(id, where + ".vocab: '" + piece + "'"));
    }
    return Bpe(std::move(vocabulary), merges,
        {.unknown = textField(model, "unk_token", "", where),
            .fuseUnknown = boolField(model, "fuse_unk", false, where),
            .ignoreMerges = boolField(model, "ignore_merges", false, where)},
        label);
}

void requireByteLevelDecoder(const json& decoder, const std::string& label)
{
    if (decoder.is_null())
        return;
    const auto type = textField(decoder, "type", "(no type)", label + ": decoder");
    if (type != "ByteLevel")
        throw unsupported(label, "decoder " + type);
}

class BpeTokenizer : public Tokenizer {
public:
    BpeTokenizer(const json& root, const json& config, const std::string& label)
        : bpe_(parseBpe(root.at("model"), label))
        , preTokenizer_(PreTokenizer::parse(root.value("pre_tokenizer", json()), label))
        , postProcessor_(PostProcessor::parse(root.value("post_processor", json()), label))
    {
        if (const json normalizer = root.value("normalizer", json()); !normalizer.is_null())
            throw unsupported(
                label, "normalizer " + textField(normalizer, "type", "(no type)", label + ": normalizer"));
        requireByteLevelDecoder(root.value("decoder", json()), label);
        for (const auto& [piece, id] : bpe_.vocabulary())
            pieces_[id] = piece;
        for (const auto& token : root.value("added_tokens", json::array())) {
            const std::string where = label + ": added_tokens[" + std::to_string(added_.size()) + "]";
            AddedToken added{tokenId(token.value("id", json()), where + ".id"), textField(token, "content", "", where),
                boolField(token, "single_word", false, where), boolField(token, "lstrip", false, where),
                boolField(token, "rstrip", false, where), boolField(token, "normalized", true, where),
                boolField(token, "special", false, where)};
            pieces_[added.id] = added.content;
            addedById_[added.id] = added;
            added_.push_back(std::move(added));
        }
        hasChatTemplate_ = config.contains("chat_template") && !config.at("chat_template").is_null();
        pad_ = namedToken(config, "pad_token");
        bos_ = namedToken(config, "bos_token");
        eos_ = namedToken(config, "eos_token");
    }

    Encoding encode(std::string_view text, bool addSpecial) const override
    {
        if (const auto at = firstInvalidUtf8(text); at != std::string_view::npos)
            throw Error(Fault::BadInput, "the text is not valid UTF-8 at byte " + std::to_string(at));
        std::vector<ProcessedToken> tokens;
        for (const TextPart& outer : splitAtAddedTokens(text, added_, false)) {
            const auto stretch = text.substr(outer.range.begin, outer.range.end - outer.range.begin);
            if (outer.addedToken) { // its piece includes the white space it swallowed
                tokens.push_back({*outer.addedToken, std::string(stretch), outer.range, false});
                continue;
            }
            for (const TextPart& inner : splitAtAddedTokens(stretch, added_, true)) {
                const ByteRange range{outer.range.begin + inner.range.begin, outer.range.begin + inner.range.end};
                if (inner.addedToken)
                    tokens.push_back({*inner.addedToken, std::string(text.substr(range.begin, range.end - range.begin)),
                        range, false});
                else
                    encodePart(AlignedText::of(text, range), tokens);
            }
        }
        toCodePoints(text, tokens); // before the post-processor: it trims offsets in characters
        postProcessor_->apply(tokens, addSpecial);
        Encoding result;
        for (ProcessedToken& token : tokens) {
            result.ids.push_back(token.id);
            result.pieces.push_back(std::move(token.piece));
            result.offsets.emplace_back(token.range.begin, token.range.end);
            result.special.push_back(token.special);
        }
        return result;
    }

    std::string piece(std::int64_t id) const override
    {
        const auto it = pieces_.find(id);
        return it == pieces_.end() ? std::string() : it->second;
    }

    std::string bytes(std::int64_t id) const override
    {
        const std::string text = piece(id);
        return addedById_.contains(id) ? text : bytesOfPiece(text);
    }

    bool isSpecial(std::int64_t id) const override
    {
        const auto it = addedById_.find(id);
        return it != addedById_.end() && it->second.special;
    }

    std::optional<std::int64_t> find(std::string_view piece) const override
    {
        for (const AddedToken& token : added_)
            if (token.content == piece)
                return token.id;
        return bpe_.find(piece);
    }

    std::optional<std::int64_t> padId() const override { return pad_; }
    std::optional<std::int64_t> bosId() const override { return bos_; }
    std::optional<std::int64_t> eosId() const override { return eos_; }
    bool hasChatTemplate() const override { return hasChatTemplate_; }

private:
    void encodePart(AlignedText part, std::vector<ProcessedToken>& tokens) const
    {
        std::vector<AlignedText> parts;
        parts.push_back(std::move(part));
        for (const AlignedText& word : preTokenizer_->apply(std::move(parts)))
            for (const BpeToken& token : bpe_.encode(word.text))
                tokens.push_back({token.id, pieces_.at(token.id),
                    {word.origin[token.begin].begin, word.origin[token.end - 1].end}, false});
    }

    static void toCodePoints(std::string_view text, std::vector<ProcessedToken>& tokens)
    {
        std::vector<std::size_t> codePoint(text.size() + 1);
        std::size_t count = 0;
        for (std::size_t i = 0; i < text.size(); ++i) {
            const bool starts = (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
            codePoint[i] = starts ? count : count - 1;
            count += starts;
        }
        codePoint[text.size()] = count;
        for (ProcessedToken& token : tokens)
            token.range = {codePoint[token.range.begin], codePoint[token.range.end]};
    }

    std::optional<std::int64_t> namedToken(const json& config, const char* key) const
    {
        json value = config.value(key, json());
        if (value.is_object())
            value = value.value("content", json());
        return value.is_string() ? find(value.get<std::string>()) : std::nullopt;
    }

    Bpe bpe_;
    std::unique_ptr<const PreTokenizer> preTokenizer_;
    std::unique_ptr<const PostProcessor> postProcessor_;
    std::vector<AddedToken> added_;
    std::map<std::int64_t, AddedToken> addedById_;
    std::unordered_map<std::int64_t, std::string> pieces_;
    std::optional<std::int64_t> pad_, bos_, eos_;
    bool hasChatTemplate_ = false;
};

} // namespace

std::shared_ptr<const Tokenizer> Tokenizer::load(const ModelFiles& files)
{
    if (!files.has(fileName))
        return nullptr;
    std::string label = files.label(fileName);
    try {
        const json root = parseJson(files.text(fileName), label);
        json config = json::object();
        if (files.has("tokenizer_config.json")) {
            config = parseJson(files.text("tokenizer_config.json"), files.label("tokenizer_config.json"));
            if (!config.is_object())
                throw Error(Fault::BadModelFile, files.label("tokenizer_config.json") + ": expected a JSON object");
        }
        return std::make_shared<BpeTokenizer>(root, config, label);
    } catch (const json::exception& e) {
        const std::string_view reason = e.what(); // "[json.exception.type_error.302] type must be array, but is string"
        throw Error(
            Fault::BadModelFile, label + ": not a tokenizer: " + std::string(reason.substr(reason.find(']') + 2)));
    }
}

} // namespace headscope
