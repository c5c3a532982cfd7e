# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs the real transformers eager model on given inputs, and names its results as Headscope does."""

import json
from pathlib import Path

import torch
import transformers
from transformers import AutoConfig, AutoModelForCausalLM, AutoModelForMaskedLM

ROOT = Path(__file__).resolve().parents[2]
DTYPES = {"float32": torch.float32, "float16": torch.float16, "bfloat16": torch.bfloat16, "float64": torch.float64}

transformers.logging.set_verbosity_error()
transformers.logging.disable_progress_bar()


def versions():
    return {"transformers": transformers.__version__, "torch": torch.__version__}


def model_directory(name):
    """A directory, or the directory of an embedded model by its name."""
    path = Path(name)
    return path if path.is_dir() else ROOT / "resources/models" / name


def model_class(config):
    return AutoModelForMaskedLM if config.model_type == "bert" else AutoModelForCausalLM


def load_model(directory, dtype, attention="eager"):
    """from_pretrained with the dtype, never .to(), which would round inv_freq too."""
    config = AutoConfig.from_pretrained(directory, local_files_only=True)
    model, report = model_class(config).from_pretrained(directory, config=config, dtype=DTYPES[dtype], output_loading_info=True,
                                                        attn_implementation=attention, local_files_only=True)
    # An export of the base model alone: transformers fills the head with random numbers, so there are no logits.
    model.without_head = bool(report["missing_keys"])
    if inner := [key for key in report["missing_keys"] if key.startswith(model.base_model_prefix + ".")]:
        raise ValueError(f"{directory}: {inner[0]} is missing")
    return model.eval()


def decoder_blocks(model):
    if hasattr(model, "transformer"):
        return model.transformer.h
    if hasattr(model, "gpt_neox"):
        return model.gpt_neox.layers
    if hasattr(model, "bert"):
        return model.bert.encoder.layer
    return model.model.layers


def causal_plane(length, window=None):
    distance = torch.arange(length)[:, None] - torch.arange(length)
    return (distance >= 0) & (distance < (window or length))


def padding_planes(allowed, config):
    """A boolean [B,T,T] laid over the planes of the model itself: one plane, or one by layer type where these mix."""
    length = allowed.shape[-1]
    window = getattr(config, "sliding_window", None)
    if getattr(config, "model_type", None) == "bert":
        return allowed[:, None]
    if "sliding_attention" in (getattr(config, "layer_types", None) or ()):
        return {kind: (allowed & causal_plane(length, width))[:, None]
                for kind, width in (("full_attention", None), ("sliding_attention", window))}
    if getattr(config, "model_type", None) != "mistral":
        window = None
    return (allowed & causal_plane(length, window))[:, None]


def reference_mask(mask, dtype, config=None):
    """The mask that makes transformers eager mean what Headscope means by `mask`.

    Rank 2 goes in as it is. A boolean (or 0/1) rank 3 or 4 means True = attend: transformers would add it as 0 and 1,
    so it becomes 0 and finfo.min of the run's dtype; rank 3 is padding (transformers refuses it), so the model's own
    planes are laid over it, for which a model that is not plainly causal needs its config. A float rank 4 is added as
    it is, in its own dtype.
    """
    if mask is None or mask.dim() == 2:
        return mask
    if mask.is_floating_point():
        if mask.dim() == 3:
            raise ValueError("an additive mask of rank 3 has no reference")
        return mask
    allowed = mask.bool()
    if allowed.dim() == 3:
        allowed = padding_planes(allowed, config)

    def numbers(plane):
        return torch.where(plane, torch.zeros((), dtype=dtype), torch.finfo(dtype).min)

    return {kind: numbers(plane) for kind, plane in allowed.items()} if isinstance(allowed, dict) else numbers(allowed)


def forget_rotary(model):
    """Dynamic rotary scaling keeps the frequencies of the longest run so far; every run here is as a model's first."""
    for module in model.modules():
        if hasattr(module, "original_inv_freq") and hasattr(module, "max_seq_len_cached"):
            module.inv_freq = module.original_inv_freq.clone()
            module.max_seq_len_cached = module.original_max_seq_len


@torch.no_grad()
def run(model, inputs):
    """Logits (not of a model without a head), every pattern and every block's output, under TransformerLens names."""
    if "position_ids" in inputs and "attention_mask" not in inputs:
        raise ValueError("position_ids without a mask would make transformers look for packed sequences")
    forget_rotary(model)
    outputs = {}

    def keep(layer):
        def hook(_module, _inputs, output):
            outputs[f"blocks.{layer}.hook_resid_post"] = output if torch.is_tensor(output) else output[0]
        return hook

    handles = [block.register_forward_hook(keep(layer)) for layer, block in enumerate(decoder_blocks(model))]
    try:
        mask = reference_mask(inputs.get("attention_mask"), model.dtype, model.config)
        result = model(**{**inputs, "attention_mask": mask}, use_cache=False,
                       output_attentions=model.config._attn_implementation == "eager")
    finally:
        for handle in handles:
            handle.remove()
    if not getattr(model, "without_head", False):
        outputs["logits"] = result.logits
    for layer, pattern in enumerate(result.attentions or ()):
        outputs[f"blocks.{layer}.attn.hook_pattern"] = pattern
    return {name: value.contiguous() for name, value in outputs.items()}


def tokenize(directory, prompts):
    """Ids by tokenizer.json itself: AutoTokenizer of transformers 5 may rebuild it by tokenizer_class."""
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return [tokenizer.encode(prompt).ids for prompt in prompts]


def random_ids(directory, lengths, seed=7):
    """Ids for a model that has no tokenizer."""
    vocabulary = json.loads((directory / "config.json").read_text(encoding="utf-8"))["vocab_size"]
    generator = torch.Generator().manual_seed(seed)
    return [torch.randint(0, vocabulary, (length,), generator=generator).tolist() for length in lengths]


def pad(rows, side="left", pad_id=0):
    """A batch of unequal rows with its 2-D mask."""
    length = max(map(len, rows))
    ids, mask = [], []
    for row in rows:
        gap = length - len(row)
        left, right = (gap, 0) if side == "left" else (0, gap)
        ids.append([pad_id] * left + list(row) + [pad_id] * right)
        mask.append([0] * left + [1] * len(row) + [0] * right)
    return {"input_ids": torch.tensor(ids), "attention_mask": torch.tensor(mask)}
