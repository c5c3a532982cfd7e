# SPDX-License-Identifier: GPL-3.0-or-later
"""Writes tests/data/unicode_wheel.json: the code points that the tokenizers wheel counts as letters, numbers and spaces."""

import argparse
import json
from pathlib import Path

import tokenizers
from tokenizers import Regex, pre_tokenizers

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


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--output", type=Path, default=ROOT / "tests/data/unicode_wheel.json")
    options = parser.parse_args()
    tables = {"regex " + name: removed_by(pre_tokenizers.Split(Regex(name), "removed"))
              for name in (r"\p{L}", r"\p{N}", r"\s", r"\p{M}", r"\p{P}", r"\w")}
    tables["Digits"] = isolated_by_digits()
    tables["WhitespaceSplit"] = removed_by(pre_tokenizers.WhitespaceSplit())
    lines = [f'"tokenizers":"{tokenizers.__version__}"']
    for name, members in tables.items():
        spans = ranges(members)
        lines.append(json.dumps(name) + ":" + json.dumps(spans, separators=(",", ":")))
        print(f"{name}: {len(members)} code points in {len(spans)} ranges")
    options.output.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print(f"{options.output.stat().st_size} bytes")


if __name__ == "__main__":
    main()
