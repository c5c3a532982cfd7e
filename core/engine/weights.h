// SPDX-License-Identifier: GPL-3.0-or-later
// A model's weights as tensors of one dtype on one device. Internal to core: includes ATen.
#pragma once

#include "core/engine/tensor_types.h"
#include "core/model/model_description.h"

#include <functional>
#include <vector>

namespace headscope {

/// weight [width] and, for LayerNorm, bias [width].
struct NormWeights {
    at::Tensor weight, bias;
};

/// y = x W + b, with the weight stored [in, out] or [out, in]; the bias may be undefined.
struct LinearWeights {
    at::Tensor weight, bias;
    ProjectionLayout layout = ProjectionLayout::OutIn;

    /// x [..., in] -> [..., out], through the same ATen call as transformers: addmm for [in, out], linear for [out,
    /// in].
    at::Tensor operator()(const at::Tensor& x) const;
};

struct LayerWeights {
    NormWeights norm1, norm2;
    LinearWeights qkv; ///< joint layout
    LinearWeights query, key, value; ///< separate layout
    LinearWeights output, mlpGate, mlpIn, mlpOut;
};

/// Tensors whose dtype and device agree with the run's already are the mapped file itself; the others are converted
/// copies. Holds on to the description, whose files the tensors may live in.
struct ModelWeights {
    std::shared_ptr<const ModelDescription> description;
    at::Tensor embed, positions, unembed; ///< [vocabulary, width], [maxPositions, width], [vocabulary, width]
    std::vector<LayerWeights> layers;
    NormWeights finalNorm;
    at::Tensor inverseFrequencies; ///< rotary only: [headWidth / 2], float32 whatever the run's dtype
    DType dtype = DType::Float32;
    at::Device device = at::kCPU;
};

/// \param step is called before each layer with (done, total); it may throw to stop.
ModelWeights loadWeights(std::shared_ptr<const ModelDescription> description, DType dtype, at::Device device,
    const std::function<void(std::size_t, std::size_t)>& step);

} // namespace headscope
