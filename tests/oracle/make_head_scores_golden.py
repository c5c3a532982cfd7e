# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/head_scores/MODEL.safetensors: token ids, and every head's scores by TransformerLens."""

import argparse
import hashlib
from pathlib import Path

import torch

import bridge_reference
import head_reference
import reference
from make_native_golden import save_sorted

# Vocabulary used and length: detect_head wants less than the model's context.
MODELS = {"demo-rotary": (60, 300), "demo-gpt2": (60, 300), "gpt2-tiny": (7, 31), "llama-gqa": (7, 37),
          "mistral-window": (7, 37), "neox-parallel": (7, 37)}


def write(name, folder):
    known = reference.ROOT / "tests/data/models" / name
    directory = known if known.is_dir() else reference.model_directory(name)
    vocabulary, length = MODELS[name]
    ids = head_reference.repeating_ids(vocabulary, length, 7)
    bridge = bridge_reference.load_bridge(directory, "float32", "plain")
    outputs = head_reference.scores(bridge, ids)
    metadata = {"model": name, "system": "TransformerBridge",
                "mode": "plain", "dtype": "float32", "threads": "1", "cpu": torch.backends.cpu.get_cpu_capability(),
                "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(),
                **bridge_reference.versions()}
    target = folder / f"{name}.safetensors"
    save_sorted({"input_ids": ids, **{key: value.contiguous() for key, value in outputs.items()}}, target, metadata)
    print(f"{target.name}: {target.stat().st_size} bytes")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names of models; all, if none is given", default=list(MODELS))
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/head_scores")
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
