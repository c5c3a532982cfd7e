#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""headscope-cli logit-diff as scripts meet it."""

import argparse
import csv
import json
import math
import os
import pty
import signal
import subprocess
import sys
import unittest

import test_cli
from test_cli import ROOT, TINY

IOI = ROOT / "resources/prompts/ioi.jsonl"


def table(path):
    """(the lines that begin with #, the rows as dictionaries)"""
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    remarks = [line.rstrip("\n") for line in lines if line.startswith("#")]
    return remarks, list(csv.DictReader(line for line in lines if not line.startswith("#")))


def mean(values):
    values = list(values)
    return sum(values) / len(values)


class LogitDiffTest(unittest.TestCase):
    setUp, run_cli, refused = (getattr(test_cli.CliTest, name) for name in ("setUp", "run_cli", "refused"))

    def prompts(self, text, name="prompts.jsonl"):
        path = self.folder / name
        path.write_text(text, encoding="utf-8")
        return path

    def succeeds(self, *arguments, notes=0):
        result = self.run_cli("logit-diff", *arguments)
        self.assertEqual(result.returncode, 0, result.stderr)
        self.assertEqual(len(result.stderr.splitlines()), notes, result.stderr)
        return result.stdout.splitlines()

    # What it writes

    def test_csv(self):
        out = self.folder / "out.csv"
        said = self.succeeds("--model", "demo-rotary", "--prompts", "ioi", "--backends", "native,hooked", "--output", out)
        remarks, rows = table(out)
        self.assertEqual([line.split(":")[0] for line in said], ["native", "hooked"])
        self.assertIn("# source: " + json.loads(IOI.read_text().splitlines()[0])["source"], remarks)
        self.assertEqual(sum("left padding" in line for line in remarks), 2)
        self.assertEqual([(row["example"], row["backend"]) for row in rows],
                         [(str(i), backend) for i in range(20) for backend in ("native", "hooked")])
        lines = [json.loads(line) for line in IOI.read_text().splitlines()[1:]]
        for row, line in zip(rows[::2], lines):
            self.assertEqual({key: row[key] for key in line}, line)
            self.assertAlmostEqual(float(row["correct_logit"]) - float(row["incorrect_logit"]), float(row["logit_difference"]), 4)
            self.assertEqual(row["right"], "1" if float(row["logit_difference"]) > 0 else "0")
            self.assertEqual((row["position"], row["notes"]), ("29", ""))
        for first, second in zip(rows[::2], rows[1::2]):
            self.assertAlmostEqual(float(first["logit_difference"]), float(second["logit_difference"]), 3)
            self.assertAlmostEqual(float(first["loss"]), float(second["loss"]), 3)
        self.assertEqual((rows[0]["correct_tokens"], rows[0]["token"]), ("·Mary", "·to"))
        self.assertEqual(rows[0]["correct_ids"], "517")
        accuracy = mean(int(row["right"]) for row in rows[::2])
        self.assertIn(f"accuracy {accuracy:g},", said[0])
        self.assertIn("# summary " + said[0], remarks)

    def test_the_table_is_a_prompt_set(self):
        out, again = self.folder / "out.csv", self.folder / "again.csv"
        prompts = self.prompts('{"prompt": "When Mary, \\"John\\" and\\nTom", "correct": [" went", "|", 9], "incorrect": ["id:1", "\\\\"]}\n'
                               '{"prompt": "One day", "correct": " Anna", "incorrect": [700]}\n')
        notes = 1
        self.succeeds("--model", "demo-gpt2", "--prompts", prompts, "--padding", "right", "--output", out, notes=notes)
        self.succeeds("--model", "demo-gpt2", "--prompts", out, "--padding", "right", "--output", again, notes=notes)
        first, second = table(out)[1], table(again)[1]
        self.assertEqual(first, second)
        self.assertEqual(first[0]["prompt"], 'When Mary, "John" and\nTom')
        self.assertEqual(first[0]["incorrect"], "\\id:1|\\\\")
        self.assertEqual(len(first[0]["correct_ids"].split("|")), 3)

    def test_json_and_ablation(self):
        out = self.folder / "out.json"
        self.succeeds("--model", "demo-rotary", "--prompts", "ioi", "--backends", "native,bridge", "--ablate", "1.1,1.2",
                      "--method", "cross-run", "--output", out)
        result = json.loads(out.read_text())
        self.assertEqual(result["ablation"], {"heads": ["1.1", "1.2"], "method": "cross-run"})
        self.assertEqual([run["backend"] for run in result["runs"]], ["native", "bridge"])
        self.assertEqual(result["runs"][0]["emulates"], "transformers 5.23.0")
        self.assertEqual(result["runs"][0]["ablation_emulates"], "NNsight 0.8.1 over transformers 5.23.0")
        self.assertEqual(list(result)[-1], "summary")
        for index, summary in enumerate(result["summary"]):
            rows = result["rows"][index::2]
            self.assertEqual(len(rows), 20)
            self.assertAlmostEqual(summary["mean_logit_difference"], mean(row["logit_difference"] for row in rows))
            self.assertAlmostEqual(summary["accuracy"], mean(row["right"] for row in rows))
            self.assertAlmostEqual(summary["mean_loss"], mean(row["loss"] for row in rows))
            self.assertAlmostEqual(summary["ablated_mean_logit_difference"], mean(row["ablated"]["logit_difference"] for row in rows))
        self.assertEqual({row["ablated"]["from"] for row in result["rows"]}, {"corrupt"})
        self.assertGreater(max(abs(row["ablated"]["logit_difference"] - row["logit_difference"]) for row in result["rows"]), 0.1)
        row = result["rows"][0]
        self.assertEqual(row["correct"], [{"text": " Mary", "ids": [517], "tokens": ["·Mary"]}])
        self.assertGreaterEqual(row["prediction_logit"], row["correct_logit"])
        self.assertLess(math.exp(-row["loss"]), 1)

    def test_attribution(self):
        out, table_file, tree = (self.folder / name for name in ("out.csv", "attribution.csv", "attribution.json"))
        options = ("--model", "demo-gpt2", "--prompts", "ioi", "--backends", "tapped,hooked", "--padding", "right", "--output", out)
        self.succeeds(*options, "--attribution", table_file)
        _, rows = table(table_file)
        differences = {(row["backend"], row["example"]): float(row["logit_difference"]) for row in table(out)[1]}
        found = {}
        for row in rows:
            found.setdefault((row["backend"], row["example"]), []).append(row)
        self.assertEqual(len(found), 2 * 21)
        for key, parts in found.items():
            values = {(row["component"], row["layer"], row["head"]): float(row["contribution"]) for row in parts}
            self.assertEqual(len(values), len(parts))
            total, difference = values.pop(("sum", "", "")), values.pop(("logit difference", "", ""))
            self.assertLess(abs(values.pop(("remainder", "", ""))), 1e-4)
            self.assertAlmostEqual(sum(values.values()), total, 4)
            self.assertEqual(sum(name == "head" for name, _, _ in values), 12)
            if key[1] != "mean":
                self.assertAlmostEqual(difference, differences[key], 4)
            else:
                self.assertAlmostEqual(difference, mean(value for (backend, _), value in differences.items() if backend == key[0]), 4)
        self.succeeds(*options, "--attribution", tree)
        runs = json.loads(tree.read_text())["runs"]
        self.assertEqual([run["backend"] for run in runs], ["tapped", "hooked"])
        head = next(row for row in found[("hooked", "3")] if (row["component"], row["layer"], row["head"]) == ("head", "1", "2"))
        self.assertAlmostEqual(runs[1]["examples"][3]["heads"][1][2], float(head["contribution"]), 5)
        self.assertIn("position_embedding", runs[0]["mean"])

    def test_answers_of_several_tokens_are_reported(self):
        out = self.folder / "out.json"
        prompts = self.prompts('{"prompt": "One", "correct": " Maryland", "incorrect": " Mary"}\n{"prompt": "One", "correct": 5, "incorrect": 6}\n')
        result = self.run_cli("logit-diff", "--model", "demo-rotary", "--prompts", prompts, "--output", out)
        self.assertEqual(result.stderr, "headscope-cli: note: 1 of 2 prompts have answers that are more than one token or share one; "
                         "see notes in the output\n")
        row = json.loads(out.read_text())["rows"][0]
        self.assertEqual(row["logit_difference"], 0)
        self.assertEqual(row["correct"][0]["ids"][0], 517)
        self.assertIn("correct answer ' Maryland' is 4 tokens: ·Mary (517), ", row["notes"][0])
        self.assertIn("on both sides", row["notes"][1])

    def test_positions_that_count_padding_are_reported(self):
        out = self.folder / "out.csv"
        options = ("--model", "demo-gpt2", "--prompts", "ioi", "--output", out)
        self.succeeds(*options, notes=1)
        self.assertTrue(any(line.startswith("# note native: positions count the padding") for line in table(out)[0]))
        self.succeeds(*options, "--positions", "mask")

    def on_a_terminal(self, *arguments):
        """The command with a terminal for stderr, and the terminal's other end."""
        terminal, end = pty.openpty()
        process = subprocess.Popen([test_cli.CLI, "logit-diff", *map(str, arguments)], stdout=subprocess.DEVNULL, stderr=end)
        os.close(end)
        self.addCleanup(os.close, terminal)
        return process, terminal

    def read_until(self, terminal, text=None):
        """What the terminal shows until `text` is there, or to the end."""
        said = b""
        try:
            while text not in said if text else True:
                said += os.read(terminal, 1 << 16)
        except OSError:  # the other end is closed
            pass
        return said

    def test_progress_is_for_terminals(self):
        process, terminal = self.on_a_terminal("--model", "demo-rotary", "--prompts", "ioi", "--batch", "5", "--output", self.folder / "x.csv")
        self.assertIn(b"native: 10 of 20 prompts", self.read_until(terminal))
        self.assertEqual(process.wait(60), 0)

    # What it refuses

    def test_options(self):
        run = ("logit-diff", "--model", "demo-rotary", "--prompts", "ioi", "--output", self.folder / "x.csv")
        self.refused("--prompts is required", "logit-diff", "--model", "demo-rotary", "--output", "x.csv")
        self.refused("--output is required", "logit-diff", "--model", "demo-rotary", "--prompts", "ioi")
        self.refused("--output: expected a .csv or .json file", *run[:-1], self.folder / "x.txt")
        self.refused("--attribution: expected a .csv or .json file", *run, "--attribution", "x.png")
        self.refused("--attribution: expected another file than --output", *run, "--attribution", self.folder / "x.csv")
        self.refused("none/x.csv", *run[:-1], self.folder / "none/x.csv")
        self.refused("none/y.csv", *run, "--attribution", self.folder / "none/y.csv")
        self.refused("--backends: expected some of native|tapped|bridge|hooked with commas between, found 'x'", *run, "--backends", "native,x")
        self.refused("--backends: expected either", *run, "--backends", "native", "--backend", "tapped")
        self.refused("--ablate: expected heads as LAYER.HEAD,…, found '1'", *run, "--ablate", "1")
        self.refused("--ablate: expected heads from 0.0 to 2.3, found 1.4", *run, "--ablate", "1.2,1.4")
        self.refused("--method: expected zero|mean|cross-run, found 'x'", *run, "--ablate", "1.2", "--method", "x")
        self.refused("--method: expected --ablate to name heads", *run, "--method", "mean")
        self.refused("--ablate-from: expected --method cross-run, found zero", *run, "--ablate", "1.2", "--ablate-from", "ioi")
        self.refused("--answer-index: expected 0 to 29", *run, "--answer-index", "30")
        self.refused("--answer-index: expected a whole number", *run, "--answer-index", "-1")
        self.refused("--batch: expected a whole number from 1", *run, "--batch", "0")
        self.refused("--prompts: expected a file, or one of entailment", *run[:3], "--prompts", "ioj", *run[5:])

    def test_models(self):
        prompts = self.prompts('{"prompt": [1, 2], "correct": 1, "incorrect": 2}\n')
        run = ("--prompts", prompts, "--output", self.folder / "x.csv")
        self.refused("prompts.jsonl:1: correct: expected a token id, as this model has no tokenizer; found ' a'", "logit-diff", "--model", TINY,
                     "--prompts", self.prompts('{"prompt": [1, 2], "correct": " a", "incorrect": 2}\n'), "--output", "x.csv")
        self.refused("tokenizer.json", "logit-diff", "--model", TINY,
                     "--prompts", self.prompts('{"prompt": "a", "correct": 1, "incorrect": 2}\n'), "--output", "x.csv")
        bert = ROOT / "tests/data/models/bert-mlm"
        self.prompts('{"prompt": [1, 2], "correct": 1, "incorrect": 2}\n')
        self.refused("--answer-index: expected, as the answer of an encoder", "logit-diff", "--model", bert, *run)
        self.refused("--attribution: expected a decoder", "logit-diff", "--model", bert, *run, "--answer-index", "1", "--attribution", "y.csv")
        self.succeeds("--model", TINY, *run)
        self.assertEqual(table(self.folder / "x.csv")[1][0]["prompt"], "[1, 2]")

    def test_interrupt_leaves_nothing(self):
        line = json.dumps({"prompt": "one two " * 200, "correct": 1, "incorrect": 2}) + "\n"
        prompts = self.prompts(line * 200)
        process, terminal = self.on_a_terminal("--model", "demo-rotary", "--prompts", prompts, "--dtype", "float64", "--batch", "1",
                                               "--output", self.folder / "x.csv", "--attribution", self.folder / "y.csv")
        self.assertIn(b"1 of 200 prompts", self.read_until(terminal, b"1 of 200 prompts"))
        process.send_signal(signal.SIGINT)
        self.assertTrue(self.read_until(terminal).rstrip().endswith(b"headscope-cli: interrupted"))
        self.assertEqual(process.wait(60), 130)
        self.assertEqual(list(self.folder.iterdir()), [prompts])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    known, rest = parser.parse_known_args()
    test_cli.CLI = known.cli
    unittest.main(argv=sys.argv[:1] + rest)
