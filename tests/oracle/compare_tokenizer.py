# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares headscope-cli's tokenizer with the tokenizers library, live, on the seeded texts."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from make_tokenizer_golden import ROOT, encode, load
from tokenizer_texts import COUNT, SEED, make_texts

FIELDS = ["ids", "tokens", "offsets", "type_ids", "special_tokens_mask", "word_ids", "decoded"]


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", required=True, help="path of headscope-cli")
    parser.add_argument("--model", required=True, help="a model directory, or the name of an embedded model")
    parser.add_argument("--count", type=int, default=COUNT)
    parser.add_argument("--seed", type=int, default=SEED, help="another seed gives other texts after the fixed ones")
    parser.add_argument("--show", type=int, default=5, help="how many differing texts to print")
    options = parser.parse_args()

    directory = Path(options.model)
    if not directory.is_dir():
        directory = ROOT / "resources/models" / options.model
    if not (directory / "tokenizer.json").exists():
        print(f"compare_tokenizer: no tokenizer.json in {directory}", file=sys.stderr)
        return 2
    tokenizer = load(directory)
    texts = make_texts(options.count, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "texts.json", Path(folder) / "out.json"
        source.write_text(json.dumps(texts), encoding="utf-8")
        command = [options.cli, "tokenize", "--details", "--model", options.model, "--texts", source, "--output", target]
        done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600)
        if done.returncode != 0:
            print(f"compare_tokenizer: headscope-cli ended with {done.returncode}: {done.stderr.strip()}", file=sys.stderr)
            return 2
        found = json.loads(target.read_text(encoding="utf-8"))
    if len(found) != len(texts):
        print(f"compare_tokenizer: expected {len(texts)} results, found {len(found)}", file=sys.stderr)
        return 1

    counts = dict.fromkeys(FIELDS, 0)
    differing = 0
    for text, got in zip(texts, found):
        expected = encode(tokenizer, text)
        wrong = [field for field in FIELDS if got.get(field) != expected[field]]
        for field in wrong:
            counts[field] += 1
        differing += bool(wrong)
        if wrong and differing <= options.show:
            print(f"{text!r}")
            for field in wrong:
                print(f"  {field}: expected {expected[field]}\n  {' ' * len(field)}  found    {got.get(field)}")
    print(f"{options.model}: {len(texts)} texts, {differing} differ ("
          + ", ".join(f"{field} {counts[field]}" for field in FIELDS) + ")")
    return 1 if differing else 0


if __name__ == "__main__":
    sys.exit(main())
