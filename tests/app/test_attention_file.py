#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Attention files on the command lines: `pattern`, `heads` and `export`, against values written straight from torch."""

import argparse
import csv
import math
import struct
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

DATA = Path(__file__).resolve().parents[1] / "data/attention"
CLI = HEADSCOPE = None


def single(text):
    return struct.unpack("<f", struct.pack("<f", float(text)))[0]


def golden(name):
    with open(DATA / f"{name}.csv") as file:
        for row in csv.DictReader(file):
            place = (row["tensor"], int(row["sequence"]), int(row["head"]), int(row["query"]))
            yield place, [single(value) for value in row["values"].split()]


class AttentionFiles(unittest.TestCase):
    def setUp(self):
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        self.output = Path(self.folder.name) / "out.csv"

    def call(self, program, *arguments):
        return subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, timeout=60)

    def table(self, program, command, *arguments):
        done = self.call(program, command, *arguments, "--output", self.output)
        self.assertEqual(done.returncode, 0, done.stderr)
        lines = self.output.read_text().splitlines()
        return lines[0], list(csv.reader(lines[1:]))

    def refused(self, says, *arguments):
        done = self.call(CLI, *arguments, "--output", self.output)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(says, done.stderr)
        self.assertFalse(self.output.exists())

    def same_as_torch(self, program, command, name, kind, layer, head, sequence):
        remark, rows = self.table(program, command, "--attention-file", DATA / f"{name}.safetensors", "--kind", kind,
                                  "--layer", layer, "--head", head, "--sequence", sequence)
        self.assertIn(f"attention from a file · transformers 5.23.0 · tiny {name}", remark)
        wanted = {place[3]: values for place, values in golden(name)
                  if place[:3] == (f"{kind}_attentions.{layer}", sequence, head)}
        self.assertEqual(len(rows) - 1, len(wanted))
        for query, row in enumerate(rows[1:]):
            self.assertEqual([single(value) for value in row[1:]], wanted[query])
        return rows

    def test_values_are_those_of_torch(self):
        rows = self.same_as_torch(CLI, "pattern", "t5", "cross", 2, 3, 1)
        self.assertEqual(rows[0][1:3], ["0:·the", "1:·little"])
        self.assertEqual(rows[2][0], "1:·das")
        self.same_as_torch(CLI, "pattern", "bart", "encoder", 1, 2, 0)
        self.same_as_torch(HEADSCOPE, "export", "t5", "cross", 0, 1, 0)
        self.same_as_torch(HEADSCOPE, "export", "bart", "decoder", 1, 1, 1)

    def test_parts_of_a_rectangle(self):
        _, rows = self.table(HEADSCOPE, "export", "--attention-file", DATA / "t5.safetensors", "--layer", 0, "--head",
                             0, "--rows", "3:5", "--columns", "5:7")
        self.assertEqual([len(rows), rows[0][1], rows[1][0]], [3, "5:·there", "3:·Haus"])

    def test_heads(self):
        _, rows = self.table(CLI, "heads", "--attention-file", DATA / "t5.safetensors")  # cross, when not told
        names = rows[0]
        self.assertEqual(len(rows), 1 + 2 * 3 * 4)
        for row in rows[1:]:
            row = dict(zip(names, row))
            values = [value for place, value in golden("t5")
                      if place[:3] == (f"cross_attentions.{row['layer']}", int(row["sequence"]), int(row["head"]))]
            real = values[:5 if row["sequence"] == "0" else 3]  # of the second sequence 3 target tokens are real
            keys = 7 if row["sequence"] == "0" else 4
            entropy = sum(-p * math.log(p) for each in real for p in each[:keys] if p > 0) / len(real)
            self.assertEqual(int(row["rows"]), len(real))
            self.assertAlmostEqual(float(row["entropy"]), entropy, delta=1e-7)
            self.assertAlmostEqual(float(row["first_token"]), sum(each[0] for each in real) / len(real), delta=1e-7)
            self.assertEqual([row["previous_token"], row["duplicate_token"], row["induction"]], ["nan"] * 3)

    def test_what_run_wrote(self):
        written = Path(self.folder.name) / "run.safetensors"
        prompts = ("--prompt", "The store was closed", "--prompt", "Mary")
        done = self.call(CLI, "run", "--model", "demo-rotary", *prompts, "--hooks", "*hook_pattern", "--output", written)
        self.assertEqual(done.returncode, 0, done.stderr)
        where = ("--layer", 1, "--head", 1, "--sequence", 1)
        _, opened = self.table(CLI, "pattern", "--attention-file", written, *where)
        _, ran = self.table(CLI, "pattern", "--model", "demo-rotary", *prompts, "--attention", "eager", *where)
        self.assertEqual(opened, ran)
        _, opened = self.table(CLI, "heads", "--attention-file", written)
        _, ran = self.table(CLI, "heads", "--model", "demo-rotary", *prompts, "--attention", "eager")
        self.assertEqual(len(opened), len(ran))
        for a, b in zip(opened[1:], ran[1:]):
            self.assertEqual(a[:4], b[:4])
            for x, y in zip(a[4:9], b[4:9]):
                self.assertAlmostEqual(float(x), float(y), delta=1e-6)

    def test_refusals(self):
        t5 = DATA / "t5.safetensors"
        head = ("--layer", 0, "--head", 0)
        self.refused("--attention-file: expected without --model", "pattern", "--attention-file", t5, "--model",
                     "demo-gpt2", *head)
        self.refused("--attention-file: expected without --prompt", "heads", "--attention-file", t5, "--prompt", "x")
        self.refused("--kind: expected --attention-file with it", "heads", "--kind", "cross", "--model", "demo-gpt2")
        self.refused("--model is required", "pattern", *head)
        self.refused("expected attention of kind encoder, decoder, cross, found 'self' asked for", "pattern",
                     "--attention-file", t5, "--kind", "self", *head)
        self.refused("--layer: expected 0 to 2, found 9", "pattern", "--attention-file", t5, "--layer", 9, "--head", 0)
        self.refused("--stage: expected pattern", "pattern", "--attention-file", t5, "--stage", "scores", *head)
        self.refused("queries and keys of one text", "pattern", "--attention-file", t5, "--aggregate", "rollout",
                     "--layer", 1)
        self.refused("nothing.safetensors", "pattern", "--attention-file", "nothing.safetensors", *head)
        cut = Path(self.folder.name) / "cut.safetensors"
        cut.write_bytes(t5.read_bytes()[:-100])
        self.refused("cut.safetensors", "pattern", "--attention-file", cut, *head)


def main():
    global CLI, HEADSCOPE
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    parser.add_argument("--headscope", required=True)
    options, rest = parser.parse_known_args()
    CLI, HEADSCOPE = options.cli, options.headscope
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
