# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares `headscope-cli heads` with TransformerLens's detect_head on the real TransformerBridge, within 1e-5, with
and without what detect_head can exclude; entropy and first-token mass with sums in double over the same patterns.
With --long N also random heads at N tokens with a computation in double from the q and k that a run dumps."""

import argparse
import csv
import math
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

LIMIT = 1e-5
LENGTH = 512
COLUMNS = ("entropy", "first_token", "previous_token", "duplicate_token", "induction")
FLAGS = {"": [], "_bos": ["--exclude-bos"], "_current": ["--exclude-current-token"],
         "_bos_current": ["--exclude-bos", "--exclude-current-token"]}
BLOCK = 512  # rows of a pattern in double at a time


class CannotRun(Exception):
    """headscope-cli could not do what was asked."""


def call(command):
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=3600)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotRun(str(error)) from error
    if done.returncode != 0:
        raise CannotRun(f"headscope-cli ended with {done.returncode}: {done.stderr.strip()}")
    return done.stderr.strip()


def write_ids(ids, folder):
    from safetensors.torch import save_file

    save_file({"input_ids": ids.contiguous()}, str(folder / "in.safetensors"))
    return folder / "in.safetensors"


def run_heads(options, model, backend, inputs, folder, flags=()):
    """{(layer, head): {column: number}} and what was said of the time."""
    target = folder / "out.csv"
    target.unlink(missing_ok=True)
    said = call([options.cli, "heads", "--model", model, "--backend", backend, "--inputs", inputs, "--output", target,
                 *flags])
    with target.open(encoding="utf-8") as file:
        rows = csv.DictReader(line for line in file if not line.startswith("#"))
        return {(int(row["layer"]), int(row["head"])): {name: float(row[name]) for name in COLUMNS}
                for row in rows}, said


def gap(a, b):
    if math.isnan(a) or math.isnan(b):
        return 0.0 if math.isnan(a) and math.isnan(b) else math.inf
    return abs(a - b)


def compare_model(options, model, folder):
    """The largest difference of every score of every head."""
    import bridge_reference
    import head_reference
    import reference

    directory = reference.model_directory(model)
    if not (directory / "config.json").exists():
        raise CannotRun(f"no config.json in {directory}")
    bridge = bridge_reference.load_bridge(directory, "float32", "plain")
    length = min(LENGTH, bridge.cfg.n_ctx - 1)
    ids = head_reference.repeating_ids(min(1000, bridge.cfg.d_vocab), length, options.seed)
    expected = head_reference.scores(bridge, ids)
    inputs, worst, where = write_ids(ids, folder), 0.0, ""
    for suffix, flags in FLAGS.items():
        for attention in ("auto", "eager"):
            found, _ = run_heads(options, model, "bridge", inputs, folder, [*flags, "--attention", attention])
            for (layer, head), row in found.items():
                for name in COLUMNS:
                    key = name if name in expected and name + suffix not in expected else name + suffix
                    distance = gap(row[name], expected[key][layer, head].item())
                    if distance > worst:
                        worst, where = distance, f"L{layer} H{head} {key} {attention}"
    print(f"{Path(model).name} {length} tokens, {len(found)} heads: {worst:.3g} of {LIMIT:g}  {where}", flush=True)
    return worst


def in_double(q, k, scale, ids):
    """A causal head's scores from q and k [T,d] in double, block of rows by block of rows."""
    import torch

    length, sums = len(ids), dict.fromkeys(COLUMNS, 0.0)
    shifted = torch.cat([torch.full((1,), -1), ids[:-1]])  # the token before a key
    key = torch.arange(length)
    for first in range(0, length, BLOCK):
        row = torch.arange(first, min(first + BLOCK, length))[:, None]
        keys = slice(0, int(row[-1]) + 1)
        scores = (q[row[:, 0]].double() @ k[keys].double().T) * scale
        pattern = scores.masked_fill(key[keys] > row, -math.inf).softmax(-1)
        tokens = ids[row]
        sums["entropy"] += torch.special.entr(pattern).sum().item()
        sums["first_token"] += pattern[:, 0].sum().item()
        sums["previous_token"] += pattern[key[keys] == row - 1].sum().item()
        sums["duplicate_token"] += pattern[(ids[keys] == tokens) & (key[keys] < row)].sum().item()
        sums["induction"] += pattern[(shifted[keys] == tokens) & (key[keys] <= row)].sum().item()
    return {name: value / length for name, value in sums.items()}


def compare_long(options, model, folder):
    """Random heads at many tokens; q and k by the hooks of another run of the same backend."""
    import json

    import head_reference
    import reference
    from safetensors import safe_open

    directory = reference.model_directory(model)
    config = json.loads((directory / "config.json").read_text(encoding="utf-8"))
    layers, heads = config["num_hidden_layers"], config["num_attention_heads"]
    groups = config.get("num_key_value_heads", heads)
    ids = head_reference.repeating_ids(config["vocab_size"], options.long, options.seed)
    inputs = write_ids(ids, folder)
    found, said = run_heads(options, model, "tapped", inputs, folder)
    chosen = random.Random(options.seed).sample([(layer, head) for layer in range(layers) for head in range(heads)],
                                                options.heads)
    names = sorted({f"blocks.{layer}.attn.hook_rot_{which}" for layer, _ in chosen for which in "qk"})
    dump, worst, where = folder / "qk.safetensors", 0.0, ""
    call([options.cli, "run", "--model", model, "--backend", "tapped", "--attention", "auto", "--inputs", inputs,
          "--hooks", ",".join(names), "--output", dump])
    with safe_open(str(dump), "pt") as file:
        for layer, head in chosen:
            q = file.get_slice(f"blocks.{layer}.attn.hook_rot_q")[0, :, head]
            k = file.get_slice(f"blocks.{layer}.attn.hook_rot_k")[0, :, head * groups // heads]
            expected = in_double(q, k, q.shape[-1] ** -0.5, ids[0])
            for name in COLUMNS:
                distance = gap(found[layer, head][name], expected[name])
                if distance > worst:
                    worst, where = distance, f"L{layer} H{head} {name}"
    print(f"{Path(model).name} {options.long} tokens, {len(chosen)} heads, every row in double: {worst:.3g} of "
          f"{LIMIT:g}  {where}; {said}", flush=True)
    return worst


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True, help="path of headscope-cli")
    parser.add_argument("--model", dest="models", required=True, nargs="+", help="model directories or embedded models")
    parser.add_argument("--long", type=int, default=0, metavar="N", help="instead: rotary models at N tokens, in double")
    parser.add_argument("--heads", type=int, default=20, help="random heads of --long")
    parser.add_argument("--seed", type=int, default=1019, help="of the tokens and the heads")
    parser.add_argument("--threads", type=int, default=1, help="OMP_NUM_THREADS of both sides")
    options = parser.parse_args()
    # Before torch is loaded; headscope-cli inherits it.
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    import torch

    import bridge_reference

    torch.set_num_threads(options.threads)
    compared, wrong, failed = 0, 0, False
    for model in options.models:
        with tempfile.TemporaryDirectory() as folder:
            try:
                worst = (compare_long if options.long else compare_model)(options, model, Path(folder))
                compared, wrong = compared + 1, wrong + (worst > LIMIT)
            except bridge_reference.Unsupported as error:
                print(f"{model}: no reference: {error}", flush=True)
            except CannotRun as error:
                print(f"compare_heads: {model}: {error}", file=sys.stderr, flush=True)
                failed = True
    print(f"{compared} models compared, {wrong} wrong" + ("; not all could run" if failed else ""))
    return 2 if failed or not compared else int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
