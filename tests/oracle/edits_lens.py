# SPDX-License-Identifier: GPL-3.0-or-later
"""run_with_hooks of TransformerBridge (TransformerLens 4.3.0) and of HookedTransformer (3.5.1), with edits as hooks.

The two releases live in two environments, so each is imported only when its system is asked for.
"""

import fnmatch
from importlib import metadata

import torch

import reference


def versions():
    return {**reference.versions(), "transformer_lens": metadata.version("transformer_lens")}


class Lens:
    """What both have in common: a model with run_with_hooks and names that are Headscope's already."""

    def __init__(self, model, config):
        self.model, self.config = model, config

    versions = staticmethod(versions)

    def how(self, _names):
        return "run_with_hooks, fwd_hooks under the names of this file"

    def results(self, wanted):
        """Turns hook_result on or off; the heads are then summed one by one."""
        self.model.cfg.use_attn_result = wanted

    @torch.no_grad()
    def run(self, inputs, editor):
        def see(name):
            return lambda value, hook: editor(name, value)

        results = any("hook_result" in edit["hook"] for edit in editor.edits)
        globs = [edit["hook"] for edit in editor.edits] + list(editor.keep)
        names = [name for name in self.model.hook_dict if any(fnmatch.fnmatchcase(name, glob) for glob in globs)]
        self.results(results)
        try:
            logits = self.model.run_with_hooks(inputs["input_ids"], fwd_hooks=[(name, see(name)) for name in names],
                                               **self.options(inputs))
        finally:
            self.results(False)
        return {**editor.kept, "logits": logits.contiguous()}


class Bridge(Lens):
    """TransformerBridge; in mode plain as it is booted: the weights as stored, masked scores finfo.min."""

    def __init__(self, directory, dtype, mode):
        import bridge_reference

        bridge = bridge_reference.load_bridge(directory, dtype, mode)
        super().__init__(bridge, bridge.original_model.config)

    def results(self, wanted):
        self.model.set_use_attn_result(wanted)

    @staticmethod
    def options(inputs):
        masked = {"attention_mask": inputs["attention_mask"]} if "attention_mask" in inputs else {}
        return {"use_cache": False, **masked}


class Hooked(Lens):
    """HookedTransformer, with from_pretrained's processing of the weights or with none of it."""

    def __init__(self, directory, dtype, mode):
        import hooked_models

        steps = hooked_models.STEPS if mode == "processed" else ()
        model = hooked_models.load(directory, reference.DTYPES[dtype], steps)
        super().__init__(model, hooked_models.read_config(directory))

    @staticmethod
    def options(inputs):
        return {"attention_mask": inputs.get("attention_mask")}
