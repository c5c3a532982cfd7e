# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares pairs of texts and truncation with the tokenizers library: every post-processor, strategy, stride and side.

Live, it has tst_tokenizer_pairs, beside headscope-cli, read the rows that it makes. With --write it makes
tests/data/tokenizer_pairs.json, which the test reads otherwise. A row is [first, second, most tokens, stride, strategy, side,
special tokens, hash]: texts by number, null for no second text and no truncation, "error" for what the library refuses."""

import argparse
import hashlib
import json
import os
import random
import subprocess
import sys
import tempfile
from pathlib import Path

from make_tokenizer_golden import ROOT, load
from tokenizer_parts import processing
from tokenizer_texts import make_texts

TRAINED = ["bert-format", "gpt2-pairs", "llama2-format", "llama3-format", "odd-bpe", "smollm2-format", "unigram-format"]
STRATEGIES = ["longest_first", "only_first", "only_second"]


def values(encoding, whole):
    """All of an encoding; which text a token is from only of what was not cut off, for the library does not say it of the rest."""
    number = lambda items: [-1 if item is None else item for item in items]
    return [encoding.ids, encoding.tokens, [list(span) for span in encoding.offsets], encoding.type_ids,
            encoding.special_tokens_mask, number(encoding.word_ids), number(encoding.sequence_ids) if whole else []]


def outcome(tokenizer, first, second, most, stride, strategy, side, special):
    """16 hex digits of the SHA-256 of the encoding and what overflows, in the library's order."""
    tokenizer.no_truncation()
    if special and most is not None and most < tokenizer.num_special_tokens_to_add(second is not None):
        return None  # the library gives more than was asked for, where Headscope refuses
    try:
        if most is not None:
            tokenizer.enable_truncation(most, stride=stride, strategy=strategy, direction=side)
    except BaseException:  # it checks strides before there is a text, and Headscope when there is one
        return None
    try:
        encoding = tokenizer.encode(first, second, add_special_tokens=special)
    except BaseException as error:  # a panic of the library's is no Exception
        if isinstance(error, KeyboardInterrupt):
            raise
        return "error"
    everything = [values(encoding, True)] + [values(other, False) for other in encoding.overflowing]
    return hashlib.sha256(json.dumps(everything, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()[:16]


def rows(tokenizer, texts, count, seed):
    r = random.Random(seed)
    result = []
    for _ in range(count):
        first, second = r.randrange(len(texts)), r.choice([None, r.randrange(len(texts)), r.randrange(len(texts))])
        most = r.choice([None, *range(3, 16), *range(5, 12)])
        stride = r.choice([0, 0, 1, 2, r.randrange(9)])
        strategy, side, special = r.choice(STRATEGIES), r.choice(["right", "right", "left"]), r.random() < 0.8
        found = outcome(tokenizer, texts[first], None if second is None else texts[second], most, stride, strategy, side, special)
        if found:
            result.append([first, second, most, stride, strategy, side, int(special), found])
    return result


def make(count, seed):
    """{"texts": […], "rows": {tokenizer: […]}}; tokenizers are those of tests/data/tokenizers and tokenizer_parts.json."""
    texts = [text for text in make_texts(1200, seed) if 4 < len(text) < 120][:: 8]
    known = {name: load(ROOT / "tests/data/tokenizers" / name) for name in TRAINED}
    known.update(processing())
    return {"texts": texts, "rows": {name: rows(tokenizer, texts, count, f"{seed} {name}") for name, tokenizer in known.items()}}


def write(path, made):
    lines = [f"{json.dumps(name)}:[\n" + ",\n".join(json.dumps(row, separators=(",", ":")) for row in part) + "]"
             for name, part in made["rows"].items()]
    path.write_text('{"texts":' + json.dumps(made["texts"]) + ',\n"rows":{\n' + ",\n".join(lines) + "}}\n", encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cli", type=Path, help="path of headscope-cli; tst_tokenizer_pairs is beside it")
    parser.add_argument("--write", action="store_true", help="write the golden file instead")
    parser.add_argument("--count", type=int, default=300, help="rows for each tokenizer")
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    if options.write == bool(options.cli):
        parser.error("expected either --cli or --write")
    if options.write:
        write(ROOT / "tests/data/tokenizer_pairs.json", make(40, 0))
        return 0
    made = make(options.count, options.seed)
    with tempfile.TemporaryDirectory() as folder:
        write(Path(folder) / "rows.json", made)
        done = subprocess.run([options.cli.parent / "tst_tokenizer_pairs", "-silent"], capture_output=True, text=True,
                              env={**os.environ, "HEADSCOPE_PAIRS": str(Path(folder) / "rows.json")})
    every = [row for part in made["rows"].values() for row in part]
    refused = sum(row[-1] == "error" for row in every)
    if done.returncode:
        print(done.stdout)
    print(f"{len(made['rows'])} tokenizers, {len(every)} encodings, {refused} of them refused by the library: "
          f"{'some differ' if done.returncode else '0 differ'}")
    return 1 if done.returncode else 0


if __name__ == "__main__":
    sys.exit(main())
