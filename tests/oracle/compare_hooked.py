# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares headscope-cli's hooked backend with the real HookedTransformer or HookedEncoder, live.

float32: patterns within 1e-5, log-softmax within 1e-4, every other hook within 1e-4 of its size, infinities and zeros of
fully masked rows in the same places; HookedEncoder's logits within 4e-5 + 1.3e-6 * |logit|. 16 bits: on real rows the
distance from the original is at most the original's own distance from float32, and probabilities are within 0.05 of
transformers. Exit 0 within, 1 above, 2 could not run.
"""

import argparse
import json
import math
import os
import subprocess
import sys
import tempfile
from pathlib import Path

PROMPTS = ["When Mary and John went to the store, John gave a drink to", "The doctor said that", "one two one"]
LENGTHS = [9, 4, 7]  # of the random prompts of a model without a tokenizer
MODES = {"all": None, "none": ()}
PROBABILITY = 0.05
HALVES = ("bfloat16", "float16")


def inputs_by_case(directory, seed):
    import torch

    import reference
    from make_hooked_golden import token_types

    if (directory / "tokenizer.json").exists():
        rows = reference.tokenize(directory, PROMPTS)
    else:
        rows = reference.random_ids(directory, LENGTHS, seed)
    left, right = reference.pad(rows, "left"), reference.pad(rows, "right")
    width = left["input_ids"].shape[1]
    holes = (torch.rand(len(rows), width, generator=torch.Generator().manual_seed(seed)) < 0.7).long()
    holes[-1] = 0  # and one row that is masked whole
    cases = {"none": {"input_ids": torch.tensor(rows[:1])}, "left": left, "right": right,
             "holes": {"input_ids": right["input_ids"], "attention_mask": holes}}
    if json.loads((directory / "config.json").read_text(encoding="utf-8"))["model_type"] == "bert":
        for inputs in cases.values():
            inputs["token_type_ids"] = token_types(inputs.get("attention_mask", torch.ones_like(inputs["input_ids"])))
    return cases


def comparable(name, value):
    """Logits are compared after log-softmax: processing shifts them, and the shift is compared as unembed.hook_out."""
    return value.double().log_softmax(-1) if name == "logits" else value.double()


def distance(name, expected, found, real=None):
    """Largest absolute difference; infinite where an infinity or a NaN has no equal on the other side."""
    left, right = comparable(name, expected), comparable(name, found)
    if real is not None and name.endswith(("hook_attn_scores", "hook_pattern")):
        left, right = left.transpose(1, 2)[real], right.transpose(1, 2)[real]
    elif real is not None and left.shape[:2] == real.shape:
        left, right = left[real], right[real]
    if left.numel() == 0:
        return 0.0
    gap = (left - right).abs().masked_fill(left == right, 0.0)
    return gap.nan_to_num(nan=math.inf, posinf=math.inf).max().item()


def limit(name, expected, encoder):
    if name.endswith("hook_pattern"):
        return 1e-5
    finite = expected[expected.isfinite()]
    size = finite.abs().max().item() if finite.numel() else 0.0
    if name == "logits":
        return 4e-5 + 1.3e-6 * size if encoder else 1e-4
    return 1e-4 * max(1.0, size)


def run_cli(options, model, inputs, dtype, processing, folder):
    from safetensors import safe_open
    from safetensors.torch import save_file

    source, target = folder / "in.safetensors", folder / "out.safetensors"
    save_file({name: value.contiguous() for name, value in inputs.items()}, str(source))
    command = [options.cli, "run", "--model", model, "--inputs", source, "--backend", "hooked", "--dtype", dtype,
               "--processing", processing, "--hooks", options.hooks, "--output", target]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=1800)
    if done.returncode != 0:
        raise RuntimeError(f"headscope-cli ended with {done.returncode}: {done.stderr.strip()}")
    with safe_open(str(target), "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def judge_float32(expected, found, encoder):
    """Lines of what is wrong, and the largest distance of patterns, of log-softmax and of the rest over its limit."""
    wrong, worst = [], {"pattern": 0.0, "log-softmax": 0.0, "rest/limit": 0.0}
    for name, wanted in expected.items():
        got = found.get(name)
        if got is not None and (".q_norm." in name or ".k_norm." in name):
            got = got.flatten(0, -2)  # the library flattens batch, position and head into one axis
        if got is None or got.shape != wanted.shape:
            wrong.append(f"{name}: {'missing' if got is None else f'shape {list(got.shape)}, not {list(wanted.shape)}'}")
            continue
        gap, allowed = distance(name, wanted, got), limit(name, wanted, encoder)
        key = "pattern" if name.endswith("hook_pattern") else "log-softmax" if name == "logits" else "rest/limit"
        worst[key] = max(worst[key], gap / allowed if key == "rest/limit" else gap)
        if not gap <= allowed:
            wrong.append(f"{name}: {gap:.3g}, allowed {allowed:.3g}")
    return wrong, worst


def judge_half(expected, exact, found, native, real):
    """As judge_float32, by the original's own error; `worst` is the largest ratio to it."""
    wrong, worst = [], {"of own error": 0.0, "probability": 0.0}
    for name, wanted in expected.items():
        got = found.get(name)
        if got is None or got.shape != wanted.shape or got.dtype != wanted.dtype:
            wrong.append(f"{name}: {'missing' if got is None else f'{got.dtype} {list(got.shape)}'}")
            continue
        gap, own = distance(name, wanted, got, real), distance(name, exact[name], wanted, real)
        worst["of own error"] = max(worst["of own error"], gap / own if own > 0 else math.inf if gap > 0 else 0.0)
        if not gap <= own:
            wrong.append(f"{name}: {gap:.3g}, the original's own error is {own:.3g}")
    def from_native(logits):
        return (native.double().softmax(-1) - logits.double().softmax(-1))[real].abs().max().item()

    gap, own = from_native(found["logits"]), from_native(expected["logits"])
    worst["probability"] = gap
    allowed = max(PROBABILITY, own)  # a random model may be so peaked that the original itself is further away
    if not gap <= allowed:
        wrong.append(f"probabilities: {gap:.3g} from transformers, allowed {allowed:.3g}")
    return wrong, worst


def native_logits(model, inputs):
    """transformers in the same dtype, positions as HookedTransformer has them."""
    import torch

    from make_native_golden import positions

    given = dict(inputs)
    if model.config.model_type != "bert":
        given["use_cache"] = False
        if "attention_mask" in given:
            given["position_ids"] = positions(given["attention_mask"])
    with torch.no_grad():
        return model(**given).logits


class Comparison:
    """One model directory: loads the originals and judges case by case."""

    def __init__(self, options, model, folder):
        import hooked_models
        import reference

        self.options, self.model, self.folder = options, model, folder
        self.directory = reference.model_directory(model)
        if not (self.directory / "config.json").exists():
            raise RuntimeError(f"no config.json in {self.directory}")
        self.config = hooked_models.read_config(self.directory)
        self.encoder = self.config.model_type == "bert"
        self.cases = inputs_by_case(self.directory, options.seed)
        self.failed = 0

    def say(self, dtype, processing, case, wrong, worst):
        self.failed += bool(wrong)
        numbers = " ".join(f"{name} {value:.3g}" for name, value in worst.items())
        print(f"{self.model} {dtype} {processing} {case}: {numbers}: {'DIVERGES' if wrong else 'ok'}", flush=True)
        for line in wrong[:None if self.options.verbose else 4]:
            print(f"    {line}", flush=True)

    def float32(self, processing, steps):
        import torch

        import hooked_models

        model = hooked_models.load_any(self.directory, torch.float32, steps)
        for case, inputs in self.cases.items():
            expected = hooked_models.run(model, inputs, results=True)
            found = run_cli(self.options, self.model, inputs, "float32", processing, self.folder)
            expected = {name: value for name, value in expected.items() if "hook_result" not in name or name in found}
            self.say("float32", processing, case, *judge_float32(expected, found, self.encoder))

    def half(self, dtype, processing, steps):
        import torch

        import hooked_models
        import reference
        from make_hooked_golden import chosen

        exact_model = hooked_models.load_any(self.directory, torch.float32, steps)
        model = hooked_models.load_any(self.directory, reference.DTYPES[dtype], steps)
        native = reference.load_model(self.directory, dtype)
        for case in ("none", "left"):
            inputs = self.cases[case]
            expected = chosen(hooked_models.run(model, inputs, results=False))
            exact = hooked_models.run(exact_model, inputs, results=False)
            found = run_cli(self.options, self.model, inputs, dtype, processing, self.folder)
            real = inputs.get("attention_mask", torch.ones_like(inputs["input_ids"])).bool()
            self.say(dtype, processing, case, *judge_half(expected, exact, found, native_logits(native, inputs), real))


def compare(options, model, folder):
    """The number of cases that diverge; None where the original cannot run the model."""
    import hooked_models

    comparison = Comparison(options, model, folder)
    reasons = hooked_models.unsupported(comparison.config)
    if reasons:
        print(f"{model}: extension: no reference ({'; '.join(reasons)})")
        return None
    modes = {word: hooked_models.STEPS if word == "all" else () if word == "none" else tuple(word.split(","))
             for word in (["none"] if comparison.encoder else options.processing)}
    for processing, steps in modes.items():
        for dtype in options.dtypes:
            if dtype == "float32":
                comparison.float32(processing, steps)
            else:
                comparison.half(dtype, processing, steps)
    return comparison.failed


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True, help="path of headscope-cli")
    parser.add_argument("--model", required=True, nargs="+", help="model directories, or names of embedded models")
    parser.add_argument("--dtypes", nargs="+", default=["float32", *HALVES], choices=["float32", *HALVES])
    parser.add_argument("--processing", nargs="+", default=["all", "none"],
                        help="all, none, or steps with commas between; several are compared one after another")
    parser.add_argument("--hooks", default="*", help="what headscope-cli is asked for")
    parser.add_argument("--seed", type=int, default=7, help="of the random ids and the mask with holes")
    parser.add_argument("--threads", type=int, default=1, help="OMP_NUM_THREADS of both sides")
    parser.add_argument("--verbose", action="store_true", help="every quantity that diverges, not the first four")
    options = parser.parse_args()
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    import torch

    torch.set_num_threads(options.threads)
    failed, compared = 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for model in options.model:
            try:
                result = compare(options, model, Path(folder))
            except (RuntimeError, OSError, KeyError, subprocess.TimeoutExpired) as error:
                print(f"compare_hooked: {model}: {error}", file=sys.stderr)
                return 2
            compared += result is not None
            failed += result or 0
    print(f"{compared} of {len(options.model)} models compared; {failed} cases diverge")
    return 2 if compared == 0 else 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
