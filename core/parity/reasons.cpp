// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/parity/reasons.h"

#include <algorithm>

namespace headscope {

const std::array<ReasonInfo, 13>& allReasons()
{
    // Those that change what every later value is made of come first.
    static constexpr std::array<ReasonInfo, 13> reasons{{
        {Reason::PositionIds, "POSITION_IDS", "position ids",
            "One run numbers every position of a row 0, 1, 2, …, the other counts real tokens only, so the tokens of a "
            "left-padded prompt get other positions. With learned positions everything from the embedding on differs; "
            "with rotary positions only rounding does."},
        {Reason::MaskSentinel, "MASK_SENTINEL", "value of masked scores",
            "Forbidden scores hold different numbers: -inf, the most negative finite number of the dtype, or that "
            "number added to the score. After the softmax all of them are 0, except in rows that may attend to "
            "nothing."},
        {Reason::PadRows, "PAD_ROWS", "rows of padding",
            "What a run makes of padding: whether a row that may attend to nothing spreads its attention evenly or is "
            "all zeros, and whether padding has a position embedding. It never reaches a real token."},
        {Reason::CenterUnembed, "CENTER_UNEMBED", "centred unembedding",
            "One run takes the mean out of the unembedding, which moves all logits of a position by one constant. "
            "Log-softmax, probabilities and logit differences stay."},
        {Reason::LnFolded, "LN_FOLDED", "folded norms",
            "One run moves the weights of its norms into the matrices behind them. Queries, keys, values and the "
            "residual stream stay but for rounding; what differs is what is seen right behind a norm."},
        {Reason::ValueBiasFolded, "VALUE_BIAS_FOLDED", "folded value biases",
            "One run moves the biases of the values through the output projection into its bias. hook_v and hook_z "
            "lack them; hook_attn_out is the same, as the weights of a row sum to 1."},
        {Reason::WritingWeightsCentred, "WRITING_WEIGHTS_CENTRED", "centred writing weights",
            "One run takes the mean out of everything that is written to the residual stream. Embeddings, residuals "
            "and outputs of attention and MLP differ by one constant a position, which the next LayerNorm removes."},
        {Reason::SdpaNoPattern, "SDPA_NO_PATTERN", "fused attention",
            "One run attends with fused scaled-dot-product kernels, which never form a pattern, sum in another order "
            "and give zeros for rows that may attend to nothing. Its patterns are recomputed from q and k."},
        {Reason::ScaleIgnored, "SCALE_IGNORED", "scale of the scores",
            "The model asks for scores without a scale, and one of the runs scales them all the same. Scores and "
            "patterns differ from the first layer on."},
        {Reason::SoftmaxDtype, "SOFTMAX_DTYPE", "dtype of the softmax",
            "One run computes the softmax in float32, or from float32 scores, the other in the dtype of the run. It "
            "shows in 16-bit runs, in scores and patterns first."},
        {Reason::BosPadMask, "BOS_PAD_MASK", "BOS that is also padding",
            "Where BOS and padding are one token, one run lets the last padding token before the text count as BOS. "
            "Every token of a left-padded row can then attend to one more."},
        {Reason::AllOnesMask, "ALL_ONES_MASK", "mask of ones",
            "One run was given no mask, or one of ones only, so padding counts as text. Real tokens of a padded row "
            "attend to it."},
        {Reason::PrependBos, "PREPEND_BOS", "BOS in front",
            "One run puts a BOS token in front of the prompt and the other does not, so positions and tokens are "
            "shifted by one."},
    }};
    return reasons;
}

const ReasonInfo& infoOf(Reason reason)
{
    return *std::find_if(
        allReasons().begin(), allReasons().end(), [=](const ReasonInfo& info) { return info.reason == reason; });
}

std::optional<Reason> findReason(std::string_view id)
{
    for (const ReasonInfo& info : allReasons())
        if (info.id == id)
            return info.reason;
    return std::nullopt;
}

} // namespace headscope
