# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/bridge/MODEL_MODE_CASE[-DTYPE].safetensors: inputs, and what TransformerBridge makes of them."""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import torch

import bridge_reference
import reference
from make_native_golden import save_sorted

LIMIT = 200_000  # bytes of one file
BUDGET = 5_000_000  # bytes of all files
# One model of each family in every case; others where they part from these, in the padded batch: with every hook,
# where names or weights differ, otherwise the core ones.
FULL = ["gpt2-tiny", "neox-parallel", "llama-gqa", "mistral-window", "qwen2-bias", "qwen3-norm", "gemma2-caps",
        "bert-mlm"]
MIDDLE = ["gpt2-switches", "neox-serial", "llama-bias", "bert-odd"]
BRIEF = ["gpt2-inner", "gpt2-unscaled", "llama-tied", "llama-linear", "llama-dynamic", "llama-scaled", "mistral-plain",
         "qwen2-plain", "qwen3-plain", "gemma2-plain"]
ABSENT = ["neox-nobias"]  # the bridge cannot load it
# Sentinels in 16 bits, and a float32 mask added there, are the same for all that share an attention class; so are
# positions made of a mask with a hole for all of learned, rotary and BERT's.
SENTINELS = ["gpt2-tiny", "gpt2-switches", "neox-parallel", "llama-gqa"]
GAP = ["gpt2-tiny", "llama-gqa", "bert-mlm"]
SIXTEEN = ["bfloat16", "float16"]


def plan(name, cases):
    """(case, dtype, which hooks) of a model."""
    wanted = [("left", "float32", "core" if name in BRIEF else "all")]
    if name in FULL:
        wanted += [(case, "float32", "core") for case in cases if case != "left" and (case != "gap" or name in GAP)]
    if name in FULL + SENTINELS:
        wanted += [(case, dtype, "core") for dtype in SIXTEEN for case in ("none", "left")]
    if name == "bert-odd":
        wanted.append(("types", "float32", "core"))
    if name in SENTINELS:
        wanted += [(case, dtype, "core") for dtype in SIXTEEN for case in ("dead", "additive4d")]
    if name == "llama-gqa":
        wanted.append(("result", "float32", "core"))
    return wanted


def without_copies(outputs):
    """The outputs without those that equal an earlier one bit for bit, and {name left out: name that stands for it}."""
    kept, same = {}, {}
    for name in ["logits", *(name for name in outputs if name != "logits")]:
        value = outputs[name]
        twin = next((other for other, earlier in kept.items() if earlier.dtype == value.dtype
                     and torch.equal(earlier, value)), None)
        if twin is None:
            kept[name] = value
        else:
            same[name] = twin
    return kept, same


def check(name, case, dtype, mode, outputs):
    """NaN only where a whole row is -inf: a float32 sentinel added to 16-bit scores without compatibility mode."""
    bad = [key for key, value in outputs.items() if value.isnan().any()]
    if bad and not (mode == "plain" and dtype != "float32" and case in ("dead", "additive4d")):
        sys.exit(f"make_bridge_golden: {name} {mode} {case} {dtype}: NaN in {bad[0]}")
    return bad


def outputs_of(bridge, case, inputs, hooks):
    """The outputs of a case; `result` is the padded batch again, with the contribution of every head."""
    if case != "result":
        return bridge_reference.run(bridge, inputs, hooks == "core")
    bridge.set_use_attn_result(True)
    try:
        outputs, made, changed = bridge_reference.run(bridge, inputs)
    finally:
        bridge.set_use_attn_result(False)
    return {key: value for key, value in outputs.items() if key.endswith(("hook_result", "hook_attn_out"))
            or key == "logits"}, made, changed


def write(name, folder, digest):
    directory = reference.ROOT / "tests/data/models" / name
    cases = bridge_reference.cases(directory)
    bridges, total = {}, 0
    for mode in bridge_reference.MODES:
        for case, dtype, hooks in plan(name, cases):
            if (mode, dtype) not in bridges:
                bridges = {(mode, dtype): bridge_reference.load_bridge(directory, dtype, mode)}
            inputs = cases["left" if case == "result" else case]
            outputs, made, changed = outputs_of(bridges[mode, dtype], case, inputs, hooks)
            empty = check(name, case, dtype, mode, outputs)
            kept, same = without_copies(outputs)
            metadata = {"model": name, "case": case, "dtype": dtype, "system": "TransformerBridge", "mode": mode,
                        "attention": "eager", "threads": "1", "cpu": torch.backends.cpu.get_cpu_capability(),
                        "position_ids": "arange" if made is None else "from the mask", "script_sha256": digest,
                        **bridge_reference.versions()}
            optional = {"same_as": json.dumps(same) if same else None, "mask_given": changed,
                        "nan_in": json.dumps(empty) if empty else None}
            metadata.update({key: value for key, value in optional.items() if value})
            tensors = {**inputs, **({} if made is None else {"position_ids_used": made}), **kept}
            target = folder / f"{name}_{mode}_{case}{'' if dtype == 'float32' else '-' + dtype}.safetensors"
            save_sorted({key: value.contiguous().clone() for key, value in tensors.items()}, target, metadata)
            size = target.stat().st_size
            total += size
            if size > LIMIT:
                print(f"{target.name}: {size} bytes, above {LIMIT}")
    print(f"{name}: {total} bytes of golden files", flush=True)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names of models; all, if none is given")
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/bridge")
    options = parser.parse_args()
    torch.set_num_threads(1)
    unknown = [name for name in options.names if name not in FULL + MIDDLE + BRIEF]
    if unknown:
        parser.error(f"unknown model '{unknown[0]}'; known: {', '.join(FULL + MIDDLE + BRIEF)}")
    options.output.mkdir(parents=True, exist_ok=True)
    digest = hashlib.sha256(Path(__file__).read_bytes()).hexdigest()
    total = sum(write(name, options.output, digest) for name in options.names or FULL + MIDDLE + BRIEF)
    print(f"{total} bytes in all" + (f", above {BUDGET}" if total > BUDGET else ""))
    for name in () if options.names else ABSENT:
        try:
            bridge_reference.load_bridge(reference.ROOT / "tests/data/models" / name, "float32", "plain")
        except bridge_reference.Unsupported as error:
            print(f"{name}: left out, {error}")
        else:
            sys.exit(f"make_bridge_golden: {name} can be loaded after all")


if __name__ == "__main__":
    main()
