# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/value_norms/MODEL.safetensors: token ids, and for every cell of every head the lengths of a v W_O and
of a v, from the patterns, values and W_O of TransformerBridge, cell by cell in double."""

import argparse
import hashlib
from pathlib import Path

import torch

import bridge_reference
import reference
from make_native_golden import save_sorted

LENGTH = 21
MODELS = ["demo-gpt2", "demo-rotary", "gpt2-tiny", "llama-gqa", "mistral-window", "neox-parallel", "qwen3-norm",
          "gemma2-caps", "qwen2-bias", "bert-mlm"]


@torch.no_grad()
def lengths(bridge, ids):
    """{"weighted" and "norm": float32 [layers, heads, queries, keys]}"""
    cache = bridge.run_with_cache(ids)[1]
    result = {"weighted": [], "norm": []}
    for layer in range(bridge.cfg.n_layers):
        pattern = cache[f"blocks.{layer}.attn.hook_pattern"][0].double()  # [H, Q, K]
        value = cache[f"blocks.{layer}.attn.hook_v"][0].double()  # [K, G, d]
        value = value.repeat_interleave(pattern.shape[0] // value.shape[1], dim=1)
        output = bridge.blocks[layer].attn.W_O.double()  # [H, d, D]
        given = pattern[..., None] * value.transpose(0, 1)[:, None]  # [H, Q, K, d]
        result["norm"].append(given.norm(dim=-1))
        result["weighted"].append((given @ output[:, None]).norm(dim=-1))
    return {name: torch.stack(each).float() for name, each in result.items()}


def write(name, folder):
    known = reference.ROOT / "tests/data/models" / name
    directory = known if known.is_dir() else reference.model_directory(name)
    ids = torch.tensor(reference.random_ids(directory, [LENGTH]))
    bridge = bridge_reference.load_bridge(directory, "float32", "plain")
    metadata = {"model": name, "system": "TransformerBridge", "mode": "plain", "dtype": "float32", "threads": "1",
                "cpu": torch.backends.cpu.get_cpu_capability(),
                "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
                **bridge_reference.versions()}
    target = folder / f"{name}.safetensors"
    save_sorted({"input_ids": ids, **lengths(bridge, ids)}, target, metadata)
    print(f"{target.name}: {target.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names of models; all, if none is given", default=MODELS)
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/value_norms")
    options = parser.parse_args()
    torch.set_num_threads(1)
    unknown = [name for name in options.names if name not in MODELS]
    if unknown:
        parser.error(f"unknown model '{unknown[0]}'; known: {', '.join(MODELS)}")
    options.output.mkdir(parents=True, exist_ok=True)
    for name in options.names:
        write(name, options.output)


if __name__ == "__main__":
    main()
