# SPDX-License-Identifier: GPL-3.0-or-later
"""Head scores by TransformerLens: detect_head on the real TransformerBridge, and entropy and first-token mass in double
from the same cache."""

import torch
from transformer_lens.head_detector import detect_head

KINDS = {"previous_token": "previous_token_head", "duplicate_token": "duplicate_token_head",
         "induction": "induction_head"}
OPTIONS = {"": {}, "_bos": {"exclude_bos": True}, "_current": {"exclude_current_token": True},
           "_bos_current": {"exclude_bos": True, "exclude_current_token": True}}


def repeating_ids(vocabulary, length, seed):
    """Random tokens whose second half repeats the first, so that duplicates and induction have cells."""
    generator = torch.Generator().manual_seed(seed)
    half = torch.randint(0, vocabulary, (length - length // 2,), generator=generator)
    return torch.cat([half, half])[None, :length]


@torch.no_grad()
def scores(bridge, ids):
    """{name: float64 [layers, heads]}; the names of the last three end with what was excluded."""
    bridge.to_tokens = lambda tokens: tokens  # detect_head takes text; these are ids already
    cache = bridge.run_with_cache(ids, remove_batch_dim=True)[1]
    result = {"entropy": [], "first_token": []}
    for layer in range(bridge.cfg.n_layers):
        pattern = cache["pattern", layer, "attn"].double()
        result["entropy"].append(torch.special.entr(pattern).sum(-1).mean(-1))
        result["first_token"].append(pattern[:, :, 0].mean(-1))
    result = {name: torch.stack(values) for name, values in result.items()}
    for name, kind in KINDS.items():
        for suffix, options in OPTIONS.items():
            result[name + suffix] = detect_head(bridge, ids, kind, cache=cache, **options).double()
    return result
