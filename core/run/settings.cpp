// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/run/settings.h"

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
    static constexpr Spelling<Backend> all[] = {{Backend::Native, "native"}};
    return all;
}

template <> std::span<const Spelling<AttentionKind>> spellings()
{
    static constexpr Spelling<AttentionKind> all[] = {{AttentionKind::Eager, "eager"}};
    return all;
}

template <> std::span<const Spelling<PositionPolicy>> spellings()
{
    static constexpr Spelling<PositionPolicy> all[] = {{PositionPolicy::BackendDefault, "default"},
        {PositionPolicy::Arange, "arange"}, {PositionPolicy::FromMask, "mask"}};
    return all;
}

template <> std::span<const Spelling<PrependBos>> spellings()
{
    static constexpr Spelling<PrependBos> all[]
        = {{PrependBos::Off, "off"}, {PrependBos::On, "on"}, {PrependBos::Auto, "auto"}};
    return all;
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
