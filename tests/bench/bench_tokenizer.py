# SPDX-License-Identifier: GPL-3.0-or-later
"""Times Headscope's tokenizers beside the tokenizers library on one thread, in turns, on 1 MB of mixed text made from a seed.

Exit status 0 when Headscope has at least half the library's speed on each, 1 when not, 2 when it could not run."""

import argparse
import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

os.environ.update(TOKENIZERS_PARALLELISM="false", RAYON_NUM_THREADS="1")
ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests/oracle"))

from make_tokenizer_golden import load, model_directories  # noqa: E402
from tokenizer_texts import CODE, SCRIPTS, WORDS, make_texts  # noqa: E402

SLOWEST = 0.5  # of the library's speed


def prose(r):
    """Words that are mostly common ones, and some made up, as in a language with many words."""
    made = lambda: "".join(r.choice(["ta", "ri", "on", "ing", "mo", "el", "sk", "u", "pre", "th"]) for _ in range(r.randint(2, 5)))
    words = [r.choice(WORDS) if r.random() < 0.7 else made() for _ in range(r.randint(40, 120))]
    return " ".join(words).capitalize() + ".\n"


def code(r):
    return "".join(r.choice(CODE) if r.random() < 0.5 else f"{' ' * 4}{r.choice(WORDS)}_{r.randint(0, 999)} = {r.choice(WORDS)}({r.random():.4f})\n"
                   for _ in range(8)) + "\n"


def scripts(r):
    return " ".join(r.choice(SCRIPTS[r.choice(sorted(SCRIPTS))]) for _ in range(30)) + "\n"


def mixed_text(size, seed):
    """About half prose, a quarter code, the rest other scripts and the odd texts of tests/oracle; `size` bytes at most."""
    r = random.Random(seed)
    odd = [text.replace("\0", "") for text in make_texts(2000, seed)]
    parts, length = [], 0
    while True:
        kind = r.random()
        part = prose(r) if kind < 0.5 else code(r) if kind < 0.75 else scripts(r) if kind < 0.9 else " ".join(r.sample(odd, 8)) + "\n"
        length += len(part.encode())
        if length > size:
            return "".join(parts)
        parts.append(part)


class Ours:
    def __init__(self, program, source, directory):
        self.process = subprocess.Popen([program, source, directory], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def time(self, how):
        self.process.stdin.write(how + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline().split()
        if len(answer) != 2:
            raise SystemExit(2)
        return int(answer[0]), float(answer[1])

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def time_library(tokenizer, text, how):
    lines = text.split("\n")[:-1]
    begin = time.perf_counter()
    tokens = sum(len(tokenizer.encode(line)) for line in lines) if how == "lines" else len(tokenizer.encode(text))
    return tokens, time.perf_counter() - begin


def compare(program, source, text, directory, rounds):
    """One row for each way: medians of `rounds` in turns, after one that does not count."""
    tokenizer, ours = load(directory), Ours(program, source, directory)
    rows = []
    for how in ("text", "lines"):
        times = {"headscope": [], "library": []}
        for turn in range(rounds + 1):
            found, mine = ours.time(how)
            expected, theirs = time_library(tokenizer, text, how)
            if found != expected:
                print(f"{directory.name}, {how}: expected {expected} tokens, found {found}", file=sys.stderr)
                raise SystemExit(2)
            if turn:
                times["headscope"].append(mine)
                times["library"].append(theirs)
        medians = {name: statistics.median(values) for name, values in times.items()}
        rows.append({"tokenizer": directory.name, "how": how, "tokens": found, **medians,
                     "ratio": medians["library"] / medians["headscope"]})
    ours.close()
    return rows


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help="names of tokenizers; all that are there, if none is given")
    parser.add_argument("--program", required=True, type=Path, help="path of bench_tokenizer")
    parser.add_argument("--size", type=int, default=1 << 20, help="bytes of text")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--output", type=Path, help="a JSON file to write")
    options = parser.parse_args()
    text = mixed_text(options.size, options.seed)
    rows = []
    print("| tokenizer | how | tokens | Headscope, s | library, s | speed of the library's |\n| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "text"
        source.write_bytes(text.encode())
        for name, directory in model_directories().items():
            if (options.names and name not in options.names) or not (directory / "tokenizer.json").exists():
                continue
            for row in compare(options.program, source, text, directory, options.rounds):
                rows.append(row)
                print(f"| {name} | {row['how']} | {row['tokens']} | {row['headscope']:.3f} | {row['library']:.3f} | {row['ratio']:.2f} |",
                      flush=True)
    if options.output:
        options.output.write_text(json.dumps({"bytes": len(text.encode()), "rounds": options.rounds, "rows": rows}, indent=1) + "\n")
    slow = [f"{row['tokenizer']} ({row['how']})" for row in rows if row["ratio"] < SLOWEST]
    if slow:
        print(f"below {SLOWEST} of the library's speed: {', '.join(slow)}", file=sys.stderr)
    return 1 if slow else 0


if __name__ == "__main__":
    sys.exit(main())
