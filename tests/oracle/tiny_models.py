# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes the tiny seeded random models of tests/data/models, each stored another way a real checkpoint may be."""

import argparse
import json
import shutil
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file
from transformers import (BertConfig, Gemma2Config, GPT2Config, GPTNeoXConfig, LlamaConfig, MistralConfig, Qwen2Config,
                          Qwen3Config)

import reference

TOKENS = {"bos_token_id": 0, "eos_token_id": 0}
GPT2 = {"vocab_size": 61, "n_positions": 32, "n_layer": 2, **TOKENS}
LLAMA = {"vocab_size": 61, "max_position_embeddings": 64, "num_hidden_layers": 2, **TOKENS}
ROPE = {"rope_type": "default", "rope_theta": 10000.0}
BERT = {"vocab_size": 61, "max_position_embeddings": 24, "num_hidden_layers": 2, "pad_token_id": 0}


def make(config, seed):
    """A model whose every parameter is random, so that a wrong norm weight or a lost bias shows."""
    model = reference.model_class(config).from_config(config, dtype=torch.float32)
    generator = torch.Generator().manual_seed(seed)
    centre = 0.0 if config.model_type == "gemma2" else 1.0  # gemma's norms multiply by 1 + weight
    with torch.no_grad():
        for name, value in model.named_parameters():
            noise = torch.randn(value.shape, generator=generator)
            if "ln_" in name or "norm" in name.lower():
                value.copy_(0.2 * noise + (centre if name.endswith("weight") else 0.0))
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


def older(spelling, version, gone=()):
    """A change of a config to the spelling of a transformers 4."""
    def change(config):
        for key in ("rope_parameters", "dtype", *gone):
            config.pop(key, None)
        config.update(transformers_version=version, **spelling)
    return change


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

    def reshape(config):
        config.pop("dtype", None)
        config.pop("tie_word_embeddings", None)
        config["n_ctx"] = 32

    rewrite_weights(folder, change)
    rewrite_config(folder, reshape)


def gpt2_inner(folder):
    """n_inner, three heads; sharded with an index."""
    config = GPT2Config(**{**GPT2, "n_layer": 3}, n_embd=24, n_head=3, n_inner=40)
    make(config, 2).save_pretrained(folder, max_shard_size=24000)


def gpt2_switches(folder):
    """The switches of GPT2Config: upcast attention, scores divided by the layer's number, erf GELU, untied; float16."""
    config = GPT2Config(**GPT2, n_embd=16, n_head=4, reorder_and_upcast_attn=True, scale_attn_by_inverse_layer_idx=True,
                        activation_function="gelu", tie_word_embeddings=False)
    make(config, 3).half().save_pretrained(folder)


def llama_gqa(folder):
    """Grouped queries, untied, the config as transformers 5 writes it."""
    config = LlamaConfig(**LLAMA, hidden_size=32, intermediate_size=48, num_attention_heads=4, num_key_value_heads=2,
                         rope_parameters=dict(ROPE))
    make(config, 4).save_pretrained(folder)


def llama_tied(folder):
    """One key-value head, tied; a v4 config with an integer rope_theta; stored in bfloat16."""
    config = LlamaConfig(**LLAMA, hidden_size=24, intermediate_size=40, num_attention_heads=3, num_key_value_heads=1,
                         tie_word_embeddings=True, rope_parameters={**ROPE, "rope_theta": 100000.0})
    make(config, 5).bfloat16().save_pretrained(folder)
    rewrite_config(folder, older({"rope_theta": 100000, "rope_scaling": None, "torch_dtype": "bfloat16"}, "4.40.0",
                                 ["head_dim"]))


def llama_bias(folder):
    """Biases everywhere, a head size of its own (48 wide heads on a width of 32); stored in float16."""
    config = LlamaConfig(**LLAMA, hidden_size=32, intermediate_size=48, num_attention_heads=4, num_key_value_heads=4,
                         head_dim=12, attention_bias=True, mlp_bias=True,
                         rope_parameters={**ROPE, "rope_theta": 500000.0})
    make(config, 6).half().save_pretrained(folder)


def llama_scaled(folder):
    """Llama 3's rotary scaling."""
    rope = {"rope_type": "llama3", "rope_theta": 500000.0, "factor": 8.0, "low_freq_factor": 1.0,
            "high_freq_factor": 4.0, "original_max_position_embeddings": 16}
    config = LlamaConfig(**LLAMA, hidden_size=32, intermediate_size=40, num_attention_heads=2, num_key_value_heads=1,
                         rope_parameters=rope)
    make(config, 7).save_pretrained(folder)


def gpt2_unscaled(folder):
    """Scores that are not divided by the root of the head size."""
    make(GPT2Config(**GPT2, n_embd=16, n_head=2, scale_attn_weights=False), 8).save_pretrained(folder)


def neox_parallel(folder):
    """A quarter of each head rotated, residuals in parallel; stored in float16."""
    config = GPTNeoXConfig(**LLAMA, hidden_size=32, num_attention_heads=2, intermediate_size=48, hidden_act="gelu",
                           use_parallel_residual=True, rope_parameters={**ROPE, "partial_rotary_factor": 0.25})
    make(config, 9).half().save_pretrained(folder)


def neox_serial(folder):
    """Whole heads rotated, residuals one after the other, tied; a v4 config, and the buffers of an old checkpoint."""
    config = GPTNeoXConfig(**LLAMA, hidden_size=24, num_attention_heads=3, intermediate_size=40, hidden_act="gelu_new",
                           use_parallel_residual=False, tie_word_embeddings=True, layer_norm_eps=1e-4,
                           rope_parameters={**ROPE, "rope_theta": 25000.0, "partial_rotary_factor": 1.0})
    make(config, 10).save_pretrained(folder)

    def change(weights):
        for layer in range(2):
            prefix = f"gpt_neox.layers.{layer}.attention."
            weights[prefix + "bias"] = torch.ones(64, 64, dtype=torch.bool).tril().reshape(1, 1, 64, 64)
            weights[prefix + "masked_bias"] = torch.tensor(-1e9)
            weights[prefix + "rotary_emb.inv_freq"] = (25000.0 ** -(torch.arange(0, 8, 2) / 8)).half()
        return weights

    rewrite_weights(folder, change)
    rewrite_config(folder, older({"rotary_pct": 1.0, "rotary_emb_base": 25000}, "4.29.2", ["attention_bias"]))


def neox_nobias(folder):
    """No biases in attention; half of each head rotated."""
    config = GPTNeoXConfig(**LLAMA, hidden_size=32, num_attention_heads=4, intermediate_size=40, attention_bias=False,
                           rope_parameters={**ROPE, "partial_rotary_factor": 0.5})
    make(config, 11).save_pretrained(folder)


def llama_linear(folder):
    """Linear rotary scaling, in a v4 config."""
    config = LlamaConfig(**LLAMA, hidden_size=32, intermediate_size=40, num_attention_heads=4, num_key_value_heads=2,
                         rope_parameters={"rope_type": "linear", "rope_theta": 10000.0, "factor": 4.0})
    make(config, 12).save_pretrained(folder)
    rewrite_config(folder, older({"rope_theta": 10000.0, "rope_scaling": {"type": "linear", "factor": 4.0}}, "4.36.0"))


def llama_dynamic(folder):
    """Dynamic rotary scaling, with so few positions that a short prompt exceeds them."""
    config = LlamaConfig(**{**LLAMA, "max_position_embeddings": 6}, hidden_size=32, intermediate_size=40,
                         num_attention_heads=2, num_key_value_heads=2,
                         rope_parameters={"rope_type": "dynamic", "rope_theta": 10000.0, "factor": 2.0})
    make(config, 13).save_pretrained(folder)


def mistral_window(folder):
    """A window of three in every layer, heads wider together than the model; a v4 config; stored in bfloat16."""
    config = MistralConfig(**LLAMA, hidden_size=32, intermediate_size=40, num_attention_heads=4, num_key_value_heads=2,
                           head_dim=12, sliding_window=3, rms_norm_eps=1e-5,
                           rope_parameters={**ROPE, "rope_theta": 20000.0})
    make(config, 14).bfloat16().save_pretrained(folder)
    rewrite_config(folder, older({"rope_theta": 20000.0, "torch_dtype": "bfloat16"}, "4.42.0"))


def mistral_plain(folder):
    """No window, tied."""
    config = MistralConfig(**LLAMA, hidden_size=24, intermediate_size=40, num_attention_heads=3, num_key_value_heads=1,
                           sliding_window=None, tie_word_embeddings=True,
                           rope_parameters={**ROPE, "rope_theta": 1000000.0})
    make(config, 15).save_pretrained(folder)


def qwen2_bias(folder):
    """A window from layer 1 on, by max_window_layers alone; tied; stored in bfloat16."""
    config = Qwen2Config(**{**LLAMA, "num_hidden_layers": 3}, hidden_size=32, intermediate_size=40,
                         num_attention_heads=4, num_key_value_heads=2, use_sliding_window=True, sliding_window=3,
                         max_window_layers=1, tie_word_embeddings=True,
                         rope_parameters={**ROPE, "rope_theta": 1000000.0})
    make(config, 16).bfloat16().save_pretrained(folder)
    rewrite_config(folder, lambda config: config.pop("layer_types"))


def qwen2_plain(folder):
    """A window that is switched off; untied; a v4 config."""
    config = Qwen2Config(**LLAMA, hidden_size=24, intermediate_size=40, num_attention_heads=3, num_key_value_heads=3,
                         use_sliding_window=False, rope_parameters=dict(ROPE))
    make(config, 17).save_pretrained(folder)
    rewrite_config(folder, older({"rope_theta": 10000.0, "use_sliding_window": False, "sliding_window": 3,
                                  "max_window_layers": 0}, "4.40.1", ["layer_types"]))


def qwen3_norm(folder):
    """Norms of queries and keys, biases, and layer_types that max_window_layers contradicts."""
    config = Qwen3Config(**{**LLAMA, "num_hidden_layers": 3}, hidden_size=32, intermediate_size=40,
                         num_attention_heads=4, num_key_value_heads=2, head_dim=12, attention_bias=True,
                         use_sliding_window=True, sliding_window=3, max_window_layers=28,
                         layer_types=["sliding_attention", "full_attention", "sliding_attention"],
                         rope_parameters={**ROPE, "rope_theta": 1000000.0})
    make(config, 18).save_pretrained(folder)


def qwen3_plain(folder):
    """Heads wider together than the model; tied; a v4 config; stored in bfloat16."""
    config = Qwen3Config(**LLAMA, hidden_size=24, intermediate_size=40, num_attention_heads=3, num_key_value_heads=1,
                         head_dim=16, tie_word_embeddings=True,
                         rope_parameters={**ROPE, "rope_theta": 1000000.0})
    make(config, 19).bfloat16().save_pretrained(folder)
    rewrite_config(folder, older({"rope_theta": 1000000, "rope_scaling": None, "torch_dtype": "bfloat16"}, "4.51.0",
                                 ["layer_types"]))


def gemma2_caps(folder):
    """Both soft caps so small that they bite, windows in turn, a score scale of its own; a v4 config; in bfloat16."""
    config = Gemma2Config(**{**LLAMA, "num_hidden_layers": 3}, hidden_size=32, intermediate_size=40,
                          num_attention_heads=4, num_key_value_heads=2, head_dim=8, query_pre_attn_scalar=24,
                          sliding_window=3, pad_token_id=0, attn_logit_softcapping=5.0, final_logit_softcapping=3.0,
                          rope_parameters=dict(ROPE))
    make(config, 20).bfloat16().save_pretrained(folder)
    rewrite_config(folder, older({"rope_theta": 10000.0, "hidden_act": "gelu_pytorch_tanh",
                                  "cache_implementation": "hybrid", "torch_dtype": "bfloat16"}, "4.42.3",
                                 ["layer_types", "tie_word_embeddings", "use_bidirectional_attention"]))


def gemma2_plain(folder):
    """No soft caps, biases in attention, every layer full, untied."""
    config = Gemma2Config(**LLAMA, hidden_size=24, intermediate_size=40, num_attention_heads=3, num_key_value_heads=1,
                          head_dim=12, query_pre_attn_scalar=12, sliding_window=3, attention_bias=True,
                          pad_token_id=None, attn_logit_softcapping=None, final_logit_softcapping=None,
                          tie_word_embeddings=False, layer_types=["full_attention", "full_attention"],
                          rope_parameters=dict(ROPE))
    make(config, 21).save_pretrained(folder)


def bert_mlm(folder):
    """The masked-LM head tied, as BertForMaskedLM saves it; stored in float16."""
    config = BertConfig(**BERT, hidden_size=32, intermediate_size=48, num_attention_heads=4, type_vocab_size=2)
    make(config, 22).half().save_pretrained(folder)


def bert_odd(folder):
    """Three token types, untied (the head's bias twice, different), norms by their old names, and heads nobody uses."""
    config = BertConfig(**BERT, hidden_size=24, intermediate_size=40, num_attention_heads=3, type_vocab_size=3,
                        hidden_act="gelu_new", tie_word_embeddings=False, layer_norm_eps=1e-6)
    make(config, 23).save_pretrained(folder)

    def change(weights):
        generator = torch.Generator().manual_seed(24)
        names = {".LayerNorm.weight": ".LayerNorm.gamma", ".LayerNorm.bias": ".LayerNorm.beta"}
        for name in list(weights):
            for new, old in names.items():
                if name.endswith(new):
                    weights[name.removesuffix(new) + old] = weights.pop(name)
        for name, rows in (("bert.pooler.dense", 24), ("cls.seq_relationship", 2)):
            weights[name + ".weight"] = torch.randn(rows, 24, generator=generator)
            weights[name + ".bias"] = torch.randn(rows, generator=generator)
        weights["bert.embeddings.position_ids"] = torch.arange(24)[None]
        return weights

    rewrite_weights(folder, change)
    rewrite_config(folder, older({"architectures": ["BertForPreTraining"]}, "4.6.0.dev0"))


MAKERS = {maker.__name__.replace("_", "-"): maker for maker in (
    gpt2_tiny, gpt2_inner, gpt2_switches, gpt2_unscaled, neox_parallel, neox_serial, neox_nobias, llama_gqa, llama_tied,
    llama_bias, llama_scaled, llama_linear, llama_dynamic, mistral_window, mistral_plain, qwen2_bias, qwen2_plain,
    qwen3_norm, qwen3_plain, gemma2_caps, gemma2_plain, bert_mlm, bert_odd)}


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
