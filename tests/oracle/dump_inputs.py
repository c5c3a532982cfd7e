# SPDX-License-Identifier: GPL-3.0-or-later
"""What dump_reference.py feeds a system: prompts through tokenizer.json, or an inputs file as headscope-cli takes it."""

import json
from dataclasses import dataclass

import torch
from safetensors import SafetensorError, safe_open

import reference
from dump_systems import BadInput

INTEGERS = (torch.int64, torch.int32)


@dataclass
class Inputs:
    tensors: dict  # input_ids [B,T], and what else the systems are given
    mask: str  # "none", "2-D", "3-D boolean", "4-D boolean", "4-D additive"
    padding: str  # "left", "right" or "given"


def read_json(path):
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def special_id(directory, names):
    """The id of the first of these special tokens that the model's directory names, or None."""
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    settings = read_json(directory / "tokenizer_config.json")
    named = {} if "added_tokens_decoder" in settings else read_json(directory / "special_tokens_map.json")
    for name in names:
        token = {**settings, **named}.get(name)
        token = token.get("content") if isinstance(token, dict) else token
        if token is not None and (found := tokenizer.token_to_id(token)) is not None:
            return found
    return None


def from_prompts(directory, prompts, side, with_bos):
    if not (directory / "tokenizer.json").exists():
        raise BadInput(f"--prompt: expected tokenizer.json in {directory}, found none; use --inputs")
    rows = reference.tokenize(directory, prompts)
    if with_bos:
        bos = special_id(directory, ["bos_token"])
        if bos is None:
            raise BadInput("--prepend-bos: expected a tokenizer with a bos_token, found none")
        rows = [row if row[:1] == [bos] else [bos, *row] for row in rows]
    for index, row in enumerate(rows):
        if not row:
            raise BadInput(f"--prompt {index + 1}: expected text, found an empty prompt (no tokens)")
    batch = reference.pad(rows, side, special_id(directory, ["pad_token", "eos_token"]) or 0)
    if len({len(row) for row in rows}) == 1:
        del batch["attention_mask"]  # without padding there is nothing to mask
    return Inputs(batch, "2-D" if "attention_mask" in batch else "none", side)


def check_length(inputs, config):
    """As headscope-cli does: rotary models could go on, but only one whose scaling is made for it is let."""
    length, limit = inputs.tensors["input_ids"].shape[1], config.max_position_embeddings
    dynamic = (getattr(config, "rope_parameters", None) or {}).get("rope_type") == "dynamic"
    if length > limit and not dynamic:
        raise BadInput(f"{'--inputs' if inputs.padding == 'given' else '--prompt'}: expected at most {limit} tokens (the "
                       f"model's positions), found {length}")


def require(fits, path, name, expected, tensor):
    if not fits:
        raise BadInput(f"{path}: {name}: expected {expected}, found {tensor.dtype} {list(tensor.shape)}")


def form_of(path, mask, ids, heads):
    """The form of a mask, as headscope-cli names it; refuses what means nothing."""
    batch, length = ids.shape
    shapes = {2: [(batch, length)], 3: [(batch, length, length)],
              4: [(rows, planes, length, length) for rows in (1, batch) for planes in (1, heads)]}
    expected = f"[{batch}, {length}], or that many planes of [{length}, {length}]"
    require(tuple(mask.shape) in shapes.get(mask.dim(), []), path, "attention_mask", expected, mask)
    if mask.dim() == 2:
        require(bool(((mask == 0) | (mask == 1)).all()), path, "attention_mask", "zeros and ones", mask)
        return "2-D"
    if not mask.is_floating_point():
        return f"{mask.dim()}-D boolean"
    require(bool((mask <= 0).all()), path, "attention_mask", "True and False, or additive numbers up to 0", mask)
    require(mask.dim() == 4, path, "attention_mask", "additive numbers in four dimensions", mask)
    return "4-D additive"


def from_file(path, config):
    """The tensors of an inputs file that a model reads; others are left alone, so that a dump can be run again."""
    wanted = ("input_ids", "attention_mask", "position_ids", "token_type_ids")
    try:
        with safe_open(str(path), "pt") as file:
            tensors = {name: file.get_tensor(name) for name in wanted if name in file.keys()}
    except (OSError, SafetensorError) as error:
        raise BadInput(f"--inputs {path}: expected a safetensors file, found: {error}") from error
    if "input_ids" not in tensors:
        raise BadInput(f"--inputs {path}: expected a tensor input_ids, found none")
    ids = tensors["input_ids"]
    for name, value in tensors.items():
        if name != "attention_mask":
            rows = (1, ids.shape[0]) if ids.dim() == 2 else ()
            fits = value.dtype in INTEGERS and ids.dim() == 2 and value.numel() > 0
            require(fits and value.shape[0] in rows and value.shape[1:] == ids.shape[1:], path, name,
                    "I64 [B, T]", value)
            limit = {"input_ids": config.vocab_size, "token_type_ids": getattr(config, "type_vocab_size", 0)}.get(
                name, config.max_position_embeddings)
            require(0 <= int(value.min()) and int(value.max()) < limit, path, name, f"0 to {limit - 1}",
                    value)
            tensors[name] = value.long()
    form = "none"
    if "attention_mask" in tensors:
        form = form_of(path, tensors["attention_mask"], ids, config.num_attention_heads)
        if form == "2-D":
            tensors["attention_mask"] = tensors["attention_mask"].long()
    return Inputs(tensors, form, "given")
