// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/engine/spilled_tensor.h"

namespace headscope {

SpilledTensor spilled(const at::Tensor& tensor)
{
    const at::Tensor whole = tensor.to(at::kCPU).contiguous();
    if (whole.nbytes() == 0)
        return {whole, nullptr};
    const auto bytes = std::as_bytes(std::span(static_cast<const char*>(whole.const_data_ptr()), whole.nbytes()));
    const auto file = std::make_shared<const SpillFile>(bytes, SpillFile::defaultFolder());
    return {at::from_blob(
                file->bytes().data(), whole.sizes(), [file](void*) {}, whole.options()),
        file};
}

} // namespace headscope
