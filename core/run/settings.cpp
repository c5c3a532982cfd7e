// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/settings.h"

#include "core/error.h"
#include "core/run/comma_list.h"

#include <algorithm>
#include <array>

namespace headscope {

template <> std::span<const Spelling<DType>> spellings()
{
    static constexpr Spelling<DType> all[] = {{DType::Float32, "float32"}, {DType::BFloat16, "bfloat16"},
        {DType::Float16, "float16"}, {DType::Float64, "float64"}};
    return all;
}

template <> std::span<const Spelling<PaddingSide>> spellings()
{
    static constexpr Spelling<PaddingSide> all[] = {{PaddingSide::Left, "left"}, {PaddingSide::Right, "right"}};
    return all;
}

template <> std::span<const Spelling<Backend>> spellings()
{
    static constexpr Spelling<Backend> all[] = {{Backend::Native, "native"}, {Backend::Tapped, "tapped"},
        {Backend::Bridge, "bridge"}, {Backend::Hooked, "hooked"}};
    return all;
}

template <> std::span<const Spelling<BridgeMode>> spellings()
{
    static constexpr Spelling<BridgeMode> all[] = {{BridgeMode::Plain, "plain"}, {BridgeMode::Compat, "compat"}};
    return all;
}

template <> std::span<const Spelling<SentinelChoice>> spellings()
{
    static constexpr Spelling<SentinelChoice> all[] = {{SentinelChoice::BackendDefault, "default"},
        {SentinelChoice::FinfoMin, "finfo-min"}, {SentinelChoice::NegativeInfinity, "-inf"}};
    return all;
}

template <> std::span<const Spelling<AttentionKind>> spellings()
{
    static constexpr Spelling<AttentionKind> all[]
        = {{AttentionKind::Eager, "eager"}, {AttentionKind::Sdpa, "sdpa"}, {AttentionKind::Auto, "auto"}};
    return all;
}

template <> std::span<const Spelling<PositionPolicy>> spellings()
{
    static constexpr Spelling<PositionPolicy> all[] = {{PositionPolicy::BackendDefault, "default"},
        {PositionPolicy::Arange, "arange"}, {PositionPolicy::FromMask, "mask"}};
    return all;
}

template <> std::span<const Spelling<MaskForm>> spellings()
{
    static constexpr Spelling<MaskForm> all[]
        = {{MaskForm::Given, "given"}, {MaskForm::None, "none"}, {MaskForm::Ones, "ones"}, {MaskForm::Ids, "ids"},
            {MaskForm::Boolean4D, "boolean-4d"}, {MaskForm::Additive4D, "additive-4d"}};
    return all;
}

template <> std::span<const Spelling<PrependBos>> spellings()
{
    static constexpr Spelling<PrependBos> all[]
        = {{PrependBos::Off, "off"}, {PrependBos::On, "on"}, {PrependBos::Auto, "auto"}};
    return all;
}

namespace {

struct ProcessingStep {
    const char* name;
    bool Processing::*flag;
};
constexpr std::array<ProcessingStep, 4> steps{
    {{"fold_ln", &Processing::foldLn}, {"center_writing_weights", &Processing::centerWritingWeights},
        {"center_unembed", &Processing::centerUnembed}, {"fold_value_biases", &Processing::foldValueBiases}}};

} // namespace

std::string spell(const Processing& processing)
{
    if (processing == Processing{})
        return "all";
    std::string text;
    for (const auto& [name, flag] : steps)
        if (processing.*flag)
            text.append(text.empty() ? "" : ",").append(name);
    return text.empty() ? "none" : text;
}

Processing readProcessing(const std::string& text, const std::string& option)
{
    if (text == "all")
        return {};
    Processing result{false, false, false, false};
    if (text == "none")
        return result;
    for (const std::string& word : splitAtCommas(text)) {
        const auto step = std::find_if(steps.begin(), steps.end(), [&](const auto& each) { return word == each.name; });
        if (step == steps.end())
            throw Error(Fault::BadInput,
                option
                    + ": expected all, none, or some of fold_ln, center_writing_weights, center_unembed and "
                      "fold_value_biases with commas between, found '"
                    + text + "'");
        result.*(step->flag) = true;
    }
    return result;
}

std::size_t bytesOf(DType dtype) noexcept
{
    switch (dtype) {
    case DType::Float32:
        return 4;
    case DType::Float16:
    case DType::BFloat16:
        return 2;
    case DType::Float64:
        return 8;
    }
    return 4;
}

} // namespace headscope
