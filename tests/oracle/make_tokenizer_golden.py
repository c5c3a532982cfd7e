# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/tokenizer_texts.json, the seeded texts, and tests/data/tokenizer_NAME.json for each model given: what the
tokenizers library makes of them. To stay small a record has the ids in full and a hash of everything."""

import argparse
import hashlib
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
    known["minilm"] = ROOT / "models/minilm"
    return known


def encode(tokenizer, text):
    """All that is compared; offsets in code points of the original text, as Python counts them, and -1 for no word."""
    encoding = tokenizer.encode(text)
    return {
        "ids": encoding.ids,
        "tokens": encoding.tokens,
        "offsets": [list(span) for span in encoding.offsets],
        "type_ids": encoding.type_ids,
        "special_tokens_mask": encoding.special_tokens_mask,
        "word_ids": [-1 if word is None else word for word in encoding.word_ids],
        "decoded": tokenizer.decode(encoding.ids),
    }


def record(tokenizer, text):
    """[ids, hash]: 16 hex digits of the SHA-256 of encode()'s values as compact JSON."""
    values = encode(tokenizer, text)
    whole = json.dumps(list(values.values()), ensure_ascii=False, separators=(",", ":"))
    return [values["ids"], hashlib.sha256(whole.encode()).hexdigest()[:16]]


def load(directory):
    tokenizer = tokenizers.Tokenizer.from_file(str(directory / "tokenizer.json"))
    # Lengths are the caller's business, in Headscope as in transformers.
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer


def write(directory, target, texts):
    tokenizer = load(directory)
    lines = [json.dumps(record(tokenizer, text), separators=(",", ":")) for text in texts]
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
    (options.output / "tokenizer_texts.json").write_text(
        json.dumps(texts, ensure_ascii=True, separators=(",\n", ":")) + "\n", encoding="utf-8")
    for name, directory in wanted.items():
        if not (directory / "tokenizer.json").exists():
            print(f"{name}: skipped, there is no tokenizer.json in {directory}")
            continue
        write(directory, options.output / f"tokenizer_{name}.json", texts)


if __name__ == "__main__":
    main()
