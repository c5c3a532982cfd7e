# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares headscope-cli's native backend with the real transformers eager model: logits, patterns, block outputs."""

import argparse
import json
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HOOKS = "blocks.*.attn.hook_pattern,blocks.*.hook_resid_post"
LIMITS = {"float32": 1e-5, "float64": 1e-5, "float16": 2e-2, "bfloat16": 2e-2}
PROMPTS = [
    "When Mary and John went to the store, John gave a drink to",
    "The doctor said that",
    "def f(x):\n    return x + 12",
]
LENGTHS = [13, 5, 9]  # of the random prompts of a model without a tokenizer


def distance(expected, found):
    """Largest absolute difference and the number of unequal elements; equal infinities and NaN with NaN are equal."""
    import torch

    if expected.numel() == 0:
        return 0.0, 0
    left, right = expected.to(torch.float64), found.to(torch.float64)
    same = (left == right) | (left.isnan() & right.isnan())
    gap = (left - right).abs().masked_fill(same, 0.0)
    return gap.nan_to_num(nan=math.inf, posinf=math.inf).max().item(), int((~same).sum())


def rows_of(value, real, pattern):
    """The real and the padded query rows of a result; `real` is [B,T] or None (all real)."""
    if pattern:
        value = value.transpose(1, 2)  # [B,T,H,Tk]
    return (value, value[:0]) if real is None else (value[real], value[~real])


def layer_of(name):
    """Sorts by the way of the data: pattern of layer 0, block 0, ..., logits."""
    layer = re.match(r"blocks\.(\d+)\.", name)
    return (int(layer[1]), "resid" in name) if layer else (1 << 30, False)


def compare(expected, found, real):
    quantities = []
    for name in sorted(expected, key=layer_of):
        wanted, got = expected[name], found.get(name)
        record = {"name": name, "shape": list(wanted.shape), "dtype": str(wanted.dtype).removeprefix("torch.")}
        quantities.append(record)
        if got is None:
            record.update(missing=True, max=math.inf)
            continue
        record["dtype_equal"], record["shape_equal"] = got.dtype == wanted.dtype, got.shape == wanted.shape
        record["found_dtype"], record["found_shape"] = str(got.dtype).removeprefix("torch."), list(got.shape)
        if not record["shape_equal"]:
            record["max"] = math.inf
            continue
        for kind, left, right in zip(("real", "padded"), rows_of(wanted, real, "pattern" in name),
                                     rows_of(got, real, "pattern" in name)):
            largest, unequal = distance(left, right)
            record[kind] = {"max": largest, "unequal": unequal, "of": left.numel()}
        record["max"] = max(record["real"]["max"], record["padded"]["max"])
    return quantities


def summarise(name, quantities):
    def worst(kind, part):
        chosen = [q for q in quantities if part in q["name"]]
        return max((q[kind]["max"] if kind in q else q["max"] for q in chosen), default=0.0)

    def unequal(kind):
        return sum(q[kind]["unequal"] for q in quantities if kind in q), sum(q[kind]["of"] for q in quantities if kind in q)

    parts = [("logits", "logits"), ("pattern", "hook_pattern"), ("resid", "hook_resid_post")]
    text = f"{name}: real rows " + " ".join(f"{label} {worst('real', part):.3g}" for label, part in parts)
    text += " ({} of {} unequal)".format(*unequal("real"))
    if unequal("padded")[1]:
        text += "; padded rows " + " ".join(f"{label} {worst('padded', part):.3g}" for label, part in parts)
        text += " ({} of {} unequal)".format(*unequal("padded"))
    bad = [q["name"] for q in quantities if not (q.get("dtype_equal") and q.get("shape_equal"))]
    if bad:
        text += f"; shape, dtype or name wrong in {len(bad)}, first {bad[0]}"
    first = next((q["name"] for q in quantities if q["max"] > 0), None)
    return text + f"; first divergent: {first or 'none'}", first, bad


def run_cli(options, inputs, folder):
    from safetensors import safe_open
    from safetensors.torch import save_file

    source, target = folder / "in.safetensors", folder / "out.safetensors"
    save_file(inputs, str(source))
    command = [options.cli, "run", "--model", options.model, "--inputs", source, "--backend", "native", "--attention",
               "eager", "--dtype", options.dtype, "--hooks", HOOKS, "--output", target]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=1800)
    if done.returncode != 0:
        raise RuntimeError(f"headscope-cli ended with {done.returncode}: {done.stderr.strip()}")
    with safe_open(str(target), "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True, help="path of headscope-cli")
    parser.add_argument("--model", required=True, help="a model directory, or the name of an embedded model")
    parser.add_argument("--dtype", default="float32", choices=sorted(LIMITS))
    parser.add_argument("--prompts", nargs="+", default=PROMPTS)
    parser.add_argument("--threads", type=int, default=1, help="OMP_NUM_THREADS of both sides")
    parser.add_argument("--report", type=Path, help="a JSON file to write")
    options = parser.parse_args()
    # Before torch is loaded; headscope-cli inherits it.
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    import torch

    import reference

    torch.set_num_threads(options.threads)
    directory = reference.model_directory(options.model)
    if not (directory / "config.json").exists():
        print(f"compare_native: no config.json in {directory}", file=sys.stderr)
        return 2
    if (directory / "tokenizer.json").exists():
        rows = reference.tokenize(directory, options.prompts)
    else:
        rows = reference.random_ids(directory, LENGTHS)
    cases = {f"prompt {index}": {"input_ids": torch.tensor([row])} for index, row in enumerate(rows)}
    cases["batch, left-padded"] = reference.pad(rows, "left")

    model = reference.load_model(directory, options.dtype)
    report = {"model": options.model, "dtype": options.dtype, "threads": options.threads, **reference.versions(), "cases": []}
    largest, wrong = 0.0, False
    with tempfile.TemporaryDirectory() as folder:
        for name, inputs in cases.items():
            expected = reference.run(model, inputs)
            try:
                found, metadata = run_cli(options, inputs, Path(folder))
            except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
                print(f"compare_native: {name}: {error}", file=sys.stderr)
                return 2
            mask = inputs.get("attention_mask")
            quantities = compare(expected, found, None if mask is None else mask.bool())
            line, first, bad = summarise(f"{options.dtype} {name}", quantities)
            print(line, flush=True)
            extra = sorted(set(found) - set(expected))
            report["cases"].append({"name": name, "shape": list(inputs["input_ids"].shape), "first_divergent": first,
                                    "unexpected_names": extra, "metadata": metadata, "quantities": quantities})
            largest = max([largest] + [q["max"] for q in quantities])
            wrong = wrong or bool(bad)
    report["max"], report["limit"] = largest, LIMITS[options.dtype]
    if options.report:
        options.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    verdict = not wrong and largest <= LIMITS[options.dtype]
    print(f"{options.model} {options.dtype}: max difference {largest:.3g}, limit {LIMITS[options.dtype]:g}: "
          + ("ok" if verdict else "DIVERGES") + (" (bit-identical)" if verdict and largest == 0 else ""))
    return 0 if verdict else 1


if __name__ == "__main__":
    sys.exit(main())
