# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/edits/SYSTEM_MODEL_CASE.safetensors: interventions in the real systems, with inputs and operands.

A file holds the inputs, the operands `edit.N`, and of the edited run the logits, every pattern, every resid_post and
each edited hook: its value after the edits under its name, and what reached it under NAME.before_edit. The metadata
`edits` is the list as `headscope-cli run --edits` takes it. Systems whose library is not in this environment are
skipped and named: nnsight and bridge run in build/oracle, hooked in build/oracle-legacy.
"""

import argparse
import hashlib
import importlib.util
import json
import sys
from importlib import metadata
from pathlib import Path

import torch
from transformers import AutoConfig

import edits_apply
import edits_cases
import reference
from make_native_golden import save_sorted

LIMIT = 200_000  # bytes of one file
VISIBLE = 1e-3  # what taking a part of an edit away must change at least, somewhere
IDS, OTHER_IDS = 21, 22  # seeds
HERE = Path(__file__).resolve().parent
SYSTEMS = {"nnsight": "nnsight", "bridge": "TransformerBridge", "hooked": "HookedTransformer"}
MODES = {"nnsight": ["plain"], "bridge": ["plain"], "hooked": ["unprocessed", "processed"]}


def available(system):
    if importlib.util.find_spec("nnsight" if system == "nnsight" else "transformer_lens") is None:
        return False
    return system == "nnsight" or (metadata.version("transformer_lens") < "4") == (system == "hooked")


def load(system, directory, dtype, mode):
    if system == "nnsight":
        import edits_nnsight

        return edits_nnsight.System(directory, dtype)
    import edits_lens

    return (edits_lens.Bridge if system == "bridge" else edits_lens.Hooked)(directory, dtype, mode)


def hashes():
    """Of this script, and of the edits_*.py beside it, by name and one after the other."""
    modules = b"".join(path.read_bytes() for path in sorted(HERE.glob("edits_*.py")))
    return {"script_sha256": hashlib.sha256((HERE / "make_edit_golden.py").read_bytes()).hexdigest(),
            "edits_modules_sha256": hashlib.sha256(modules).hexdigest()}


def operands(model, case, other):
    """The edits with the names of their operands, and the operands: random, or seen in a run on other ids."""
    edits, tensors, dtype = [], {}, reference.DTYPES[case.dtype]
    for edit in case.edits:
        operand = edit.get("tensor")
        if operand is None:
            edits.append(edit)
            continue
        name = f"edit.{len(tensors)}"
        if isinstance(operand, edits_cases.Random):
            generator = torch.Generator().manual_seed(31 + len(tensors))
            tensors[name] = torch.randn(operand.shape, generator=generator).to(dtype)
        else:
            tensors[name] = model.run(other, edits_apply.Editor([], {}, None, [edit["hook"]]))[edit["hook"]]
        edits.append({**edit, "tensor": name})
    return edits, tensors


def lesser(edits):
    """The same edits with one of them, or one selection of one of them, left out, and what that is."""
    for index, edit in enumerate(edits):
        yield f"edit {index}", edits[:index] + edits[index + 1:]
        for kind in ("rows", "heads", "queries", "keys"):
            if kind in edit:
                rest = {key: value for key, value in edit.items() if key != kind}
                yield f"{kind} of edit {index}", edits[:index] + [rest] + edits[index + 1:]


def check_edits(where, model, case, inputs, editor, outputs):
    """A file must tell: every edit, and every part of its selection, has to show in what comes out."""
    editor.check()
    for what, edits in lesser(editor.edits):
        without = model.run(inputs, edits_apply.Editor(edits, editor.operands, inputs.get("attention_mask"), case.keep))
        shown = [name for name in without if name == "logits" or name.endswith(("hook_pattern", "hook_resid_post"))]
        if max((without[name] - outputs[name]).abs().max() for name in shown) < VISIBLE:
            sys.exit(f"make_edit_golden: {where}: {what} does not show")


def check_observed(where, model, inputs, outputs):
    """Reading every value must leave the run as it was."""
    wanted = reference.run(model.model, inputs)
    changed = [name for name, value in wanted.items() if not torch.equal(value, outputs[name])]
    if changed or not torch.equal(model.untraced(inputs), outputs["logits"]):
        sys.exit(f"make_edit_golden: {where}: observing changes {changed or 'logits'}")


def write(system, mode, name, folder):
    directory = reference.ROOT / "tests/data/models" / name
    models, total = {}, 0
    shape = edits_cases.Shape.of(AutoConfig.from_pretrained(directory, local_files_only=True))
    for case in edits_cases.cases(system, mode, name, shape):
        model = models.get(case.dtype) or models.setdefault(case.dtype, load(system, directory, case.dtype, mode))
        inputs = edits_cases.inputs(directory, case.inputs, IDS)
        other = edits_cases.inputs(directory, case.inputs, OTHER_IDS)
        edits, tensors = operands(model, case, other)
        editor = edits_apply.Editor(edits, tensors, inputs.get("attention_mask"), case.keep)
        outputs = model.run(inputs, editor)
        parts = [system, name, case.name] + ([mode] if system == "hooked" else [])
        target = folder / ("_".join(parts) + ("" if case.dtype == "float32" else f"-{case.dtype}") + ".safetensors")
        empty = [key for key, value in outputs.items() if value.isnan().any()]
        if empty:
            sys.exit(f"make_edit_golden: {target.name}: NaN in {empty[0]}")
        if edits:
            check_edits(target.name, model, case, inputs, editor, outputs)
        else:
            check_observed(target.name, model, inputs, outputs)
        described = {"system": SYSTEMS[system], "mode": mode, "model": name, "case": case.name, "dtype": case.dtype,
                     "inputs": case.inputs, "attention": "eager", "threads": "1",
                     "cpu": torch.backends.cpu.get_cpu_capability(), "edits": json.dumps(edits),
                     "how": model.how(editor.kept), **hashes(), **model.versions()}
        if any(isinstance(edit.get("tensor"), edits_cases.Other) for edit in case.edits):
            described["other_input_ids"] = json.dumps(other["input_ids"].tolist())
        everything = {**inputs, **tensors, **outputs}
        save_sorted({key: value.detach().contiguous().clone() for key, value in everything.items()}, target, described)
        size = target.stat().st_size
        total += size
        if size > LIMIT:
            print(f"{target.name}: {size} bytes, above {LIMIT}")
    print(f"{system} {mode} {name}: {total} bytes", flush=True)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names of models; all that each system has, if none is given")
    parser.add_argument("--systems", nargs="+", choices=SYSTEMS, default=list(SYSTEMS))
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/edits")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.output.mkdir(parents=True, exist_ok=True)
    total = 0
    for system in options.systems:
        if not available(system):
            print(f"{system}: skipped, its library is not in this environment")
            continue
        for mode in MODES[system]:
            total += sum(write(system, mode, name, options.output) for name in edits_cases.MODELS[system]
                         if name in options.names or not options.names)
    print(f"{total} bytes in all")


if __name__ == "__main__":
    main()
