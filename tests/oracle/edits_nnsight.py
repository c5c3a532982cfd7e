# SPDX-License-Identifier: GPL-3.0-or-later
"""NNsight over the transformers eager model: every value it can read, under Headscope's names, and the edits at them.

Scores, patterns and values after rotary live inside functions, not modules: `.source` of the attention's forward, and
from there of the eager attention function that it calls.
"""

import warnings
from importlib import metadata

import torch
from nnsight import NNsight

import reference

INTERFACE = "attention_interface_1"  # the call; attention_interface_0 is the assignment of the function to the name


class Tap:
    """One place of the forward pass that NNsight serves, and the named values that lie in it."""

    def __init__(self, names, where, attribute, split=lambda raw: [raw], join=lambda raw, parts: parts[0]):
        self.names, self.where, self.attribute, self.split, self.join = names, where, attribute, split, join

    def visit(self, editor):
        if not any(editor.wants(name) for name in self.names):
            return
        owner = self.where()
        raw = getattr(owner, self.attribute)
        parts = list(self.split(raw))
        changed = False
        for index, name in enumerate(self.names):
            edited = editor(name, parts[index])
            if edited is not None:
                parts[index], changed = edited, True
        if changed:
            setattr(owner, self.attribute, self.join(raw, parts))


def output(name, envoy):
    return Tap([name], lambda: envoy, "output")


def entry(name, envoy):
    return Tap([name], lambda: envoy, "input")


def first_output(name, envoy):
    return Tap([name], lambda: envoy, "output", lambda raw: [raw[0]], lambda raw, parts: (parts[0], *raw[1:]))


def heads(name, envoy, attribute, width):
    """A [B,T,H*d] value seen as [B,T,H,d]."""
    return Tap([name], lambda: envoy, attribute, lambda raw: [raw.unflatten(-1, (-1, width))],
               lambda raw, parts: parts[0].flatten(-2))


def rotated(block, attention):
    """q and k after rotary: a tuple of [B,H,T,d] values seen as [B,T,H,d]."""
    source = attention.source
    return Tap([f"{block}.attn.hook_rot_{each}" for each in "qk"], lambda: source.apply_rotary_pos_emb_0, "output",
               lambda raw: [each.transpose(1, 2) for each in raw],
               lambda raw, parts: tuple(each.transpose(1, 2) for each in parts))


def inside(block, attention, call=INTERFACE, dropout="nn_functional_dropout_0"):
    """Scores after the mask and the pattern that multiplies the values, inside the eager attention function."""
    source = attention.source  # asked for here: a forward that is already running cannot be instrumented any more

    def operation(name):
        return lambda: getattr(getattr(source, call).source, name)
    return [Tap([f"{block}.attn.hook_attn_scores"], operation("nn_functional_softmax_0"), "input"),
            Tap([f"{block}.attn.hook_pattern"], operation(dropout), "output")]


def inside_gpt2(block, attention, config):
    """GPT-2 has an attention of its own for reorder_and_upcast_attn."""
    if config.reorder_and_upcast_attn and config._attn_implementation == "eager":
        return inside(block, attention, "self__upcast_and_reordered_attn_0", "self_attn_dropout_0")
    return inside(block, attention)


def assigned(name, module, label):
    """A value that a forward assigns, so that an edit reaches everything after it, the residual connection too."""
    source = module.source
    return Tap([name], lambda: getattr(source, label), "output")


def gpt2(model, batch):
    width = model.config.n_embd // model.config.n_head
    part = model.transformer
    yield output("hook_embed", part.wte)
    yield Tap(["hook_pos_embed"], lambda: part.wpe, "output", lambda raw: [raw.expand(batch, -1, -1)])
    for layer, module in enumerate(part.h):
        block = f"blocks.{layer}"
        yield entry(f"{block}.hook_resid_pre", module)
        yield Tap([f"{block}.attn.hook_{each}" for each in "qkv"], lambda module=module: module.attn.c_attn, "output",
                  lambda raw: [each.unflatten(-1, (-1, width)) for each in raw.chunk(3, -1)],
                  lambda raw, parts: torch.cat([each.flatten(-2) for each in parts], -1))
        yield from inside_gpt2(block, module.attn, model.config)
        yield heads(f"{block}.attn.hook_z", module.attn.c_proj, "input", width)
        yield first_output(f"{block}.hook_attn_out", module.attn)
        yield assigned(f"{block}.hook_resid_mid", module, "hidden_states_1")
        yield output(f"{block}.mlp.hook_pre", module.mlp.c_fc)
        yield entry(f"{block}.mlp.hook_post", module.mlp.c_proj)
        yield output(f"{block}.hook_mlp_out", module.mlp)
        yield output(f"{block}.hook_resid_post", module)


def neox(model, _batch):
    width = model.config.hidden_size // model.config.num_attention_heads
    part = model.gpt_neox
    yield output("hook_embed", part.embed_in)
    for layer, module in enumerate(part.layers):
        block, attention = f"blocks.{layer}", module.attention
        yield entry(f"{block}.hook_resid_pre", module)
        yield Tap([f"{block}.attn.hook_{each}" for each in "qkv"],
                  lambda attention=attention: attention.query_key_value, "output",
                  lambda raw: raw.unflatten(-1, (-1, 3, width)).unbind(-2),
                  lambda raw, parts: torch.stack(parts, -2).flatten(-3))
        yield rotated(block, attention)
        yield from inside(block, attention)
        yield heads(f"{block}.attn.hook_z", attention.dense, "input", width)
        yield first_output(f"{block}.hook_attn_out", attention)
        if not model.config.use_parallel_residual:
            yield assigned(f"{block}.hook_resid_mid", module, "attn_output_1")
        yield output(f"{block}.mlp.hook_pre", module.mlp.dense_h_to_4h)
        yield entry(f"{block}.mlp.hook_post", module.mlp.dense_4h_to_h)
        yield output(f"{block}.hook_mlp_out", module.mlp)
        yield output(f"{block}.hook_resid_post", module)


def llama(model, _batch):
    """Llama and its like: Qwen 3 (hook_q and hook_k before their norms), Gemma 2 (outputs after their post norms)."""
    gemma = model.config.model_type == "gemma2"
    yield output("hook_embed", model.model.embed_tokens)
    for layer, module in enumerate(model.model.layers):
        block, attention, mlp = f"blocks.{layer}", module.self_attn, module.mlp
        width = attention._module.head_dim
        yield entry(f"{block}.hook_resid_pre", module)
        for each in "qkv":
            yield heads(f"{block}.attn.hook_{each}", getattr(attention, f"{each}_proj"), "output", width)
        yield rotated(block, attention)
        yield from inside(block, attention)
        yield heads(f"{block}.attn.hook_z", attention.o_proj, "input", width)
        if gemma:
            yield output(f"{block}.hook_attn_out", module.post_attention_layernorm)
        else:
            yield first_output(f"{block}.hook_attn_out", attention)
        yield assigned(f"{block}.hook_resid_mid", module, "hidden_states_2" if gemma else "hidden_states_1")
        yield output(f"{block}.mlp.hook_pre", mlp.gate_proj)
        yield output(f"{block}.mlp.hook_pre_linear", mlp.up_proj)
        yield entry(f"{block}.mlp.hook_post", mlp.down_proj)
        yield output(f"{block}.hook_mlp_out", module.post_feedforward_layernorm if gemma else mlp)
        yield output(f"{block}.hook_resid_post", module)


def bert(model, _batch):
    """NNsight calls a submodule that is named `output` E_output. There is no resid_mid: it is inside BertSelfOutput."""
    for layer, module in enumerate(model.bert.encoder.layer):
        block, attention = f"blocks.{layer}", getattr(module.attention, "self")
        width = attention._module.attention_head_size
        yield entry(f"{block}.hook_resid_pre", module)
        for each, name in zip("qkv", ("query", "key", "value")):
            yield heads(f"{block}.attn.hook_{each}", getattr(attention, name), "output", width)
        yield from inside(block, attention)
        yield heads(f"{block}.attn.hook_z", module.attention.E_output.dense, "input", width)
        yield output(f"{block}.hook_attn_out", module.attention.E_output.dense)
        yield output(f"{block}.mlp.hook_pre", module.intermediate.dense)
        yield entry(f"{block}.mlp.hook_post", module.E_output.dense)
        yield output(f"{block}.hook_mlp_out", module.E_output.dense)
        yield output(f"{block}.hook_resid_post", module)


TAPS = {"gpt2": gpt2, "gpt_neox": neox, "llama": llama, "mistral": llama, "qwen2": llama, "qwen3": llama,
        "gemma2": llama, "bert": bert}
HOW = {"hook_attn_scores": "attention.source.attention_interface_1.source.nn_functional_softmax_0.input",
       "hook_pattern": "attention.source.attention_interface_1.source.nn_functional_dropout_0.output",
       "hook_rot_q": "attention.source.apply_rotary_pos_emb_0.output[0]",
       "hook_rot_k": "attention.source.apply_rotary_pos_emb_0.output[1]",
       "hook_z": "input of the output projection", "hook_resid_mid": "block.source, the sum that forward assigns"}
OTHERWISE = "input or output of the module"


class System:
    """A model under NNsight; run() is one traced forward pass."""

    def __init__(self, directory, dtype, attention="eager"):
        self.model = reference.load_model(directory, dtype, attention)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # that a submodule is named `output`
            self.traced = NNsight(self.model)
        self.config = self.model.config

    @staticmethod
    def versions():
        return {**reference.versions(), "nnsight": metadata.version("nnsight")}

    def how(self, names):
        last = sorted({name.removesuffix(".before_edit").rsplit(".", 1)[-1] for name in names})
        return "; ".join(f"{name}: {HOW.get(name, OTHERWISE)}" for name in last)

    def taps(self, batch):
        return TAPS[self.config.model_type](self.traced, batch)

    def inputs(self, inputs):
        mask = reference.reference_mask(inputs.get("attention_mask"), self.model.dtype, self.config)
        return {**inputs, "attention_mask": mask}

    @torch.no_grad()
    def untraced(self, inputs):
        return self.model(**self.inputs(inputs), use_cache=False).logits

    def run(self, inputs, editor):
        taps = list(self.taps(len(inputs["input_ids"])))
        with torch.no_grad(), self.traced.trace(**self.inputs(inputs), use_cache=False):
            for tap in taps:
                tap.visit(editor)
            logits = self.traced.output.logits.save()
        return {**editor.kept, "logits": logits}
