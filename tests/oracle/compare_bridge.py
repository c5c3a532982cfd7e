# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares headscope-cli's bridge backend with the real TransformerBridge, plain and in compatibility mode: every case
of make_bridge_golden.py on other tokens. In float32 every hook within 1e-5 on real rows; in 16 bits every core hook no
further from the bridge than the bridge is from its own float32, and next-token probabilities within 0.05 of
transformers."""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from compare_native import distance, rows_of

LIMIT = 1e-5
PROBABILITY = 0.05
SIXTEEN = ("bfloat16", "float16")
SCORES, PLANES = "hook_attn_scores", ("hook_attn_scores", "hook_pattern")


class CannotRun(Exception):
    """headscope-cli or the original could not do what was asked."""


def run_cli(options, model, mode, dtype, inputs, names, folder):
    from safetensors import safe_open
    from safetensors.torch import save_file

    source, target = folder / "in.safetensors", folder / "out.safetensors"
    save_file({name: value.contiguous() for name, value in inputs.items()}, str(source))
    target.unlink(missing_ok=True)
    command = [options.cli, "run", "--model", model, "--inputs", source, "--backend", "bridge", "--bridge-mode", mode,
               "--attention", "eager", "--dtype", dtype, "--hooks", ",".join(names), "--output", target]
    try:
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=1800)
    except (OSError, subprocess.TimeoutExpired) as error:
        raise CannotRun(str(error)) from error
    if done.returncode != 0:
        raise CannotRun(f"headscope-cli ended with {done.returncode}: {done.stderr.strip()}")
    with safe_open(str(target), "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def real_rows(inputs):
    """[B,T] of the rows that are judged, or None for all; only a mask of rank 2 says which tokens are padding."""
    mask = inputs.get("attention_mask")
    return mask.bool() if mask is not None and mask.dim() == 2 else None


def judged(name, value, real):
    return rows_of(value, real, name.endswith(PLANES))[0]


def masked_cells(name, expected, dtype):
    """Where the bridge's score says "may not look": finfo.min of the run's dtype, or less, give or take a score."""
    import torch

    import reference

    if not name.endswith(SCORES):
        return torch.zeros_like(expected, dtype=torch.bool)
    return expected.double() <= torch.finfo(reference.DTYPES[dtype]).min / 2


def wrong_sentinels(expected, found, cells, mode, dtype):
    """Masked cells that hold neither the mode's sentinel nor the bridge's own value.

    The two part where the bridge itself does: float16 scores from 16 upward, upcast scores, -inf that a user gave.
    """
    import torch

    import reference

    lowest = {torch.finfo(kind).min for kind in (found.dtype, reference.DTYPES[dtype])}
    allowed = lowest if mode == "plain" else {-math.inf}
    right = found == expected
    for value in allowed:
        right = right | (found.double() == value)
    return int((cells & ~right).sum())


def quantity(name, expected, found, real, mode, dtype, own=None):
    """The record of one hook. `own` is the same hook of the bridge in float32, for the limit of a 16-bit run."""

    def rows(value):
        return judged(name, value, real)

    record = {"name": name, "dtype": str(expected.dtype).removeprefix("torch."), "shape": list(expected.shape)}
    if found is None or found.shape != expected.shape or found.dtype != expected.dtype:
        record["problem"] = "missing" if found is None else f"is {found.dtype} {list(found.shape)}"
        return {**record, "max": math.inf, "limit": 0.0}
    cells = masked_cells(name, expected, dtype)
    wanted, got = expected.double().masked_fill(cells, 0), found.double().masked_fill(cells, 0)
    record["max"], record["unequal"] = distance(rows(wanted), rows(got))
    record["scale"] = rows(wanted).abs().max().item()
    record["limit"] = LIMIT
    if own is not None:
        record["limit"] = distance(rows(wanted), rows(own.double().masked_fill(cells, 0)))[0]
    wrong = wrong_sentinels(rows(expected), rows(found), rows(cells), mode, dtype)
    if wrong:
        record["problem"] = f"{wrong} masked scores are no sentinel"
    return record


def probability_gap(found, inputs, made, bridge, model):
    """Largest difference of softmax(logits) to transformers eager in the same dtype, on real rows."""
    import reference

    given = {**inputs, **({} if made is None else {"position_ids": made})}
    mask = given.get("attention_mask")
    if mask is not None and mask.dim() == 4 and not mask.is_floating_point():
        given["attention_mask"] = reference.reference_mask(mask, bridge.original_model.dtype)
    wanted = reference.run(model, given)["logits"]
    pair = (judged("logits", value.float().softmax(-1), real_rows(inputs)) for value in (wanted, found))
    return distance(*pair)[0]


def summarise(label, quantities, gap):
    worst = max(quantities, key=lambda q: q["max"] - q["limit"])
    bad = [q for q in quantities if "problem" in q or q["max"] > q["limit"]]
    if gap is not None and gap > PROBABILITY:
        bad.append({"name": "softmax"})
    text = f"{label}: {worst['name']} {worst['max']:.3g} of {worst['limit']:.3g}"
    core = [q for q in quantities if q["name"].endswith(("logits", "hook_z", "hook_resid_post", *PLANES))]
    text += f"; largest difference of the core {max(q['max'] for q in core):.3g}"
    text += f", of all {max(q['max'] for q in quantities):.3g}"
    if gap is not None:
        text += f"; softmax {gap:.3g} of {PROBABILITY}"
    for q in bad[:3]:
        text += f"; {q['name']}: {q.get('problem', 'above its limit')}"
    return text + ("" if not bad else f"; {len(bad)} WRONG"), bad


class Originals:
    """The real models of one directory, loaded as they are asked for: the bridge is changed for good by a mode."""

    def __init__(self, directory):
        self.directory, self.bridges, self.models = directory, {}, {}

    def bridge(self, dtype, mode):
        import bridge_reference

        if (dtype, mode) not in self.bridges:
            self.bridges[dtype, mode] = bridge_reference.load_bridge(self.directory, dtype, mode)
        return self.bridges[dtype, mode]

    def native(self, dtype):
        import reference

        if dtype not in self.models:
            self.models[dtype] = reference.load_model(self.directory, dtype)
        return self.models[dtype]

    def same_as_native(self):
        """Whether the bridge computes what transformers does: it ignores scale_attn_weights."""
        config = self.native("float32").config
        return getattr(config, "scale_attn_weights", True)


def compare_case(options, originals, model, mode, dtype, case, inputs, folder):
    import bridge_reference

    bridge = originals.bridge(dtype, mode)
    if case == "result":
        bridge.set_use_attn_result(True)
    try:
        outputs, made, _ = bridge_reference.run(bridge, inputs, core=dtype in SIXTEEN)
    finally:
        if case == "result":
            bridge.set_use_attn_result(False)
    if case == "result":  # summing head by head moves the original's own logits, so they are compared without it
        outputs = {name: value for name, value in outputs.items() if name.endswith(("hook_result", "hook_z"))}
    found = run_cli(options, model, mode, dtype, inputs, [name for name in outputs if name != "logits"], folder)
    own, gap = {}, None
    if dtype in SIXTEEN:
        own = bridge_reference.run(originals.bridge("float32", mode), inputs, core=True)[0]
        if originals.same_as_native():
            gap = probability_gap(found["logits"], inputs, made, bridge, originals.native(dtype))
    real = real_rows(inputs)
    quantities = [quantity(name, value, found.get(name), real, mode, dtype, own.get(name))
                  for name, value in outputs.items()]
    line, bad = summarise(f"{Path(model).name} {mode} {dtype} {case}", quantities, gap)
    print(line, flush=True)
    return {"model": str(model), "mode": mode, "dtype": dtype, "case": case, "softmax": gap, "wrong": len(bad),
            "quantities": quantities}


def compare_model(options, model, folder):
    """Records of all cases of a model; raises CannotRun, or Unsupported where the bridge itself refuses the model."""
    import bridge_reference
    import reference

    directory = reference.model_directory(model)
    if not (directory / "config.json").exists():
        raise CannotRun(f"no config.json in {directory}")
    originals, records = Originals(directory), []
    cases = bridge_reference.cases(directory, options.seed)
    for mode in options.modes:
        originals.bridges.clear()
        for dtype in options.dtypes:
            chosen = {name: inputs for name, inputs in cases.items()
                      if dtype not in SIXTEEN or name in ("none", "left")}
            if dtype not in SIXTEEN and not bridge_reference.is_bert(directory):
                chosen["result"] = cases["left"]
            for case, inputs in chosen.items():
                if options.cases and case not in options.cases:
                    continue
                records.append(compare_case(options, originals, model, mode, dtype, case, inputs, folder))
    return records


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True, help="path of headscope-cli")
    parser.add_argument("--model", dest="models", required=True, nargs="+", help="model directories or embedded models")
    parser.add_argument("--mode", dest="modes", nargs="+", default=["plain", "compat"], choices=["plain", "compat"])
    parser.add_argument("--dtype", dest="dtypes", nargs="+", default=["float32", *SIXTEEN],
                        choices=["float32", *SIXTEEN])
    parser.add_argument("--case", dest="cases", nargs="+", help="some of the cases; all, if not given")
    parser.add_argument("--seed", type=int, default=1007, help="of the tokens and masks")
    parser.add_argument("--threads", type=int, default=1, help="OMP_NUM_THREADS of both sides")
    parser.add_argument("--report", type=Path, help="a JSON file to write")
    options = parser.parse_args()
    # Before torch is loaded; headscope-cli inherits it.
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    import torch

    import bridge_reference

    torch.set_num_threads(options.threads)
    records, failed = [], False
    with tempfile.TemporaryDirectory() as folder:
        for model in options.models:
            try:
                records += compare_model(options, model, Path(folder))
            except bridge_reference.Unsupported as error:
                print(f"{model}: no reference: {error}", flush=True)
            except CannotRun as error:
                print(f"compare_bridge: {model}: {error}", file=sys.stderr, flush=True)
                failed = True
    wrong = [record for record in records if record["wrong"]]
    if options.report:
        text = json.dumps({**bridge_reference.versions(), "cases": records}, indent=1, default=str)
        options.report.write_text(text + "\n", encoding="utf-8")
    print(f"{len(records)} cases compared, {len(wrong)} wrong" + ("; not all could run" if failed else ""))
    return 2 if failed or not records else int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
