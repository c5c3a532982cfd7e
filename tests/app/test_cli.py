#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""headscope-cli as scripts meet it: what it writes, and one clear line, exit status 2 and no file when something is wrong."""

import argparse
import csv
import json
import os
import shutil
import signal
import struct
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

CLI = None
ROOT = Path(__file__).resolve().parents[2]
TINY = ROOT / "tests/data/models/gpt2-tiny"
MODELS = ROOT / "resources/models"


def safetensors(tensors):
    """The bytes of a safetensors file from {name: (dtype, shape, bytes)}."""
    header, data = {}, b""
    for name, (dtype, shape, raw) in tensors.items():
        header[name] = {"dtype": dtype, "shape": shape, "data_offsets": [len(data), len(data) + len(raw)]}
        data += raw
    text = json.dumps(header).encode()
    return struct.pack("<Q", len(text)) + text + data


def header_of(path):
    raw = path.read_bytes()
    size = struct.unpack("<Q", raw[:8])[0]
    return json.loads(raw[8:8 + size])


def ids(*values):
    return ("I64", [1, len(values)], struct.pack(f"<{len(values)}q", *values))


class CliTest(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def run_cli(self, *arguments):
        return subprocess.run([CLI, *map(str, arguments)], capture_output=True, text=True, cwd=self.folder, timeout=120)

    def refused(self, says, *arguments):
        """One line on stderr that holds `says`, exit status 2, nothing on stdout, no new file."""
        before = sorted(self.folder.rglob("*"))
        result = self.run_cli(*arguments)
        self.assertEqual(result.returncode, 2, result)
        self.assertEqual(result.stdout, "")
        self.assertEqual(len(result.stderr.splitlines()), 1, result.stderr)
        self.assertIn(says, result.stderr)
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def model(self, source=TINY, **changes):
        """A copy of a model with config keys changed."""
        target = Path(tempfile.mkdtemp(dir=self.folder)) / "model"
        shutil.copytree(source, target)
        config = json.loads((target / "config.json").read_text())
        config.update(changes)
        (target / "config.json").write_text(json.dumps(config))
        return target

    def edits_file(self):
        path = self.folder / "edits.json"
        path.write_text(json.dumps([{"hook": "blocks.0.attn.hook_pattern", "operation": "zero"}]))
        return path

    def inputs(self, **tensors):
        path = self.folder / "in.safetensors"
        path.write_bytes(safetensors(tensors))
        return path

    # What it writes

    def test_run(self):
        out = self.folder / "out.safetensors"
        result = self.run_cli("run", "--model", "demo-rotary", "--prompt", "When Mary", "--prompt", "John gave a drink to",
                              "--backend", "tapped", "--hooks", "blocks.*.attn.hook_pattern,blocks.0.attn.hook_q", "--dtype", "bfloat16", "--output", out)
        self.assertEqual((result.returncode, result.stdout, result.stderr), (0, "", ""))
        header = header_of(out)
        metadata = header.pop("__metadata__")
        self.assertEqual(metadata["dtype"], "bfloat16")
        self.assertEqual(metadata["mask"], "2-D")
        self.assertEqual(metadata["backend"], "tapped")
        self.assertEqual(metadata["reference"], "NNsight 0.8.1 over transformers 5.23.0")
        self.assertIn("version.LibTorch", metadata)
        layers = json.loads((MODELS / "demo-rotary/config.json").read_text())["num_hidden_layers"]
        expected = {"logits", "blocks.0.attn.hook_q"} | {f"blocks.{i}.attn.hook_pattern" for i in range(layers)}
        self.assertEqual(set(header), expected)
        self.assertEqual({entry["dtype"] for entry in header.values()}, {"BF16"})
        self.assertEqual(header["logits"]["shape"][0], 2)

    def test_backends(self):
        """Each backend writes what it emulates; native tells only what transformers returns."""
        out = self.folder / "out.safetensors"
        inputs = self.inputs(input_ids=ids(5, 6, 7), attention_mask=ids(0, 1, 1))

        def run(*options):
            self.assertEqual(self.run_cli("run", "--model", TINY, "--inputs", inputs, "--hooks", "*", *options, "--output", out).stderr, "")
            header = header_of(out)
            return header.pop("__metadata__"), set(header)

        metadata, names = run()
        self.assertEqual(names, {"logits"} | {f"blocks.{i}.{hook}" for i in range(2) for hook in ("attn.hook_pattern", "hook_resid_post")})
        self.assertEqual(metadata["positions"], "arange")
        metadata, names = run("--backend", "bridge")
        self.assertEqual((metadata["emulates"], metadata["positions"]), ("TransformerBridge 4.3.0 (plain)", "mask"))
        self.assertIn("blocks.0.ln1.hook_scale", names)
        metadata, _ = run("--backend", "bridge", "--bridge-mode", "compat", "--sentinel", "finfo-min", "--processing", "fold_ln")
        self.assertEqual(metadata["emulates"], "TransformerBridge 4.3.0 (compat)")
        metadata, _ = run("--backend", "hooked", "--positions", "arange")
        self.assertEqual(metadata["reference"], "extension: no reference (HookedTransformer counts positions by the mask)")
        edits = self.folder / "edits.json"
        edits.write_text(json.dumps([{"hook": "blocks.0.attn.hook_z", "operation": "zero", "heads": [1]}]))
        metadata, names = run("--backend", "tapped", "--edits", edits)
        self.assertIn("blocks.0.attn.hook_z.before_edit", names)
        self.assertIn("blocks.0.attn.hook_z zero", metadata["edits"])

    def test_tokenize(self):
        texts, out = self.folder / "texts.json", self.folder / "out.json"
        texts.write_text(json.dumps(["When Mary", "", "é 👍"]))
        self.assertEqual(self.run_cli("tokenize", "--model", "demo-gpt2", "--texts", texts, "--output", out).returncode, 0)
        rows = json.loads(out.read_text())
        self.assertEqual([sorted(row) for row in rows], [["ids", "offsets", "tokens"]] * 3)
        self.assertEqual(rows[0]["tokens"][-1], "ĠMary")
        self.assertEqual(rows[0]["offsets"][-1][1], 9)
        self.assertEqual(rows[1]["ids"], [])
        self.assertEqual(self.run_cli("tokenize", "--details", "--model", "demo-gpt2", "--texts", texts, "--output", out).returncode, 0)
        self.assertEqual(json.loads(out.read_text())[0]["decoded"], "When Mary")
        self.assertEqual(rows[2]["offsets"][-1][1], 3)

    def test_pattern(self):
        common = ["pattern", "--model", "demo-rotary", "--prompt", "When Mary and John", "--layer", 1, "--head", 2]
        csv, npy = self.folder / "p.csv", self.folder / "p.npy"
        self.assertEqual(self.run_cli(*common, "--rows", "1:3", "--columns", ":2", "--output", csv).returncode, 0)
        lines = csv.read_text().splitlines()
        self.assertTrue(lines[0].startswith("# demo-rotary · native auto · cpu float32"), lines[0])
        self.assertEqual(lines[1], "query\\key,0:When,1:·Mary")
        self.assertEqual([line.split(",")[0] for line in lines[2:]], ["1:·Mary", "2:·and"])
        self.assertEqual(self.run_cli(*common, "--stage", "scores", "--output", npy).returncode, 0)
        raw = npy.read_bytes()
        self.assertIn(b"(4, 4)", raw)
        first_row = struct.unpack("<4f", raw[-64:-48])
        self.assertLess(first_row[1], -1e38)  # masked: finfo(float32).min as transformers adds it

    def test_heads(self):
        common = ["heads", "--model", "demo-rotary", "--prompt", "one two three one two", "--prompt", "one two"]
        csv, target = self.folder / "h.csv", self.folder / "h.json"
        result = self.run_cli(*common, "--output", csv)
        self.assertEqual((result.returncode, result.stdout), (0, ""))
        self.assertRegex(result.stderr, r"^forward_s=\d+\.\d{3} scoring_s=\d+\.\d{3}\n$")
        lines = csv.read_text().splitlines()
        self.assertTrue(lines[0].startswith("# demo-rotary · native auto · cpu float32"), lines[0])
        self.assertEqual(lines[1], "sequence,layer,head,rows,entropy,first_token,previous_token,duplicate_token,induction,"
                                   "pads,bos,diagonal,patterns")
        self.assertEqual(len(lines), 2 + 2 * 3 * 4)
        self.assertIn(',excluded,kept,kept,"recomputed from q, k (max |P·V - z| ', lines[2])
        self.assertEqual([lines[2].split(",")[3], lines[-1].split(",")[3]], ["7", "3"])
        self.assertEqual(self.run_cli(*common, "--attention", "eager", "--exclude-bos", "--output", target).returncode, 0)
        found = json.loads(target.read_text())
        self.assertEqual((found["pads"], found["bos"], found["diagonal"]), ("excluded", "excluded", "kept"))
        self.assertEqual(list(found["heads"][0]), lines[1].split(","))
        self.assertEqual((len(found["heads"]), found["heads"][0]["patterns"]), (24, "eager"))
        one = self.inputs(input_ids=ids(5))
        self.assertEqual(self.run_cli("heads", "--model", TINY, "--inputs", one, "--exclude-current-token", "--output", target).returncode, 0)
        self.assertIsNone(json.loads(target.read_text())["heads"][0]["induction"])  # nothing is left to take a share of
        self.refused("--output: expected a .csv or .json file, found ", *common, "--output", self.folder / "h.txt")

    def test_generate(self):
        golden = json.loads((ROOT / "tests/data/generation.json").read_text(encoding="utf-8"))["cases"][0]
        arguments = ["generate", "--model", golden["model"], "--prompt", golden["prompts"][0], "--count", golden["count"]]
        out = self.folder / "out.json"
        self.assertEqual(self.run_cli(*arguments, "--output", out).returncode, 0)
        text, = json.loads(out.read_text(encoding="utf-8"))
        self.assertEqual(text["ids"], golden["ids"][0])
        self.assertEqual(text["ended"], len(golden["ids"][0]) < golden["count"])
        self.assertEqual(self.run_cli(*arguments).stdout, text["text"] + "\n")
        self.refused("--output: expected a .json file", *arguments, "--output", self.folder / "x.csv")
        self.refused("generate: expected --prompt", "generate", "--model", "demo-gpt2")
        self.refused("--count", *arguments[:-2], "--count", "-1")

    def test_lens(self):
        """Every kind of table, as CSV and as JSON with the same rows; the last layer says what the model says."""
        common = ["lens", "--model", "demo-rotary", "--prompt", "When Mary and John went to the store, John gave a drink to"]
        table, tree = self.folder / "lens.csv", self.folder / "lens.json"

        def rows(*options):
            for target in (table, tree):
                self.assertEqual(self.run_cli(*common, *options, "--output", target).returncode, 0)
            lines = table.read_text(encoding="utf-8").splitlines()
            found = json.loads(tree.read_text(encoding="utf-8"))
            self.assertTrue(lines[0].startswith("# demo-rotary · native auto"), lines[0])
            self.assertIn(found["what"], lines[0])
            listed = list(csv.DictReader(lines[1:]))
            self.assertEqual(len(listed), len(found["rows"]))
            for text, row in zip(listed, found["rows"]):
                self.assertEqual(list(text), list(row))
                for key, value in row.items():
                    self.assertEqual(text[key], "" if value is None else f"{value:.9g}" if isinstance(value, float) else str(value))
            return found

        grid = rows()
        self.assertEqual((len(grid["rows"]), grid["norm"]), (14 * 4, "own"))
        last = grid["rows"][-1]
        self.assertEqual((last["position"], last["depth"], last["layer"], last["token"], last["choice_rank"]),
                         (13, 3, 2, "·Mary", 1))
        self.assertIsNone(grid["rows"][0]["layer"])
        one = rows("--position", "13", "--top", "3", "--token", " John", "--norm", "final")
        self.assertEqual([row["kind"] for row in one["rows"][:5]], ["top"] * 3 + ["choice", "asked"])
        self.assertEqual((one["rows"][-1]["token"], len(one["rows"]), one["norm"]), ("·John", 20, "final"))
        self.assertIsNone(one["rows"][0]["rank_before"])
        for part in (("--head", "1.3"), ("--mlp", "2")):
            tokens = rows(*part, "--top", "4")["rows"]
            self.assertEqual([row["direction"] for row in tokens], ["promoted"] * 4 + ["suppressed"] * 4)
            logits = [row["logit"] for row in tokens]
            self.assertEqual(logits, sorted(logits[:4], reverse=True) + sorted(logits[4:]))
            self.assertGreater(logits[3], logits[7])
        for message, options in {
                "--output: expected a .csv or .json file": ("--output", self.folder / "x.txt"),
                "--mlp: expected either --head or --mlp": ("--mlp", "1", "--head", "1.1", "--output", tree),
                "--head: expected one head, found 2": ("--head", "1.1,1.2", "--output", tree),
                "--head: layer: expected 0 to 2, found 7": ("--head", "7.1", "--output", tree),
                "--top: expected --position": ("--top", "3", "--output", tree),
                "--token: expected --position": ("--token", "a", "--output", tree),
                "--norm: expected none": ("--norm", "own", "--mlp", "1", "--output", tree),
                "lens: expected positions from 0 to 13, found 14:15": ("--position", "14", "--output", tree),
                "lens: expected a sequence from 0 to 0, found 3": ("--sequence", "3", "--output", tree)}.items():
            self.refused(message, *common, *options)

    def test_models(self):
        """Every place that models come from, as a table and as JSON; what does not open says why and stops nothing."""
        hub = self.folder / "hf/hub"
        snapshot = hub / "models--org--tiny/snapshots/0123abc"
        shutil.copytree(TINY, snapshot)
        (hub / "models--org--tiny/snapshots/loop").symlink_to("loop")
        shutil.copytree(ROOT / "tests/data/models/llama-tied", self.folder / "models/tied")
        mine = self.folder / "mine"
        shutil.copytree(TINY, mine / "pickled\x1b[1m", ignore=shutil.ignore_patterns("*.safetensors"))
        (mine / "pickled\x1b[1m/pytorch_model.bin").write_bytes(b"pickle")
        environment = {**os.environ, "HF_HOME": str(self.folder / "hf"), "HF_HUB_CACHE": "", "HUGGINGFACE_HUB_CACHE": "",
                       "XDG_STATE_HOME": str(self.folder / "state")}

        def models(*options):
            result = subprocess.run([CLI, "models", *map(str, options)], capture_output=True, text=True, cwd=self.folder,
                                    timeout=60, env=environment)
            self.assertEqual((result.returncode, result.stderr), (0, ""))
            return result.stdout

        rows = json.loads(models("--folder", mine, "--folder", TINY, "--json"))
        self.assertEqual([(row["from"], row["name"], row["opens"]) for row in rows],
                         [("embedded", "demo-rotary", True), ("embedded", "demo-gpt2", True), ("hub", "org/tiny", True),
                          ("folder", "tied", True), ("folder", "pickled\x1b[1m", False), ("folder", "gpt2-tiny", True)])
        self.assertEqual({key: rows[2][key] for key in ("location", "revision", "family", "layers", "heads", "dtype", "tokenizer",
                                                        "chat_template", "reason")},
                         {"location": str(snapshot), "revision": "0123abc", "family": "gpt2", "layers": 2, "heads": 2, "dtype": "float32",
                          "tokenizer": False, "chat_template": False, "reason": None})
        self.assertEqual(rows[2]["bytes"], (TINY / "model.safetensors").stat().st_size)
        self.assertEqual((rows[4]["family"], rows[4]["layers"], rows[4]["bytes"]), ("gpt2", None, 6))
        self.assertTrue(rows[4]["reason"].startswith("pytorch_model.bin: pickle checkpoints"), rows[4])
        self.assertTrue(rows[0]["tokenizer"])
        table = models("--folder", mine).splitlines()
        self.assertEqual(len(table), 6)
        self.assertEqual(table[3].split()[:8], ["hub", "org/tiny", "gpt2", "2x2", "8.08k", "42.1", "KiB", "float32"])
        self.assertIn("pickled?[1m  cannot be opened: pytorch_model.bin: pickle", table[5])
        self.refused("--folder: nowhere: expected a directory, found nothing there", "models", "--folder", "nowhere")
        self.refused("config.json: expected a directory, found a file", "models", "--folder", TINY / "config.json")
        # What the window wrote down: latest first; what is gone or broken is passed over, and nothing is written.
        used = shutil.copytree(ROOT / "tests/data/models/llama-gqa", self.folder / "used")
        (self.folder / "state/headscope").mkdir(parents=True)
        recent = self.folder / "state/headscope/recent-models"
        recent.write_bytes(f"relative\n{self.folder}/gone\n{used}\n\xff\n{snapshot}\n".encode("latin-1"))
        before = recent.read_bytes()
        rows = json.loads(models("--json"))
        self.assertEqual([(row["from"], row["name"], row["location"]) for row in rows[2:]],
                         [("recent", "used", str(used)), ("recent", "org/tiny", str(snapshot)), ("folder", "tied", "models/tied")])
        self.assertEqual(models().splitlines()[3].split()[:3], ["recent", "used", "llama"])
        self.assertEqual(recent.read_bytes(), before)
        # A snapshot opens, and is called by the model's name.
        result = self.run_cli("info", "--model", snapshot)
        self.assertIn("model tiny  gpt2  2 layers x 2 heads", result.stdout)

    def test_info(self):
        result = self.run_cli("info")
        self.assertEqual(result.returncode, 0)
        for word in ("Headscope", "LibTorch", "device cpu", "float32 bfloat16 float16", "threads"):
            self.assertIn(word, result.stdout)

    def test_without_a_head(self):
        """An export of the encoder alone: patterns, no logits, and one line that says so."""
        bare = self.model(source=ROOT / "tests/data/models/bert-mlm")
        weights = bare / "model.safetensors"
        raw = weights.read_bytes()
        size = 8 + struct.unpack("<Q", raw[:8])[0]
        tensors = {name.removeprefix("bert."): (entry["dtype"], entry["shape"], raw[size + entry["data_offsets"][0]:size + entry["data_offsets"][1]])
                   for name, entry in header_of(weights).items() if name != "__metadata__" and not name.startswith("cls.")}
        tensors["pooler.dense.bias"] = ("F16", [4], bytes(8))
        weights.write_bytes(safetensors(tensors))
        said = self.run_cli("info", "--model", bare).stdout
        self.assertIn(f"tensors {len(tensors) - 1} used, 1 unused, 5 missing\n", said)
        self.assertIn("missing tensor cls.predictions.decoder.bias (no language-model head: patterns, but no logits)\n", said)
        self.assertIn("unused tensor pooler.dense.bias\n", said)
        self.assertIn("tensors 28 used, 4 unused, 0 missing\n", self.run_cli("info", "--model", TINY).stdout)
        out, inputs = self.folder / "out.safetensors", self.inputs(input_ids=ids(5, 6, 7))
        run = ["run", "--model", bare, "--inputs", inputs, "--output", out]
        why = "has no language-model head (tensor 'cls.predictions.transform.dense.weight' is missing), so no logits"
        self.refused(why + "; expected --hooks to name what to write", *run)
        self.refused("'unembed.*' matches no hook", *run, "--hooks", "unembed.*", "--backend", "bridge")
        result = self.run_cli(*run, "--hooks", "blocks.*.attn.hook_pattern")
        self.assertEqual((result.returncode, result.stderr), (0, f"headscope-cli: note: {bare}: {why}\n"))
        header = header_of(out)
        self.assertEqual(header.pop("__metadata__")["logits"], "none: the model has no language-model head")
        self.assertEqual(set(header), {"blocks.0.attn.hook_pattern", "blocks.1.attn.hook_pattern"})

    def test_masks_from_a_file(self):
        out = self.folder / "out.safetensors"
        inputs = self.inputs(input_ids=ids(5, 6, 7), attention_mask=ids(0, 1, 1), position_ids=ids(0, 0, 1))
        self.assertEqual(self.run_cli("run", "--model", TINY, "--inputs", inputs, "--output", out).returncode, 0)
        self.assertEqual(header_of(out)["__metadata__"]["positions"], "given")

    # What it refuses

    def test_options(self):
        out = ["--output", self.folder / "x.safetensors"]
        demo = ["--model", "demo-rotary"]
        self.refused("expected a command: run, tokenize, pattern, query-key, heads, parity, logit-diff, generate, graph, lens, models or info")
        self.refused("frobnicate", "frobnicate")
        self.refused("--model", "run", "--prompt", "a", *out)
        self.refused("--output", "run", *demo, "--prompt", "a")
        self.refused("expected a prompt or --inputs, found neither", "run", *demo, *out)
        self.refused("found both", "run", *demo, "--prompt", "a", "--inputs", "b", *out)
        self.refused("--dtype: expected float32|bfloat16|float16|float64, found 'int8'", "run", *demo, "--prompt", "a", "--dtype", "int8", *out)
        self.refused("--backend: expected native", "run", *demo, "--prompt", "a", "--backend", "magic", *out)
        tiny = ["run", "--model", TINY, "--inputs", self.inputs(input_ids=ids(5, 6, 7)), *out]
        self.refused("--bridge-mode: expected --backend bridge, found native", *tiny, "--bridge-mode", "compat")
        self.refused("--sentinel: expected --backend bridge or hooked, found tapped", *tiny, "--backend", "tapped", "--sentinel=-inf")
        self.refused("--processing: expected --backend hooked, or bridge", *tiny, "--processing", "none")
        self.refused("--processing: expected all, none, or some of", *tiny, "--backend", "hooked", "--processing", "fold_ln,fold")
        self.refused("--edits: the native backend only observes", *tiny, "--edits", self.edits_file())
        self.refused("no.json: expected a JSON array of edits", *tiny, "--backend", "tapped", "--edits", "no.json")
        self.refused("--device: expected each device once, found cpu twice", *tiny, "--device", "cpu,cpu")
        self.refused("--device: expected cpu, cuda or cuda:N, found 'gpu'", "run", *demo, "--prompt", "a", "--device", "gpu", *out)
        self.refused("--device: cuda:99 is not there", "run", *demo, "--prompt", "a", "--device", "cuda:99", *out)
        self.refused("--cache-device", "run", *demo, "--prompt", "a", "--cache-device", "tape", *out)
        self.refused("'nothing.*' matches no hook", "run", *demo, "--prompt", "a", "--hooks", "nothing.*", *out)
        self.refused("'blocks.0.attn.hook_rot_q' matches no hook", "run", "--model", "demo-gpt2", "--prompt", "a", "--hooks", "blocks.0.attn.hook_rot_q", *out)
        self.refused("--nonsense", "run", *demo, "--prompt", "a", "--nonsense", *out)
        self.refused("expected text, found an empty prompt", "run", *demo, "--prompt", "", *out)
        self.refused("not valid UTF-8", "run", *demo, "--prompt", os.fsdecode(b"a\xff"), *out)
        self.refused("expected at most 2048 tokens", "run", *demo, "--prompt", "one two " * 3000, *out)
        self.refused("no-such: expected a model directory or one of demo-rotary", "run", "--model", "no-such", "--prompt", "a", *out)
        self.refused("cannot be created", "run", *demo, "--prompt", "a", "--output", self.folder / "no/such/x.safetensors")
        self.refused("found a directory", "run", *demo, "--prompt", "a", "--output", self.folder)
        self.refused("--output: expected a file name, found an empty one", "run", *demo, "--prompt", "a", "--output", "")
        self.refused("--threads: expected a whole number", "run", *demo, "--prompt", "a", "--threads=-1", *out)
        pipe = self.folder / "pipe"
        os.mkfifo(pipe)
        self.refused("expected a regular file", "run", *demo, "--inputs", pipe, *out)
        self.refused("found a device or a pipe", "run", *demo, "--prompt", "a", "--output", pipe)
        self.assertTrue(pipe.is_fifo())

    def test_output_through_a_link(self):
        target, link = self.folder / "target.json", self.folder / "link.json"
        texts = self.folder / "texts.json"
        texts.write_text('["a"]')
        target.write_text("old")
        link.symlink_to(target)
        self.assertEqual(self.run_cli("tokenize", "--model", "demo-gpt2", "--texts", texts, "--output", link).returncode, 0)
        self.assertTrue(link.is_symlink())
        self.assertIn("ids", target.read_text())

    def test_texts(self):
        run = ["tokenize", "--model", "demo-gpt2", "--output", self.folder / "x.json", "--texts"]
        self.refused("expected a JSON array of strings", *run, self.folder)
        for content, says in (("", "empty"), ("{}", "found {}"), ("[1]", "found in it 1"), ("[", "not valid JSON"),
                              ("[" * 1000, "nested deeper than 64")):
            texts = self.folder / "texts.json"
            texts.write_text(content)
            self.refused(says, *run, texts)

    def test_pattern_options(self):
        common = ["pattern", "--model", "demo-rotary", "--prompt", "When Mary"]
        out = self.folder / "p.csv"
        self.refused("--layer: expected 0 to", *common, "--layer", 99, "--head", 0, "--output", out)
        self.refused("--head: expected 0 to", *common, "--layer", 0, "--head", 99, "--output", out)
        for wrong in ("x", "-1", "1.5", "99999999999999999999"):
            self.refused(f"--layer: expected a whole number from 0 to 1000000000, found '{wrong}'",
                         *common, f"--layer={wrong}", "--head", 0, "--output", out)
        self.refused("--stage: expected scores|mask|pattern|value-weighted|value-norm, found 'foo'",
                     *common, "--layer", 0, "--head", 0, "--stage", "foo", "--output", out)
        self.refused("--rows: expected A:B within 0:2, found '1:9'", *common, "--layer", 0, "--head", 0, "--rows", "1:9", "--output", out)
        self.refused("--columns: expected A:B", *common, "--layer", 0, "--head", 0, "--columns", "two", "--output", out)
        self.refused("expected a .npy or .csv file", *common, "--layer", 0, "--head", 0, "--output", self.folder / "p.txt")
        self.refused("--sequence: expected 0 to 0, found 3", *common, "--layer", 0, "--head", 0, "--sequence", 3, "--output", out)

    def test_model_files(self):
        out = ["--output", self.folder / "x.safetensors"]
        inputs = ["--inputs", self.inputs(input_ids=ids(1, 2))]
        cut = self.model()
        raw = (cut / "model.safetensors").read_bytes()
        (cut / "model.safetensors").write_bytes(raw[:-100])
        self.refused("model.safetensors: tensor", "run", "--model", cut, *inputs, *out)
        (cut / "model.safetensors").write_bytes(struct.pack("<Q", 1 << 62) + raw[8:])
        self.refused("header claims", "run", "--model", cut, *inputs, *out)
        self.refused("n_head: expected a positive integer, found 0", "run", "--model", self.model(n_head=0), *inputs, *out)
        self.refused("is missing, expected shape", "run", "--model", self.model(n_layer=77), *inputs, *out)
        self.refused("expected shape [7, ", "run", "--model", self.model(vocab_size=7), *inputs, *out)
        self.refused("tokenizer.json: missing", "run", "--model", TINY, "--prompt", "a", *out)
        sharded = self.model(source=ROOT / "tests/data/models/gpt2-inner")
        index = json.loads((sharded / "model.safetensors.index.json").read_text())
        name = next(iter(index["weight_map"]))
        index["weight_map"][name] = next(shard for shard in index["weight_map"].values() if shard != index["weight_map"][name])
        (sharded / "model.safetensors.index.json").write_text(json.dumps(index))
        self.refused("weight_map: '", "run", "--model", sharded, *inputs, *out)
        (sharded / "model.safetensors.index.json").write_text('{"weight_map": {}}')
        self.refused("weight_map: expected an object of tensors and files", "run", "--model", sharded, *inputs, *out)
        strange = self.model(source=MODELS / "demo-gpt2")
        tokenizer = json.loads((strange / "tokenizer.json").read_text())
        tokenizer["pre_tokenizer"] = {"type": "Mystery"}
        (strange / "tokenizer.json").write_text(json.dumps(tokenizer))
        self.refused("pre_tokenizer Mystery is not supported (token ids still work)", "run", "--model", strange, "--prompt", "a", *out)
        self.assertEqual(self.run_cli("run", "--model", strange, *inputs, *out).returncode, 0)
        tokenizer["pre_tokenizer"] = None
        tokenizer["added_tokens"][0]["lstrip"] = "yes"
        (strange / "tokenizer.json").write_text(json.dumps(tokenizer))
        self.refused('added_tokens[0].lstrip: expected true or false, found "yes"', "tokenize", "--model", strange,
                     "--texts", self.folder / "none.json", "--output", self.folder / "x.json")

    def test_inputs(self):
        run = ["run", "--model", TINY, "--output", self.folder / "x.safetensors", "--inputs"]
        self.refused("cannot be opened", *run, self.folder / "none.safetensors")
        self.refused("input_ids, found none", *run, self.inputs(other=ids(1)))
        self.refused("input_ids: expected I64, found F32", *run, self.inputs(input_ids=("F32", [1, 1], bytes(4))))
        self.refused("input_ids: expected shape [B, T], found [1]", *run, self.inputs(input_ids=("I64", [1], bytes(8))))
        self.refused("input_ids: expected 0 to", *run, self.inputs(input_ids=ids(10 ** 9)))
        self.refused("at least one token", *run, self.inputs(input_ids=("I64", [1, 0], b"")))
        self.refused("attention_mask: expected shape [1, 2]", *run, self.inputs(input_ids=ids(1, 2), attention_mask=ids(1)))
        self.refused("boolean or additive", *run, self.inputs(
            input_ids=ids(1), attention_mask=("F32", [1, 1, 1, 1], struct.pack("<f", 0.5))))
        self.refused("position_ids: expected 0 to", *run, self.inputs(input_ids=ids(1), position_ids=ids(-1)))
        self.refused("--positions", *run, self.inputs(input_ids=ids(1), position_ids=ids(0)), "--positions", "arange")

    def test_interrupt_leaves_nothing(self):
        prompt = "one two " * 600
        command = [CLI, "run", "--model", "demo-rotary", "--output", self.folder / "x.safetensors", "--dtype", "float64", "--hooks", "*"]
        for _ in range(4):
            command += ["--prompt", prompt]
        process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True)
        time.sleep(0.6)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=60)
        self.assertEqual((process.returncode, said.strip()), (130, "headscope-cli: interrupted"))
        self.assertEqual(list(self.folder.iterdir()), [])


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--cli", required=True)
    known, rest = parser.parse_known_args()
    CLI = known.cli
    unittest.main(argv=sys.argv[:1] + rest)
