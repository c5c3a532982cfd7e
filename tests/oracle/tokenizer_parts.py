# SPDX-License-Identifier: GPL-3.0-or-later
"""Small tokenizers, one for every component of tokenizer.json and every option of it: `variants()`, by name.

Their model knows no word, and shows each as it is: so tokens are the normalised, pre-tokenised text.
Run, it writes tests/data/tokenizer_parts.json: each with a hash of what the library makes of the first seeded texts,
and tests/data/tokenizer_refused.json: expressions that Headscope refuses."""

import hashlib
import json

from tokenizers import AddedToken, Regex, Tokenizer, decoders, models, normalizers, pre_tokenizers, processors

from make_tokenizer_golden import ROOT, encode
from tokenizer_patterns import PATTERNS as DIALECT, REFUSED, UNSUPPORTED
from tokenizer_texts import make_texts

BEHAVIORS = ["removed", "isolated", "merged_with_previous", "merged_with_next", "contiguous"]
PATTERNS = {"space": " ", "letter a": "a", "empty": "", "regex words": Regex(r"\w+"), "regex class": Regex(r"[aeiou\s]"),
            "regex maybe empty": Regex("b*"), "regex lookahead": Regex(r"\s+(?!\S)|\p{N}"), "regex lines": Regex("^.|.$"), "regex boundaries": Regex(r"\b"),
            "regex no boundaries": Regex(r"\B"), "regex hexadecimal": Regex(r"\h+"), "regex no word": Regex(r"[\W'a]+"),
            "regex case": Regex("(?i)THE|e.")}


def plain():
    return Tokenizer(models.Unigram([("<unk>", 0.0)], unk_id=0))


def with_normalizer(normalizer):
    tokenizer = plain()
    tokenizer.normalizer = normalizer
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def with_pre_tokenizer(pre_tokenizer):
    tokenizer = plain()
    tokenizer.pre_tokenizer = pre_tokenizer
    return tokenizer


def normalizing():
    simple = {"NFC": normalizers.NFC(), "NFD": normalizers.NFD(), "NFKC": normalizers.NFKC(), "NFKD": normalizers.NFKD(),
              "Lowercase": normalizers.Lowercase(), "StripAccents": normalizers.StripAccents(),
              "NFD and StripAccents": normalizers.Sequence([normalizers.NFD(), normalizers.StripAccents()]),
              "Prepend": normalizers.Prepend("__"), "ByteLevel": normalizers.ByteLevel(),
              "NFKC after Lowercase": normalizers.Sequence([normalizers.Lowercase(), normalizers.NFKC()])}
    for left in (False, True):
        for right in (False, True):
            simple[f"Strip {left} {right}"] = normalizers.Strip(left=left, right=right)
    for name, pattern in PATTERNS.items():
        for content in ("", "x\u00e9"):
            simple[f"Replace {name} by '{content}'"] = normalizers.Replace(pattern, content)
    for bits in range(24):
        simple[f"BertNormalizer {bits}"] = normalizers.BertNormalizer(
            clean_text=bool(bits & 1), handle_chinese_chars=bool(bits & 2), lowercase=bool(bits & 4),
            strip_accents=[None, False, True][bits // 8])
    return {"normalizer " + name: with_normalizer(each) for name, each in simple.items()}


def pre_tokenizing():
    simple = {"BertPreTokenizer": pre_tokenizers.BertPreTokenizer(), "Whitespace": pre_tokenizers.Whitespace(),
              "WhitespaceSplit": pre_tokenizers.WhitespaceSplit(),
              "Digits": pre_tokenizers.Digits(individual_digits=False),
              "Digits one by one": pre_tokenizers.Digits(individual_digits=True)}
    for behavior in BEHAVIORS:
        simple[f"Punctuation {behavior}"] = pre_tokenizers.Punctuation(behavior)
        for name, pattern in PATTERNS.items():
            for invert in (False, True):
                if name != "empty":
                    simple[f"Split {name} {behavior} {invert}"] = pre_tokenizers.Split(pattern, behavior, invert=invert)
    for scheme in ("always", "never", "first"):
        for split in (False, True):
            simple[f"Metaspace {scheme} {split}"] = pre_tokenizers.Metaspace(prepend_scheme=scheme, split=split)
            simple[f"Digits, Metaspace {scheme} {split}"] = pre_tokenizers.Sequence(
                [pre_tokenizers.Digits(), pre_tokenizers.Metaspace("_", prepend_scheme=scheme, split=split)])
    for prefix in (False, True):
        for regex in (False, True):
            simple[f"ByteLevel {prefix} {regex}"] = pre_tokenizers.ByteLevel(add_prefix_space=prefix, use_regex=regex)
    return {"pre_tokenizer " + name: with_pre_tokenizer(each) for name, each in simple.items()}


def expressions():
    """Every pattern of tokenizer_patterns.py."""
    return {"regex " + name: with_pre_tokenizer(pre_tokenizers.Split(Regex(pattern), "isolated")) for name, pattern in DIALECT.items()}


def adding():
    """Added tokens of every kind, behind normalizers that change them."""
    result = {}
    for name, normalizer in {"none": None, "Lowercase": normalizers.Lowercase(), "NFD": normalizers.NFD(),
                             "Prepend": normalizers.Prepend("_"), "Strip": normalizers.Strip()}.items():
        for bits in range(16):
            flags = {"single_word": bool(bits & 1), "lstrip": bool(bits & 2), "rstrip": bool(bits & 4),
                     "normalized": bool(bits & 8)}
            tokenizer = plain()
            if normalizer:
                tokenizer.normalizer = normalizer
            tokenizer.pre_tokenizer = pre_tokenizers.Metaspace(prepend_scheme="first")
            tokenizer.add_tokens([AddedToken(text, **flags) for text in
                                  ("the", "hood", "\u00e9", " a", "<mark>", "<|endoftext|>", "<|end", "12", "'s")])
            tokenizer.add_special_tokens([AddedToken("[CLS]", **flags), AddedToken("</s>", lstrip=True, rstrip=True)])
            result[f"added tokens {name} {bits}"] = tokenizer
    return result


def processing():
    result = {}
    cls, sep = ("[CLS]", 7), ("[SEP]", 8)
    simple = {"BertProcessing": processors.BertProcessing(sep, cls),
              "Template": processors.TemplateProcessing(single="[CLS]:3 $A:2 [SEP]:1 [CLS]", pair="$A $B:1",
                                                        special_tokens=[cls, sep])}
    for trim in (False, True):
        for prefix in (False, True):
            simple[f"RobertaProcessing {trim} {prefix}"] = processors.RobertaProcessing(
                sep, cls, trim_offsets=trim, add_prefix_space=prefix)
            simple[f"ByteLevel, BertProcessing {trim} {prefix}"] = processors.Sequence(
                [processors.ByteLevel(trim_offsets=trim, add_prefix_space=prefix), processors.BertProcessing(sep, cls)])
    for name, processor in simple.items():
        tokenizer = with_pre_tokenizer(pre_tokenizers.ByteLevel(add_prefix_space=True))
        tokenizer.post_processor = processor
        result["post_processor " + name] = tokenizer
    return result


def decoding():
    """A vocabulary of characters, bytes and pieces, so that decoders have something to do."""
    pieces = list("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 .,!?'\u2581#") + \
        [f"<0x{byte:02X}>" for byte in range(256) if byte != 0xF0] + ["the", "<unk>", "##", "</w>", "n't", "do", "\u0120"]
    simple = {"none": None, "ByteLevel": decoders.ByteLevel(), "ByteFallback": decoders.ByteFallback(),
              "Fuse": decoders.Fuse(), "BPEDecoder": decoders.BPEDecoder("e"),
              "Replace": decoders.Replace(Regex("[aeiou]+"), "_"), "Replace string": decoders.Replace("e", "ee"),
              "Metaspace": decoders.Metaspace("t", prepend_scheme="always"),
              "Metaspace never": decoders.Metaspace("t", prepend_scheme="never"),
              "Sequence": decoders.Sequence([decoders.Replace("\u2581", " "), decoders.ByteFallback(), decoders.Fuse(),
                                             decoders.Strip(" ", 1, 0)]),
              "Strip left": decoders.Strip("e", 1, 0), "Strip right": decoders.Strip("e", 0, 1)}
    for cleanup in (False, True):
        simple[f"WordPiece {cleanup}"] = decoders.WordPiece(prefix="#", cleanup=cleanup)
    result = {}
    for name, decoder in simple.items():
        for fuse in (False, True):
            tokenizer = Tokenizer(models.BPE(
                vocab={piece: index for index, piece in enumerate(pieces)}, merges=[("t", "h"), ("th", "e"), ("d", "o")][2:],
                unk_token="<unk>", fuse_unk=fuse, byte_fallback=True))
            if decoder:
                tokenizer.decoder = decoder
            result[f"decoder {name} {fuse}"] = tokenizer
    return result


def modelling():
    letters = {letter: index for index, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
    vocabulary = {**letters, **{"##" + letter: 26 + index for letter, index in letters.items() if letter not in "jz"},
                  "the": 60, "##ing": 61, "an": 62, "[UNK]": 63, "attention": 64, "\u00e9": 65}
    short = {name: models.WordPiece(vocabulary, unk_token="[UNK]", max_input_chars_per_word=limit)
             for name, limit in (("100", 100), ("4", 4))}
    result = {f"model WordPiece {name}": model for name, model in short.items()}
    result["model WordLevel"] = models.WordLevel({"the": 0, "of": 1, "<unk>": 2, "a": 3}, unk_token="<unk>")
    scored = [("<unk>", -3.0), ("a", -1.1), ("b", -2.25), ("ab", -3.35), ("the", -1.7), ("e", -0.7), ("th", -1.0), ("t", -2.5),
              ("in", -1.3), ("ing", -1.9), ("n", -1.0), ("g", -0.9), ("i", -0.3), ("a", -1.2), ("\u00e9", -4.0)]
    for fallback in (False, True):
        pieces = scored + [(f"<0x{byte:02X}>", -9.0) for byte in range(256) if fallback and byte != 0xE2]
        result[f"model Unigram {fallback}"] = models.Unigram(pieces, unk_id=0, byte_fallback=fallback)
    return {name: with_model(model) for name, model in result.items()}


def with_model(model):
    tokenizer = Tokenizer(model)
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    return tokenizer


def variants():
    """{name: (Tokenizer, its tokenizer.json as a dictionary)}; read back from the JSON, as anybody's would be."""
    made = {**normalizing(), **pre_tokenizing(), **expressions(), **adding(), **processing(), **decoding(), **modelling()}
    texts = {name: tokenizer.to_str() for name, tokenizer in made.items()}
    return {name: (Tokenizer.from_str(text), json.loads(text)) for name, text in texts.items()}


def golden(tokenizer, texts):
    """16 hex digits of the SHA-256 of all of encode() for every text, as lines of compact JSON."""
    digest = hashlib.sha256()
    for text in texts:
        values = list(encode(tokenizer, text).values())
        digest.update((json.dumps(values, ensure_ascii=False, separators=(",", ":")) + "\n").encode())
    return digest.hexdigest()[:16]


def main():
    texts = make_texts()[:200]
    lines = [json.dumps(name) + ":" + json.dumps({"texts": len(texts), "hash": golden(tokenizer, texts), "tokenizer": data},
                                                 separators=(",", ":"))
             for name, (tokenizer, data) in variants().items()]
    target = ROOT / "tests/data/tokenizer_parts.json"
    target.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    refused = [*UNSUPPORTED.values(), *REFUSED.values()]
    (ROOT / "tests/data/tokenizer_refused.json").write_text(json.dumps(refused, indent=0) + "\n", encoding="utf-8")
    print(f"{len(lines)} tokenizers, {len(texts)} texts each, {target.stat().st_size} bytes")


if __name__ == "__main__":
    main()
