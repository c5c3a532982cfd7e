# SPDX-License-Identifier: GPL-3.0-or-later
"""The real systems that dump_reference.py runs, each behind the same three calls: load, run, what it calls itself.

Each is imported when it is asked for, because they live in two environments.
"""

import importlib.metadata
from dataclasses import dataclass, field

import torch

import reference
from make_native_golden import positions as positions_from_mask

STEPS = ("fold_ln", "center_writing_weights", "center_unembed", "fold_value_biases")
BACKENDS = {"transformers": "native", "nnsight": "tapped", "bridge": "bridge", "hooked": "hooked"}
SCORES_AND_PATTERN = ("*hook_attn_scores", "*hook_pattern")


class BadInput(Exception):
    """The user's mistake, in one line: which option or file, what was expected, what was found."""


@dataclass
class Choice:
    """What somebody wants to be run, checked only as far as the command line can."""

    directory: object
    attention: str = "eager"
    dtype: str = "float32"
    bridge_mode: str = "plain"
    steps: tuple | None = None  # None: all, where weights are processed at all


@dataclass
class Result:
    values: dict
    position_ids: torch.Tensor  # [1|B,T] int64, what the model looked up
    positions: str  # "arange", "mask" or "given"
    inputs: dict = field(default_factory=dict)  # what the system was given, where that is not what the user gave


def version_of(package):
    return importlib.metadata.version(package)


def need(package, group, system):
    """One line that says which environment has what is missing."""
    try:
        return version_of(package)
    except importlib.metadata.PackageNotFoundError as error:
        raise BadInput(f"--system {system}: expected the package {package}, found none; run this script with "
                       f"build/{group}/bin/python (packaging/venv {group})") from error


def spell_steps(steps):
    return "all" if set(steps) == set(STEPS) else ",".join(step for step in STEPS if step in steps) or "none"


def without_head(values, encoder):
    """What is left where the libraries fill a missing head with random numbers; an encoder's last norm is in its head."""
    filled = ("logits", "unembed.hook_out") + (("unembed.", "ln_final.", "mlm_head.") if encoder else ())
    return {name: value for name, value in values.items() if not name.startswith(filled)}


def arange(inputs):
    return torch.arange(inputs["input_ids"].shape[1])[None]


def position_inputs(inputs, rule, default_from_mask):
    """The inputs with the position ids that `rule` asks for, and how the dump names them.

    `default_from_mask` says what the system itself does with a 2-D mask, so that nothing is passed where it does the
    same by itself. Position ids never go without a mask: transformers would look for packed sequences.
    """
    mask = inputs.get("attention_mask")
    if "position_ids" in inputs:
        if mask is None:
            return {**inputs, "attention_mask": torch.ones_like(inputs["input_ids"])}, "given"
        return inputs, "given"
    if rule == "default" or mask is None:
        return inputs, None
    if rule == "arange":
        if not default_from_mask or mask.dim() != 2:
            return inputs, "arange"
        return {**inputs, "position_ids": arange(inputs).expand_as(inputs["input_ids"]).contiguous()}, "arange"
    if mask.dim() != 2:
        raise BadInput(f"--positions mask: expected an attention_mask of shape [B, T], found {list(mask.shape)}")
    return {**inputs, "position_ids": positions_from_mask(mask.long())}, "mask"


class Transformers:
    """transformers, its modules observed from outside."""

    def __init__(self, choice):
        need("transformers", "oracle", "transformers")
        self.model = reference.load_model(choice.directory, choice.dtype, choice.attention)
        self.versions = {}
        self.title = f"transformers {version_of('transformers')}"
        if choice.attention == "sdpa":
            self.title += " with sdpa attention"

    @torch.no_grad()
    def run(self, inputs, rule, globs):
        import module_hooks

        given, named = position_inputs(inputs, rule, default_from_mask=False)
        reference.forget_rotary(self.model)
        kept, found = {}, {}
        mask = reference.reference_mask(given.get("attention_mask"), self.model.dtype, self.model.config)
        batch = len(given["input_ids"])
        with module_hooks.watching(self.model, batch, globs, kept), module_hooks.positions_seen(self.model, found):
            logits = self.model(**{**given, "attention_mask": mask}, use_cache=False).logits
        if not self.model.without_head:
            kept["logits"] = logits
        return Result(kept, found["position_ids"], named or "arange", given)


class NNsight:
    """NNsight over the same model; scores and patterns by `.source`, and only where attention is eager."""

    def __init__(self, choice):
        version = need("nnsight", "oracle", "nnsight")
        from edits_nnsight import System

        self.system = System(choice.directory, choice.dtype, choice.attention)
        self.eager = choice.attention == "eager"
        self.versions = {"nnsight": version}
        self.title = f"NNsight {version} over transformers {version_of('transformers')}"
        if not self.eager:
            self.title += " with sdpa attention"

    def taps(self, batch):
        """Those of the edits, and what lies before the first block of an encoder and before the unembedding."""
        from edits_nnsight import TAPS, entry, output

        traced, kind = self.system.traced, self.system.config.model_type
        if kind == "bert":
            part = traced.bert.embeddings
            yield output("hook_embed", part.word_embeddings)
            yield output("hook_token_type_embed", part.token_type_embeddings)
            yield output("hook_full_embed", part)
        for tap in TAPS[kind](traced, batch):
            if self.eager or not any(name.endswith(("hook_attn_scores", "hook_pattern")) for name in tap.names):
                yield tap
        if not self.system.model.without_head:
            yield entry("unembed.hook_in", traced.cls.predictions.decoder if kind == "bert" else traced.lm_head)

    def run(self, inputs, rule, globs):
        from edits_apply import Editor

        import module_hooks

        given, named = position_inputs(inputs, rule, default_from_mask=False)
        reference.forget_rotary(self.system.model)
        self.system.taps = self.taps
        found = {}
        with module_hooks.positions_seen(self.system.model, found):
            values = self.system.run(given, Editor([], {}, None, keep=globs))
        if self.system.model.without_head:
            values.pop("logits", None)
        return Result(values, found["position_ids"], named or "arange", given)


class Bridge:
    """TransformerBridge over a transformers model that attends eagerly."""

    def __init__(self, choice):
        version = need("transformer-lens", "oracle", "bridge")
        if int(version.split(".")[0]) < 4:
            raise BadInput(f"--system bridge: expected TransformerLens 4 or later, found {version}, whose bridge counts "
                           "positions otherwise; run this script with build/oracle/bin/python (packaging/venv oracle)")
        import bridge_reference

        try:
            chosen = None if choice.steps is None else {step: step in choice.steps for step in STEPS}
            self.bridge = bridge_reference.load_bridge(choice.directory, choice.dtype, choice.bridge_mode, chosen)
        except bridge_reference.Unsupported as error:
            raise BadInput(f"--model {choice.directory}: {error}") from error
        self.versions = {"transformer_lens": version}
        self.title = f"TransformerBridge {version} ({choice.bridge_mode})"

    def run(self, inputs, rule, _globs):
        import bridge_reference

        mask = inputs.get("attention_mask")
        if mask is not None and mask.dim() == 3:
            raise BadInput("attention_mask: TransformerBridge takes no mask of rank 3; expected [B, T] or [B, 1|H, T, T],"
                           f" found {list(mask.shape)}")
        given, named = position_inputs(inputs, rule, default_from_mask=True)
        values, made, _changed = bridge_reference.run(self.bridge, given)
        if made is not None:
            used, named = made, named or "mask"
        else:
            used = given.get("position_ids", arange(given))
        if self.bridge.original_model.without_head:
            values = without_head(values, self.bridge.original_model.config.model_type == "bert")
        return Result(values, used, named or "arange", given)


class Hooked:
    """HookedTransformer, or HookedEncoder for an encoder."""

    def __init__(self, choice):
        version = need("transformer-lens", "oracle-legacy", "hooked")
        try:
            import hooked_models
        except ImportError as error:
            raise BadInput("--system hooked: expected TransformerLens 3.5.1, the last release with HookedTransformer, "
                           f"found {version}; run this script with build/oracle-legacy/bin/python (packaging/venv "
                           "oracle-legacy)") from error
        config = hooked_models.read_config(choice.directory)
        if reasons := hooked_models.unsupported(config):
            raise BadInput(f"--model {choice.directory}: HookedTransformer {version} cannot run it: {reasons[0]}")
        self.encoder = config.model_type == "bert"
        self.headless = reference.load_model(choice.directory, choice.dtype).without_head
        steps = STEPS if choice.steps is None else choice.steps
        self.model = hooked_models.load_any(choice.directory, reference.DTYPES[choice.dtype], steps)
        self.versions = {"transformer_lens": version}
        self.title = (f"HookedEncoder {version}" if self.encoder
                      else f"HookedTransformer {version} (processing {spell_steps(steps)})")

    def run(self, inputs, rule, _globs):
        import hooked_models

        mask = inputs.get("attention_mask")
        if mask is not None and mask.dim() != 2:
            raise BadInput(f"attention_mask: HookedTransformer takes masks of shape [B, T], found {list(mask.shape)}")
        if "position_ids" in inputs:
            raise BadInput("position_ids: HookedTransformer takes none; expected --system transformers, nnsight or bridge")
        counted = mask is not None and not self.encoder
        used = positions_from_mask(mask.long()) if counted else arange(inputs)
        wanted = {"default": used, "arange": arange(inputs),
                  "mask": arange(inputs) if mask is None else positions_from_mask(mask.long())}[rule]
        if not torch.equal(wanted.expand_as(inputs["input_ids"]), used.expand_as(inputs["input_ids"])):
            does = "takes 0, 1, 2, … in every row" if self.encoder else "counts them by the mask"
            raise BadInput(f"--positions {rule}: {type(self.model).__name__} {does}; expected default")
        values = hooked_models.run(self.model, inputs, results=False)
        if self.headless:
            values = without_head(values, self.encoder)
        return Result(values, used, "mask" if counted else "arange")


SYSTEMS = {"transformers": Transformers, "nnsight": NNsight, "bridge": Bridge, "hooked": Hooked}
