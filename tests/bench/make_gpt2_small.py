# SPDX-License-Identifier: GPL-3.0-or-later
"""Makes a random, seeded model of GPT-2 small's size (float32, ~500 MB) for measurements; its text is noise."""

import argparse
import json
import shutil
import sys
import tempfile
from pathlib import Path

import torch
from safetensors.torch import save_file

ROOT = Path(__file__).resolve().parents[2]
VOCAB, POSITIONS, WIDTH, LAYERS, HEADS = 50257, 1024, 768, 12, 12
CONFIG = {
    "architectures": ["GPT2LMHeadModel"], "model_type": "gpt2", "vocab_size": VOCAB, "n_positions": POSITIONS,
    "n_embd": WIDTH, "n_layer": LAYERS, "n_head": HEADS, "n_inner": None, "activation_function": "gelu_new",
    "layer_norm_epsilon": 1e-05, "initializer_range": 0.02, "bos_token_id": 50256, "eos_token_id": 50256,
    "tie_word_embeddings": True, "dtype": "float32",
}


def make_weights(seed):
    generator = torch.Generator().manual_seed(seed)
    normal = lambda *shape: torch.randn(*shape, generator=generator) * 0.02
    weights = {"transformer.wte.weight": normal(VOCAB, WIDTH), "transformer.wpe.weight": normal(POSITIONS, WIDTH)}

    def norm(name):
        weights[name + ".weight"] = 1.0 + normal(WIDTH)
        weights[name + ".bias"] = normal(WIDTH)

    def projection(name, inputs, outputs):
        weights[name + ".weight"] = normal(inputs, outputs)
        weights[name + ".bias"] = normal(outputs)

    for layer in range(LAYERS):
        block = f"transformer.h.{layer}."
        norm(block + "ln_1")
        projection(block + "attn.c_attn", WIDTH, 3 * WIDTH)
        projection(block + "attn.c_proj", WIDTH, WIDTH)
        norm(block + "ln_2")
        projection(block + "mlp.c_fc", WIDTH, 4 * WIDTH)
        projection(block + "mlp.c_proj", 4 * WIDTH, WIDTH)
    norm("transformer.ln_f")
    return weights


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "models/gpt2-small-random")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--tokenizer", type=Path, default=ROOT / "tests/data/tokenizers/gpt2-strings/tokenizer.json",
                        help="a tokenizer.json to lay beside; its ids have to be below 50257")
    options = parser.parse_args()
    if (options.output / "model.safetensors").exists():
        print(f"{options.output} is there")
        return 0
    if options.output.exists():
        print(f"make_gpt2_small: {options.output} exists and holds no model", file=sys.stderr)
        return 2
    options.output.parent.mkdir(parents=True, exist_ok=True)
    folder = Path(tempfile.mkdtemp(prefix="." + options.output.name, dir=options.output.parent))
    try:
        (folder / "config.json").write_text(json.dumps(CONFIG, indent=2) + "\n", encoding="utf-8")
        shutil.copyfile(options.tokenizer, folder / "tokenizer.json")
        save_file(make_weights(options.seed), str(folder / "model.safetensors"), metadata={"format": "pt"})
        for file in folder.iterdir():
            file.chmod(0o644)
        folder.chmod(0o755)
        folder.rename(options.output)
    except BaseException:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    print(f"{options.output}: {(options.output / 'model.safetensors').stat().st_size} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
