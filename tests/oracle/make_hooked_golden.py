# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/hooked: inputs, and what the real HookedTransformer and HookedEncoder make of them, on one thread.

Files are MODEL_MODE_CASE[-DTYPE].safetensors. Mode: processed (all four steps), unprocessed, or the name of a single step;
HookedEncoder processes nothing and has only unprocessed. float32 files of the models in FULL hold every hook (processed
right-padded ones CHOSEN alone, and hook_result is in case none only); the others hold CHOSEN. Each float32 run is first
checked against transformers, position ids aligned: a reference that disagrees with it is not written.
"""

import argparse
import hashlib
import sys
from pathlib import Path

import torch

import hooked_models
import reference
from make_native_golden import positions, save_sorted

LENGTHS = [7, 4]
CHOSEN = ("attn.hook_attn_scores", "attn.hook_pattern", "attn.hook_z", ".hook_resid_post")
HALVES = ("bfloat16", "float16")
MODES = {"processed": hooked_models.STEPS, "unprocessed": ()}
SINGLE = ("gpt2-tiny", "qwen2-bias")  # a LayerNorm model, and one with RMSNorm, grouped queries and value biases
FULL = ("gpt2-tiny", "gpt2-switches", "neox-parallel", "neox-serial", "llama-gqa", "llama-scaled", "mistral-window",
        "qwen2-bias", "qwen3-norm", "gemma2-caps", "gemma2-plain", "bert-mlm")
BRIEF = ("gpt2-inner", "gpt2-unscaled", "neox-nobias", "llama-tied", "llama-linear", "mistral-plain", "qwen2-plain",
         "qwen3-plain")  # left-padded float32, unprocessed and processed, CHOSEN alone
LEGACY = {"model": "gpt2-tiny", "ids": [0, 17, 42, 8, 33, 5]}
LEGACY_HOOKS = (
    ["hook_embed", "hook_pos_embed"]
    + [f"blocks.0.{name}" for name in (
        "hook_resid_pre", "hook_resid_mid", "hook_resid_post", "ln1.hook_scale", "ln1.hook_normalized", "ln2.hook_scale",
        "ln2.hook_normalized", "attn.hook_q", "attn.hook_k", "attn.hook_v", "attn.hook_z", "attn.hook_attn_scores",
        "attn.hook_pattern", "mlp.hook_pre", "mlp.hook_post", "hook_attn_out", "hook_mlp_out")]
    + ["ln_final.hook_scale", "ln_final.hook_normalized"])


def model_folder(name):
    return reference.ROOT / "tests/data/models" / name


def sha256_of(script):
    return hashlib.sha256((Path(__file__).parent / script).read_bytes()).hexdigest()


def metadata(name, mode, case, dtype, encoder):
    return {"model": name, "mode": mode, "case": case, "dtype": dtype, "threads": "1",
            "system": "HookedEncoder" if encoder else "HookedTransformer", "cpu": torch.backends.cpu.get_cpu_capability(),
            "script_sha256": sha256_of("make_hooked_golden.py"), "loader_sha256": sha256_of("hooked_models.py"),
            **hooked_models.versions()}


def token_types(mask):
    """The second half of each row's real tokens is of type 1; pads are 0."""
    rank = mask.cumsum(-1)
    return ((rank > (mask.sum(-1, keepdim=True) + 1) // 2) & mask.bool()).long()


def cases(name):
    """Inputs by case, as Headscope gets them."""
    rows = reference.random_ids(model_folder(name), LENGTHS)
    left, right = reference.pad(rows, "left"), reference.pad(rows, "right")
    made = {"none": {"input_ids": torch.tensor(rows[:1])}, "left": left, "right": right}
    if name.startswith("bert"):
        for inputs in made.values():
            mask = inputs.get("attention_mask", torch.ones_like(inputs["input_ids"]))
            inputs["token_type_ids"] = token_types(mask)
    if name == "gpt2-tiny":
        ids = torch.tensor([rows[0], list(reversed(rows[0]))])
        made["fullymasked"] = {"input_ids": ids, "attention_mask": torch.tensor([[1] * 7, [0] * 7])}
        made["holes"] = {"input_ids": ids, "attention_mask": torch.tensor([[1, 1, 0, 1, 0, 0, 1], [0, 1, 0, 1, 1, 1, 0]])}
    return made


def chosen(outputs):
    return {key: value for key, value in outputs.items() if key == "logits" or key.endswith(CHOSEN)}


@torch.no_grad()
def transformers_log_softmax(directory, inputs):
    """The same pass by transformers in float32, with positions from the mask where the architecture has a choice."""
    model = reference.load_model(directory, "float32")
    given = dict(inputs)
    if model.config.model_type != "bert":
        given["use_cache"] = False
        if "attention_mask" in given:
            given["position_ids"] = positions(given["attention_mask"])
    return model(**given).logits.log_softmax(-1)


def check(name, mode, case, inputs, outputs):
    real = inputs.get("attention_mask", torch.ones_like(inputs["input_ids"])).bool()
    wanted = transformers_log_softmax(model_folder(name), inputs)
    gap = (outputs["logits"].log_softmax(-1) - wanted)[real].abs().max().item()
    if not gap < 1e-4:
        sys.exit(f"make_hooked_golden: {name} {mode} {case}: log-softmax is {gap:.3g} from transformers, expected < 1e-4")
    return gap


def write(folder, name, mode, case, dtype, inputs, outputs, encoder):
    target = folder / f"{name}_{mode}_{case}{'' if dtype == 'float32' else '-' + dtype}.safetensors"
    tensors = {key: value.contiguous().clone() for key, value in {**inputs, **outputs}.items()}
    save_sorted(tensors, target, metadata(name, mode, case, dtype, encoder))
    return target.stat().st_size


def write_mode(folder, name, mode, steps):
    """All files of a model in one mode; returns bytes and the largest distance from transformers."""
    encoder = name.startswith("bert")
    size, gap = 0, 0.0
    full = mode in MODES and name in FULL
    wanted = {"float32": cases(name)}
    if not full:
        wanted["float32"] = {case: inputs for case, inputs in cases(name).items()
                             if case == "left" or (mode not in MODES and case == "none")}
    else:
        wanted.update({dtype: {case: cases(name)[case] for case in ("none", "left")} for dtype in HALVES})
    for dtype, group in wanted.items():
        model = hooked_models.load_any(model_folder(name), reference.DTYPES[dtype], steps)
        for case, inputs in group.items():
            whole = full and dtype == "float32" and (case, mode) != ("right", "processed")
            outputs = hooked_models.run(model, inputs, results=whole and case == "none")
            broken = [key for key, value in outputs.items() if value.isnan().any()]
            if broken:
                sys.exit(f"make_hooked_golden: {name} {mode} {case} {dtype}: NaN in {broken[0]}")
            if dtype == "float32":
                gap = max(gap, check(name, mode, case, inputs, outputs))
            kept = outputs if whole else chosen(outputs)
            size += write(folder, name, mode, case, dtype, inputs, kept, encoder)
    return size, gap


def write_legacy(folder):
    """The 21 hooks that TransformerLens's legacy-hook test compares, of one short prompt without a mask, processed."""
    name = LEGACY["model"]
    inputs = {"input_ids": torch.tensor([LEGACY["ids"]])}
    outputs = hooked_models.run(hooked_models.load(model_folder(name), torch.float32), inputs, results=False)
    check(name, "processed", "legacy_hooks", inputs, outputs)
    target = folder / "legacy_hooks.safetensors"
    save_sorted({**inputs, **{hook: outputs[hook] for hook in LEGACY_HOOKS}, "logits": outputs["logits"]}, target,
                metadata(name, "processed", "legacy_hooks", "float32", False))
    return target.stat().st_size


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names of models; all of them, if none is given")
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/hooked")
    options = parser.parse_args()
    torch.set_num_threads(1)
    unknown = [name for name in options.names if name not in FULL + BRIEF]
    if unknown:
        parser.error(f"unknown model '{unknown[0]}'; known: {', '.join(FULL + BRIEF)}")
    options.output.mkdir(parents=True, exist_ok=True)
    total = 0
    for name in options.names or FULL + BRIEF:
        reasons = hooked_models.unsupported(hooked_models.read_config(model_folder(name)))
        if reasons:
            sys.exit(f"make_hooked_golden: {name}: {reasons[0]}")
        modes = dict(MODES) if not name.startswith("bert") else {"unprocessed": ()}
        if name in SINGLE:
            modes.update({step: (step,) for step in hooked_models.STEPS})
        for mode, steps in modes.items():
            size, gap = write_mode(options.output, name, mode, steps)
            total += size
            print(f"{name} {mode}: {size} bytes; log-softmax within {gap:.2g} of transformers", flush=True)
    if not options.names or LEGACY["model"] in options.names:
        total += write_legacy(options.output)
    print(f"{total} bytes in all")


if __name__ == "__main__":
    main()
