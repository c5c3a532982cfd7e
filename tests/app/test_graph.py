#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""headscope-cli graph as scripts meet it."""

import argparse
import csv
import json
import struct
import sys
import unittest

import test_cli

PROMPT = "When Mary and John went to the store, John gave a drink to"


def table(path):
    """(the line that begins with #, the rows as dictionaries)"""
    remark, *rest = path.read_text(encoding="utf-8").splitlines(keepends=True)
    return remark, list(csv.DictReader(rest))


class GraphTest(unittest.TestCase):
    setUp, run_cli, refused = (getattr(test_cli.CliTest, name) for name in ("setUp", "run_cli", "refused"))

    def written(self, name, *arguments, model="demo-gpt2"):
        out = self.folder / name
        result = self.run_cli("graph", "--model", model, "--prompt", PROMPT, *arguments, "--output", out)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        return table(out) if out.suffix == ".csv" else json.loads(out.read_text(encoding="utf-8"))

    def test_csv(self):
        remark, rows = self.written("out.csv", "--from", 13)
        self.assertIn("demo-gpt2 · native", remark)
        self.assertIn("contributions above 0.04, renormalised · from token 13", remark)
        self.assertEqual({row["kind"] for row in rows}, {"residual", "attention", "mlp"})
        reached = {("2", "resid_post", "13")}
        for row in rows:
            self.assertIn((row["layer"], row["node"], row["target"]), reached)
            below = ("resid_post", str(int(row["layer"]) - 1)) if row["node"] == "resid_mid" else ("resid_mid", row["layer"])
            reached.add((below[1], below[0], row["source"]))
            self.assertEqual(row["top_head"] != "", row["kind"] == "attention")
            self.assertTrue(row["kind"] == "attention" or row["source"] == row["target"])
            self.assertTrue(0 < float(row["contribution"]) <= 1)
        self.assertEqual(next(row["target_token"] for row in rows if row["target"] == "13"), "·to")

    def test_every_node_without_a_start(self):
        _, some = self.written("some.csv", "--from", 5)
        _, rows = self.written("all.csv")
        sums = {}
        for row in rows:
            key = row["layer"], row["node"], row["target"]
            sums[key] = sums.get(key, 0) + float(row["contribution"])
        self.assertEqual(len(sums), 3 * 2 * 14)  # layers, nodes, tokens
        self.assertTrue(all(abs(total - 1) < 1e-5 for total in sums.values()))
        self.assertLess(len(some), len(rows))
        self.assertTrue({tuple(row.values()) for row in some} <= {tuple(row.values()) for row in rows})

    def test_the_threshold_cuts_and_zero_keeps_everything(self):
        counts = [len(self.written(f"{share}.csv", "--threshold", share, "--renormalise", "off")[1]) for share in (0, 0.04, 0.3)]
        self.assertGreater(counts[0], counts[1])
        self.assertGreater(counts[1], counts[2])
        _, rows = self.written("0.csv", "--threshold", 0, "--renormalise", "off")
        total = sum(float(row["contribution"]) for row in rows)
        self.assertAlmostEqual(total, 3 * 2 * 14, 3)  # shares of every node add up to 1
        _, scaled = self.written("scaled.csv", "--threshold", 0)
        self.assertEqual(len(scaled), len(rows))

    def test_json_holds_the_same(self):
        _, rows = self.written("out.csv", "--from", 13)
        made = self.written("out.json", "--from", 13)
        self.assertEqual((made["threshold"], made["renormalised"], made["from"]), (0.04, True, 13))
        sequence, = made["sequences"]
        self.assertEqual(len(sequence["tokens"]), 14)
        self.assertEqual([(str(edge["layer"]), edge["kind"], str(edge["source"]), f"{edge['contribution']:.6g}")
                          for edge in sequence["edges"]],
                         [(row["layer"], row["kind"], row["source"], f"{float(row['contribution']):.6g}") for row in rows])

    def test_refusals(self):
        arguments = ["graph", "--model", "demo-rotary", "--prompt", "a b"]
        out = ["--output", self.folder / "out.csv"]
        self.refused("--output: expected a .csv or .json file, found 'out.txt'", *arguments, "--output", "out.txt")
        self.refused("--from: expected 0 to 1, found 2", *arguments, "--from", 2, *out)
        for wrong in ("nan", "1.5", "-0.1", "x"):
            self.refused(f"--threshold: expected a number from 0 to 1 such as 0.04, found '{wrong}'", *arguments,
                         f"--threshold={wrong}", *out)
        self.refused("--renormalise: expected", *arguments, "--renormalise", "maybe", *out)
        inputs = self.folder / "many.safetensors"
        inputs.write_bytes(test_cli.safetensors({"input_ids": ("I64", [1, 513], struct.pack("<513q", *[3] * 513))}))
        self.refused("expected at most 512 tokens in a prompt, found 513", "graph", "--model", "demo-rotary", "--inputs",
                     inputs, *out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    options, rest = parser.parse_known_args()
    test_cli.CLI = options.cli
    unittest.main(argv=[sys.argv[0], *rest])
