# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/pairs: a tiny random BERT with the tokenizer of tests/data/tokenizers/bert-format, and what `tokenizers`
and transformers make of pairs of texts with it, padded on either side: ids, token types, mask, and every pattern.
With --live DIR compares the ids and types that headscope-cli tells of a model directory's pairs with the library's."""

import argparse
import hashlib
import json
import shutil
import subprocess
import tempfile
from pathlib import Path

import tokenizers
import torch
import transformers
from transformers import AutoModel, BertConfig

import tiny_models
from make_native_golden import save_sorted

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "tests/data/pairs"
PAIRS = [("the model said that", "it was not the case, ok?"), ("one two", "")]
MODEL = {"vocab_size": 2000, "max_position_embeddings": 48, "num_hidden_layers": 2, "pad_token_id": 0, "hidden_size": 16,
         "num_attention_heads": 2, "intermediate_size": 24}


def encoded(directory):
    tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_padding()
    tokenizer.no_truncation()
    return [tokenizer.encode(first, second) if second else tokenizer.encode(first) for first, second in PAIRS]


def padded(rows, side):
    """{"input_ids", "token_type_ids", "attention_mask"} int64 [B, T], as a tokenizer pads them: types of padding are 0."""
    length = max(len(row.ids) for row in rows)

    def fill(values):
        gap = [0] * (length - len(values))
        return gap + values if side == "left" else values + gap

    return {name: torch.tensor([fill(values(row)) for row in rows])
            for name, values in (("input_ids", lambda r: r.ids), ("token_type_ids", lambda r: r.type_ids),
                                 ("attention_mask", lambda r: [1] * len(r.ids)))}


@torch.no_grad()
def write():
    directory = FOLDER / "model"
    shutil.rmtree(directory, ignore_errors=True)
    directory.mkdir(parents=True)
    tiny_models.make(BertConfig(**MODEL, architectures=["BertForMaskedLM"]), 20).save_pretrained(directory)
    shutil.copy(ROOT / "tests/data/tokenizers/bert-format/tokenizer.json", directory)
    (directory / "generation_config.json").unlink(missing_ok=True)
    model = AutoModel.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").eval()
    metadata = {"system": "transformers", "transformers": transformers.__version__, "torch": torch.__version__,
                "tokenizers": tokenizers.__version__, "pairs": json.dumps(PAIRS), "threads": "1",
                "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest()}
    for side in ("left", "right"):
        inputs = padded(encoded(directory), side)
        attentions = model(**inputs, output_attentions=True).attentions
        tensors = {**inputs, **{f"blocks.{i}.attn.hook_pattern": each.contiguous() for i, each in enumerate(attentions)}}
        save_sorted(tensors, FOLDER / f"{side}.safetensors", {**metadata, "padding": side})
        print(f"{side}: {list(inputs['input_ids'].shape)}")


def live(cli, directory):
    """The patterns that headscope-cli makes of pairs are those that transformers makes of the library's ids and types."""
    model = AutoModel.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager").eval()
    from safetensors.torch import load_file
    with tempfile.TemporaryDirectory() as folder, torch.no_grad():
        for side in ("left", "right"):
            output = Path(folder) / "out.safetensors"
            arguments = [part for first, second in PAIRS for part in ("--prompt", first, "--second", second)]
            subprocess.run([cli, "run", "--model", directory, *arguments, "--padding", side, "--threads", "1",
                            "--hooks", "blocks.*.attn.hook_pattern", "--output", output], check=True)
            found = load_file(str(output))
            expected = model(**padded(encoded(directory), side), output_attentions=True).attentions
            worst = max((found[f"blocks.{i}.attn.hook_pattern"] - each).abs().max().item() for i, each in enumerate(expected))
            print(f"{directory} {side}: {len(expected)} layers, largest difference {worst}")
            if worst != 0:
                raise SystemExit(1)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--live", type=Path, help="model directory")
    parser.add_argument("--cli", default=ROOT / "build/release/bin/headscope-cli")
    options = parser.parse_args()
    torch.set_num_threads(1)
    live(options.cli, options.live) if options.live else write()


if __name__ == "__main__":
    main()
