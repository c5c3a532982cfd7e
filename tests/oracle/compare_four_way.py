# SPDX-License-Identifier: GPL-3.0-or-later
"""The canonical four-way comparison, live: dumps of the real systems, and `headscope-cli parity` against each of them.

A left-padded batch of four prompts of different lengths (random ids for a model without a tokenizer), float32, eager, each
system with its own default positions. The originals are transformers, NNsight, TransformerBridge (plain) and HookedTransformer
with all and with none of its weight processing; the candidates are Headscope's backends that follow them. A pair may be
identical, within parity's tolerance, or known with tested reasons; a backend and its own original must be identical or
within. One that diverges passes only where, with the reasons taken away, it is no further from the original than the original
itself in float32 is from its own float64 on the same rows (own_error.py), and is named. Exit 0 so, 1 not so, 2 could not run.

Prints the table of tests/oracle/README.md, over real rows and over all of them. A cell is 0 when every value is bit-identical;
else the smallest tolerance that would pass (needed_tolerance of the report): before the arrow of the runs as they are, behind
it once the reasons are taken away.

This script needs no package; dumps are made by dump_reference.py in the two environments.
"""

import argparse
import functools
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PROMPTS = ["When Mary and John went to the store, John gave a drink to", "The doctor said that", "one two one",
           "It was raining, so Tom stayed"]
# original -> options of dump_reference.py, and the candidate that follows it
ORIGINALS = {"transformers": (["--system", "transformers"], "native"), "NNsight": (["--system", "nnsight"], "tapped"),
             "TransformerBridge": (["--system", "bridge"], "bridge"),
             "HookedTransformer": (["--system", "hooked"], "hooked"),
             "HookedTransformer, unprocessed": (["--system", "hooked", "--processing", "none"], "hooked, unprocessed")}
CANDIDATES = ["native", "tapped", "bridge", "hooked", "hooked, unprocessed"]
# options of headscope-cli parity, and the candidates it then reports, in its order
CALLS = [(["--backends", "native,tapped,bridge,hooked"], CANDIDATES[:4]),
         (["--backends", "hooked", "--processing", "none"], CANDIDATES[4:])]
AGREES = ("identical", "within tolerance")
GOOD = (*AGREES, "known")


class CouldNotRun(Exception):
    pass


def run(command, allowed=(0,)):
    done = subprocess.run([str(part) for part in command], capture_output=True, text=True, timeout=3600)
    if done.returncode not in allowed:
        raise CouldNotRun(f"{' '.join(map(str, command[:3]))} … ended with {done.returncode}: {done.stderr.strip()[-400:]}")
    return done


def directory_of(model):
    return Path(model) if Path(model).is_dir() else ROOT / "resources/models" / model


def inputs_of(options, model, folder):
    """Prompts, or a file of ids for a model without a tokenizer."""
    if (directory_of(model) / "tokenizer.json").exists():
        return [word for prompt in options.prompts for word in ("--prompt", prompt)]
    target = folder / "inputs.safetensors"
    code = ("import sys; sys.path.insert(0, sys.argv[1]); import reference; from safetensors.torch import save_file; "
            "from pathlib import Path; save_file(reference.pad(reference.random_ids(Path(sys.argv[2]), [9, 4, 7, 5])), "
            "sys.argv[3])")
    run([options.oracle, "-c", code, ROOT / "tests/oracle", directory_of(model), target])
    return ["--inputs", target]


def dump(options, model, original, inputs, target, dtype="float32"):
    """Writes the dump; gives the reason where the original itself cannot run the model."""
    words = ORIGINALS[original][0]
    python = options.legacy if "hooked" in words else options.oracle
    padding = [] if "--inputs" in inputs else ["--padding", "left"]
    done = run([python, ROOT / "tests/oracle/dump_reference.py", *words, "--model", model, *inputs, *padding, "--dtype",
                dtype, "--threads", options.threads, "--output", target], allowed=(0, 2))
    if done.returncode == 0:
        return None
    line = done.stderr.strip().splitlines()[-1] if done.stderr.strip() else "no message"
    if "cannot run it" in line or "asserts that" in line:
        return line
    raise CouldNotRun(f"{original}: {line}")


def parity(options, model, reference, folder):
    """{candidate: the pair of the JSON report}."""
    found = {}
    for words, names in CALLS:
        report = folder / "report.json"
        run([options.cli, "parity", "--model", model, "--reference", reference, *words, "--threads", options.threads,
             "--pictures", 0, "--report", report], allowed=(0, 1))
        pairs = json.loads(report.read_text(encoding="utf-8"))["pairs"]
        if len(pairs) != len(names):
            raise CouldNotRun(f"{model}: expected {len(names)} pairs in the report, found {len(pairs)}")
        found.update(zip(names, pairs))
    return found


def needed(pair, rows, aligned):
    """The largest of the tolerances that the pair's table needs, over one class of rows or over all."""
    values = [float((aligned and row["aligned"] or row["difference"])["needed_tolerance"]) for row in pair["rows"]
              if rows == "all" or row["rows"] == rows]
    return max(values, default=0.0)


def spelled(pair, rows):
    verdict = pair["verdict" if rows == "all" else rows]
    if verdict["kind"] == "identical":
        return "0"
    if verdict["kind"] == "not compared":
        return "–"
    text = f"{needed(pair, rows, False):.2g}"
    if verdict["reasons"]:
        text += f" → {needed(pair, rows, True):.2g} " + ", ".join(verdict["reasons"])
    return ("**diverges** " if verdict["kind"] == "diverges" else "") + text


class Judge:
    """Lines of what is wrong; asks for the original's own error only when something diverges."""

    def __init__(self, original, own_error):
        self.original, self.own_error, self.own = original, own_error, ORIGINALS[original][1]

    def excused(self, name, pair):
        """Whether what diverges is within the original's own rounding, which is then said."""
        error = self.own_error()
        beyond = [rows for rows in error if pair[rows]["kind"] == "diverges"]
        if not beyond or any(not needed(pair, rows, True) <= error[rows] for rows in beyond):
            return False
        distances = ", ".join(f"{rows} rows {needed(pair, rows, True):.2g} of {error[rows]:.2g}" for rows in beyond)
        print(f"{name} against {self.original}: within the original's own float32 error: {distances}", file=sys.stderr)
        return True

    def wrong(self, pairs):
        for name, pair in pairs.items():
            kind = pair["verdict"]["kind"]
            if kind in (AGREES if name == self.own else GOOD) or kind == "diverges" and self.excused(name, pair):
                continue
            yield f"{name} against {self.original}: {pair['sentence']}"


def compare(options, model, folder):
    """Rows of the table, and lines of what is wrong."""
    rows, wrong = [], []
    inputs = inputs_of(options, model, folder)
    for original in ORIGINALS:
        target, wide = folder / "dump.safetensors", folder / "wide.safetensors"
        refusal = dump(options, model, original, inputs, target)
        if refusal:
            print(f"{model}: {original}: n/a: {refusal}", file=sys.stderr)
            continue

        @functools.cache
        def own_error():
            dump(options, model, original, inputs, wide, "float64")
            return json.loads(run([options.oracle, ROOT / "tests/oracle/own_error.py", target, wide]).stdout)

        pairs = parity(options, model, target, folder)
        wrong += [f"{model}: {line}" for line in Judge(original, own_error).wrong(pairs)]
        for title in ("real", "all"):
            rows.append([directory_of(model).name, original, title, *(spelled(pairs[name], title) for name in CANDIDATES)])
    return rows, wrong


def parse():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cli", required=True, help="path of headscope-cli")
    parser.add_argument("--model", required=True, nargs="+", help="model directories, or names of embedded models")
    parser.add_argument("--prompts", nargs="+", default=PROMPTS)
    parser.add_argument("--threads", type=int, default=1, help="of both sides")
    parser.add_argument("--oracle", type=Path, default=ROOT / "build/oracle/bin/python")
    parser.add_argument("--legacy", type=Path, default=ROOT / "build/oracle-legacy/bin/python")
    return parser.parse_args()


def main():
    options = parse()
    os.environ["OMP_NUM_THREADS"] = os.environ["MKL_NUM_THREADS"] = str(options.threads)
    head = ["model", "original", "rows", *CANDIDATES]
    print("| " + " | ".join(head) + " |\n" + "| --- " * len(head) + "|")
    wrong, failed = [], 0
    with tempfile.TemporaryDirectory() as folder:
        for model in options.model:
            try:
                rows, found = compare(options, model, Path(folder))
            except (CouldNotRun, OSError, KeyError, ValueError, subprocess.TimeoutExpired) as error:
                print(f"compare_four_way: {model}: {error}", file=sys.stderr, flush=True)
                failed += 1
                continue
            for row in rows:
                print("| " + " | ".join(row) + " |", flush=True)
            wrong += found
    for line in wrong:
        print(f"compare_four_way: {line}", file=sys.stderr)
    return 2 if failed else 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
