# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/generation.json: greedy continuations by transformers' generate(), eager, float32.

A batch is left-padded, and generate() counts positions by the mask. With --model only prints what a model says, one JSON
array of ids a prompt, to be held against `headscope-cli generate --output`.
"""

import argparse
import json
from pathlib import Path

import torch

import reference

CASES = {"demo-rotary": [["The doctor said that"], ["One two three one two"], ["Mary and John went to the store. John gave a drink to"],
                         ["The doctor said that", "One two", "Mary and John went to the store. John gave a drink to"]],
         "demo-gpt2": [["The doctor said that"], ["When Mary and John went to the store, John gave a drink to"],
                       ["The cat sat on the mat and the cat", "One two", "The doctor said that"]]}
COUNT = 24


def continued(directory, prompts, count):
    model = reference.load_model(directory, "float32")
    batch = reference.pad(reference.tokenize(directory, prompts))
    with torch.no_grad():
        ids = model.generate(**batch, do_sample=False, num_beams=1, max_new_tokens=count, use_cache=True)
    # generate() goes on with padding behind a prompt that has ended
    eos = model.generation_config.eos_token_id
    rows = []
    for row in ids[:, batch["input_ids"].shape[1]:].tolist():
        rows.append(row[:row.index(eos)] if eos in row else row)
    return rows


def same_tokens(directory, prompts, rows):
    """Whether the prompt and its continuation, as text, are cut into the same tokens again."""
    import tokenizers

    tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    result = []
    for prompt, before, row in zip(prompts, reference.tokenize(directory, prompts), rows):
        text = prompt + tokenizer.decode(before + row)[len(tokenizer.decode(before)):]
        result.append(reference.tokenize(directory, [text])[0] == before + row)
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--model", type=Path)
    parser.add_argument("--prompt", action="append", default=[])
    parser.add_argument("--count", type=int, default=COUNT)
    options = parser.parse_args()
    torch.set_num_threads(1)
    if options.model:
        for row in continued(options.model, options.prompt, options.count):
            print(json.dumps(row))
        return
    cases = []
    for name, batches in CASES.items():
        directory = reference.model_directory(name)
        for prompts in batches:
            rows = continued(directory, prompts, COUNT)
            cases.append({"model": name, "prompts": prompts, "count": COUNT, "positions": "mask" if len(prompts) > 1 else "arange",
                          "ids": rows, "same_tokens": same_tokens(directory, prompts, rows)})
    target = reference.ROOT / "tests/data/generation.json"
    target.write_text(json.dumps({"system": f"transformers {reference.versions()['transformers']}", "cases": cases}, indent=1) + "\n",
                      encoding="utf-8")


if __name__ == "__main__":
    main()
