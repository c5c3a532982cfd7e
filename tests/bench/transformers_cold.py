# SPDX-License-Identifier: GPL-3.0-or-later
"""From nothing to patterns on disk with transformers eager: what cold_start.py measures headscope-cli against."""

import sys

import torch
from safetensors.torch import load_file, save_file
from transformers import AutoModelForCausalLM


@torch.no_grad()
def main(directory, source, target):
    model = AutoModelForCausalLM.from_pretrained(directory, dtype=torch.float32, attn_implementation="eager",
                                                 local_files_only=True)
    result = model(**load_file(source), use_cache=False, output_attentions=True)
    outputs = {f"blocks.{layer}.attn.hook_pattern": pattern for layer, pattern in enumerate(result.attentions)}
    save_file({**outputs, "logits": result.logits}, target)


if __name__ == "__main__":
    main(*sys.argv[1:])
