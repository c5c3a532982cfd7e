# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/attribution/MODEL_SYSTEM_CASE.safetensors: direct logit attribution and ablated heads, by TransformerLens.

SYSTEM is hooked-STEPS, HookedTransformer with the weight processing `all`, `none` or `fold_ln`, in build/oracle-legacy;
or bridge-plain and bridge-compat, TransformerBridge, in build/oracle. Systems that are not in this environment are skipped
and named. CASE is left or right, the side of the padding; right for the demo models' attributions alone. Everything is
float32, on one thread, positions by the mask (what both systems do by themselves).

TransformerLens attributes only where the final norm's weight and bias are folded into the unembedding, so `hooked-none`
and `bridge-plain` hold ablations alone, and `hooked-fold_ln` is the reference for every backend that keeps weights as they
are stored: folding changes no value that is attributed.

Tensors; B sequences, T positions, L layers, H heads, V vocabulary; each value is read at the sequence's answer position:
  input_ids, attention_mask        I64 [B,T]
  answer_positions                 I64 [B], the last token of each sequence, in the padded batch
  correct, incorrect               I64 [B], one token each
  logits                           F32 [B,V], nothing ablated, after a soft cap of the logits; case left only
  logit_difference                 F32 [B], correct - incorrect, before the soft cap
  attribution.embed                F32 [B]
  attribution.pos_embed            F32 [B], learned positions only
  attribution.heads                F32 [L,H,B], without the output bias; not for gemma2, whose norm after the attention
                                   TransformerLens leaves out of hook_result
  attribution.attention_bias       F32 [L,B], the output bias b_O; not for gemma2
  attribution.attention_out        F32 [L,B], hook_attn_out: heads and output bias together
  attribution.mlp_out              F32 [L,B], with the MLP's output bias
  attribution.bias                 F32 [B], of the unembedding, with the final norm's bias folded in; 0 where there is none
  attribution.sum                  F32 [B], embed + pos_embed + attention_out + mlp_out + bias; within 1e-4 of
                                   logit_difference, or the script refuses to write
  other.input_ids                  I64 [B,T], another batch with the same attention_mask
  ablation.N.logits                F32 [B,V], after a soft cap; case left only
  ablation.N.logit_difference      F32 [B], before the soft cap
Metadata `ablations`: a JSON array, N its index, of {"method": "zero"|"mean"|"patch", "heads": ["LAYER.HEAD", …]}.

Attribution is ActivationCache.logit_attrs of the stacks that decompose_resid and stack_head_results return, of b_O expanded
to every position, and b_U[correct] - b_U[incorrect]: each part, less its mean over the features in a LayerNorm model, divided by
the run's own ln_final.hook_scale, times the difference of two columns of the unembedding.

Ablations are hooks at blocks.LAYER.attn.hook_z by run_with_hooks, at every position of every sequence, padding included:
  zero   the head's z is 0. With weights as stored that takes the value bias away as well; with fold_value_biases not.
  mean   the head's z is one vector of d_head features, the same everywhere: the mean over all sequences and all positions
         with attention_mask 1 of the z that arrives in the ablated run itself, so that of two heads the one in the later layer
         is averaged after the earlier one was ablated (edits_apply.average).
  patch  the head's z is that of an unablated run on other.input_ids, same sequence and position.
"""

import argparse
import hashlib
import json
import sys
from pathlib import Path

import torch

import edits_apply
import reference
from make_edit_golden import available
from make_native_golden import save_sorted

LIMIT = 200_000  # bytes of one file
CLOSE, VISIBLE = 1e-4, 1e-3
HERE = Path(__file__).resolve().parent
# Prompts with their answers; the names of a second batch, of the same lengths, stand in their place.
PROMPTS = [("When Mary and John went to the store, John gave a drink to", " Mary", " John"),
           ("When Tom and Anna went to the park, Anna gave a ball to", " Tom", " Anna"),
           ("Mary and Tom went home. Tom gave a hat to", " Mary", " Tom"),
           ("John saw Anna. Anna gave a cup to", " John", " Anna")]
SWAPPED = {"Mary": "Anna", "John": "Tom", "Tom": "John", "Anna": "Mary"}
LENGTHS = [7, 4, 5]
DEMOS = ("demo-gpt2", "demo-rotary")
TINY = ("gpt2-tiny", "neox-parallel", "neox-serial", "llama-gqa", "qwen2-bias", "qwen3-norm", "mistral-window",
        "gemma2-caps")
HOOKED = {"hooked-all": ("fold_ln", "center_writing_weights", "center_unembed", "fold_value_biases"),
          "hooked-fold_ln": ("fold_ln",), "hooked-none": ()}
BRIDGE = {"bridge-plain": "plain", "bridge-compat": "compat"}
WITHOUT_ATTRIBUTION = ("hooked-none", "bridge-plain")


def directory_of(name):
    return reference.ROOT / ("resources/models" if name in DEMOS else "tests/data/models") / name


def load(system, directory):
    """The model, and its config of transformers."""
    if system in HOOKED:
        import hooked_models

        return hooked_models.load(directory, torch.float32, HOOKED[system]), hooked_models.read_config(directory)
    import bridge_reference

    bridge = bridge_reference.load_bridge(directory, "float32", BRIDGE[system])
    return bridge, bridge.original_model.config


def options_of(system, mask):
    return {"attention_mask": mask, **({"use_cache": False} if system in BRIDGE else {})}


def demo_rows(directory):
    """Ids of the prompts, of the same with other names, and one correct and one incorrect id each."""
    texts = [text for text, _, _ in PROMPTS]
    other = [" ".join(SWAPPED.get(word.strip(".,"), word.strip(".,")) + word[len(word.strip(".,")):]
                      for word in text.split(" ")) for text in texts]
    answers = reference.tokenize(directory, [word for _, right, wrong in PROMPTS for word in (right, wrong)])
    rows, others = reference.tokenize(directory, texts), reference.tokenize(directory, other)
    if any(len(ids) != 1 for ids in answers) or [len(row) for row in rows] != [len(row) for row in others]:
        sys.exit(f"make_attribution_golden: {directory.name}: expected answers of one token and batches of one shape")
    return rows, others, [ids[0] for ids in answers[::2]], [ids[0] for ids in answers[1::2]]


def tiny_rows(directory):
    rows, others = reference.random_ids(directory, LENGTHS), reference.random_ids(directory, LENGTHS, seed=8)
    answers = reference.random_ids(directory, [2 * len(LENGTHS)], seed=9)[0]
    return rows, others, answers[::2], answers[1::2]


def batch(name, side):
    directory = directory_of(name)
    rows, others, correct, incorrect = (demo_rows if name in DEMOS else tiny_rows)(directory)
    made = reference.pad(rows, side)
    length = made["input_ids"].shape[1]
    ends = [length - 1 if side == "left" else len(row) - 1 for row in rows]
    return {**made, "other.input_ids": reference.pad(others, side)["input_ids"], "correct": torch.tensor(correct),
            "incorrect": torch.tensor(incorrect), "answer_positions": torch.tensor(ends)}


def answered(value, inputs):
    """[B, T, …] at the answer positions: [B, …]."""
    return value[torch.arange(len(value)), inputs["answer_positions"]]


def difference(logits, inputs):
    rows = torch.arange(len(logits))
    return logits[rows, inputs["correct"]] - logits[rows, inputs["incorrect"]]


def attribution(model, cache, inputs):
    """{name: tensor}, as the docstring of this file names them."""
    correct, incorrect = inputs["correct"][:, None], inputs["incorrect"][:, None]

    def attributed(stack):
        values = cache.logit_attrs(stack, tokens=correct, incorrect_tokens=incorrect)  # [parts, B, T]
        return torch.stack([answered(part, inputs) for part in values])

    stack, labels = cache.decompose_resid(return_labels=True)
    parts = dict(zip(labels, attributed(stack)))
    layers, heads = model.cfg.n_layers, model.cfg.n_heads
    made = {name: parts[name] for name in ("embed", "pos_embed") if name in parts}
    for label, name in (("attn_out", "attention_out"), ("mlp_out", "mlp_out")):
        made[name] = torch.stack([parts[f"{layer}_{label}"] for layer in range(layers)])
    if getattr(model.cfg, "use_normalization_before_and_after", False) is False and not has_norm_after(model):
        made["heads"] = attributed(cache.stack_head_results()).unflatten(0, (layers, heads))
        made["attention_bias"] = attributed(torch.stack([output_bias(model, layer).expand_as(stack[0])
                                                         for layer in range(layers)]))
    bias = model.unembed.b_U
    rest = torch.zeros(len(correct)) if bias is None else bias[correct[:, 0]] - bias[incorrect[:, 0]]
    made["bias"] = rest
    made["sum"] = sum(made[name] for name in ("embed", "pos_embed") if name in made) + made["attention_out"].sum(0) \
        + made["mlp_out"].sum(0) + rest
    return made


def has_norm_after(model):
    return hasattr(model.blocks[0], "ln1_post")


def output_bias(model, layer):
    bias = model.blocks[layer].attn.b_O
    return torch.zeros(model.cfg.d_model) if bias is None else bias


def check_attribution(where, made, wanted):
    gap = (made["sum"] - wanted).abs().max().item()
    if "heads" in made:
        together = made["heads"].sum(1) + made["attention_bias"]
        gap = max(gap, (together - made["attention_out"]).abs().max().item())
    if not gap < CLOSE:
        sys.exit(f"make_attribution_golden: {where}: the parts are {gap:.3g} from the logit difference")
    return gap


def ablations(name):
    later, earlier = ((1, 2), (0, 1)) if name in DEMOS else ((1, 1), (0, 0))
    return [{"method": method, "heads": [f"{layer}.{head}" for layer, head in heads]}
            for heads in ([later], [earlier, later]) for method in ("zero", "mean", "patch")]


def edits_of(ablation):
    """The same as edits_apply.py takes it."""
    made = []
    for place in ablation["heads"]:
        layer, head = map(int, place.split("."))
        edit = {"hook": f"blocks.{layer}.attn.hook_z", "operation": ablation["method"], "heads": [head]}
        if ablation["method"] == "patch":
            edit.update(operation="replace", tensor=edit["hook"])
        made.append(edit)
    return made


@torch.no_grad()
def ablated(system, model, inputs, ablation, other):
    """The logits and what comes out of the unembedding, each [B,V]."""
    editor = edits_apply.Editor(edits_of(ablation), other, inputs["attention_mask"])
    seen = {}

    def see(value, hook):
        seen["out"] = value

    names = [each["hook"] for each in editor.edits]
    hooks = [(name, lambda value, hook, name=name: editor(name, value)) for name in names]
    logits = model.run_with_hooks(inputs["input_ids"], fwd_hooks=[*hooks, ("unembed.hook_out", see)],
                                  **options_of(system, inputs["attention_mask"]))
    editor.check()
    return answered(logits, inputs), answered(seen["out"], inputs)


@torch.no_grad()
def outputs_of(where, system, name, model, inputs):
    options = options_of(system, inputs["attention_mask"])
    logits, cache = model.run_with_cache(inputs["input_ids"], **options)
    outputs = {"logits": answered(logits, inputs),
               "logit_difference": difference(answered(cache["unembed.hook_out"], inputs), inputs)}
    gap = None
    if system not in WITHOUT_ATTRIBUTION:
        made = attribution(model, cache, inputs)
        gap = check_attribution(where, made, outputs["logit_difference"])
        outputs.update({f"attribution.{part}": value for part, value in made.items()})
    other = model.run_with_cache(inputs["other.input_ids"], return_cache_object=False, **options)[1]
    for index, ablation in enumerate(ablations(name)):
        after, out = ablated(system, model, inputs, ablation, other)
        moved = (after - outputs["logits"]).abs().max().item()
        if not moved > VISIBLE:
            sys.exit(f"make_attribution_golden: {where}: {ablation} moves the logits by {moved:.3g} only")
        outputs[f"ablation.{index}.logits"] = after
        outputs[f"ablation.{index}.logit_difference"] = difference(out, inputs)
    return outputs, gap


def versions(system):
    if system in HOOKED:
        import hooked_models

        return hooked_models.versions()
    import bridge_reference

    return bridge_reference.versions()


def write(system, name, folder):
    model, _config = load(system, directory_of(name))
    total = 0
    for side in ("left", "right") if name in DEMOS and system not in WITHOUT_ATTRIBUTION else ("left",):
        target = folder / f"{name}_{system}_{side}.safetensors"
        inputs = batch(name, side)
        outputs, gap = outputs_of(target.name, system, name, model, inputs)
        if side == "right":  # a vocabulary of logits for each ablation would be most of the file
            outputs = {key: value for key, value in outputs.items() if not key.endswith("logits")}
        described = {"model": name, "system": system, "case": side, "dtype": "float32", "positions": "mask", "threads": "1",
                     "ablations": json.dumps(ablations(name)), "cpu": torch.backends.cpu.get_cpu_capability(),
                     "script_sha256": hashlib.sha256(Path(__file__).read_bytes()).hexdigest(), **versions(system)}
        tensors = {key: value.detach().clone().contiguous() for key, value in {**inputs, **outputs}.items()}
        save_sorted(tensors, target, described)
        size = target.stat().st_size
        total += size
        parts = "" if gap is None else f"; the parts are within {gap:.2g} of the logit difference"
        print(f"{target.name}: {size} bytes{parts}", flush=True)
        if size > LIMIT:
            print(f"{target.name}: {size} bytes, above {LIMIT}")
    return total


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", help="names of models; all of them, if none is given")
    parser.add_argument("--systems", nargs="+", choices=[*HOOKED, *BRIDGE], default=[*HOOKED, *BRIDGE])
    parser.add_argument("--output", type=Path, default=reference.ROOT / "tests/data/attribution")
    options = parser.parse_args()
    torch.set_num_threads(1)
    unknown = [name for name in options.names if name not in DEMOS + TINY]
    if unknown:
        parser.error(f"unknown model '{unknown[0]}'; known: {', '.join(DEMOS + TINY)}")
    options.output.mkdir(parents=True, exist_ok=True)
    total = 0
    for system in options.systems:
        if not available(system.split("-")[0]):
            print(f"{system}: skipped, its library is not in this environment")
            continue
        total += sum(write(system, name, options.output) for name in options.names or DEMOS + TINY)
    print(f"{total} bytes in all")


if __name__ == "__main__":
    main()
