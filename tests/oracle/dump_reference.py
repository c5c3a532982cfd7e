# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a real system on a model directory and writes a dump, with which `headscope-cli parity --reference` compares.

    dump_reference.py --system transformers --model DIR --prompt "The doctor said that" --prompt "Mary" --output DUMP.safetensors

Systems: transformers and nnsight (eager or sdpa) and bridge (TransformerBridge) run in build/oracle, hooked
(HookedTransformer, HookedEncoder for BERT) in build/oracle-legacy. The values are the system's own. transformers shows
the inputs and outputs of its modules, its patterns where attention is eager, and what its rotary function returns; NNsight
shows scores besides; the other two everything that TransformerLens names.

A dump is a safetensors file. Tensors:
  input_ids       I64 [B,T]
  attention_mask  I64 [B,T], only when the run had a 2-D mask: 1 is a token, 0 padding; a 3-D or 4-D mask as it was given
  position_ids    I64 [1|B,T], what the model looked up; token_type_ids I64 [B|1,T] where they were given
  logits          [B,T,V] in the run's dtype; absent for a model without a head
  hook values     under TransformerLens names, such as blocks.0.attn.hook_pattern [B,H,T,T], blocks.0.attn.hook_q and
                  hook_z [B,T,H,d], hook_k and hook_v [B,T,key/value heads,d], blocks.0.hook_resid_post [B,T,D]
Metadata, all of it text; only dump is needed, the rest tells what to align:
  dump            "1", the version of this format
  system          "transformers 5.23.0", "NNsight 0.8.1 over transformers 5.23.0", "TransformerBridge 4.3.0 (plain)",
                  "HookedTransformer 3.5.1 (processing all)", "HookedEncoder 3.5.1", with " with sdpa attention" behind it
  backend         native, tapped, bridge or hooked: whose policies Headscope starts from
  bridge_mode     plain or compat, for backend bridge alone
  processing      all, none, or steps with commas between, for backend hooked on a decoder and for bridge_mode compat
  attention       eager or sdpa; dtype: float32, float16, bfloat16 or float64
  padding         left or right, or "given" for an inputs file
  positions       arange, mask or given; mask: none, 2-D, "3-D boolean", "4-D boolean" or "4-D additive"
  prepend_bos     on or off; model: the directory's name; threads; cpu: the instruction set
  version.NAME    of each package
Exit codes: 0 written, 2 could not be; then there is one line on stderr, and no file.
"""

import argparse
import fnmatch
import os
import sys
from pathlib import Path

DEFAULT_HOOKS = ["hook_embed", "hook_pos_embed",
                 *(f"blocks.*.{name}" for name in (
                     "hook_resid_pre", "attn.hook_q", "attn.hook_k", "attn.hook_v", "attn.hook_rot_q", "attn.hook_rot_k",
                     "attn.hook_attn_scores", "attn.hook_pattern", "attn.hook_z", "hook_attn_out", "hook_resid_mid",
                     "hook_mlp_out", "hook_resid_post", "hook_normalized_resid_post")),
                 "ln_final.hook_normalized", "unembed.hook_in",
                 # HookedEncoder's names of some of these
                 "embed.hook_embed", "embed.hook_pos_embed", "mlm_head.ln.hook_normalized"]
STEPS = ("fold_ln", "center_writing_weights", "center_unembed", "fold_value_biases")


class Parser(argparse.ArgumentParser):
    """One line for a mistake."""

    def error(self, message):
        self.exit(2, f"dump_reference: {message}\n")


def parse(arguments=None):
    parser = Parser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--system", required=True, choices=["transformers", "nnsight", "bridge", "hooked"])
    parser.add_argument("--model", required=True, help="a Hugging Face directory, demo-rotary or demo-gpt2")
    parser.add_argument("--prompt", action="append", help="a sequence of the batch; can be given again", default=[])
    parser.add_argument("--inputs", type=Path, help="a safetensors file with input_ids, as headscope-cli run takes it")
    parser.add_argument("--attention", default="eager", choices=["eager", "sdpa"])
    parser.add_argument("--dtype", default="float32", choices=["float32", "float16", "bfloat16", "float64"])
    parser.add_argument("--padding", choices=["left", "right"], help="of prompts; left, if not given")
    parser.add_argument("--positions", default="default", choices=["default", "arange", "mask"],
                        help="default is what the system does by itself")
    parser.add_argument("--bridge-mode", choices=["plain", "compat"], help="of --system bridge; plain, if not given")
    parser.add_argument("--processing", help="all, none, or steps with commas between: " + ", ".join(STEPS))
    parser.add_argument("--prepend-bos", default="off", choices=["off", "on"])
    parser.add_argument("--hooks", help="globs with commas between, of what is written besides the logits")
    parser.add_argument("--threads", type=int, help="of torch; else what OMP_NUM_THREADS says")
    parser.add_argument("--output", type=Path, required=True)
    return parser.parse_args(arguments)


def steps_of(text):
    if text is None or text == "all":
        return None if text is None else STEPS
    return () if text == "none" else tuple(text.split(","))


def check(options, refuse):
    """Options that contradict one another, before anything is loaded."""
    if bool(options.prompt) == bool(options.inputs):
        refuse("--prompt: expected prompts or --inputs, found " + ("both" if options.inputs else "neither"))
    if options.inputs and options.padding:
        refuse("--padding: expected --prompt, found --inputs, whose rows are padded already")
    if options.inputs and options.prepend_bos == "on":
        refuse("--prepend-bos: expected --prompt, found --inputs")
    if options.bridge_mode and options.system != "bridge":
        refuse(f"--bridge-mode: expected --system bridge, found {options.system}")
    processed = options.system == "hooked" or options.bridge_mode == "compat"
    if options.processing is not None and not processed:
        refuse(f"--processing: expected --system hooked, or bridge with --bridge-mode compat; found {options.system}")
    for step in steps_of(options.processing) or ():
        if step not in STEPS:
            refuse(f"--processing: expected all, none or steps among {', '.join(STEPS)}; found '{step}'")
    if options.attention == "sdpa" and options.system in ("bridge", "hooked"):
        refuse(f"--attention: expected eager, which is how {options.system} attends; found sdpa")
    if options.threads is not None and options.threads < 1:
        refuse(f"--threads: expected 1 or more, found {options.threads}")
    if not options.output.parent.is_dir():
        refuse(f"--output {options.output}: expected a file in an existing directory, found none")


def chosen(values, globs, given):
    """The logits and what a glob matches; one that somebody gave and that matches nothing is a mistake."""
    def matches(name, glob):
        return fnmatch.fnmatchcase(name, glob)

    from dump_systems import BadInput

    for glob in globs if given else ():
        if not any(matches(name, glob) for name in values):
            raise BadInput(f"--hooks: expected a hook that this system shows, found '{glob}', which matches none")
    return {name: value for name, value in values.items()
            if name == "logits" or any(matches(name, glob) for glob in globs)}


def metadata(options, directory, inputs, system, result, encoder):
    import torch

    from dump_systems import BACKENDS, STEPS as EVERY, spell_steps
    import reference

    made = {"dump": "1", "system": system.title, "backend": BACKENDS[options.system], "attention": options.attention,
            "dtype": options.dtype, "padding": inputs.padding, "positions": result.positions, "mask": inputs.mask,
            "prepend_bos": options.prepend_bos, "model": directory.name, "threads": str(torch.get_num_threads()),
            "cpu": torch.backends.cpu.get_cpu_capability()}
    if options.system == "bridge":
        made["bridge_mode"] = options.bridge_mode or "plain"
    if options.bridge_mode == "compat" or (options.system == "hooked" and not encoder):
        steps = steps_of(options.processing)
        made["processing"] = spell_steps(EVERY if steps is None else steps)
    for name, version in {**reference.versions(), **system.versions}.items():
        made[f"version.{name}"] = version
    return made


def write(tensors, target, made):
    """Through a file beside it, so that a failure leaves nothing under the name."""
    from make_native_golden import save_sorted

    partial = target.with_name(target.name + ".part")
    try:
        save_sorted({name: value.detach().clone().contiguous() for name, value in tensors.items()}, partial, made)
        partial.replace(target)
    finally:
        partial.unlink(missing_ok=True)


def dump(options, prepare=lambda system: {}):
    """Writes what `options` (of `parse`) ask for, and gives the number of values.

    `prepare` may change the loaded system, and gives metadata that is to be added.
    """
    import dump_inputs
    import dump_systems
    import reference
    from dump_systems import BadInput

    directory = reference.model_directory(options.model)
    if not (directory / "config.json").exists():
        raise BadInput(f"--model: expected a directory with config.json, found none in {directory}")
    config = reference.AutoConfig.from_pretrained(directory, local_files_only=True)
    if options.inputs:
        inputs = dump_inputs.from_file(options.inputs, config)
    else:
        inputs = dump_inputs.from_prompts(directory, options.prompt, options.padding or "left",
                                          options.prepend_bos == "on")
    dump_inputs.check_length(inputs, config)
    if "position_ids" in inputs.tensors and options.positions != "default":
        raise BadInput(f"--positions: {options.inputs} already has position_ids; expected one of the two")
    choice = dump_systems.Choice(directory, options.attention, options.dtype, options.bridge_mode or "plain",
                                 steps_of(options.processing))
    system = dump_systems.SYSTEMS[options.system](choice)
    added = prepare(system)
    globs = options.hooks.split(",") if options.hooks else DEFAULT_HOOKS
    result = system.run(inputs.tensors, options.positions, globs)
    values = chosen(result.values, globs, bool(options.hooks))
    given = {**inputs.tensors, **({"attention_mask": result.inputs["attention_mask"]}
                                  if "attention_mask" in result.inputs else {})}
    if inputs.mask == "none" and "attention_mask" in given:
        inputs.mask = "2-D"  # ones, which transformers needs beside given position ids
    tensors = {**given, "position_ids": result.position_ids, **values}
    made = metadata(options, directory, inputs, system, result, config.model_type == "bert")
    write(tensors, options.output, {**made, **added})
    return len(values)


def main():
    options = parse()

    def refuse(message):
        print(f"dump_reference: {message}", file=sys.stderr)
        sys.exit(2)

    check(options, refuse)
    if options.threads:
        os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)  # before torch is loaded
    try:
        import torch

        import dump_systems
    except ImportError as error:
        refuse(f"expected the packages of tests/oracle, found: {error}; run this script with build/oracle/bin/python "
               "(packaging/venv oracle)")
    if options.threads:
        torch.set_num_threads(options.threads)
    try:
        count = dump(options)
    except dump_systems.BadInput as error:
        refuse(str(error))
    except Exception as error:  # whatever the libraries raise: one line
        refuse(f"--system {options.system}: {type(error).__name__}: {' '.join(str(error).split())}")
    print(f"{options.output}: {count} values of {options.system}")


if __name__ == "__main__":
    main()
