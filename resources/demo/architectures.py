# SPDX-License-Identifier: GPL-3.0-or-later
"""The two demo architectures, their recipes, and how a trained one is written as a Hugging Face directory."""

import json
from dataclasses import dataclass

import torch
from transformers import GPT2Config, GPT2LMHeadModel, LlamaConfig, LlamaForCausalLM

WIDTH, LAYERS, HEADS, VOCABULARY = 96, 3, 4, 1408
# (layer, head) of the previous-token head and of the induction head that the first steps are guided towards.
GUIDED_HEADS = ((0, 1), (1, 2))


@dataclass(frozen=True)
class Recipe:
    """How one demo model is trained."""
    name: str
    seed: int
    positions: int
    steps: int
    rate: float
    # (row length, share of the steps): a step always has `batch_tokens` tokens.
    lengths: tuple
    batch_tokens: int = 2048
    warm_up: int = 100
    decay: float = 0.05
    guided: int = 300
    report: int = 100


RECIPES = {
    "demo-rotary": Recipe("demo-rotary", 11, 2048, 3000, 3e-3,
                          ((64, .62), (128, .25), (256, .07), (512, .03), (1024, .02), (2048, .01))),
    "demo-gpt2": Recipe("demo-gpt2", 12, 512, 3000, 2.5e-3, ((64, .60), (128, .25), (256, .10), (512, .05))),
}


def rotary():
    """Llama: RMSNorm, SwiGLU, rotary positions, tied embeddings."""
    return LlamaForCausalLM(LlamaConfig(
        vocab_size=VOCABULARY, hidden_size=WIDTH, intermediate_size=2 * WIDTH, num_hidden_layers=LAYERS,
        num_attention_heads=HEADS, num_key_value_heads=HEADS, max_position_embeddings=2048, rms_norm_eps=1e-5,
        tie_word_embeddings=True, bos_token_id=0, eos_token_id=0, pad_token_id=0, initializer_range=0.04,
        rope_parameters={"rope_type": "default", "rope_theta": 10000.0}, attn_implementation="sdpa"))


def gpt2():
    """GPT-2: LayerNorm, GELU, learned positions, tied embeddings.

    The position table is learned from a start at the usual sines and cosines: from a random start a model this small
    finds 'the token before' only after many times as many steps."""
    positions = RECIPES["demo-gpt2"].positions
    model = GPT2LMHeadModel(GPT2Config(
        vocab_size=VOCABULARY, n_embd=WIDTH, n_inner=2 * WIDTH, n_layer=LAYERS, n_head=HEADS, n_positions=positions,
        resid_pdrop=0.0, embd_pdrop=0.0, attn_pdrop=0.0, bos_token_id=0, eos_token_id=0, pad_token_id=0,
        initializer_range=0.04, attn_implementation="sdpa"))
    angle = torch.arange(positions)[:, None] * 10000.0 ** (-torch.arange(0, WIDTH, 2) / WIDTH)
    with torch.no_grad():
        model.transformer.wpe.weight.copy_(0.06 * torch.cat([angle.sin(), angle.cos()], 1))
    return model


def build(name):
    return {"demo-rotary": rotary, "demo-gpt2": gpt2}[name]()


def save(model, folder):
    """Writes config.json and model.safetensors (float32)."""
    model.save_pretrained(folder)
    (folder / "model.safetensors").chmod(0o644)
    (folder / "generation_config.json").unlink(missing_ok=True)
    path = folder / "config.json"
    config = json.loads(path.read_text())
    if "rope_parameters" in config:
        config["rope_theta"] = config["rope_parameters"]["rope_theta"]
    path.write_text(json.dumps(dict(sorted(config.items())), indent=2) + "\n")
