# SPDX-License-Identifier: GPL-3.0-or-later
"""What a transformers model shows from outside: the inputs and outputs of its modules, under TransformerLens names.

Forward hooks alone, and the arguments of the rotary function: no forward of the model is replaced. Scores never leave
the attention function, so they are not here; edits_nnsight.py reaches them. Norms before their weight are not here either:
a module hands out what it has multiplied by the weight.
"""

import contextlib
import fnmatch
import sys

import reference


class Point:
    """A module's input or output, and the named values in it."""

    def __init__(self, names, module, side, split=lambda raw: [raw]):
        self.names, self.module, self.side, self.split = names, module, side, split

    def attach(self, keep):
        def take(raw):
            if raw is None:
                return
            for name, value in zip(self.names, self.split(raw)):
                if value is not None:
                    keep(name, value)

        if self.side == "input":
            return self.module.register_forward_pre_hook(
                lambda _module, args, kwargs: take(args[0] if args else kwargs["hidden_states"]), with_kwargs=True)
        return self.module.register_forward_hook(lambda _module, _args, output: take(output))


def entry(name, module):
    return Point([name], module, "input")


def output(name, module):
    return Point([name], module, "output")


def block_output(name, module):
    """A bare tensor in transformers 5, a tuple that begins with it in transformers 4."""
    return Point([name], module, "output", lambda raw: [raw if hasattr(raw, "shape") else raw[0]])


def attention_output(block, module):
    """The attention's output and its pattern; the pattern is None under sdpa."""
    return Point([f"{block}.hook_attn_out", f"{block}.attn.hook_pattern"], module, "output", list)


def heads(name, module, side, width):
    """A [B,T,H*d] value seen as [B,T,H,d]."""
    return Point([name], module, side, lambda raw: [raw.unflatten(-1, (-1, width))])


def repeated(name, module, batch):
    """The output of a table that is looked up once for the whole batch."""
    return Point([name], module, "output", lambda raw: [raw.expand(batch, -1, -1)])


def gpt2(model, batch):
    width = model.config.n_embd // model.config.n_head
    part = model.transformer
    yield output("hook_embed", part.wte)
    yield repeated("hook_pos_embed", part.wpe, batch)
    for layer, module in enumerate(part.h):
        block, attention = f"blocks.{layer}", module.attn
        yield entry(f"{block}.hook_resid_pre", module)
        yield Point([f"{block}.attn.hook_{each}" for each in "qkv"], attention.c_attn, "output",
                    lambda raw: [each.unflatten(-1, (-1, width)) for each in raw.chunk(3, -1)])
        yield heads(f"{block}.attn.hook_z", attention.c_proj, "input", width)
        yield attention_output(block, attention)
        yield entry(f"{block}.hook_resid_mid", module.ln_2)
        yield output(f"{block}.mlp.hook_pre", module.mlp.c_fc)
        yield entry(f"{block}.mlp.hook_post", module.mlp.c_proj)
        yield output(f"{block}.hook_mlp_out", module.mlp)
        yield block_output(f"{block}.hook_resid_post", module)


def neox(model, _batch):
    width = model.config.hidden_size // model.config.num_attention_heads
    part = model.gpt_neox
    yield output("hook_embed", part.embed_in)
    for layer, module in enumerate(part.layers):
        block, attention = f"blocks.{layer}", module.attention
        yield entry(f"{block}.hook_resid_pre", module)
        yield Point([f"{block}.attn.hook_{each}" for each in "qkv"], attention.query_key_value, "output",
                    lambda raw: raw.unflatten(-1, (-1, 3, width)).unbind(-2))
        yield heads(f"{block}.attn.hook_z", attention.dense, "input", width)
        yield attention_output(block, attention)
        if not model.config.use_parallel_residual:
            yield entry(f"{block}.hook_resid_mid", module.post_attention_layernorm)
        yield output(f"{block}.mlp.hook_pre", module.mlp.dense_h_to_4h)
        yield entry(f"{block}.mlp.hook_post", module.mlp.dense_4h_to_h)
        yield output(f"{block}.hook_mlp_out", module.mlp)
        yield block_output(f"{block}.hook_resid_post", module)


def llama(model, _batch):
    """Llama and its like: Qwen 3 (hook_q and hook_k before their norms), Gemma 2 (outputs after their post norms)."""
    gemma = model.config.model_type == "gemma2"
    yield output("hook_embed", model.model.embed_tokens)
    for layer, module in enumerate(model.model.layers):
        block, attention, mlp = f"blocks.{layer}", module.self_attn, module.mlp
        yield entry(f"{block}.hook_resid_pre", module)
        for each in "qkv":
            yield heads(f"{block}.attn.hook_{each}", getattr(attention, f"{each}_proj"), "output", attention.head_dim)
        yield heads(f"{block}.attn.hook_z", attention.o_proj, "input", attention.head_dim)
        if gemma:
            yield Point([f"{block}.attn.hook_pattern"], attention, "output", lambda raw: [raw[1]])
            yield output(f"{block}.hook_attn_out", module.post_attention_layernorm)
            yield entry(f"{block}.hook_resid_mid", module.pre_feedforward_layernorm)
        else:
            yield attention_output(block, attention)
            yield entry(f"{block}.hook_resid_mid", module.post_attention_layernorm)
        yield output(f"{block}.mlp.hook_pre", mlp.gate_proj)
        yield output(f"{block}.mlp.hook_pre_linear", mlp.up_proj)
        yield entry(f"{block}.mlp.hook_post", mlp.down_proj)
        yield output(f"{block}.hook_mlp_out", module.post_feedforward_layernorm if gemma else mlp)
        yield block_output(f"{block}.hook_resid_post", module)


def bert(model, batch):
    """hook_attn_out and hook_mlp_out are before the residual and its norm; hook_resid_post is a block's whole output."""
    part = model.bert.embeddings
    yield output("hook_embed", part.word_embeddings)
    yield output("hook_token_type_embed", part.token_type_embeddings)
    yield repeated("hook_pos_embed", part.position_embeddings, batch)
    yield output("hook_full_embed", part)
    for layer, module in enumerate(model.bert.encoder.layer):
        block, attention = f"blocks.{layer}", getattr(module.attention, "self")
        yield entry(f"{block}.hook_resid_pre", module)
        for each, name in zip("qkv", ("query", "key", "value")):
            yield heads(f"{block}.attn.hook_{each}", getattr(attention, name), "output", attention.attention_head_size)
        yield Point([f"{block}.attn.hook_pattern"], attention, "output", lambda raw: [raw[1]])
        yield heads(f"{block}.attn.hook_z", module.attention.output.dense, "input", attention.attention_head_size)
        yield output(f"{block}.hook_attn_out", module.attention.output.dense)
        yield entry(f"{block}.hook_resid_mid", module.attention.output.LayerNorm)
        yield output(f"{block}.mlp.hook_pre", module.intermediate.dense)
        yield entry(f"{block}.mlp.hook_post", module.output.dense)
        yield output(f"{block}.hook_mlp_out", module.output.dense)
        yield block_output(f"{block}.hook_resid_post", module)


POINTS = {"gpt2": gpt2, "gpt_neox": neox, "llama": llama, "mistral": llama, "qwen2": llama, "qwen3": llama,
          "gemma2": llama, "bert": bert}


def unembedding(model):
    return model.cls.predictions.decoder if model.config.model_type == "bert" else model.get_output_embeddings()




@contextlib.contextmanager
def rotary_seen(model, keep):
    """Keeps what the modelling file's own rotary function returns, by layer in the order of the calls."""
    file = sys.modules[type(model).__module__]
    original = getattr(file, "apply_rotary_pos_emb", None)
    if original is None:
        yield
        return
    layers = iter(range(len(reference.decoder_blocks(model))))

    def called(*args, **kwargs):
        results = original(*args, **kwargs)
        layer = next(layers)
        for each, value in zip("qk", results):
            keep(f"blocks.{layer}.attn.hook_rot_{each}", value.transpose(1, 2))  # [B,H,T,d]
        return results

    file.apply_rotary_pos_emb = called
    try:
        yield
    finally:
        file.apply_rotary_pos_emb = original


@contextlib.contextmanager
def positions_seen(model, found):
    """Puts the position ids that the model really looks up into found["position_ids"]: an int64 [1|B,T]."""
    kind = model.config.model_type
    table = {"gpt2": lambda: model.transformer.wpe, "bert": lambda: model.bert.embeddings.position_embeddings,
             "gpt_neox": lambda: model.gpt_neox.rotary_emb}.get(kind, lambda: model.model.rotary_emb)()

    def look(_module, args, kwargs):
        ids = kwargs.get("position_ids", args[-1] if args else None)
        found.setdefault("position_ids", ids.detach().clone().long())

    handle = table.register_forward_pre_hook(look, with_kwargs=True)
    try:
        yield
    finally:
        handle.remove()


@contextlib.contextmanager
def watching(model, batch, globs, kept):
    """While it lasts, every value whose name a glob matches goes to `kept`, in the order of the pass."""
    def keep(name, value):
        if any(fnmatch.fnmatchcase(name, glob) for glob in globs):
            kept[name] = value.detach().clone().contiguous()

    points = list(POINTS[model.config.model_type](model, batch))
    if not getattr(model, "without_head", False):
        points.append(entry("unembed.hook_in", unembedding(model)))
    handles = [point.attach(keep) for point in points]
    try:
        with rotary_seen(model, keep):
            yield
    finally:
        for handle in handles:
            handle.remove()
