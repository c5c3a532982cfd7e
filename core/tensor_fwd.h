// SPDX-License-Identifier: GPL-3.0-or-later
// The only thing of LibTorch that core's public headers may know.
#pragma once

namespace at {
class Tensor;
}
