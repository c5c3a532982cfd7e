# SPDX-License-Identifier: GPL-3.0-or-later
"""Measures a cold process side by side: headscope-cli run and a transformers script, both from 16 ids to patterns on disk."""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import torch
from safetensors.torch import load_file, save_file

ROOT = Path(__file__).resolve().parents[2]
HOOKS = "blocks.*.attn.hook_pattern"


def timed(command, environment, folder):
    target = folder / "out.safetensors"
    target.unlink(missing_ok=True)
    start = time.perf_counter()
    done = subprocess.run([str(part) for part in command] + [str(target)], env=environment, cwd=folder,
                          capture_output=True, text=True, timeout=600)
    elapsed = time.perf_counter() - start
    if done.returncode != 0 or not target.exists():
        tail = done.stderr.strip().splitlines()[-1:] or ["no output file"]
        sys.exit(f"cold_start: {Path(command[0]).name} ended with {done.returncode}: {tail[0]}")
    return elapsed


def spread(values, unit=""):
    return f"{statistics.median(values):.3f}{unit} ({min(values):.3f}..{max(values):.3f})"


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True, type=Path, help="path of headscope-cli")
    parser.add_argument("--model", type=Path, default=ROOT / "models/gpt2-small-random", help="a model directory")
    parser.add_argument("--tokens", type=int, default=16)
    parser.add_argument("--pairs", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--report", type=Path, help="a JSON file to write")
    options = parser.parse_args()
    if not (options.model / "config.json").exists():
        sys.exit(f"cold_start: no config.json in {options.model}; tests/bench/make_gpt2_small.py makes one")
    vocabulary = json.loads((options.model / "config.json").read_text(encoding="utf-8"))["vocab_size"]
    environment = {**os.environ, "OMP_NUM_THREADS": str(options.threads), "HF_HUB_OFFLINE": "1"}
    model, cli = options.model.resolve(), options.cli.resolve()

    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        source = folder / "in.safetensors"
        generator = torch.Generator().manual_seed(0)
        save_file({"input_ids": torch.randint(0, vocabulary, (1, options.tokens), generator=generator)}, str(source))
        headscope = [cli, "run", "--model", model, "--inputs", source, "--backend", "native", "--attention", "eager",
                     "--dtype", "float32", "--hooks", HOOKS, "--output"]
        transformers = [sys.executable, ROOT / "tests/bench/transformers_cold.py", model, source]

        timed(headscope, environment, folder)  # the warm-up: files come from the page cache in every measured run
        ours = load_file(str(folder / "out.safetensors"))
        timed(transformers, environment, folder)
        theirs = load_file(str(folder / "out.safetensors"))
        missing = sorted(set(theirs) - set(ours))
        if missing:
            sys.exit(f"cold_start: headscope-cli wrote no {missing[0]}")
        gap = max((ours[key].double() - theirs[key].double()).abs().max().item() for key in theirs)

        pairs = []
        for index in range(options.pairs):
            first, second = timed(headscope, environment, folder), timed(transformers, environment, folder)
            pairs.append((first, second))
            print(f"pair {index + 1}: headscope-cli {first:.3f} s, transformers {second:.3f} s, "
                  f"ratio {first / second:.3f}", flush=True)
    ratios = [first / second for first, second in pairs]
    print(f"headscope-cli {spread([pair[0] for pair in pairs], ' s')}; transformers "
          f"{spread([pair[1] for pair in pairs], ' s')}; same results to {gap:.2g}")
    print(f"ratio headscope-cli / transformers: {spread(ratios)}, median (min..max) of {len(pairs)} pairs")
    if options.report:
        options.report.write_text(json.dumps({
            "model": options.model.name, "tokens": options.tokens, "threads": options.threads, "max_difference": gap,
            "pairs": [{"headscope_s": first, "transformers_s": second} for first, second in pairs],
            "ratio": {"median": statistics.median(ratios), "min": min(ratios), "max": max(ratios)}}, indent=1) + "\n",
            encoding="utf-8")


if __name__ == "__main__":
    main()
