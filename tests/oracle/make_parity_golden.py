# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/parity: small dumps of the real systems, and of ports with a bug, for `headscope-cli parity --reference`.

The format is dump_reference.py's. All are of a few short prompts of different lengths (four through the systems, three through
the ports), left-padded, float32, on one thread.

MODEL_SYSTEM.safetensors: demo-gpt2 and demo-rotary through transformers, nnsight, bridge (plain) and hooked (all four steps
of the weight processing), each with its own default positions. Systems whose library is not in this environment are
skipped and named: hooked runs in build/oracle-legacy, the others in build/oracle.

bug_NAME.safetensors: demo-gpt2 through NNsight with one thing wrong in transformers' own model, positions 0, 1, 2, …; and
bug_NAME_positions.safetensors, the same with positions counted by the mask. Metadata `bug` is the name and `first` the hook where
real tokens first differ from the model without the bug and with the same positions, which the script has seen to be so:
  mask_added       the attention gets the mask as booleans, which eager attention adds as 0 and 1; blocks.0.attn.hook_attn_scores
  scale_forgotten  layer 1 does not multiply its scores by d_head^-0.5; blocks.1.attn.hook_attn_scores
  heads_swapped    layer 1 joins the heads with 1 and 2 the other way round; blocks.1.attn.hook_z
  bias_dropped     layer 1's MLP has no output bias; blocks.1.hook_mlp_out
  none             nothing is wrong; only with positions by the mask, so that they alone are to be explained; first is empty
"""

import argparse
import re
import sys
import tempfile
from pathlib import Path

import torch
from safetensors import safe_open

import dump_reference
import reference
from make_edit_golden import available

LIMIT = 400_000  # bytes of one file
VISIBLE = 1e-3  # of a bug, where it is
SMALL = 1e-6  # of what is not there: one thread on the same machine, so really 0
MODELS = ("demo-gpt2", "demo-rotary")
SYSTEMS = ("transformers", "nnsight", "bridge", "hooked")
PROMPTS = {"system": ["The dog saw the cat", "Mary gave", "It was raining,", "one two one"],
           "bug": ["Mary gave", "It was raining,", "one two one"]}
HOOKS = {"system": ["hook_pos_embed", "blocks.*.attn.hook_attn_scores", "blocks.*.attn.hook_pattern",
                    "blocks.*.attn.hook_q", "blocks.*.attn.hook_k", "blocks.*.hook_attn_out", "blocks.*.hook_mlp_out",
                    "blocks.*.hook_resid_post"],
         "bug": ["hook_pos_embed", "blocks.*.attn.hook_attn_scores", "blocks.*.attn.hook_pattern", "blocks.*.attn.hook_z",
                 "blocks.*.hook_attn_out", "blocks.*.hook_mlp_out", "blocks.*.hook_resid_post"]}
ORDER = ["hook_pos_embed", "hook_attn_scores", "hook_pattern", "hook_z", "hook_attn_out", "hook_mlp_out",
         "hook_resid_post"]
BUGS = {"mask_added": "blocks.0.attn.hook_attn_scores", "scale_forgotten": "blocks.1.attn.hook_attn_scores",
        "heads_swapped": "blocks.1.attn.hook_z", "bias_dropped": "blocks.1.hook_mlp_out"}


def options_for(kind, system, model, target, positions="default"):
    words = ["--system", system, "--model", model, "--positions", positions, "--output", str(target)]
    options = dump_reference.parse([*words, *(word for prompt in PROMPTS[kind] for word in ("--prompt", prompt))])
    # What a system lacks is no mistake here; the script's own default list is treated like that, so it stands in.
    dump_reference.DEFAULT_HOOKS[:] = HOOKS[kind]
    return options


def add_mask(system):
    """As somebody does who hands the 4-D boolean mask to a function that adds it."""
    original = system.system.inputs

    def inputs(given):
        keys = given["attention_mask"].bool()[:, None, None, :]
        return {**original(given), "attention_mask": reference.causal_plane(keys.shape[-1]) & keys}

    system.system.inputs = inputs


def forget_scale(system):
    system.system.model.transformer.h[1].attn.scaling = 1.0


def swap_heads(system):
    attention = system.system.model.transformer.h[1].attn

    def swap(_module, args):
        heads = args[0].unflatten(-1, (-1, attention.head_dim))
        order = torch.arange(heads.shape[-2])
        order[1], order[2] = 2, 1
        return (heads[..., order, :].flatten(-2),)

    attention.c_proj.register_forward_pre_hook(swap)


def drop_bias(system):
    with torch.no_grad():
        system.system.model.transformer.h[1].mlp.c_proj.bias.zero_()


PLANT = {"mask_added": add_mask, "scale_forgotten": forget_scale, "heads_swapped": swap_heads, "bias_dropped": drop_bias,
         "none": lambda system: None}


def read(path):
    with safe_open(str(path), "pt") as file:
        return {name: file.get_tensor(name) for name in file.keys()}


def place(name):
    layer = re.match(r"blocks\.(\d+)\.", name)
    return (int(layer[1]) if layer else -1 if name != "logits" else 1 << 30,
            ORDER.index(name.rsplit(".", 1)[-1]) if name != "logits" else 0)


def distance(name, left, right, mask):
    """Largest difference on real tokens and, of scores and patterns, allowed keys."""
    real = mask.bool()
    if name.endswith(("hook_attn_scores", "hook_pattern")):
        allowed = (reference.causal_plane(real.shape[1]) & real[:, None, :] & real[:, :, None])[:, None]
        return (left - right).abs()[allowed.expand_as(left)].max().item()
    return (left - right).abs()[real].max().item()


def first_difference(clean, bugged):
    mask = clean["attention_mask"]
    names = sorted((name for name in clean if clean[name].is_floating_point()), key=place)
    gaps = {name: distance(name, clean[name], bugged[name], mask) for name in names}
    first = next((name for name in names if gaps[name] > SMALL), "")
    return first, gaps.get(first, 0.0)


def write_bug(bug, rule, folder, clean):
    """`clean` is the same without the bug, to check that the bug shows where the file says."""
    positions = "_positions" if rule == "mask" else ""
    target = folder / f"bug_{bug}{positions}.safetensors"

    def prepare(system):
        PLANT[bug](system)
        return {"bug": bug, "first": BUGS.get(bug, ""), "system": f"a port of GPT-2 ({bug})"}

    dump_reference.dump(options_for("bug", "nnsight", "demo-gpt2", target, rule), prepare)
    first, gap = first_difference(clean, read(target))
    if first != BUGS.get(bug, "") or (first and gap < VISIBLE):
        target.unlink()
        sys.exit(f"make_parity_golden: {target.name}: expected the first difference at {BUGS.get(bug)}, found it at "
                 f"'{first}' ({gap:.3g})")
    return report(target, f"first at {first}, {gap:.3g}" if first else "as the model without a bug")


def report(target, what):
    size = target.stat().st_size
    print(f"{target.name}: {size} bytes; {what}" + (f"; above {LIMIT}" if size > LIMIT else ""), flush=True)
    return size


def write_bugs(folder):
    total = 0
    for rule in ("arange", "mask"):
        with tempfile.TemporaryDirectory() as place_for_clean:
            path = Path(place_for_clean) / "clean.safetensors"
            dump_reference.dump(options_for("bug", "nnsight", "demo-gpt2", path, rule))
            clean = read(path)
        for bug in BUGS if rule == "arange" else (*BUGS, "none"):
            total += write_bug(bug, rule, folder, clean)
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/parity")
    options = parser.parse_args()
    torch.set_num_threads(1)
    options.output.mkdir(parents=True, exist_ok=True)
    total = 0
    for system in SYSTEMS:
        if system != "transformers" and not available(system):
            print(f"{system}: skipped, its library is not in this environment")
            continue
        if system == "transformers" and not available("nnsight"):
            continue  # written once, in build/oracle
        for model in MODELS:
            target = options.output / f"{model}_{system}.safetensors"
            count = dump_reference.dump(options_for("system", system, model, target))
            total += report(target, f"{count} values")
    if available("nnsight"):
        total += write_bugs(options.output)
    print(f"{total} bytes in all")


if __name__ == "__main__":
    main()
