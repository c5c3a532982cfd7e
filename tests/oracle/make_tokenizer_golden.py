# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/tokenizer_NAME.json: what the tokenizers library makes of the seeded texts, for each model given."""

import argparse
import json
from pathlib import Path

import tokenizers

from tokenizer_texts import COUNT, make_texts

ROOT = Path(__file__).resolve().parents[2]


def model_directories():
    """Every model that has a golden file, by name; a demo model or a fetched one may be absent."""
    known = {path.parent.name: path.parent for path in sorted((ROOT / "tests/data/tokenizers").glob("*/tokenizer.json"))}
    known["demo-rotary"] = ROOT / "resources/models/demo-rotary"
    known["demo-gpt2"] = ROOT / "resources/models/demo-gpt2"
    known["smollm2"] = ROOT / "models/smollm2"
    return known


def encode(tokenizer, text):
    """One golden record; offsets in code points of the original text, as Python counts them."""
    encoding = tokenizer.encode(text)
    return {
        "text": text,
        "ids": encoding.ids,
        "tokens": encoding.tokens,
        "offsets": [list(span) for span in encoding.offsets],
        "special_mask": encoding.special_tokens_mask,
    }


def load(directory):
    tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    # Lengths are the caller's business, in Headscope as in transformers.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def write(directory, target, texts):
    tokenizer = load(directory)
    lines = [json.dumps(encode(tokenizer, text), ensure_ascii=False, separators=(",", ":")) for text in texts]
    target.write_text("[\n" + ",\n".join(lines) + "\n]\n", encoding="utf-8")
    print(f"{target.relative_to(ROOT) if target.is_relative_to(ROOT) else target}: {len(lines)} texts, "
          f"{target.stat().st_size} bytes, tokenizers {tokenizers.__version__}")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names of models; all that are there, if none is given")
    parser.add_argument("--model", type=Path, help="another model directory; its name is the golden file's")
    parser.add_argument("--output", type=Path, default=ROOT / "tests/data")
    options = parser.parse_args()
    known = model_directories()
    unknown = [name for name in options.names if name not in known]
    if unknown:
        parser.error(f"unknown model '{unknown[0]}'; known: {', '.join(known)}")
    wanted = {options.model.resolve().name: options.model} if options.model else \
        {name: known[name] for name in options.names or known}
    texts = make_texts(COUNT)
    for name, directory in wanted.items():
        if not (directory / "tokenizer.json").exists():
            print(f"{name}: skipped, there is no tokenizer.json in {directory}")
            continue
        write(directory, options.output / f"tokenizer_{name}.json", texts)


if __name__ == "__main__":
    main()
