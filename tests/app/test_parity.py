#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""headscope-cli parity as CI meets it: exit status, what it says, and its reports."""

import argparse
import csv
import html.parser
import json
import shutil
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

CLI = None
ROOT = Path(__file__).resolve().parents[2]
DUMPS = ROOT / "tests/data/parity"
PROMPTS = ["--prompt", "The cat sat on the mat and the cat", "--prompt", "One two"]


class ParityTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def parity(self, *arguments, model="demo-gpt2"):
        return subprocess.run([CLI, "parity", "--model", model, "--threads", "1", *map(str, arguments)], capture_output=True,
                              text=True, cwd=self.folder, timeout=240)

    def refused(self, says, *arguments, model="demo-gpt2"):
        result = self.parity(*arguments, model=model)
        self.assertEqual(result.returncode, 2, result)
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn(says, result.stderr)
        self.assertEqual(result.stdout, "")
        self.assertEqual(list(self.folder.iterdir()), [])

    def report(self, *arguments, status=0, model="demo-gpt2"):
        output = self.folder / "report.json"
        result = self.parity(*arguments, "--report", output, model=model)
        self.assertEqual(result.returncode, status, result)
        return json.loads(output.read_text(encoding="utf-8")), result.stdout

    def test_agreement_is_0(self):
        report, said = self.report(*PROMPTS, "--backends", "tapped,native")
        self.assertEqual(report["verdict"], "identical")
        self.assertEqual(said, "native against tapped: identical\n")
        self.assertTrue(all(row["difference"]["identical"] for pair in report["pairs"] for row in pair["rows"]))

    def test_an_explained_difference_is_0_unless_asked_otherwise(self):
        arguments = [*PROMPTS, "--backends", "tapped,bridge"]
        report, said = self.report(*arguments)
        self.assertEqual(report["verdict"], "known")
        self.assertRegex(said, r"^bridge against tapped: known: POSITION_IDS \(closes from [0-9.]+ to [0-9.e-]+ when aligned\)\n$")
        self.assertEqual(report["pairs"][0]["verdict"]["reasons"], ["POSITION_IDS"])
        for fail_on, status in (("known", 1), ("difference", 1), ("diverges", 0), ("never", 0)):
            self.assertEqual(self.parity(*arguments, "--fail-on", fail_on).returncode, status, fail_on)
        self.assertEqual(self.parity(*arguments, "--no-explain").returncode, 1)
        same, _ = self.report(*arguments, "--same-inputs")
        self.assertIn(same["verdict"], ("within tolerance", "identical"))

    def test_a_divergence_is_1_alone_and_beside_a_known_reason(self):
        for bug, hook in (("mask_added", "blocks.0.attn.hook_attn_scores"), ("scale_forgotten", "blocks.1.attn.hook_attn_scores"),
                          ("heads_swapped", "blocks.1.attn.hook_z"), ("bias_dropped", "blocks.1.")):
            for suffix, reasons in (("", []), ("_positions", ["POSITION_IDS"])):
                report, said = self.report("--reference", DUMPS / f"bug_{bug}{suffix}.safetensors", "--backends", "tapped", status=1)
                self.assertIn(f"diverges at L{hook.split('.')[1]} {hook}", said)
                self.assertEqual(report["pairs"][0]["verdict"]["reasons"], reasons, bug + suffix)

    def test_each_backend_agrees_with_the_dump_of_its_original(self):
        for system, backend in (("transformers", "native"), ("nnsight", "tapped"), ("bridge", "bridge"), ("hooked", "hooked")):
            report, _ = self.report("--reference", DUMPS / f"demo-gpt2_{system}.safetensors", "--backends", backend, "--tolerance", "1e-5")
            self.assertIn(report["verdict"], ("identical", "within tolerance"), system)

    def test_what_run_writes_is_a_reference(self):
        dump = self.folder / "dump.safetensors"
        subprocess.run([CLI, "run", "--model", "demo-rotary", *PROMPTS, "--backend", "tapped", "--threads", "1",
                        "--hooks", "blocks.*.attn.hook_pattern,blocks.*.hook_resid_post", "--output", dump], check=True)
        report, _ = self.report(*PROMPTS, "--reference", dump, "--backends", "tapped,bridge", model="demo-rotary")
        self.assertEqual([pair["verdict"]["kind"] for pair in report["pairs"]][0], "identical")
        self.assertEqual(len(report["pairs"]), 2)
        bare = self.parity("--reference", dump, "--backends", "tapped", model="demo-rotary")
        self.assertEqual(bare.returncode, 2)
        self.assertIn("expected a tensor input_ids", bare.stderr)

    def test_axes_are_crossed(self):
        report, _ = self.report(*PROMPTS, "--backends", "tapped,bridge", "--dtypes", "float32,float64", "--padding", "left,right",
                                "--positions", "mask")
        self.assertEqual(len(report["pairs"]), 4)
        report, _ = self.report(*PROMPTS, "--backends", "tapped", "--attentions", "eager,sdpa,auto")
        self.assertEqual([pair["verdict"]["reasons"] for pair in report["pairs"]], [["SDPA_NO_PATTERN"]] * 2)

    def test_answers_of_a_prompt_set(self):
        prompts = self.folder / "set.jsonl"
        prompts.write_text('{"prompt": "The cat sat on the", "correct": " mat", "incorrect": [" dog", 5]}\n'
                           '{"prompt": "One two", "correct": " three", "incorrect": " one"}\n', encoding="utf-8")
        report, _ = self.report("--prompts", prompts, "--backends", "native,tapped")
        answers = report["pairs"][0]["logits"]["answers"]
        self.assertEqual(len(answers), 2)
        for answer in answers:
            self.assertEqual(answer["reference_difference"], answer["candidate_difference"])
        prompts.write_text('{"prompt": "One two"}\n{"prompt": "Three"}\n', encoding="utf-8")
        self.report("--prompts", prompts, "--backends", "native,tapped")

    def test_every_kind_of_report(self):
        outputs = [self.folder / f"report.{kind}" for kind in ("json", "csv", "md", "html")]
        arguments = [part for output in outputs for part in ("--report", output)]
        result = self.parity(*PROMPTS, "--backends", "tapped,hooked", *arguments)
        self.assertEqual(result.returncode, 0, result)
        report = json.loads(outputs[0].read_text(encoding="utf-8"))
        lines = [line for line in outputs[1].read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
        rows = list(csv.DictReader(lines))
        self.assertEqual(len(rows), len(report["pairs"][0]["rows"]))
        self.assertIn("POSITION_IDS", outputs[2].read_text(encoding="utf-8"))
        page = outputs[3].read_text(encoding="utf-8")
        html.parser.HTMLParser().feed(page)
        self.assertNotIn("http://", page.replace("http://www.w3.org", ""))
        self.assertNotIn("https://", page)
        self.assertGreater(report["peak_bytes"], 1 << 20)

    def test_bad_input(self):
        self.refused("--backends: expected some of native", *PROMPTS, "--backends", "native,tensorflow")
        self.refused("at least two runs", *PROMPTS, "--backends", "native")
        self.refused("found none", "--backends", "native,tapped")
        self.refused("--report: expected", *PROMPTS, "--backends", "native,tapped", "--report", "report.txt")
        self.refused("--tolerance", *PROMPTS, "--backends", "native,tapped", "--tolerance", "small")
        self.refused("--tolerance-for: expected GLOB=T", *PROMPTS, "--backends", "native,tapped", "--tolerance-for", "1e-5")
        self.refused("--hooks: 'blocks.*.nothing' matches no hook", *PROMPTS, "--backends", "native,tapped", "--hooks", "blocks.*.nothing")
        self.refused("--bridge-mode: expected bridge among the backends, found native,hooked", *PROMPTS, "--backends", "native,hooked",
                     "--bridge-mode", "compat")
        self.refused("--processing: expected hooked", *PROMPTS, "--backends", "native,bridge", "--processing", "none")
        self.refused("--sentinel: expected", *PROMPTS, "--backends", "native,tapped", "--sentinel", "finfo-min")
        self.refused("--reference", "--reference", "absent.safetensors", "--backends", "native")
        self.refused("other ids", "--prompt", "a b", "--prompt", "c", "--prompt", "d", "--prompt", "e", "--reference",
                     DUMPS / "demo-gpt2_bridge.safetensors", "--backends", "bridge")
        self.refused("--prompts", "--prompts", "no-such-set", "--backends", "native,tapped")
        self.refused("--answer-index", *PROMPTS, "--backends", "native,tapped", "--answer-index", "-1")
        self.refused("--device", *PROMPTS, "--backends", "native", "--devices", "cpu,warp")

    def test_no_report_is_left_by_a_run_that_fails(self):
        self.refused("expected 0 to", "--reference", DUMPS / "demo-gpt2_bridge.safetensors", "--backends", "bridge", "--report",
                     self.folder / "report.html", model=ROOT / "tests/data/models/gpt2-tiny")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    options, rest = parser.parse_known_args()
    CLI = options.cli
    unittest.main(argv=[sys.argv[0], *rest], verbosity=2)
