# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the small tokenizers of tests/data/tokenizers: the GPT-2, SmolLM2 and Llama-3 formats, ~2,000 tokens each."""

import argparse
import json
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, pre_tokenizers, processors, trainers

from tokenizer_texts import make_texts

ROOT = Path(__file__).resolve().parents[2]
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")


def corpus():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    yield from licence.split("\n\n")
    for seed in range(4):
        yield from make_texts(2000, 1000 + seed)


def byte_level(**options):
    return pre_tokenizers.ByteLevel(**{"add_prefix_space": False, "trim_offsets": True, "use_regex": True, **options})


def train(pre_tokenizer, size, special, alphabet=True, **options):
    tokenizer = Tokenizer(models.BPE(**options))
    tokenizer.pre_tokenizer = pre_tokenizer
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=size, special_tokens=special, show_progress=False,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet() if alphabet else []))
    return tokenizer


def as_json(tokenizer):
    return json.loads(tokenizer.to_str())


def gpt2_strings():
    """GPT-2's own file: merges as "a b", no offsets trimmed."""
    tokenizer = train(byte_level(), 2000, ["<|endoftext|>"], continuing_subword_prefix="", end_of_word_suffix="")
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False)
    data = as_json(tokenizer)
    data["model"]["merges"] = [" ".join(pair) for pair in data["model"]["merges"]]
    return data


def gpt2_pairs():
    """Merges as pairs, a prefix space, trimmed offsets (as RoBERTa's), and added tokens of every kind."""
    tokenizer = train(byte_level(add_prefix_space=True), 2000, ["<|endoftext|>"])
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    tokenizer.add_tokens([AddedToken("<mark>", lstrip=True, rstrip=True, normalized=False),
                          AddedToken("hood", single_word=True), AddedToken("<unk>", normalized=True)])
    tokenizer.add_special_tokens([AddedToken("<|pad|>", normalized=False)])
    return as_json(tokenizer)


def smollm2():
    """SmolLM2's: each digit alone, then ByteLevel; and, as there, not every byte is in the vocabulary."""
    special = ["<|endoftext|>", "<|im_start|>", "<|im_end|>", "<repo_name>"]
    pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Digits(individual_digits=True), byte_level()])
    data = as_json(train(pre_tokenizer, 2000, special, alphabet=False))
    for symbol in ["\u0104", "\u011b", "\u00dd"]:  # bytes 0x04, 0x1B, 0xDD
        if symbol in data["model"]["vocab"]:
            drop(data, symbol)
    return data


def llama3():
    """Llama-3's: Split by regex, ByteLevel without one, whole pieces before merges, BOS by template."""
    special = ["<|begin_of_text|>", "<|end_of_text|>", "<|eot_id|>"]
    split = pre_tokenizers.Split(Regex(LLAMA3), "isolated", invert=False)
    tokenizer = train(pre_tokenizers.Sequence([split, byte_level(use_regex=False)]), 2000, special, ignore_merges=True)
    bos = special[0]
    tokenizer.post_processor = processors.Sequence([
        processors.ByteLevel(trim_offsets=False),
        processors.TemplateProcessing(single=f"{bos} $A", pair=f"{bos} $A {bos}:1 $B:1",
                                      special_tokens=[(bos, tokenizer.token_to_id(bos))])])
    data = as_json(tokenizer)
    # Some tokens are then reached only because whole pieces go first.
    merges = data["model"]["merges"]
    used = {part for pair in merges for part in pair}
    last = [pair for pair in merges if "".join(pair) not in used]
    gone = {tuple(pair) for pair in last[::5]}
    data["model"]["merges"] = [pair for pair in merges if tuple(pair) not in gone]
    return data


def drop(data, token):
    """Takes a token out of the vocabulary, with the merges that need it; ids keep their values."""
    model = data["model"]
    gone = {token}
    kept = []
    for first, second in model["merges"]:
        if first in gone or second in gone:
            gone.add(first + second)
        else:
            kept.append([first, second])
    model["merges"] = kept
    model["vocab"] = {name: index for name, index in model["vocab"].items() if name not in gone}


MAKERS = {"gpt2-strings": gpt2_strings, "gpt2-pairs": gpt2_pairs, "smollm2-format": smollm2, "llama3-format": llama3}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "tests/data/tokenizers")
    options = parser.parse_args()
    for name, maker in MAKERS.items():
        folder = options.output / name
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(maker(), ensure_ascii=False, separators=(",", ":")) + "\n"
        (folder / "tokenizer.json").write_text(text, encoding="utf-8")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        print(f"{name}: {tokenizer.get_vocab_size()} tokens, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
