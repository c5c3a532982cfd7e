# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the tiny seeded random models of tests/data/models, each stored another way a real checkpoint may be."""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM, GPT2Config, LlamaConfig

import reference

TOKENS = {"bos_token_id": 0, "eos_token_id": 0}
GPT2 = {"vocab_size": 61, "n_positions": 32, "n_layer": 2, **TOKENS}
LLAMA = {"vocab_size": 61, "max_position_embeddings": 64, "num_hidden_layers": 2, **TOKENS}


def make(config, seed):
    """A model whose every parameter is random, so that a wrong norm weight or a lost bias shows."""
    model = AutoModelForCausalLM.from_config(config, dtype=torch.float32)
    generator = torch.Generator().manual_seed(seed)
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if "ln_" in name or "norm" in name:
                value.copy_(0.2 * noise + (1.0 if name.endswith("weight") else 0.0))
            elif name.endswith("bias"):
                value.copy_(0.3 * noise)
            elif "wpe" in name or "wte" in name or "embed" in name:
                value.copy_(0.7 * noise)
            else:
                value.copy_(noise * (1.3 / value.shape[0 if "c_" in name else 1] ** 0.5))
    return model


def rewrite_config(folder, change):
    path = folder / "config.json"
    config = json.loads(path.read_text(encoding="utf-8"))
    change(config)
    path.write_text(json.dumps(config, indent=2) + "\n", encoding="utf-8")


def rewrite_weights(folder, change):
    path = folder / "model.safetensors"
    save_file(change(load_file(str(path))), str(path), metadata={"format": "pt"})


def gpt2_tiny(folder):
    """Laid out as the official checkpoint: no "transformer." prefix, the old causal buffers, a v4 config."""
    make(GPT2Config(**GPT2, n_embd=16, n_head=2), 1).save_pretrained(folder)

    def change(weights):
        weights = {name.removeprefix("transformer."): value for name, value in weights.items()}
        for layer in range(2):
            weights[f"h.{layer}.attn.bias"] = torch.ones(32, 32).tril().reshape(1, 1, 32, 32)
            weights[f"h.{layer}.attn.masked_bias"] = torch.tensor(-1e4)
        return weights

    def older(config):
        config.pop("dtype", None)
        config.pop("tie_word_embeddings", None)
        config["n_ctx"] = 32

    rewrite_weights(folder, change)
    rewrite_config(folder, older)


def gpt2_inner(folder):
    """n_inner, three heads; sharded with an index."""
    make(GPT2Config(**{**GPT2, "n_layer": 3}, n_embd=24, n_head=3, n_inner=40), 2).save_pretrained(folder, max_shard_size=24000)


def gpt2_switches(folder):
    """The switches of GPT2Config: upcast attention, scores divided by the layer's number, erf GELU, untied; float16."""
    config = GPT2Config(**GPT2, n_embd=16, n_head=4, reorder_and_upcast_attn=True, scale_attn_by_inverse_layer_idx=True,
                        activation_function="gelu", tie_word_embeddings=False)
    make(config, 3).half().save_pretrained(folder)


def llama_gqa(folder):
    """Grouped queries, untied, the config as transformers 5 writes it."""
    config = LlamaConfig(**LLAMA, hidden_size=32, intermediate_size=48, num_attention_heads=4, num_key_value_heads=2,
                         rope_parameters={"rope_type": "default", "rope_theta": 10000.0})
    make(config, 4).save_pretrained(folder)


def llama_tied(folder):
    """One key-value head, tied; a v4 config with an integer rope_theta; stored in bfloat16."""
    config = LlamaConfig(**LLAMA, hidden_size=24, intermediate_size=40, num_attention_heads=3, num_key_value_heads=1,
                         tie_word_embeddings=True, rope_parameters={"rope_type": "default", "rope_theta": 100000.0})
    make(config, 5).bfloat16().save_pretrained(folder)

    def older(config):
        for key in ("rope_parameters", "head_dim", "dtype"):
            config.pop(key, None)
        config.update(rope_theta=100000, rope_scaling=None, torch_dtype="bfloat16", transformers_version="4.40.0")

    rewrite_config(folder, older)


def llama_bias(folder):
    """Biases everywhere, a head size of its own (48 wide heads on a width of 32); stored in float16."""
    config = LlamaConfig(**LLAMA, hidden_size=32, intermediate_size=48, num_attention_heads=4, num_key_value_heads=4,
                         head_dim=12, attention_bias=True, mlp_bias=True,
                         rope_parameters={"rope_type": "default", "rope_theta": 500000.0})
    make(config, 6).half().save_pretrained(folder)


def llama_scaled(folder):
    """Llama 3's rotary scaling."""
    rope = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 16}
    config = LlamaConfig(**LLAMA, hidden_size=32, intermediate_size=40, num_attention_heads=2, num_key_value_heads=1,
                         rope_parameters=rope)
    make(config, 7).save_pretrained(folder)


MAKERS = {"gpt2-tiny": gpt2_tiny, "gpt2-inner": gpt2_inner, "gpt2-switches": gpt2_switches, "llama-gqa": llama_gqa,
          "llama-tied": llama_tied, "llama-bias": llama_bias, "llama-scaled": llama_scaled}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/models")
    options = parser.parse_args()
    torch.set_num_threads(1)
    for name, maker in MAKERS.items():
        folder = options.output / name
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        maker(folder)
        (folder / "generation_config.json").unlink(missing_ok=True)
        for file in folder.iterdir():
            file.chmod(0o644)
        size = sum(file.stat().st_size for file in folder.iterdir())
        print(f"{name}: {', '.join(sorted(file.name for file in folder.iterdir()))}; {size} bytes")


if __name__ == "__main__":
    main()
