# SPDX-License-Identifier: GPL-3.0-or-later
"""Trains the small tokenizers of tests/data/tokenizers: the GPT-2, SmolLM2, Llama-3, Qwen2, BERT, Llama-2 (SentencePiece BPE) and
Unigram formats, ~2,000 tokens each, and one that has what no known model combines (odd-bpe)."""

import argparse
import json
from collections import Counter
from pathlib import Path

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors, trainers

from tokenizer_texts import SPECIALS, make_texts

ROOT = Path(__file__).resolve().parents[2]
LLAMA3 = (r"(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\r\n\p{L}\p{N}]?\p{L}+|\p{N}{1,3}| ?[^\s\p{L}\p{N}]+[\r\n]*|\s*[\r\n]+"
          r"|\s+(?!\S)|\s+")
QWEN2 = LLAMA3.replace(r"\p{N}{1,3}", r"\p{N}")


def corpus():
    licence = (ROOT / "LICENSE").read_text(encoding="utf-8")
    yield from licence.split("\n\n")
    for seed in range(4):
        yield from make_texts(2000, 1000 + seed)


def common_corpus(characters):
    """The texts that keep to so many of the most common characters."""
    texts = list(corpus())
    common = {character for character, _ in Counter("".join(texts)).most_common(characters)}
    return [text for text in texts if common.issuperset(text)]


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


def qwen2():
    """Qwen2's: NFC, Split by regex, ByteLevel without one."""
    split = pre_tokenizers.Split(Regex(QWEN2), "isolated", invert=False)
    tokenizer = train(pre_tokenizers.Sequence([split, byte_level(use_regex=False)]), 2000, [],
                      continuing_subword_prefix="", end_of_word_suffix="")
    tokenizer.normalizer = normalizers.NFC()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=False, add_prefix_space=False, use_regex=False)
    tokenizer.decoder = decoders.ByteLevel(add_prefix_space=False, trim_offsets=False, use_regex=False)
    tokenizer.add_special_tokens([AddedToken(text, normalized=False) for text in SPECIALS[:3]])
    tokenizer.add_tokens([AddedToken("caf\u00e9", normalized=True), AddedToken("na\u00efve", normalized=False)])
    return as_json(tokenizer)


def bert():
    """BERT's, uncased: WordPiece and a template with types."""
    tokenizer = Tokenizer(models.WordPiece(unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    special = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    tokenizer.train_from_iterator(corpus(), trainers.WordPieceTrainer(
        vocab_size=2000, special_tokens=special, show_progress=False, limit_alphabet=600))
    tokenizer.add_special_tokens([AddedToken("[MASK]", lstrip=True, normalized=False)])
    named = [(name, tokenizer.token_to_id(name)) for name in ("[CLS]", "[SEP]")]
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS]:0 $A:0 [SEP]:0", pair="[CLS]:0 $A:0 [SEP]:0 $B:1 [SEP]:1", special_tokens=named)
    tokenizer.decoder = decoders.WordPiece(prefix="##", cleanup=True)
    return as_json(tokenizer)


def llama2():
    """Llama-2's: SentencePiece's BPE, with byte fallback and a fused unknown token."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", fuse_unk=True, byte_fallback=True))
    tokenizer.normalizer = normalizers.Sequence([normalizers.Prepend("\u2581"), normalizers.Replace(" ", "\u2581")])
    tokenizer.pre_tokenizer = pre_tokenizers.Split("\u2581", "merged_with_next")
    special = ["<unk>", "<s>", "</s>"]
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=2000, special_tokens=special + [f"<0x{byte:02X}>" for byte in range(256)], show_progress=False,
        limit_alphabet=300))
    tokenizer.pre_tokenizer = None
    data = as_json(tokenizer)
    data["added_tokens"] = [token for token in data["added_tokens"] if token["content"] in special]
    # One byte is missing, so that some characters are unknown all the same.
    data["model"]["vocab"]["<absent>"] = data["model"]["vocab"].pop("<0xF0>")
    tokenizer = Tokenizer.from_str(json.dumps(data))
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A", pair="<s> $A <s>:1 $B:1", special_tokens=[("<s>", tokenizer.token_to_id("<s>"))])
    tokenizer.decoder = decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(),
                                           decoders.Strip(content=" ", left=1)])
    return as_json(tokenizer)


def unigram():
    """XLM-R's or Gemma's kind: Unigram behind NFKC, Metaspace and RoBERTa's processing."""
    tokenizer = Tokenizer(models.Unigram())
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKC(), normalizers.Strip(left=False, right=True),
                                                 normalizers.Replace(Regex(" {2,}"), " ")])
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(replacement="\u2581", prepend_scheme="first", split=True)
    tokenizer.train_from_iterator(common_corpus(500), trainers.UnigramTrainer(
        vocab_size=2000, special_tokens=["<s>", "<pad>", "</s>", "<unk>", "<mask>"], unk_token="<unk>", show_progress=False,
        initial_alphabet=list("abcdefghijklmnopqrstuvwxyz")))
    tokenizer.post_processor = processors.RobertaProcessing(("</s>", 2), ("<s>", 0), trim_offsets=True, add_prefix_space=True)
    tokenizer.decoder = decoders.Metaspace(replacement="\u2581", prepend_scheme="first")
    return as_json(tokenizer)


def odd_bpe():
    """A prefix within words, a suffix at their end, unknown characters one by one; NFD without accents in lower case; BERT's
    processing; punctuation merged with what is before it."""
    tokenizer = Tokenizer(models.BPE(unk_token="<unk>", continuing_subword_prefix="##", end_of_word_suffix="</w>"))
    tokenizer.normalizer = normalizers.Sequence([normalizers.NFKD(), normalizers.StripAccents(), normalizers.Lowercase()])
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence([pre_tokenizers.Whitespace(),
                                                       pre_tokenizers.Punctuation("merged_with_previous")])
    tokenizer.train_from_iterator(corpus(), trainers.BpeTrainer(
        vocab_size=2000, special_tokens=["<unk>", "[CLS]", "[SEP]"], show_progress=False, limit_alphabet=200,
        continuing_subword_prefix="##", end_of_word_suffix="</w>"))
    tokenizer.post_processor = processors.BertProcessing(("[SEP]", 2), ("[CLS]", 1))
    tokenizer.decoder = decoders.BPEDecoder("</w>")
    return as_json(tokenizer)


MAKERS = {"gpt2-strings": gpt2_strings, "gpt2-pairs": gpt2_pairs, "smollm2-format": smollm2, "llama3-format": llama3,
          "qwen2-format": qwen2, "bert-format": bert, "llama2-format": llama2, "unigram-format": unigram, "odd-bpe": odd_bpe}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="which; all, if none is given")
    parser.add_argument("--output", type=Path, default=ROOT / "tests/data/tokenizers")
    options = parser.parse_args()
    for name, maker in MAKERS.items():
        if options.names and name not in options.names:
            continue
        folder = options.output / name
        folder.mkdir(parents=True, exist_ok=True)
        text = json.dumps(maker(), ensure_ascii=False, separators=(",", ":")) + "\n"
        (folder / "tokenizer.json").write_text(text, encoding="utf-8")
        tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        print(f"{name}: {tokenizer.get_vocab_size()} tokens, {len(text.encode())} bytes")


if __name__ == "__main__":
    main()
