# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real TransformerBridge on given inputs, and names its results as Headscope does."""

import json
import logging
import os
import warnings
from importlib.metadata import version

os.environ.setdefault("HF_HUB_OFFLINE", "1")

import torch  # noqa: E402
from transformer_lens.model_bridge.sources import build_bridge_from_module  # noqa: E402

import make_native_golden  # noqa: E402
import reference  # noqa: E402

MODES = ("plain", "compat")
LENGTHS = [7, 4]
TOP = ["hook_embed", "hook_pos_embed", "ln_final.hook_scale", "ln_final.hook_normalized", "unembed.hook_in",
       "unembed.hook_out"]
CORE = ["attn.hook_attn_scores", "attn.hook_pattern", "attn.hook_z", "hook_resid_post"]
BLOCK = ["hook_resid_pre", "ln1.hook_scale", "ln1.hook_normalized", "attn.hook_q", "attn.hook_k", "attn.hook_v",
         "attn.hook_rot_q", "attn.hook_rot_k", *CORE[:3], "attn.hook_result", "ln1_post.hook_scale",
         "ln1_post.hook_normalized", "hook_attn_out", "hook_resid_mid", "ln2.hook_scale", "ln2.hook_normalized",
         "mlp.hook_pre", "mlp.hook_pre_linear", "mlp.hook_post", "ln2_post.hook_scale", "ln2_post.hook_normalized",
         "hook_mlp_out", "hook_resid_post"]
# What the bridge warns of is in the notes already: it does not fold a post-norm encoder, nor centre below a soft cap.
warnings.filterwarnings("ignore", message=".*does not support fold_ln.*")
logging.getLogger().setLevel(logging.ERROR)


class Unsupported(Exception):
    """The bridge itself refuses this model; the message says how."""


def versions():
    return {**reference.versions(), "transformer_lens": version("transformer-lens")}


def load_bridge(directory, dtype, mode, processing=None):
    """A fresh bridge over a fresh eager model: both are changed in place, compat for good.

    `processing` switches single steps of compat's weight processing, as {"fold_ln": False}; the others are on.
    The architecture is the model's class, not what the config says: a masked-LM file may come from pre-training.
    """
    model = reference.load_model(directory, dtype)
    try:
        bridge = build_bridge_from_module(model, type(model).__name__, hf_config=model.config,
                                          model_name=directory.name)
    except AssertionError as error:
        if model.config.model_type == "gpt_neox" and not model.config.attention_bias:
            raise Unsupported("TransformerBridge asserts that query_key_value has a bias") from error
        raise
    if mode == "compat":
        bridge.enable_compatibility_mode(disable_warnings=True, **(processing or {}))
    return bridge


def bridge_mask(mask, bridge):
    """The mask that makes the bridge mean what Headscope means by `mask`, and how it was changed, if it was.

    Attention that the bridge computes itself takes a boolean rank 4 as it is. BERT's stays with transformers, which
    would add True and False as 1 and 0.
    """
    if mask is None or mask.dim() == 2 or mask.is_floating_point():
        return mask, None
    if mask.dim() == 3:
        raise ValueError("a mask of rank 3 has no reference: transformers refuses it, or takes it for one of rank 2")
    if bridge.original_model.config.model_type == "bert":
        return reference.reference_mask(mask, bridge.original_model.dtype), "0 and finfo.min"
    return mask.bool(), None


def hook_names(layers, core=False):
    """Names in the order of the data; not every family has every one."""
    names = [f"blocks.{layer}.{name}" for layer in range(layers) for name in (CORE if core else BLOCK)]
    return names if core else TOP[:2] + names + TOP[2:]


@torch.no_grad()
def run(bridge, inputs, core=False):
    """Logits and every named hook that fired, the position ids the bridge made of the mask, and the mask's change."""
    reference.forget_rotary(bridge.original_model)
    mask, changed = bridge_mask(inputs.get("attention_mask"), bridge)
    given = {name: value for name, value in inputs.items() if name not in ("input_ids", "attention_mask")}
    if mask is not None:
        given["attention_mask"] = mask
    seen = {}

    def look(_module, _args, kwargs):
        seen.update(kwargs)

    handle = bridge.original_model.register_forward_pre_hook(look, with_kwargs=True)
    try:
        logits, cache = bridge.run_with_cache(inputs["input_ids"], return_cache_object=False, use_cache=False, **given)
    finally:
        handle.remove()
    outputs = {name: cache[name] for name in hook_names(bridge.cfg.n_layers, core) if name in cache}
    outputs["logits"] = logits
    made = None if "position_ids" in inputs else seen.get("position_ids")
    return {name: value.contiguous() for name, value in outputs.items()}, made, changed


def heads_of(directory):
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    return config.get("num_attention_heads", config.get("n_head"))


def is_bert(directory):
    return json.loads((directory / "config.json").read_text(encoding="utf-8"))["model_type"] == "bert"


def dead_mask(batch, length, seed):
    """As make_native_golden's user mask, with one query of the first batch row that may look nowhere."""
    allowed = make_native_golden.user_mask(batch, length, seed)
    allowed[0, 2] = False
    return allowed


def gap_mask(ids):
    """A hole inside the first row; the second row padded on both sides."""
    mask = torch.ones_like(ids)
    mask[0, 3] = 0
    mask[1, :2] = mask[1, -2:] = 0
    return mask


def cases(directory, seed=7):
    """Inputs as Headscope gets them, by case."""
    rows = reference.random_ids(directory, LENGTHS, seed)
    left, right = reference.pad(rows, "left"), reference.pad(rows, "right")
    ids = right["input_ids"]
    batch, length = ids.shape
    square = make_native_golden.user_mask(batch, length, seed + 4)[:, None]
    bias = make_native_golden.additive_mask(batch, heads_of(directory), length, seed + 5)
    made = {"none": {"input_ids": torch.tensor(rows[:1])}, "left": left, "right": right,
            "gap": {"input_ids": ids, "attention_mask": gap_mask(ids)},
            "mask4d": {"input_ids": ids, "attention_mask": square},
            "dead": {"input_ids": ids, "attention_mask": dead_mask(batch, length, seed + 4)[:, None]},
            "additive4d": {"input_ids": ids, "attention_mask": bias}}
    if is_bert(directory):
        made["types"] = {**right, "token_type_ids": (torch.arange(length) // 4).repeat(batch, 1)}
    return made
