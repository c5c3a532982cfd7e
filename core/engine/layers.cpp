// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/layers.h"

#include <cmath>
#include <numbers>

namespace headscope {
namespace {

at::Tensor rotateHalf(const at::Tensor& x)
{
    const auto half = x.size(-1) / 2;
    return at::cat({at::neg(x.narrow(-1, half, half)), x.narrow(-1, 0, half)}, -1);
}

} // namespace

at::Tensor activate(const at::Tensor& x, const std::string& name)
{
    if (name == "gelu_new") { // op by op, as transformers does: the fused tanh kernel rounds differently
        const at::Tensor inside = at::add(x, at::mul(at::pow(x, 3.0), 0.044715));
        const at::Tensor curve = at::tanh(at::mul(inside, std::sqrt(2.0 / std::numbers::pi)));
        return at::mul(at::mul(x, 0.5), at::add(curve, 1.0));
    }
    if (name == "gelu")
        return at::gelu(x);
    if (name == "gelu_pytorch_tanh")
        return at::gelu(x, "tanh");
    if (name == "relu")
        return at::relu(x);
    if (name == "tanh")
        return at::tanh(x);
    if (name == "sigmoid")
        return at::sigmoid(x);
    if (name == "quick_gelu")
        return at::mul(x, at::sigmoid(at::mul(x, 1.702)));
    return at::silu(x); // "silu", "swish"; readModelConfig() lets no other name through
}

at::Tensor rotate(const at::Tensor& x, const at::Tensor& cos, const at::Tensor& sin, bool rejoin)
{
    const auto width = cos.size(-1);
    const bool whole = width == x.size(-1);
    const at::Tensor turning = whole ? x : x.narrow(-1, 0, width);
    const at::Tensor turned = at::add(at::mul(turning, cos), at::mul(rotateHalf(turning), sin));
    if (whole && !rejoin)
        return turned;
    return at::cat({turned, x.narrow(-1, width, x.size(-1) - width)}, -1);
}

} // namespace headscope
