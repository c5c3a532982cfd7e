// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/model_inputs.h"

#include "core/engine/tensor_types.h"
#include "core/error.h"
#include "core/run/prompt_text.h"
#include "core/text/token_text.h"

#include <algorithm>

namespace headscope {
namespace {

/// Numbers read from the inputs file, copied so that the file may go away.
at::Tensor readIntegers(const SafetensorsFile& file, const char* name)
{
    const StoredTensor* stored = file.find(name);
    if (!stored)
        return {};
    const std::string where = file.label() + ": " + name;
    if (stored->type != StoredType::Int64 && stored->type != StoredType::Int32)
        throw Error(Fault::BadInput, where + ": expected I64, found " + std::string(nameOf(stored->type)));
    if (stored->shape.size() != 2)
        throw Error(Fault::BadInput, where + ": expected shape [B, T], found " + shapeText(stored->shape));
    return viewOf(*stored).to(at::TensorOptions().dtype(at::kLong), false, true);
}

void checkRange(const at::Tensor& values, std::int64_t limit, const std::string& what)
{
    const auto low = values.min().item<std::int64_t>(), high = values.max().item<std::int64_t>();
    if (low < 0 || high >= limit)
        throw Error(Fault::BadInput,
            what + ": expected 0 to " + std::to_string(limit - 1) + ", found " + std::to_string(low < 0 ? low : high));
}

void requireShape(const at::Tensor& values, const at::Tensor& ids, const std::string& what)
{
    const bool fits = values.size(1) == ids.size(1) && (values.size(0) == ids.size(0) || values.size(0) == 1);
    if (!fits)
        throw Error(Fault::BadInput,
            what + ": expected shape " + shapeText(ids.sizes().vec()) + ", found " + shapeText(values.sizes().vec()));
}

Token describe(const Tokenizer* tokenizer, std::int64_t id)
{
    if (!tokenizer)
        return {.id = id};
    return {.id = id, .piece = tokenizer->piece(id), .special = tokenizer->isSpecial(id)};
}

/// \pre the tokens know which are padding
void addLabels(std::vector<Token>& tokens, const Tokenizer* tokenizer)
{
    std::vector<TokenBytes> bytes;
    for (const Token& token : tokens)
        bytes.push_back(bytesOf(token.id, tokenizer, token.special || token.padding));
    std::vector<TokenLabel> labels = labelsOf(bytes);
    for (std::size_t i = 0; i < tokens.size(); ++i) {
        tokens[i].label = std::move(labels[i].text);
        tokens[i].joinsNext = labels[i].joinsNext;
    }
}

struct Batch {
    at::Tensor ids, mask;
    at::Tensor types; ///< token types of the encoded texts; undefined where all are 0
    std::vector<std::vector<Token>> tokens;
};

Batch padded(const EncodedPrompts& prompts, PaddingSide side, const Tokenizer* tokenizer)
{
    const auto& [encodings, length, ragged] = prompts;
    const std::int64_t pad = tokenizer ? tokenizer->padId().value_or(tokenizer->eosId().value_or(0)) : 0;
    const auto batch = static_cast<std::int64_t>(encodings.size()), width = static_cast<std::int64_t>(length);
    Batch result{at::full({batch, width}, pad, at::kLong), {}, {}, {}};
    const at::Tensor mask = at::zeros({batch, width}, at::kLong), types = at::zeros_like(mask);
    for (std::size_t row = 0; row < encodings.size(); ++row) {
        const Encoding& encoding = encodings[row];
        const std::size_t gap = length - encoding.ids.size(), start = side == PaddingSide::Left ? gap : 0;
        auto& tokens = result.tokens.emplace_back(length, describe(tokenizer, pad));
        for (std::size_t i = 0; i < encoding.ids.size(); ++i) {
            const std::size_t at = start + i;
            result.ids.data_ptr<std::int64_t>()[row * length + at] = encoding.ids[i];
            mask.data_ptr<std::int64_t>()[row * length + at] = 1;
            types.data_ptr<std::int64_t>()[row * length + at] = encoding.typeIds[i];
            tokens[at] = describe(tokenizer, encoding.ids[i]);
            tokens[at].begin = encoding.offsets[i].first;
            tokens[at].end = encoding.offsets[i].second;
        }
    }
    if (ragged)
        result.mask = mask; // without padding an all-ones mask says nothing
    if (types.any().item<bool>())
        result.types = types;
    return result;
}

Batch fromFile(const SafetensorsFile& file, const ModelDescription& model)
{
    Batch result{readIntegers(file, "input_ids"), {}, {}, {}};
    if (!result.ids.defined())
        throw Error(Fault::BadInput, file.label() + ": expected a tensor input_ids, found none");
    if (result.ids.numel() == 0)
        throw Error(Fault::BadInput,
            file.label() + ": input_ids: expected at least one token, found shape "
                + shapeText(result.ids.sizes().vec()));
    if (const StoredTensor* mask = file.find("attention_mask"))
        result.mask = viewOf(*mask).clone();
    for (std::int64_t row = 0; row < result.ids.size(0); ++row) {
        auto& tokens = result.tokens.emplace_back();
        for (std::int64_t at = 0; at < result.ids.size(1); ++at)
            tokens.push_back(
                describe(model.tokenizer(), result.ids.data_ptr<std::int64_t>()[row * result.ids.size(1) + at]));
    }
    return result;
}

/// What HookedTransformer makes of ids when it gets no mask.
/// Source  TransformerLens 3.5.1, get_attention_mask.
at::Tensor maskFromIds(const at::Tensor& ids, const InspectionRequest& request, const Tokenizer& tokenizer)
{
    const bool left = request.padding == PaddingSide::Left;
    const at::Tensor content = at::ne(ids, tokenizer.padId().value_or(tokenizer.eosId().value_or(0))).to(at::kLong);
    const at::Tensor counted = left ? at::cumsum(content, 1) : at::cumsum(content.flip({1}), 1).flip({1});
    const at::Tensor pads = at::eq(counted, 0);
    at::Tensor mask = pads.logical_not().to(at::kLong);
    const bool bosIsPad = tokenizer.bosId() && tokenizer.bosId() == tokenizer.padId();
    if (left && bosIsPad) { // the model's default is a BOS in front, whether or not these ids have one
        const at::Tensor last = at::remainder(pads.sum(1, true).sub(1), ids.size(1)); // -1 is the last token
        mask.scatter_(1, last, 1);
    }
    return mask;
}

/// The mask that `request.mask` makes of the one there is.
at::Tensor formed(const Batch& batch, const InspectionRequest& request, const ModelDescription& model)
{
    if (request.mask == MaskForm::Given)
        return batch.mask;
    const std::string option = "--mask: " + std::string(spell(request.mask));
    if (batch.mask.defined() && batch.mask.dim() != 2)
        throw Error(Fault::BadInput,
            option + " is made of a 2-D mask; found an attention_mask of shape " + shapeText(batch.mask.sizes().vec()));
    const at::Tensor& ids = batch.ids;
    switch (request.mask) {
    case MaskForm::None:
        return {};
    case MaskForm::Ones:
        return at::ones_like(ids);
    case MaskForm::Ids:
        return maskFromIds(ids, request, model.requireTokenizer());
    default:
        break;
    }
    const AttentionMask plane = AttentionMask::read(batch.mask, ids.size(0), model.config().heads, ids.size(1),
        model.config().architecture->causal, "attention_mask");
    at::Tensor allowed = plane.allowed(at::kCPU);
    allowed = (allowed.defined() ? allowed : at::ones({1, 1, 1, 1}, at::kBool))
                  .expand({ids.size(0), 1, ids.size(1), ids.size(1)})
                  .contiguous();
    if (request.mask == MaskForm::Boolean4D)
        return allowed;
    const auto type = scalarType(request.dtype);
    return at::where(allowed, at::zeros({}, type), at::full({}, finfoMin(type), type));
}

/// clamp(cumsum(mask) - 1, 0), [B, T].
at::Tensor positionsFromMask(const at::Tensor& padding) { return at::cumsum(padding, 1).sub(1).clamp_min(0); }

/// The same for rows in which a masked token precedes a real one, 0, 1, 2, … for the others; undefined when every row
/// is of the others.
at::Tensor positionsWhereNeeded(const at::Tensor& padding)
{
    const at::Tensor counted = positionsFromMask(padding), plain = at::arange(padding.size(1), at::kLong).unsqueeze(0);
    const at::Tensor needs = at::bitwise_and(padding, at::ne(counted, plain)).any(1, true);
    return needs.any().item<bool>() ? at::where(needs, counted, plain) : at::Tensor();
}

struct Positions {
    at::Tensor ids; ///< [1 | B, T]
    std::string rule; ///< "arange", "mask" or "given"
};

/// What the request says, else what the backend's original does.
Positions positionsBy(
    const InspectionRequest& request, const BackendPolicies& policies, const AttentionMask& mask, std::int64_t length)
{
    const at::Tensor& padding = mask.padding();
    if (request.positions == PositionPolicy::FromMask && mask.rank() != 0) {
        if (!padding.defined())
            throw Error(
                Fault::BadInput, "--positions: mask needs a 2-D attention_mask, found one that is " + mask.form());
        return {positionsFromMask(padding), "mask"};
    }
    if (request.positions == PositionPolicy::BackendDefault && padding.defined()) {
        if (policies.positions == PositionRule::RealTokens)
            return {positionsFromMask(padding), "mask"};
        if (policies.positions == PositionRule::RowsWithLeadingPads)
            if (const at::Tensor ids = positionsWhereNeeded(padding); ids.defined())
                return {ids, "mask"};
    }
    return {at::arange(length, at::kLong).unsqueeze(0), "arange"};
}

/// Inputs that the system itself cannot be given.
std::string whyNoReference(Backend backend, const ModelInputs& inputs)
{
    const bool zeros = inputs.mask.padding().defined() && !inputs.mask.padding().all().item<bool>();
    if (backend == Backend::Hooked && inputs.mask.rank() > 2)
        return "HookedTransformer takes 2-D masks only";
    if (backend == Backend::Hooked && inputs.positionsUsed == "given")
        return "HookedTransformer takes no position ids";
    if (backend == Backend::Hooked && zeros && inputs.positionsUsed == "arange" && inputs.causal)
        return "HookedTransformer counts positions by the mask";
    if (inputs.mask.rank() == 3)
        return "transformers takes no 3-D masks";
    return {};
}

/// Second texts need a first one each, and a model that can tell the two apart.
void requirePairs(const InspectionRequest& request, const ModelConfig& config)
{
    if (request.secondPrompts.empty())
        return;
    if (!request.inputs.empty())
        throw Error(Fault::BadInput, "--second: expected --prompt with it, found --inputs (use token_type_ids there)");
    if (!config.architecture->tokenTypes)
        throw Error(Fault::BadInput,
            "--second: expected a model with token types, which tell the two texts of a pair apart; "
                + config.architecture->family + " models have none");
    if (request.secondPrompts.size() != request.prompts.size())
        throw Error(Fault::BadInput,
            "--second: expected one for each --prompt (" + std::to_string(request.prompts.size())
                + "), \"\" where it stands alone; found " + std::to_string(request.secondPrompts.size()));
}

} // namespace

void choosePositions(ModelInputs& inputs, const InspectionRequest& request, const BackendPolicies& policies)
{
    if (inputs.positionsUsed == "given")
        return;
    auto [ids, rule] = positionsBy(request, policies, inputs.mask, inputs.ids.size(1));
    inputs.positions = ids.contiguous();
    inputs.positionsUsed = std::move(rule);
}

Encoding encodeText(const std::string& text, const std::string& where, const InspectionRequest& request,
    const ModelDescription& model, const std::string& second)
{
    const Tokenizer& tokenizer = model.requireTokenizer();
    Encoding encoding;
    try {
        encoding = second.empty() ? tokenizer.encode(text) : tokenizer.encodePair(text, second);
    } catch (const Error& e) {
        throw Error(e.fault(), where + ": " + e.what());
    }
    const bool wanted = request.prependBos == PrependBos::Auto && originalPrependsBos(request.backend, model.config());
    if (request.prependBos == PrependBos::On || wanted) {
        const auto bos = tokenizer.bosId();
        if (!bos)
            throw Error(Fault::BadInput, "--prepend-bos: expected a tokenizer with a bos_token, found none");
        if (encoding.ids.empty() || encoding.ids.front() != *bos) {
            encoding.ids.insert(encoding.ids.begin(), *bos);
            encoding.pieces.insert(encoding.pieces.begin(), tokenizer.piece(*bos));
            encoding.offsets.insert(encoding.offsets.begin(), {0, 0});
            encoding.special.insert(encoding.special.begin(), true);
            encoding.typeIds.insert(encoding.typeIds.begin(), 0);
            encoding.words.insert(encoding.words.begin(), -1);
            encoding.texts.insert(encoding.texts.begin(), -1);
        }
    }
    if (encoding.ids.empty())
        throw Error(Fault::BadInput, where + ": expected text, found an empty prompt (no tokens)");
    return encoding;
}

std::vector<Encoding> encodePrompts(const InspectionRequest& request, const ModelDescription& model)
{
    requirePairs(request, model.config());
    std::vector<Encoding> encodings;
    for (std::size_t i = 0; i < request.prompts.size(); ++i) {
        const std::string where = request.prompts.size() == 1 ? "--prompt" : "--prompt " + std::to_string(i + 1);
        encodings.push_back(encodeText(request.prompts[i], where, request, model, secondPrompt(request, i)));
    }
    return encodings;
}

EncodedPrompts::EncodedPrompts(std::span<const Encoding> all)
    : encodings(all)
{
    for (const Encoding& encoding : all) {
        ragged = ragged || (length != 0 && encoding.ids.size() != length);
        length = std::max(length, encoding.ids.size());
    }
}

ModelInputs makeInputs(const InspectionRequest& request, const ModelDescription& model, const BackendPolicies& policies,
    bool takesPositions, const EncodedPrompts* encoded)
{
    const ModelConfig& config = model.config();
    std::optional<SafetensorsFile> file;
    std::string label = "--prompt";
    Batch batch;
    if (!request.inputs.empty() && !request.prompts.empty())
        throw Error(Fault::BadInput, "--inputs: expected either prompts or an inputs file, found both");
    if (encoded) {
        batch = padded(*encoded, request.padding, model.tokenizer());
    } else if (!request.inputs.empty()) {
        requirePairs(request, config);
        file = SafetensorsFile::open(request.inputs);
        label = file->label();
        batch = fromFile(*file, model);
        checkRange(batch.ids, config.vocabulary, label + ": input_ids");
    } else {
        if (request.prompts.empty())
            throw Error(Fault::BadInput, "--prompt: expected a prompt or --inputs, found neither");
        const std::vector<Encoding> encodings = encodePrompts(request, model);
        batch = padded(EncodedPrompts(encodings), request.padding, model.tokenizer());
    }
    if (!file)
        checkRange(batch.ids, config.vocabulary, "tokenizer.json: token ids beyond config.json's vocab_size");

    const std::int64_t length = batch.ids.size(1);
    // A rotary model can go on; only one whose scaling is made for it is let.
    const bool stretches = config.rope.kind == RopeConfig::Kind::Dynamic;
    if (length > config.maxPositions && !stretches)
        throw Error(Fault::BadInput,
            label + ": expected at most " + std::to_string(config.maxPositions)
                + " tokens (the model's positions), found " + std::to_string(length));
    ModelInputs result;
    if (batch.mask.defined() && batch.mask.dim() == 2 && batch.mask.sizes() == batch.ids.sizes())
        result.real = batch.mask.to(at::kBool);
    batch.mask = formed(batch, request, model);
    result.ids = batch.ids;
    result.causal = config.architecture->causal;
    result.mask = AttentionMask::read(
        batch.mask, batch.ids.size(0), config.heads, length, config.architecture->causal, label + ": attention_mask");

    at::Tensor given = file && takesPositions ? readIntegers(*file, "position_ids") : at::Tensor();
    if (given.defined() && request.positions != PositionPolicy::BackendDefault)
        throw Error(Fault::BadInput, "--positions: " + label + " already has position_ids; expected one of the two");
    if (given.defined()) {
        requireShape(given, batch.ids, label + ": position_ids");
        result.positions = given;
        result.positionsUsed = "given";
    } else {
        choosePositions(result, request, policies);
    }
    result.noReference = whyNoReference(request.backend, result);
    if (!stretches)
        checkRange(result.positions, config.maxPositions, label + ": position_ids");
    if (file)
        result.tokenTypes = readIntegers(*file, "token_type_ids");
    else if (config.architecture->tokenTypes)
        result.tokenTypes = batch.types;
    if (result.tokenTypes.defined()) {
        if (config.architecture->position != PositionKind::Learned && !config.architecture->tokenTypes)
            throw Error(Fault::BadInput,
                label + ": token_type_ids: " + config.architecture->family + " models have no token types");
        requireShape(result.tokenTypes, batch.ids, label + ": token_type_ids");
        // GPT-2 looks token types up among the words.
        checkRange(result.tokenTypes, config.architecture->tokenTypes ? config.tokenTypes : config.vocabulary,
            label + ": token_type_ids");
    }

    result.tokens = std::move(batch.tokens);
    result.positions = result.positions.contiguous();
    const std::int64_t* positions = result.positions.data_ptr<std::int64_t>();
    const at::Tensor types = result.tokenTypes.defined() ? result.tokenTypes.contiguous() : at::Tensor();
    for (std::size_t row = 0; row < result.tokens.size(); ++row) {
        for (std::size_t at = 0; at < result.tokens[row].size(); ++at) {
            Token& token = result.tokens[row][at];
            token.padding = result.mask.isPadding(row, at);
            token.position = positions[(result.positions.size(0) == 1 ? 0 : row) * result.tokens[row].size() + at];
            if (types.defined())
                token.segment = types.data_ptr<std::int64_t>()[(types.size(0) == 1 ? 0 : row) * types.size(1)
                    + static_cast<std::int64_t>(at)];
        }
        addLabels(result.tokens[row], model.tokenizer());
    }
    return result;
}

} // namespace headscope
