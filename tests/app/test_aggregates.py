#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""headscope-cli pattern of several heads as one, as scripts meet it."""

import argparse
import re
import statistics
import struct
import sys
import unittest

import test_cli


class AggregatesTest(unittest.TestCase):
    setUp, run_cli, refused = (getattr(test_cli.CliTest, name) for name in ("setUp", "run_cli", "refused"))

    def test_aggregates(self):
        """Against the same patterns, combined here in double precision."""
        prompts = ["--prompt", "one two", "--prompt", "When Mary and John went to"]
        out = self.folder / "a.npy"

        def values(*options):
            result = self.run_cli("pattern", "--model", "demo-rotary", *prompts, *options, "--output", out)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            raw = out.read_bytes()
            side = int(re.search(rb"'shape': \((\d+), \1\)", raw).group(1))
            flat = struct.unpack(f"<{side * side}f", raw[-4 * side * side:])
            return [list(flat[row * side:(row + 1) * side]) for row in range(side)]

        layers, heads = 3, 4
        for sequence in (0, 1):
            at = ("--sequence", sequence)
            patterns = {(layer, head): values("--layer", layer, "--head", head, *at) for layer in range(layers) for head in range(heads)}
            tokens = [q for q, row in enumerate(patterns[0, 0]) if any(row)]  # padding rows are 0
            self.assertEqual(len(tokens) < len(patterns[0, 0]), sequence == 0)
            self.assertGreater(len(tokens), 2)
            cells = [(q, k) for q in tokens for k in tokens if k <= q]

            def same(found, expected):
                for q, k in cells:
                    self.assertAlmostEqual(found[q][k], expected(q, k), delta=1e-7)

            chosen = [patterns[0, 1], patterns[1, 0], patterns[1, 3]]
            named = ("--heads", "0.1,1.0,1.3", *at)
            same(values("--aggregate", "mean", *named), lambda q, k: sum(each[q][k] for each in chosen) / 3)
            same(values("--aggregate", "max", *named), lambda q, k: max(each[q][k] for each in chosen))
            same(values("--aggregate", "std", *named), lambda q, k: statistics.pstdev(each[q][k] for each in chosen))
            layer = [patterns[1, head] for head in range(heads)]
            same(values("--aggregate", "mean", "--layer", 1, *at), lambda q, k: sum(each[q][k] for each in layer) / heads)

            product = {(q, k): float(q == k) for q in tokens for k in tokens}
            for layer in range(layers):
                mixed = {(q, k): sum(patterns[layer, head][q][k] for head in range(heads)) / heads / 2 * (k <= q) + (q == k) / 2
                         for q in tokens for k in tokens}
                rows = {q: sum(mixed[q, k] for k in tokens) for q in tokens}
                product = {(q, k): sum(mixed[q, i] / rows[q] * product[i, k] for i in tokens) for q in tokens for k in tokens}
                same(values("--aggregate", "rollout", "--layer", layer, *at), lambda q, k: product[q, k])
            same(values("--aggregate", "rollout", *at), lambda q, k: product[q, k])  # all layers
        csv = self.folder / "a.csv"
        self.run_cli("pattern", "--model", "demo-rotary", *prompts, "--aggregate", "std", "--heads", "0.1,1.0", "--output", csv)
        self.assertIn(" · standard deviation of 2 heads: L0 H1, L1 H0 · ", csv.read_text().splitlines()[0])

    def test_aggregate_options(self):
        common = ["pattern", "--model", "demo-rotary", "--prompt", "When Mary", "--output", self.folder / "p.csv"]
        self.refused("--layer is required", *common, "--head", 1)
        self.refused("--head is required", *common, "--layer", 1)
        self.refused("--aggregate: expected mean|max|std|rollout, found 'sum'", *common, "--aggregate", "sum")
        self.refused("--aggregate: expected either --heads LAYER.HEAD,… or --layer", *common, "--aggregate", "mean")
        self.refused("--aggregate: expected either --heads LAYER.HEAD,… or --layer", *common, "--aggregate", "max", "--heads", "0.1", "--layer", 1)
        self.refused("--head: expected --heads LAYER.HEAD,…", *common, "--aggregate", "mean", "--layer", 1, "--head", 1)
        self.refused("--head: expected none with --aggregate rollout", *common, "--aggregate", "rollout", "--head", 1)
        self.refused("--heads: expected --aggregate mean, max or std", *common, "--layer", 1, "--head", 1, "--heads", "0.1")
        self.refused("--heads: expected --aggregate mean, max or std", *common, "--aggregate", "rollout", "--heads", "0.1")
        self.refused("--heads: layer: expected 0 to 2, found 7", *common, "--aggregate", "mean", "--heads", "0.1,7.0")
        self.refused("--heads: head: expected 0 to 3, found 4", *common, "--aggregate", "mean", "--heads", "0.4")
        self.refused("--heads: expected heads as LAYER.HEAD,…, found 'x'", *common, "--aggregate", "mean", "--heads", "x")
        self.refused("--stage: expected pattern with --aggregate, found scores", *common, "--aggregate", "rollout", "--stage", "scores")
        self.refused("--layer: expected 0 to 2, found 3", *common, "--aggregate", "rollout", "--layer", 3)


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    known, rest = parser.parse_known_args()
    test_cli.CLI = known.cli
    unittest.main(argv=sys.argv[:1] + rest)
