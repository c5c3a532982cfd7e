# SPDX-License-Identifier: GPL-3.0-or-later
"""How far an original in float32 is from itself in float64: own_error.py DUMP32 DUMP64, both by dump_reference.py, prints JSON.

{"real": t, "padded": t}: the smallest tolerance, as `headscope-cli parity` means it (|a - b| <= t + t * size, the size at least
the root mean square of the row, here but |a| in scores and patterns), over every value that both dumps hold; of
scores and patterns the allowed keys of real rows alone. Infinite where float64 has NaN: transformers' rotary models do when left-padded.
"""

import json
import math
import sys

from safetensors import safe_open

import reference


def read(path):
    with safe_open(path, "pt") as file:
        tensors = {name: file.get_tensor(name) for name in file.keys()}
    return {name: value.double() for name, value in tensors.items() if value.is_floating_point()}, tensors


def square(name):
    return name.endswith(("hook_attn_scores", "hook_pattern"))


def needed(left, right, rows, alone):
    """`rows` [B,T] selects rows, or cells where `alone` says that a cell's own size counts."""
    a, b = (value[rows] if alone else value[rows].flatten(1) for value in (left, right))
    if a.numel() == 0:
        return 0.0
    size = a.abs()
    if not alone:
        size = size.maximum((a * a).mean(-1, keepdim=True).sqrt())
    worst = ((a - b).abs() / (1 + size)).max().item()
    return math.inf if math.isnan(worst) else worst


def own_error(narrow, wide):
    values, tensors = read(narrow)
    exact, _ = read(wide)
    ids, mask = tensors["input_ids"], tensors.get("attention_mask")
    real = mask.bool() if mask is not None and mask.dim() == 2 else ids == ids
    allowed = (reference.causal_plane(ids.shape[1]) & real[:, None, :] & real[:, :, None])[:, None]
    result = {"real": 0.0, "padded": 0.0}
    for name in values.keys() & exact.keys():
        if square(name):
            cells = allowed.expand_as(values[name])
            result["real"] = max(result["real"], needed(values[name], exact[name], cells, True))
            continue
        for kind, rows in (("real", real), ("padded", ~real)):
            result[kind] = max(result[kind], needed(values[name], exact[name], rows, False))
    return result


if __name__ == "__main__":
    print(json.dumps(own_error(sys.argv[1], sys.argv[2])))
