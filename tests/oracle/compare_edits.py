# SPDX-License-Identifier: GPL-3.0-or-later
"""Replays the interventions of tests/data/edits through headscope-cli and compares with what the real systems made.

Exit 0 within 1e-5 (16 bits 2e-2), 1 above, 2 where headscope-cli could not run a file.
"""

import argparse
import fnmatch
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from compare_native import LIMITS, distance

ROOT = Path(__file__).resolve().parents[2]
INPUTS = ("input_ids", "attention_mask", "position_ids", "token_type_ids")
BEFORE = ".before_edit"
BACKENDS = {("nnsight", "plain"): ["tapped"], ("TransformerBridge", "plain"): ["bridge", "--bridge-mode", "plain"],
            ("TransformerBridge", "compat"): ["bridge", "--bridge-mode", "compat"],
            ("HookedTransformer", "processed"): ["hooked", "--processing", "all"],
            ("HookedTransformer", "unprocessed"): ["hooked", "--processing", "none"]}


def read(path):
    from safetensors import safe_open

    with safe_open(str(path), "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}, file.metadata()


def write_edits(edits, tensors, folder):
    """FILE.json beside the file of its operands; None where the run only observes."""
    from safetensors.torch import save_file

    if not edits:
        return None
    operands = {name: value for name, value in tensors.items() if name.startswith("edit.")}
    if operands:
        save_file(operands, str(folder / "operands.safetensors"))
    edits = [{**edit, "file": "operands.safetensors"} if "tensor" in edit else edit for edit in edits]
    path = folder / "edits.json"
    path.write_text(json.dumps(edits), encoding="utf-8")
    return path


def replay(options, tensors, described, folder):
    from safetensors.torch import save_file

    source, target = folder / "in.safetensors", folder / "out.safetensors"
    target.unlink(missing_ok=True)
    save_file({name: tensors[name] for name in INPUTS if name in tensors}, str(source))
    names = [name for name in expected_of(tensors) if name != "logits" and not name.endswith(BEFORE)]
    command = [options.cli, "run", "--model", options.models / described["model"], "--inputs", source, "--backend",
               *BACKENDS[described["system"], described["mode"]], "--attention", "eager", "--dtype", described["dtype"],
               "--hooks", ",".join(names), "--output", target]
    edits = write_edits(json.loads(described["edits"]), tensors, folder)
    if edits:
        command += ["--edits", edits]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600)
    if done.returncode != 0:
        raise RuntimeError(f"headscope-cli ended with {done.returncode}: {done.stderr.strip()}")
    return read(target)[0]


def expected_of(tensors):
    return {name: value for name, value in tensors.items() if name not in INPUTS and not name.startswith("edit.")}


def padded_rows(name, value, mask):
    """Which cells are a padded query's; for keys and values, a padded key's."""
    import torch

    padded = torch.zeros(value.shape, dtype=torch.bool)
    if mask is None or mask.dim() != 2:
        return padded
    if name.removesuffix(BEFORE).endswith(("hook_attn_scores", "hook_pattern")):
        padded.transpose(1, 2)[~mask.bool()] = True
    else:
        padded[~mask.bool()] = True
    return padded


def compare(tensors, found):
    """By name: distance on real rows and on padded ones, both infinite where the value is missing or another shape."""
    quantities = {}
    for name, wanted in expected_of(tensors).items():
        got = found.get(name)
        if got is None and name.endswith(BEFORE):
            quantities[name] = None
        elif got is None or got.shape != wanted.shape or got.dtype != wanted.dtype:
            quantities[name] = (math.inf, math.inf)
        else:
            padded = padded_rows(name, wanted, tensors.get("attention_mask"))
            quantities[name] = (distance(wanted[~padded], got[~padded])[0], distance(wanted[padded], got[padded])[0])
    return quantities


def summarise(name, quantities, limit):
    known = {key: value for key, value in quantities.items() if value is not None}
    real, padded = (max(value[index] for value in known.values()) for index in (0, 1))
    text = f"{name}: real rows {real:.3g}, padded rows {padded:.3g}"
    if max(real, padded) > limit:
        text += ": DIVERGES at " + ", ".join(key for key, value in known.items() if max(value) > limit)
    return text, max(real, padded)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True, help="path of headscope-cli")
    parser.add_argument("--only", default="*", help="a glob of file names without .safetensors, such as 'nnsight_*'")
    parser.add_argument("--goldens", type=Path, default=ROOT / "tests/data/edits")
    parser.add_argument("--models", type=Path, default=ROOT / "tests/data/models")
    parser.add_argument("--report", type=Path, help="a JSON file to write")
    parser.add_argument("--quiet", action="store_true", help="name only the files that diverge")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = "1"
    files = [path for path in sorted(options.goldens.glob("*.safetensors")) if fnmatch.fnmatch(path.stem, options.only)]
    if not files:
        print(f"compare_edits: no file in {options.goldens} matches '{options.only}'", file=sys.stderr)
        return 2
    report, failed, above, largest, exact, unread = [], 0, 0, 0.0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for path in files:
            tensors, described = read(path)
            try:
                quantities = compare(tensors, replay(options, tensors, described, Path(folder)))
            except (RuntimeError, OSError, subprocess.TimeoutExpired) as error:
                print(f"compare_edits: {path.stem}: {error}", file=sys.stderr)
                report.append({"file": path.name, "error": str(error)})
                failed += 1
                continue
            line, worst = summarise(path.stem, quantities, LIMITS[described["dtype"]])
            bad = worst > LIMITS[described["dtype"]]
            if bad or not options.quiet:
                print(line, flush=True)
            above, exact, largest = above + bad, exact + (worst == 0), max(largest, worst)
            unread += sum(value is None for value in quantities.values())
            report.append({"file": path.name, "worst": worst, "quantities": quantities})
    if options.report:
        options.report.write_text(json.dumps(report, indent=1) + "\n", encoding="utf-8")
    if unread:
        print(f"{unread} values NAME{BEFORE} were not written by headscope-cli and are not compared")
    print(f"{len(files)} files: {exact} bit-identical, {above} above the limit, {failed} could not be run; "
          f"largest difference {largest:.3g}")
    return 2 if failed else 1 if above else 0


if __name__ == "__main__":
    sys.exit(main())
