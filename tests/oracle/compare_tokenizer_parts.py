# SPDX-License-Identifier: GPL-3.0-or-later
"""Compares headscope-cli with the tokenizers library, live, on small tokenizers that show each component and option alone."""

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tokenizers import Regex

from make_tokenizer_golden import encode
from tokenizer_parts import variants
from tokenizer_patterns import REFUSED, UNSUPPORTED
from tokenizer_texts import SEED, make_texts


def found_by(cli, description, texts, folder):
    """What headscope-cli makes of the texts, or its message."""
    (folder / "tokenizer.json").write_text(json.dumps(description), encoding="utf-8")
    source, target = folder / "texts.json", folder / "out.json"
    source.write_text(json.dumps(texts), encoding="utf-8")
    command = [cli, "tokenize", "--details", "--model", folder, "--texts", source, "--output", target]
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=600)
    return json.loads(target.read_text(encoding="utf-8")) if done.returncode == 0 else done.stderr.strip()


def compare(name, tokenizer, texts, found, show):
    """How many texts differ; prints the first few."""
    differing = 0
    for text, got in zip(texts, found):
        expected = encode(tokenizer, text)
        wrong = [field for field in expected if got.get(field) != expected[field]]
        differing += bool(wrong)
        if wrong and differing <= show:
            print(f"{name}: {text!r}")
            for field in wrong:
                print(f"  {field}: expected {expected[field]}\n  {' ' * len(field)}  found    {got.get(field)}")
    return differing


def refusals(cli, folder):
    """How many of the expressions that neither takes, or Headscope does not, are not refused as they should be."""
    bad = 0
    for name, pattern in {**UNSUPPORTED, **REFUSED}.items():
        try:
            Regex(pattern)
            by_library = False
        except Exception:  # a plain Exception is what the library raises
            by_library = True
        found = found_by(cli, {"pre_tokenizer": {"type": "Split", "pattern": {"Regex": pattern}, "behavior": "Isolated", "invert": False},
                               "model": {"type": "WordLevel", "vocab": {"<unk>": 0}, "unk_token": "<unk>"}}, ["a"], folder)
        if by_library != (name in REFUSED) or not isinstance(found, str):
            print(f"{name}: {'refused' if by_library else 'taken'} by the library, found {found!r}")
            bad += 1
    print(f"{len(UNSUPPORTED) + len(REFUSED)} expressions to refuse: {bad} differ")
    return bad


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names that begin so; all, if none is given")
    parser.add_argument("--cli", required=True, help="path of headscope-cli")
    parser.add_argument("--count", type=int, default=300, help="texts for each")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--show", type=int, default=1, help="how many differing texts of each to print")
    options = parser.parse_args()
    texts = make_texts(options.count, options.seed)
    total = bad = 0
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.json").write_text("{}", encoding="utf-8")
        for name, (tokenizer, description) in variants().items():
            if options.names and not name.startswith(tuple(options.names)):
                continue
            found = found_by(options.cli, description, texts, Path(folder))
            if isinstance(found, str):
                print(f"{name}: {found}")
            differing = len(texts) if isinstance(found, str) else compare(name, tokenizer, texts, found, options.show)
            total += 1
            bad += bool(differing)
            if differing:
                print(f"{name}: {differing} of {len(texts)} texts differ")
        print(f"{total} tokenizers, {len(texts)} texts each: {bad} differ")
        bad += refusals(options.cli, Path(folder)) if not options.names else 0
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
