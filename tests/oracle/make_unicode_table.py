# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/unicode_wheel.json: how the tokenizers wheel classes and changes every code point."""

import argparse
import hashlib
import json
from pathlib import Path

import tokenizers
from tokenizers import Regex, normalizers, pre_tokenizers

ROOT = Path(__file__).resolve().parents[2]
# Every code point that a text may hold: surrogates are none.
POINTS = [point for point in range(0x110000) if not 0xd800 <= point <= 0xdfff]


def ranges(members):
    """Sorted code points as inclusive [first, last] pairs."""
    result = []
    for point in members:
        if result and result[-1][1] == point - 1:
            result[-1][1] = point
        else:
            result.append([point, point])
    return result


def removed_by(splitter):
    """The code points that a splitter takes out of the text of all code points."""
    left = set()
    for _piece, (begin, end) in splitter.pre_tokenize_str("".join(map(chr, POINTS))):
        left.update(POINTS[begin:end])
    return [point for point in POINTS if point not in left]


def isolated_by_digits():
    digits = pre_tokenizers.Digits(individual_digits=True)
    return [point for point in POINTS if len(digits.pre_tokenize_str("a" + chr(point))) == 2]


def erased_by(normalizer):
    return [point for point in POINTS if not normalizer.normalize_str(chr(point))]


def bert(**options):
    switched_off = dict.fromkeys(["clean_text", "handle_chinese_chars", "strip_accents", "lowercase"], False)
    return normalizers.BertNormalizer(**{**switched_off, **options})


def words():
    """What the pre-tokenizer Whitespace takes for part of a word: joins the letter before it."""
    whitespace = pre_tokenizers.Whitespace()
    return [point for point in POINTS if [span for _, span in whitespace.pre_tokenize_str("a" + chr(point))] == [(0, 2)]]


def newer_lowercase():
    """[code point, its lower case] where the wheel's Unicode and Python's differ."""
    lower = normalizers.Lowercase().normalize_str
    return [[point, ord(lower(chr(point)))] for point in POINTS if lower(chr(point)) != chr(point).lower()]


def normal_form_hashes():
    """SHA-256 of every code point normalised, alone and between marks of several classes, as UTF-8 after one another."""
    result = {}
    for name in ("NFC", "NFD", "NFKC", "NFKD"):
        normalize = getattr(normalizers, name)().normalize_str
        digest = hashlib.sha256()
        for point in POINTS:
            digest.update(normalize(chr(point)).encode())
            digest.update(normalize("a\u0345" + chr(point) + "\u0334\u0316\u0301").encode())
        result[name] = digest.hexdigest()
    return result


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "tests/data/unicode_wheel.json")
    options = parser.parse_args()
    tables = {"regex " + name: removed_by(pre_tokenizers.Split(Regex(name), "removed"))
              for name in (r"\p{L}", r"\p{N}", r"\s", r"\p{M}", r"\p{P}", r"\w")}
    tables["Digits"] = isolated_by_digits()
    tables["WhitespaceSplit"] = removed_by(pre_tokenizers.WhitespaceSplit())
    tables["BertNormalizer clean_text"] = erased_by(bert(clean_text=True))
    tables["BertNormalizer strip_accents"] = erased_by(bert(strip_accents=True))
    tables["StripAccents"] = erased_by(normalizers.StripAccents())
    tables["Punctuation"] = removed_by(pre_tokenizers.Punctuation("removed"))
    tables["Whitespace words"] = words()
    lines = [f'"tokenizers":"{tokenizers.__version__}"', '"normal forms":' + json.dumps(normal_form_hashes()),
             '"newer Lowercase":' + json.dumps(newer_lowercase())]
    for name, members in tables.items():
        spans = ranges(members)
        lines.append(json.dumps(name) + ":" + json.dumps(spans, separators=(",", ":")))
        print(f"{name}: {len(members)} code points in {len(spans)} ranges")
    options.output.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
