#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""headscope-cli query-key, and pairs of texts in its commands, as scripts meet them."""

import argparse
import json
import re
import sys
import unittest

import test_cli
from test_cli import ROOT, ids


class QueryKeyTest(unittest.TestCase):
    setUp, run_cli, refused, edits_file, inputs = (
        getattr(test_cli.CliTest, name) for name in ("setUp", "run_cli", "refused", "edits_file", "inputs"))

    def test_pairs(self):
        """Second texts join their prompts; a model without token types has no use for them."""
        bert, out = ROOT / "tests/data/pairs/model", self.folder / "p.csv"
        run = ["pattern", "--model", bert, "--layer", 0, "--head", 0, "--output", out]
        self.assertEqual(self.run_cli(*run, "--prompt", "one two", "--second", "three").returncode, 0)
        lines = out.read_text().splitlines()
        self.assertIn("text “one two ||| three”", lines[0])
        self.assertEqual(lines[1].count("[SEP]"), 2)
        self.assertEqual(self.run_cli(*run, "--prompt", "one", "--second", "", "--prompt", "two", "--second", "three").returncode, 0)
        self.assertIn("text “one”", out.read_text().splitlines()[0])
        out.unlink()
        self.refused("--second: expected one for each --prompt (2), \"\" where it stands alone; found 1",
                     *run, "--prompt", "one", "--prompt", "two", "--second", "three")
        inputs = self.inputs(input_ids=ids(2, 5, 3))
        self.refused("--second: expected --prompt with it, found --inputs", *run, "--inputs", inputs, "--second", "three")
        self.refused("--second: expected a model with token types", "pattern", "--model", "demo-gpt2", "--layer", 0, "--head", 0,
                     "--output", out, "--prompt", "one", "--second", "two")
        self.refused("--second: expected --prompt with it, found --prompts", "parity", "--model", bert, "--prompts", "ioi", "--second", "x",
                     "--report", self.folder / "r.json")

    def test_query_key(self):
        common = ["query-key", "--model", "demo-rotary", "--prompt", "When Mary and John", "--layer", 1, "--head", 2, "--query", 2]
        table, whole = self.folder / "q.csv", self.folder / "q.json"
        self.assertEqual(self.run_cli(*common, "--output", table).returncode, 0)
        self.assertEqual(self.run_cli(*common, "--keys", "1:3", "--output", whole).returncode, 0)
        lines = table.read_text().splitlines()
        self.assertTrue(lines[0].startswith("# demo-rotary · native auto · cpu float32"), lines[0])
        scale = float(re.search(r"unmasked score = (\S+) \* sum of q_i\*k_i$", lines[0])[1])
        self.assertTrue(lines[1].startswith("key,token,kind,score,probability,unmasked_score,q_k_0,q_k_1,"), lines[1])
        rows = [line.split(",") for line in lines[2:]]
        self.assertEqual([row[:3] for row in rows], [["0", "When", "allowed"], ["1", "·Mary", "allowed"], ["2", "·and", "allowed"], ["3", "·John", "masked"]])
        for row in rows:
            self.assertAlmostEqual(scale * sum(map(float, row[6:])), float(row[5]), delta=1e-5)
        for row in rows[:3]:
            self.assertAlmostEqual(float(row[3]), float(row[5]), delta=1e-5)
        self.assertAlmostEqual(sum(float(row[4]) for row in rows), 1, delta=1e-6)
        self.assertLess(float(rows[3][3]), -1e30)
        told = json.loads(whole.read_text())
        self.assertEqual([(key["position"], key["token"]) for key in told["keys"]], [(1, "·Mary"), (2, "·and")])
        self.assertAlmostEqual(told["scale"], scale, delta=1e-6)
        self.assertIsNone(told["soft_cap"])
        self.assertEqual(told["query"]["token"], "·and")
        for key, row in zip(told["keys"], rows[1:3]):
            for q, k, product, cell in zip(told["query"]["vector"], key["vector"], key["products"], row[6:]):
                self.assertAlmostEqual(q * k, product, delta=1e-12)
                self.assertAlmostEqual(product, float(cell), delta=1e-6)
        # Eager attention has the same numbers.
        eager = self.folder / "e.csv"
        self.assertEqual(self.run_cli(*common, "--attention", "eager", "--output", eager).returncode, 0)
        for mine, other in zip(rows, (line.split(",") for line in eager.read_text().splitlines()[2:])):
            for a, b in zip(mine[4:], other[4:]):
                self.assertAlmostEqual(float(a), float(b), delta=1e-5)

    def test_query_key_options(self):
        common = ["query-key", "--model", "demo-rotary", "--prompt", "When Mary"]
        out = self.folder / "q.csv"
        self.refused("--layer is required", *common, "--head", 0, "--query", 0, "--output", out)
        self.refused("--layer: expected 0 to", *common, "--layer", 99, "--head", 0, "--query", 0, "--output", out)
        self.refused("--head: expected 0 to", *common, "--layer", 0, "--head", 99, "--query", 0, "--output", out)
        self.refused("--query: expected 0 to 1, found 2", *common, "--layer", 0, "--head", 0, "--query", 2, "--output", out)
        self.refused("--keys: expected A:B within 0:2, found '1:9'", *common, "--layer", 0, "--head", 0, "--query", 0, "--keys", "1:9", "--output", out)
        self.refused("--sequence: expected 0 to 0, found 3", *common, "--layer", 0, "--head", 0, "--query", 0, "--sequence", 3, "--output", out)
        self.refused("expected a .csv or .json file", *common, "--layer", 0, "--head", 0, "--query", 0, "--output", self.folder / "q.txt")
        edits = self.edits_file()
        self.refused("the scores or the pattern of layer 0 were edited",
                     *common, "--backend", "tapped", "--edits", edits, "--layer", 0, "--head", 0, "--query", 0, "--output", out)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    known, rest = parser.parse_known_args()
    test_cli.CLI = known.cli
    unittest.main(argv=sys.argv[:1] + rest)
