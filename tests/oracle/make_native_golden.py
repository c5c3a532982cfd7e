# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/golden/MODEL_CASE.safetensors: inputs, and what transformers eager makes of them, on one thread."""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import torch
from safetensors.torch import save

import reference
import tiny_models

LIMIT = 100_000  # bytes of one file; all of tests/data stay under 20 MB
LENGTHS = [7, 4]
PROMPTS = ["The doctor said that", "Mary"]
DTYPES = ["float32", "bfloat16", "float16"]


def rows_for(directory):
    if (directory / "tokenizer.json").exists():
        # A byte-level tokenizer may split a short prompt finely; the files have to stay small.
        return [row[:6] for row in reference.tokenize(directory, PROMPTS)]
    return reference.random_ids(directory, LENGTHS)


def positions(mask):
    return (mask.cumsum(-1) - 1).clamp(min=0)


def user_mask(batch, length, seed):
    """Random permission, not causal, each row with at least itself."""
    generator = torch.Generator().manual_seed(seed)
    return (torch.rand(batch, length, length, generator=generator) < 0.6) | torch.eye(length, dtype=torch.bool)


def additive_mask(batch, heads, length, seed, dtype=torch.float32):
    """Biases <= 0 for each head, with finfo.min and -inf where a row may not look."""
    generator = torch.Generator().manual_seed(seed)
    bias = (-2.0 * torch.rand(batch, heads, length, length, generator=generator)).to(dtype)
    allowed = user_mask(batch, length, seed)[:, None].expand(-1, heads, -1, -1)
    bias = torch.where(allowed, bias, torch.finfo(dtype).min)
    bias[:, 0, -1, 0] = -torch.inf
    return bias


def mask_dtype(config, dtype):
    """float32, added as it is; but transformers' BERT would then multiply float32 patterns with 16-bit values."""
    return reference.DTYPES[dtype] if config.model_type == "bert" else torch.float32


def token_types(ids, kinds):
    """Every type in every row, the last one longest."""
    places = torch.arange(ids.shape[1]) - torch.arange(ids.shape[0])[:, None]
    return places.clamp(0, kinds - 1)


def cases(rows, config, dtype):
    """Inputs as Headscope gets them, by case; `rows` are lists of ids."""
    left, right = reference.pad(rows, "left"), reference.pad(rows, "right")
    ids = right["input_ids"]
    batch, length = ids.shape
    square = user_mask(batch, length, 11)
    yield "single", {"input_ids": torch.tensor(rows[:1])}
    yield "left", left
    yield "right", right
    yield "mask4d", {"input_ids": ids, "attention_mask": square[:, None]}
    bias = additive_mask(batch, config.num_attention_heads, length, 12, mask_dtype(config, dtype))
    yield "additive4d", {"input_ids": ids, "attention_mask": bias}
    if config.model_type == "bert":
        yield "types", {**right, "token_type_ids": token_types(ids, config.type_vocab_size)}
    if dtype == "float32":
        yield "positions", {**left, "position_ids": positions(left["attention_mask"])}
        yield "mask3d", {"input_ids": ids, "attention_mask": square}


def save_sorted(tensors, target, metadata):
    """As save_file, with the metadata in order, so that the same values give the same bytes."""
    data = save(tensors, metadata)
    size = int.from_bytes(data[:8], "little")
    header = json.loads(data[8:8 + size])
    header = {"__metadata__": dict(sorted(header.pop("__metadata__").items())), **header}
    text = json.dumps(header, separators=(",", ":")).encode()
    target.write_bytes(data[:8] + text.ljust(size) + data[8 + size:])


def write(name, directory, folder):
    total, rows = 0, rows_for(directory)
    digest = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    for dtype in DTYPES:
        model = reference.load_model(directory, dtype)
        for case, inputs in cases(rows, model.config, dtype):
            outputs = reference.run(model, inputs)
            empty = [key for key, value in outputs.items() if value.isnan().any()]
            if empty:
                sys.exit(f"make_native_golden: {name} {case} {dtype}: NaN in {empty[0]}")
            metadata = {"model": name, "case": case, "dtype": dtype, "system": "transformers", "attention": "eager",
                        "threads": "1", "cpu": torch.backends.cpu.get_cpu_capability(), "script_sha256": digest,
                        **reference.versions()}
            target = folder / f"{name}_{case}{'' if dtype == 'float32' else '-' + dtype}.safetensors"
            tensors = {key: value.contiguous().clone() for key, value in {**inputs, **outputs}.items()}
            save_sorted(tensors, target, metadata)
            size = target.stat().st_size
            total += size
            if size > LIMIT:
                print(f"{target.name}: {size} bytes, above {LIMIT}")
    print(f"{name}: {total} bytes of golden files")
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names of models; all that are there, if none is given")
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/golden")
    options = parser.parse_args()
    torch.set_num_threads(1)
    known = {name: reference.ROOT / "tests/data/models" / name for name in tiny_models.MAKERS}
    known.update({name: reference.ROOT / "resources/models" / name for name in ("demo-rotary", "demo-gpt2")})
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"unknown model '{unknown[0]}'; known: {', '.join(known)}")
    options.output.mkdir(parents=True, exist_ok=True)
    total = 0
    for name in options.names or known:
        if not (known[name] / "config.json").exists():
            print(f"{name}: skipped, there is no config.json in {known[name]}")
            continue
        total += write(name, known[name], options.output)
    print(f"{total} bytes in all")


if __name__ == "__main__":
    main()
