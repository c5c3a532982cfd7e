# SPDX-License-Identifier: GPL-3.0-or-later
"""The interventions of tests/data/edits: on which inputs, at which hooks, and which systems and models run each."""

from dataclasses import dataclass, field

import torch

import reference

LENGTHS = [4, 2, 3]  # of the rows of a left-padded batch
SINGLE = 5
SCORES, PATTERN = "attn.hook_attn_scores", "attn.hook_pattern"


@dataclass
class Shape:
    """What an edit has to know of a model."""

    layers: int
    heads: int
    groups: int
    width: int
    head: int
    family: str

    @staticmethod
    def of(config):
        heads = config.num_attention_heads
        head = getattr(config, "head_dim", None) or config.hidden_size // heads
        return Shape(config.num_hidden_layers, heads, getattr(config, "num_key_value_heads", None) or heads,
                     config.hidden_size, head, config.model_type)

    @property
    def rotary(self):
        return self.family not in ("gpt2", "bert")


class Other:
    """An operand that is the hook's own value in a run on other ids of the same shape."""


@dataclass
class Random:
    """A seeded operand that is broadcast to the hook's whole shape."""

    shape: tuple


@dataclass
class Case:
    name: str
    inputs: str  # a key of inputs()
    edits: list
    dtype: str = "float32"
    keep: list = field(default_factory=lambda: [f"blocks.*.{PATTERN}", "blocks.*.hook_resid_post"])


def inputs(directory, kind, seed):
    """Inputs as Headscope is given them; another seed has other ids and the same mask."""
    if kind == "one":
        return {"input_ids": torch.tensor(reference.random_ids(directory, [SINGLE], seed))}
    if kind == "two":
        return {"input_ids": torch.tensor(reference.random_ids(directory, [4, 4], seed))}
    rows = reference.random_ids(directory, LENGTHS, seed)
    if kind in ("left", "right"):
        return reference.pad(rows, kind)
    ids = reference.pad(rows, "right")["input_ids"][:2]
    batch, length = ids.shape
    generator = torch.Generator().manual_seed(11)
    holes = (torch.rand(batch, 1, length, length, generator=generator) < 0.6) | torch.eye(length, dtype=torch.bool)
    return {"input_ids": ids, "attention_mask": holes}


def at(layer, point, operation, operand=None, **selection):
    """One edit; an operand that is no number becomes a tensor of the golden file."""
    edit = {"hook": point if layer is None else f"blocks.{layer}.{point}", "operation": operation}
    if operand is not None:
        edit["value" if isinstance(operand, (int, float)) else "tensor"] = operand
    return {**edit, **selection}


def attention_cases(shape):
    last = shape.groups - 1
    yield Case("scores_add", "two", [at(0, SCORES, "add", 1.5, heads=[1], queries=[2, 3], keys=[0, 2])])
    # Every cell of the head, so also what the mask had taken away.
    yield Case("scores_zero", "one", [at(1, SCORES, "zero", heads=[0])])
    yield Case("scores_knockout", "left", [at("*", SCORES, "replace", -10000.0, queries=[3], keys=[2])])
    # finfo.min * 2 is -inf
    yield Case("scores_scale", "one", [at(0, SCORES, "scale", 2.0)])
    yield Case("scores_mean", "two", [at(1, SCORES, "mean", heads=[0], queries=[2, 3], keys=[0, 1, 2])])
    yield Case("scores_patch", "one", [at(1, SCORES, "replace", Other(), heads=[1], queries=[3, 4])])
    yield Case("scores_mask4d", "mask4d", [at(0, SCORES, "add", -1.25, keys=[1])])
    yield Case("pattern_zero_glob", "one", [at("*", PATTERN, "zero", heads=[1])])
    yield Case("pattern_replace", "two", [at(0, PATTERN, "replace", 0.25, rows=[1], queries=[2])])
    yield Case("pattern_add", "one", [at(1, PATTERN, "add", Random((SINGLE,)), heads=[0])])
    yield Case("pattern_scale", "left", [at(0, PATTERN, "scale", 0.5, keys=[2, 3])])
    yield Case("pattern_mean", "left", [at(0, PATTERN, "mean", rows=[0, 2], heads=[0])])
    yield Case("pattern_patch", "one", [at(0, PATTERN, "replace", Other())])
    yield Case("z_zero", "one", [at(0, "attn.hook_z", "zero", heads=[1])])
    yield Case("z_mean", "left", [at(1, "attn.hook_z", "mean", rows=[0, 1], heads=[0])])
    yield Case("z_patch", "one", [at(0, "attn.hook_z", "replace", Other(), heads=[0], queries=[2, 3, 4])])
    yield Case("z_add", "two", [at(1, "attn.hook_z", "add", Random((shape.head,)), rows=[0], heads=[1], queries=[3])])
    yield Case("result_zero", "one", [at(0, "attn.hook_result", "zero", heads=[1])])
    # Not scale: the norm behind qwen3's q would take that back.
    yield Case("q_add", "left", [at(1, "attn.hook_q", "add", 0.75, heads=[1], queries=[2, 3])])
    yield Case("k_zero", "one", [at(0, "attn.hook_k", "zero", heads=[last], keys=[1])])
    yield Case("v_mean", "left", [at(0, "attn.hook_v", "mean", heads=[0], keys=[1, 2, 3])])
    yield Case("v_patch", "one", [at(1, "attn.hook_v", "replace", Other(), heads=[last], keys=[0, 1, 2])])
    if shape.rotary:
        yield Case("rot_q_add", "one", [at(0, "attn.hook_rot_q", "add", Random((shape.head,)), heads=[1])])
        yield Case("rot_k_patch", "left", [at(1, "attn.hook_rot_k", "replace", Other(), rows=[0, 1], heads=[last])])


def residual_cases(shape):
    yield Case("embed_zero", "one", [at(None, "hook_embed", "zero", queries=[1])])
    yield Case("resid_pre_add", "one", [at(1, "hook_resid_pre", "add", Random((shape.width,)), queries=[4])])
    yield Case("resid_pre_patch", "left", [at(1, "hook_resid_pre", "replace", Other(), rows=[1])])
    # Not scale: TransformerBridge changes what the second norm reads and not the residual, and a norm takes scale back.
    yield Case("resid_mid_add", "one", [at(0, "hook_resid_mid", "add", Random((shape.width,)), queries=[2, 3])])
    yield Case("resid_post_scale", "two", [at(0, "hook_resid_post", "scale", 1.5, rows=[0])])
    yield Case("resid_post_zero", "left", [at(0, "hook_resid_post", "zero", rows=[2])])
    yield Case("resid_post_mean", "left", [at(0, "hook_resid_post", "mean", queries=[1, 2, 3])])
    yield Case("attn_out_zero", "one", [at(1, "hook_attn_out", "zero")])
    yield Case("attn_out_mean", "left", [at(0, "hook_attn_out", "mean")])
    yield Case("mlp_out_mean", "left", [at(0, "hook_mlp_out", "mean", rows=[0, 2])])
    yield Case("mlp_out_patch", "one", [at(1, "hook_mlp_out", "replace", Other(), queries=[4])])
    yield Case("mlp_post_scale", "one", [at(0, "mlp.hook_post", "scale", -1.0, queries=[1, 2])])


def combined_cases(shape):
    yield Case("two_edits", "left", [at(0, "attn.hook_z", "zero", heads=[0]),
                                     at(1, "hook_resid_pre", "add", Random((shape.width,)), rows=[0, 1])])
    # The second edit meets what the first has done to layer 0.
    yield Case("interact", "one", [at(0, SCORES, "add", 2.0, heads=[1], keys=[1]),
                                   at(1, PATTERN, "scale", 0.5, heads=[0], queries=[2, 3, 4])])
    # At one hook they follow one another: (x + 0.5) * 2, and then a patch of two positions.
    yield Case("sequence", "one", [at(1, "hook_resid_pre", "add", 0.5), at("*", "hook_resid_pre", "scale", 2.0),
                                   at(1, "hook_resid_pre", "replace", Other(), queries=[0, 4])])


FEWER = ["scores_add", "scores_mean", "pattern_zero_glob", "pattern_patch", "z_mean", "q_add", "k_zero", "v_patch",
         "rot_k_patch", "resid_pre_patch", "resid_mid_add", "attn_out_mean", "mlp_out_patch", "interact"]
LENS = ["scores_add", "scores_zero", "scores_knockout", "scores_patch", "pattern_zero_glob", "pattern_mean",
        "pattern_patch", "z_zero", "z_mean", "z_patch", "v_patch", "result_zero", "resid_pre_add", "resid_pre_patch",
        "resid_mid_add", "resid_post_mean", "two_edits", "interact"]
PROCESSED = ["scores_add", "scores_knockout", "pattern_zero_glob", "pattern_patch", "z_mean", "z_patch", "v_patch",
             "result_zero", "resid_pre_add", "resid_pre_patch", "resid_post_mean", "interact"]
# A parallel block has no resid_mid, and NNsight reaches none inside BERT's attention output.
MISSING = {("neox-parallel", "resid_mid_add"), ("bert-mlm", "resid_mid_add")}
MODELS = {"nnsight": {"gpt2-tiny": None, "llama-gqa": None, "neox-parallel": FEWER, "gemma2-caps": FEWER,
                      "qwen3-norm": FEWER, "bert-mlm": FEWER},
          "bridge": {"gpt2-tiny": LENS, "llama-gqa": LENS},
          "hooked": {"gpt2-tiny": LENS, "llama-gqa": LENS}}
SIXTEEN = {("gpt2-tiny", "scores_add"), ("llama-gqa", "z_mean")}
OBSERVED = {"gpt2-tiny": ["one", "left"], "llama-gqa": ["left"], "gemma2-caps": ["left"]}


def cases(system, mode, model, shape):
    wanted = PROCESSED if mode == "processed" else MODELS[system][model]
    for case in [*attention_cases(shape), *residual_cases(shape), *combined_cases(shape)]:
        if wanted is not None and case.name not in wanted or (model, case.name) in MISSING:
            continue
        if system == "nnsight" and case.name == "result_zero":  # transformers never splits the output by heads
            continue
        yield case
        if system == "nnsight" and (model, case.name) in SIXTEEN:
            yield Case(case.name, case.inputs, case.edits, "bfloat16", case.keep)
    if system == "nnsight":
        for kind in OBSERVED.get(model, []):
            yield Case(f"observe-{kind}", kind, [], keep=["*"])
