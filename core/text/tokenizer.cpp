// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/text/tokenizer.h"

#include "core/error.h"
#include "core/io/json.h"
#include "core/text/added_tokens.h"
#include "core/text/decoder.h"
#include "core/text/post_processor.h"
#include "core/text/pre_tokenizer.h"
#include "core/text/special_tokens.h"
#include "core/text/truncation.h"
#include "core/text/unicode.h"
#include "core/text/vocabulary.h"
#include "core/text/work_limit.h"

#include <nlohmann/json.hpp>

#include <algorithm>

namespace headscope {
namespace {

using nlohmann::json;

constexpr auto fileName = "tokenizer.json";
constexpr std::size_t longestText = std::size_t(1) << 30; // bytes; ICU counts in 32 bits

void requireText(std::string_view text)
{
    if (text.size() > longestText)
        throw Error(Fault::BadInput, "the text is longer than 1 GiB");
    if (const auto at = firstInvalidUtf8(text); at != std::string_view::npos)
        throw Error(Fault::BadInput, "the text is not valid UTF-8 at byte " + std::to_string(at));
}

/// Turns byte ranges of `text` into code point ranges. A range that begins at the very end stays as it is, in bytes:
/// the tokenizers library does so (only tokens without text have such).
void toCodePoints(std::string_view text, ProcessedTokens& tokens)
{
    std::vector<std::size_t> codePoint(text.size());
    std::size_t count = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        count += (static_cast<unsigned char>(text[i]) & 0xC0) != 0x80;
        codePoint[i] = count - 1;
    }
    for (ProcessedToken& token : tokens) {
        auto& [begin, end] = token.range;
        if (begin >= text.size())
            continue;
        begin = codePoint[begin];
        if (end < text.size())
            end = codePoint[end];
        else
            end = (end == text.size() ? codePoint[end - 1] : begin + 1) + 1;
    }
}

Encoding toEncoding(ProcessedTokens tokens)
{
    Encoding result;
    result.ids.reserve(tokens.size());
    result.pieces.reserve(tokens.size());
    result.offsets.reserve(tokens.size());
    for (ProcessedToken& token : tokens) {
        result.ids.push_back(token.id);
        result.pieces.push_back(std::move(token.piece));
        result.offsets.emplace_back(token.range.begin, token.range.end);
        result.special.push_back(token.special);
        result.typeIds.push_back(token.type);
        result.words.push_back(token.word);
        result.texts.push_back(token.text);
    }
    return result;
}

class JsonTokenizer : public Tokenizer {
public:
    JsonTokenizer(const json& root, const json& config, const SpecialTokens& special, const std::string& label)
        : model_(WordModel::parse(root.at("model"), label))
        , normalizer_(Normalizer::parse(root.value("normalizer", json()), label))
        , preTokenizer_(PreTokenizer::parse(root.value("pre_tokenizer", json()), label))
        , postProcessor_(PostProcessor::parse(root.value("post_processor", json()), label))
        , decoder_(Decoder::parse(root.value("decoder", json()), label))
        , added_(root.value("added_tokens", json::array()), *model_, normalizer_.get(), label)
        , hasChatTemplate_(config.contains("chat_template") && !config.at("chat_template").is_null())
        , label_(label)
    {
        const auto idOf = [this](const auto& name) { return name ? find(*name) : std::nullopt; };
        bos_ = idOf(special.bos);
        eos_ = idOf(special.eos);
        pad_ = idOf(special.pad);
    }

    Encoding encode(std::string_view text, bool addSpecial) const override
    {
        return processed(partsOf(text, std::nullopt), addSpecial).front();
    }

    Encoding encodePair(std::string_view first, std::string_view second, bool addSpecial) const override
    {
        return processed(partsOf(first, second), addSpecial).front();
    }

    std::vector<Encoding> encodeTruncated(std::string_view first, const std::optional<std::string_view>& second,
        const Truncation& truncation, bool addSpecial) const override
    {
        const std::size_t special = addSpecial ? postProcessor_->added(second.has_value()) : 0;
        if (special > truncation.maxLength)
            throw Error(Fault::BadInput,
                "expected a length of at least " + std::to_string(special) + " tokens, the special ones, found "
                    + std::to_string(truncation.maxLength));
        std::vector<ProcessedPart> texts = partsOf(first, second);
        Truncation withoutSpecial = truncation;
        withoutSpecial.maxLength -= special;
        truncate(texts, withoutSpecial);
        return processed(std::move(texts), addSpecial);
    }

    std::string decode(const std::vector<std::int64_t>& ids, bool skipSpecial) const override
    {
        const WorkLimit limit(Fault::BadInput, label_, 2 * ids.size());
        std::vector<std::string> pieces;
        for (const std::int64_t id : ids) {
            std::string text = piece(id);
            WorkLimit::memory(text.size(), "decoder");
            if (!text.empty() && !(skipSpecial && isSpecialPiece(text)))
                pieces.push_back(std::move(text));
        }
        const bool spaced = !decoder_;
        if (decoder_)
            pieces = decoder_->apply(std::move(pieces));
        std::string result;
        for (std::size_t i = 0; i < pieces.size(); ++i)
            result.append(i > 0 && spaced ? " " : "").append(pieces[i]);
        return result;
    }

    std::string piece(std::int64_t id) const override
    {
        const AddedToken* added = added_.find(id);
        return added ? added->piece : model_->piece(id);
    }

    std::string bytes(std::int64_t id) const override
    {
        const WorkLimit limit(Fault::BadInput, label_, 0);
        std::string text = piece(id);
        return added_.find(id) || !decoder_ ? text : decoder_->bytes(text);
    }

    bool isSpecial(std::int64_t id) const override
    {
        const AddedToken* added = added_.find(id);
        return (added && added->special) || isSpecialPiece(piece(id));
    }

    std::optional<std::int64_t> find(std::string_view piece) const override
    {
        const auto added = added_.find(piece);
        return added ? added : model_->find(piece);
    }

    std::optional<std::int64_t> padId() const override { return pad_; }
    std::optional<std::int64_t> bosId() const override { return bos_; }
    std::optional<std::int64_t> eosId() const override { return eos_; }
    bool hasChatTemplate() const override { return hasChatTemplate_; }

private:
    std::vector<ProcessedPart> partsOf(std::string_view first, const std::optional<std::string_view>& second) const
    {
        std::vector<ProcessedPart> parts(second ? 2 : 1);
        parts[0].tokens = tokens(first, 0);
        if (second)
            parts[1].tokens = tokens(*second, 1);
        return parts;
    }

    std::vector<Encoding> processed(std::vector<ProcessedPart> parts, bool addSpecial) const
    {
        std::size_t size = 0;
        for (const ProcessedPart& part : parts)
            for (const ProcessedToken& token : part.tokens)
                size += 1 + token.piece.size();
        const WorkLimit limit(Fault::BadInput, label_, size);
        postProcessor_->apply(parts, addSpecial);
        std::vector<Encoding> result;
        for (ProcessedTokens& tokens : joined(std::move(parts)))
            result.push_back(toEncoding(std::move(tokens)));
        return result;
    }

    /// The tokens of one text, their ranges in code points: the post-processor trims offsets in characters.
    ProcessedTokens tokens(std::string_view text, int number) const
    {
        requireText(text);
        const WorkLimit limit(Fault::BadInput, label_, text.size());
        ProcessedTokens result;
        WordCache cache;
        std::int64_t word = 0;
        for (TextPart& part : cutAtAddedTokens(text)) {
            if (part.addedToken) { // its piece includes the white space it swallowed
                const ByteRange range = part.text.originOf({0, part.text.text.size()});
                result.push_back({*part.addedToken, std::move(part.text.text), range, false, number, word++, number});
                continue;
            }
            std::vector<AlignedText> parts;
            parts.push_back(std::move(part.text));
            for (const AlignedText& each : preTokenizer_->apply(std::move(parts)))
                append(result, each, cache, number, word++);
        }
        toCodePoints(text, result);
        return result;
    }

    /// Tokens that take no part in normalisation first, the others in the normalised text.
    std::vector<TextPart> cutAtAddedTokens(std::string_view text) const
    {
        std::vector<TextPart> raw, result;
        added_.split(AlignedText::of(text, {0, text.size()}), false, raw);
        for (TextPart& part : raw) {
            if (part.addedToken) {
                result.push_back(std::move(part));
                continue;
            }
            if (normalizer_)
                normalizer_->apply(part.text);
            added_.split(part.text, true, result);
        }
        return result;
    }

    using WordCache = StringMap<std::vector<WordToken>>;

    void append(
        ProcessedTokens& result, const AlignedText& word, WordCache& cache, int number, std::int64_t wordNumber) const
    {
        constexpr std::size_t longestCached = 256; // bytes; longer words hardly come twice
        std::vector<WordToken> own;
        const std::vector<WordToken>* tokens = &own;
        if (word.text.size() > longestCached) {
            own = model_->encode(word.text);
        } else {
            auto cached = cache.find(std::string_view(word.text));
            if (cached == cache.end())
                cached = cache.emplace(word.text, model_->encode(word.text)).first;
            tokens = &cached->second;
        }
        for (const WordToken& token : *tokens) {
            std::string piece
                = token.literal ? word.text.substr(token.begin, token.end - token.begin) : model_->piece(token.id);
            WorkLimit::memory(sizeof(ProcessedToken) + piece.size(), "model");
            result.push_back({token.id, std::move(piece), word.originOf({token.begin, token.end}), false, number,
                wordNumber, number});
        }
    }

    /// By text, as the library does: several ids may have the same, and a normalised one is not that of the file.
    bool isSpecialPiece(std::string_view piece) const
    {
        const auto id = added_.find(piece);
        return id && added_.find(*id)->special;
    }

    std::unique_ptr<const WordModel> model_;
    std::unique_ptr<const Normalizer> normalizer_; ///< may be none
    std::unique_ptr<const PreTokenizer> preTokenizer_;
    std::unique_ptr<const PostProcessor> postProcessor_;
    std::unique_ptr<const Decoder> decoder_; ///< may be none
    AddedTokens added_;
    bool hasChatTemplate_;
    std::string label_; ///< how messages call the file
    std::optional<std::int64_t> pad_, bos_, eos_;
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
        const WorkLimit limit(Fault::BadModelFile, label, 0);
        return std::make_shared<JsonTokenizer>(root, config, readSpecialTokens(files, root, config), label);
    } catch (const json::exception& e) {
        const std::string_view reason = e.what(); // "[json.exception.type_error.302] type must be array, but is string"
        throw Error(
            Fault::BadModelFile, label + ": not a tokenizer: " + std::string(reason.substr(reason.find(']') + 2)));
    }
}

} // namespace headscope
