# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares headscope-cli's native and tapped backends with the real transformers eager model: every case of
make_native_golden.py on other prompts; logits, patterns and block outputs."""

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
PARTS = [("logits", "logits"), ("pattern", "hook_pattern"), ("resid", "hook_resid_post")]
COLUMNS = ["none", "left", "right", "mask4d", "additive4d", "other"]


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


def worst(quantities, kind, part):
    return max((q[kind]["max"] if kind in q else q["max"] for q in quantities if part in q["name"]), default=0.0)


def summarise(name, quantities):
    def unequal(kind):
        return [sum(q[kind][count] for q in quantities if kind in q) for count in ("unequal", "of")]

    text = name
    for kind in ("real", "padded"):
        if kind == "real" or unequal(kind)[1]:
            largest = " ".join(f"{label} {worst(quantities, kind, part):.3g}" for label, part in PARTS)
            text += f"; {kind} rows {largest} " + "({} of {} unequal)".format(*unequal(kind))
    bad = [q["name"] for q in quantities if not (q.get("dtype_equal") and q.get("shape_equal"))]
    if bad:
        text += f"; shape, dtype or name wrong in {len(bad)}, first {bad[0]}"
    first = next((q["name"] for q in quantities if q["max"] > 0), None)
    return text + f"; first divergent: {first or 'none'}", first, bad


def run_cli(options, model, backend, dtype, inputs, folder):
    from safetensors import safe_open
    from safetensors.torch import save_file

    source, target = folder / "in.safetensors", folder / "out.safetensors"
    save_file(inputs, str(source))
    command = [options.cli, "run", "--model", model, "--inputs", source, "--backend", backend, "--attention",
               "eager", "--dtype", dtype, "--hooks", HOOKS, "--output", target]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=1800)
    if done.returncode != 0:
        raise RuntimeError(f"headscope-cli ended with {done.returncode}: {done.stderr.strip()}")
    with safe_open(str(target), "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()


def live_cases(rows, config, dtype):
    """(column of the table, name, inputs): each prompt alone, then the cases of the golden files."""
    import torch

    import make_native_golden

    for index, row in enumerate(rows):
        yield "none", f"none, prompt {index}", {"input_ids": torch.tensor([row])}
    for name, inputs in make_native_golden.cases(rows, config, dtype):
        if name != "single":
            yield name if name in COLUMNS else "other", name, {key: value.contiguous() for key, value in inputs.items()}


class Run:
    """What one model in one dtype through one backend gave."""

    def __init__(self, model, dtype, backend):
        self.model, self.dtype, self.backend = model, dtype, backend
        self.cases, self.errors, self.wrong, self.largest = [], 0, False, 0.0
        self.cells = {}  # column -> largest differences of PARTS on real rows, or a word

    def add(self, column, name, inputs, expected, found, metadata):
        mask = inputs.get("attention_mask")
        quantities = compare(expected, found, mask.bool() if mask is not None and mask.dim() == 2 else None)
        line, first, bad = summarise(f"{Path(self.model).name} {self.backend} {self.dtype} {name}", quantities)
        print(line, flush=True)
        extra = sorted(set(found) - set(expected))
        self.cases.append({"name": name, "shape": list(inputs["input_ids"].shape), "first_divergent": first,
                           "unexpected_names": extra, "metadata": metadata, "quantities": quantities})
        self.largest = max([self.largest] + [q["max"] for q in quantities])
        self.wrong = self.wrong or bool(bad)
        if not isinstance(self.cells.get(column), str):
            largest = [worst(quantities, "real", part) for _, part in PARTS]
            self.cells[column] = [max(pair) for pair in zip(largest, self.cells.get(column, largest))]

    def fail(self, column, name, word, error):
        print(f"compare_native: {self.model} {self.backend} {self.dtype} {name}: {error}", file=sys.stderr, flush=True)
        self.cells[column] = word
        self.errors += word == "failed"

    def good(self):
        return not self.wrong and self.largest <= LIMITS[self.dtype]

    def verdict(self):
        head = f"{self.model} {self.backend} {self.dtype}: "
        if self.errors:
            head += f"COULD NOT RUN {self.errors} cases; "
        if not self.cases:
            return head + "nothing compared"
        text = "ok" if self.good() else "DIVERGES"
        if self.good() and self.largest == 0:
            text += " (bit-identical)"
        return head + f"max difference {self.largest:.3g}, limit {LIMITS[self.dtype]:g}: {text}"

    def row(self):
        def cell(column):
            value = self.cells.get(column, "")
            if isinstance(value, str):
                return value
            return " / ".join(f"{part:.2g}" for part in value) if any(value) else "0"

        return f"| {Path(self.model).name} | {self.backend} | {self.dtype} | " + " | ".join(map(cell, COLUMNS)) + " |"

    def report(self):
        return {"model": self.model, "dtype": self.dtype, "backend": self.backend, "max": self.largest,
                "limit": LIMITS[self.dtype], "errors": self.errors, "cases": self.cases}


def compare_model(options, name, directory, dtype, folder):
    import reference

    if (directory / "tokenizer.json").exists():
        rows = reference.tokenize(directory, options.prompts)
    else:
        rows = reference.random_ids(directory, LENGTHS)
    model = reference.load_model(directory, dtype)
    runs = [Run(name, dtype, backend) for backend in options.backend]
    for column, case, inputs in live_cases(rows, model.config, dtype):
        try:
            expected = reference.run(model, inputs)
        except RuntimeError as error:
            for run in runs:
                run.fail(column, case, "n/a", f"transformers refuses: {error}")
            continue
        for run in runs:
            try:
                found, metadata = run_cli(options, name, run.backend, dtype, inputs, folder)
            except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
                run.fail(column, case, "failed", error)
            else:
                run.add(column, case, inputs, expected, found, metadata)
    for run in runs:
        print(run.verdict(), flush=True)
    return runs


def append_table(path, runs):
    head = ["model", "backend", "dtype", *COLUMNS]
    if not path.exists():
        path.write_text("| " + " | ".join(head) + " |\n" + "| --- " * len(head) + "|\n", encoding="utf-8")
    with path.open("a", encoding="utf-8") as file:
        file.writelines(run.row() + "\n" for run in runs)


def parse():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True, help="path of headscope-cli")
    parser.add_argument("--model", required=True, nargs="+", help="model directories, or names of embedded models")
    parser.add_argument("--dtype", nargs="+", default=["float32", "bfloat16", "float16"], choices=sorted(LIMITS))
    parser.add_argument("--backend", nargs="+", default=["native", "tapped"], choices=["native", "tapped"])
    parser.add_argument("--prompts", nargs="+", default=PROMPTS)
    parser.add_argument("--threads", type=int, default=1, help="OMP_NUM_THREADS of both sides")
    parser.add_argument("--report", type=Path, help="a JSON file to write")
    parser.add_argument("--table", type=Path, help="a Markdown file to append a row for each run to: the largest "
                        "difference of logits / patterns / block outputs on real rows, 0 where all are bit-identical")
    return parser.parse_args()


def main():
    options = parse()
    # Before torch is loaded; headscope-cli inherits it.
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    import torch

    import reference

    torch.set_num_threads(options.threads)
    directories = {name: reference.model_directory(name) for name in options.model}
    for directory in directories.values():
        if not (directory / "config.json").exists():
            print(f"compare_native: no config.json in {directory}", file=sys.stderr)
            return 2
    runs = []
    with tempfile.TemporaryDirectory() as folder:
        for name, directory in directories.items():
            for dtype in options.dtype:
                runs += compare_model(options, name, directory, dtype, Path(folder))
    if options.table:
        append_table(options.table, runs)
    if options.report:
        report = {"threads": options.threads, **reference.versions(), "runs": [run.report() for run in runs]}
        options.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if any(run.errors for run in runs):
        return 2
    return 0 if all(run.good() for run in runs) else 1


if __name__ == "__main__":
    sys.exit(main())
