#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""`headscope export` from outside: every format against `headscope-cli pattern`, and opened by other programs.

    test_export.py --headscope EXECUTABLE --cli EXECUTABLE
"""
import argparse
import ast
import contextlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile
import unittest
import xml.etree.ElementTree

PROMPT = "When Mary and John went to the store, John gave a drink to"
LONG = " ".join(["one two three four five six seven eight"] * 20)  # more than 128 tokens
LAYERS, HEADS = 3, 4  # of demo-rotary
SVG = "{http://www.w3.org/2000/svg}"


def array(path):
    """Shape and float32 values of a .npy file."""
    raw = path.read_bytes()
    start = 10 + struct.unpack("<H", raw[8:10])[0]
    header = ast.literal_eval(raw[10:start].decode())
    assert header["descr"] == "<f4" and not header["fortran_order"], header
    return header["shape"], raw[start:]


def png_texts(path):
    """Keyword and text of every tEXt, zTXt and iTXt chunk."""
    import zlib
    raw, texts = path.read_bytes(), {}
    at = 8
    while at < len(raw):
        size, kind = struct.unpack(">I4s", raw[at:at + 8])
        data = raw[at + 8:at + 8 + size]
        at += 12 + size
        if kind == b"tEXt":
            key, text = data.split(b"\0", 1)
            texts[key.decode()] = text.decode("latin-1")
        elif kind == b"zTXt":
            key, text = data.split(b"\0", 1)
            texts[key.decode()] = zlib.decompress(text[1:]).decode("latin-1")
        elif kind == b"iTXt":
            key, rest = data.split(b"\0", 1)
            packed, rest = rest[0], rest[2:]
            text = rest.split(b"\0", 2)[2]
            texts[key.decode()] = (zlib.decompress(text) if packed else text).decode()
    return texts


class Export(unittest.TestCase):
    def setUp(self):
        self.folder = pathlib.Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)

    def run_program(self, *arguments):
        environment = {key: value for key, value in os.environ.items() if key not in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")}
        return subprocess.run([str(argument) for argument in arguments], capture_output=True, text=True, check=False, env=environment,
                              timeout=120)

    def export(self, *arguments, prompt=PROMPT, model="demo-rotary"):
        done = self.run_program(options.headscope, "export", "--model", model, "--prompt", prompt, *arguments)
        self.assertEqual((done.returncode, done.stderr), (0, ""))

    def pattern(self, name, layer, head, *arguments, prompt=PROMPT):
        done = self.run_program(options.cli, "pattern", "--model", "demo-rotary", "--prompt", prompt, "--layer", layer, "--head", head,
                                *arguments, "--output", self.folder / name)
        self.assertEqual((done.returncode, done.stderr), (0, ""))
        return self.folder / name

    def refused(self, expected, *arguments):
        before = sorted(self.folder.rglob("*"))
        done = self.run_program(options.headscope, "export", "--model", "demo-rotary", "--prompt", PROMPT, *arguments)
        self.assertEqual(done.returncode, 2, done.stderr)
        self.assertEqual(done.stderr.count("\n"), 1, done.stderr)
        self.assertIn(expected, done.stderr)
        self.assertEqual(sorted(self.folder.rglob("*")), before)

    def test_tables_are_those_of_pattern(self):
        for more in ([], ["--stage", "scores"], ["--rows", "2:7", "--columns", ":4"], ["--dtype", "bfloat16"]):
            ours, theirs = self.folder / "ours.csv", self.pattern("theirs.csv", 1, 2, *more)
            self.export("--layer", 1, "--head", 2, *more, "--output", ours)
            self.assertEqual(ours.read_text().splitlines()[1:], theirs.read_text().splitlines()[1:])
            self.assertTrue(ours.read_text().startswith("# demo-rotary · native auto"))
            npy = self.folder / "ours.npy"
            self.export("--layer", 1, "--head", 2, *more, "--output", npy)
            self.assertEqual(npy.read_bytes(), self.pattern("theirs.npy", 1, 2, *more).read_bytes())
            beside = json.loads((self.folder / "ours.npy.json").read_text())
            self.assertEqual(beside["stored_dtype"], "float32")
            self.assertEqual(beside["dtype"], "bfloat16" if "bfloat16" in more else "float32")
            self.assertEqual(beside["stage"], "scores" if "scores" in more else "pattern")

    def test_aggregates_are_those_of_pattern(self):
        for more in (["--aggregate", "mean", "--heads", "0.1,1.2"], ["--aggregate", "max", "--layer", 1], ["--aggregate", "std", "--layer", 0],
                     ["--aggregate", "rollout"], ["--aggregate", "rollout", "--layer", 1, "--rows", "2:7"]):
            made = {}
            for ending in ("csv", "npy"):
                ours, theirs = self.folder / f"ours.{ending}", self.folder / f"theirs.{ending}"
                self.export(*more, "--output", ours)
                done = self.run_program(options.cli, "pattern", "--model", "demo-rotary", "--prompt", PROMPT, *more, "--output", theirs)
                self.assertEqual((done.returncode, done.stderr), (0, ""))
                made[ending] = (ours.read_bytes(), theirs.read_bytes())
            self.assertEqual(*made["npy"])
            self.assertEqual(*(text.split(b"\n", 1)[1] for text in made["csv"]))
            beside = [json.loads((self.folder / f"{name}.npy.json").read_text()) for name in ("ours", "theirs")]
            for each in beside:
                for key in ("file", "provenance", "date", "version_Qt"):
                    each.pop(key, None)
            self.assertEqual(*beside)
            self.assertEqual(beside[0]["values_from"], "multiplied in double precision" if "rollout" in more else "combined in double precision")
        self.assertEqual(beside[0]["heads"], ["rollout up to layer 1, mean over heads"])
        self.export("--aggregate", "mean", "--heads", "0.1,1.2", "--output", self.folder / "m.svg")
        tree = xml.etree.ElementTree.parse(self.folder / "m.svg")
        self.assertEqual(tree.find(SVG + "title").text, "demo-rotary  ·  mean of 2 heads: L0 H1, L1 H2")
        self.export("--aggregate", "mean", "--layer", 1, "--format", "npy", "--output", self.folder)
        self.assertEqual(array(self.folder / "demo-rotary_mean.npy")[0], array(self.pattern("p.npy", 1, 2))[0])

    def test_pattern_writes_the_same_beside_an_array(self):
        for more in ([], ["--stage", "scores"], ["--dtype", "bfloat16", "--columns", ":4"]):
            self.export("--layer", 1, "--head", 2, *more, "--output", self.folder / "a.npy")
            ours = json.loads((self.folder / "a.npy.json").read_text())
            theirs = json.loads(self.pattern("a.npy", 1, 2, *more).with_suffix(".npy.json").read_text())
            for each in (ours, theirs):
                for key in ("provenance", "date", "version_Qt"):
                    each.pop(key, None)
            self.assertEqual(ours, theirs)
            self.assertEqual(theirs["axes"], ["query", "key"])
            self.assertEqual(len(theirs["keys"]), array(self.folder / "a.npy")[0][1])

    def fills(self, path):
        cells = [element for element in xml.etree.ElementTree.parse(path).iter(SVG + "g") if element.get("id") == "cells"]
        return [element.get("fill") for element in cells[0].iter(SVG + "rect")]

    def test_how_pictures_are_drawn(self):
        first = 3  # the first query has but one key, so its probability is 1
        rows = ["--rows", f"{first}:"]
        shape, values = array(self.pattern("p.npy", 0, 2, *rows))
        floats = struct.unpack(f"<{shape[0] * shape[1]}f", values)
        self.assertLess(max(floats), 0.99)
        drawn = {}
        for name, more in {"plain": [], "greys": ["--palette", "greys"], "auto": ["--palette", "greys", "--colour-scale", "auto"],
                           "rows": ["--palette", "greys", "--colour-scale", "per-row"], "log": ["--colour-scale", "log"],
                           "percentile": ["--colour-scale", "percentile"], "transposed": ["--transposed"]}.items():
            self.export("--layer", 0, "--head", 2, *rows, *more, "--output", self.folder / "h.svg")
            drawn[name] = self.fills(self.folder / "h.svg")
        self.assertEqual(drawn["transposed"], drawn["plain"])  # other places, the same order
        for at, value in enumerate(floats):
            query, key = divmod(at, shape[1])
            if key > query + first:
                continue
            row = max(floats[query * shape[1]:(query + 1) * shape[1]])
            for name, end in (("greys", 1), ("auto", max(floats)), ("rows", row)):
                self.assertAlmostEqual(int(drawn[name][at][1:3], 16), 255 * value / end, delta=3)
        self.assertEqual(len({tuple(each) for each in drawn.values()}), 6)
        self.export("--layer", 1, "--head", 2, "--stage", "scores", "--palette", "purple-orange", "--output", self.folder / "s.svg")
        scores = self.fills(self.folder / "s.svg")
        self.export("--layer", 1, "--head", 2, "--stage", "scores", "--output", self.folder / "s.svg")
        self.assertNotEqual(scores, self.fills(self.folder / "s.svg"))
        self.export("--layer", 1, "--head", 2, "--specials", "renormalise", "--transposed", "--colour-scale", "log", "--no-footer", "--theme", "dark",
                    "--output", self.folder / "r.svg")
        tree = xml.etree.ElementTree.parse(self.folder / "r.svg")
        words = ["".join(element.itertext()) for element in tree.iter(SVG + "text")]
        self.assertIn("renormalised without special tokens", words)
        self.assertIn("renormalised without special tokens, logarithmic colours, rows are keys", tree.find(SVG + "desc").text)

    def test_all_heads_in_one_picture(self):
        import base64
        self.export("--all", "--palette", "cividis", "--output", self.folder / "g.svg")
        tree = xml.etree.ElementTree.parse(self.folder / "g.svg")
        images = list(tree.iter(SVG + "image"))
        self.assertEqual([image.get("id") for image in images], [f"head{at}" for at in range(LAYERS * HEADS)])
        shape, _ = array(self.pattern("p.npy", 0, 0))
        for image in images:
            raw = base64.b64decode(image.get("{http://www.w3.org/1999/xlink}href").split(",")[1])
            self.assertEqual(struct.unpack(">II", raw[16:24]), shape)  # a pixel a value
        words = ["".join(element.itertext()) for element in tree.iter(SVG + "text")]
        for label in ("L0", f"L{LAYERS - 1}", "H0", f"H{HEADS - 1}"):
            self.assertIn(label, words)
        if shutil.which("pdfimages"):
            self.export("--grid", "--output", self.folder / "g.pdf")
            self.assertEqual(len(self.run_program("pdfimages", "-list", self.folder / "g.pdf").stdout.splitlines()), 2 + LAYERS * HEADS)
            self.assertIn("L2", self.run_program("pdftotext", self.folder / "g.pdf", "-").stdout)
        self.refused("--grid: expected a .png, .pdf or .svg file and all heads", "--grid", "--output", self.folder / "g.npy")
        self.refused("--grid: expected a .png, .pdf or .svg file and all heads", "--grid", "--heads", "0.1", "--output", self.folder / "h.png")

    def test_csv_reads_back_bit_by_bit(self):
        self.export("--layer", 0, "--head", 1, "--output", self.folder / "p.csv")
        import csv
        rows = list(csv.reader((self.folder / "p.csv").read_text().splitlines()[2:]))
        read = b"".join(struct.pack("<f", float(cell)) for row in rows for cell in row[1:])
        self.assertEqual(read, array(self.pattern("p.npy", 0, 1))[1])

    def test_a_stack_is_its_heads(self):
        self.export("--heads", "1.2,0.1", "--output", self.folder / "s.npy")
        shape, values = array(self.folder / "s.npy")
        parts = [array(self.pattern("p.npy", *head)) for head in ((1, 2), (0, 1))]
        self.assertEqual(shape, (2, *parts[0][0]))
        self.assertEqual(values, parts[0][1] + parts[1][1])
        self.assertEqual(json.loads((self.folder / "s.npy.json").read_text())["heads"], ["L1 H2", "L0 H1"])
        self.export("--heads", "1.2", "--output", self.folder / "one.npy")
        self.assertEqual(array(self.folder / "one.npy")[0], (1, *parts[0][0]))

    def test_long_heads_are_those_of_pattern(self):
        self.export("--layer", 1, "--head", 0, "--output", self.folder / "l.npy", prompt=LONG)
        self.assertEqual((self.folder / "l.npy").read_bytes(), self.pattern("p.npy", 1, 0, prompt=LONG).read_bytes())

    def test_a_file_per_head(self):
        self.export("--all", "--format", "csv", "--output", self.folder)
        names = sorted(path.name for path in self.folder.iterdir())
        self.assertIn("demo-rotary_L01_H02.csv", names)
        self.assertEqual(names, [f"demo-rotary_L{layer:02}_H{head:02}.csv" for layer in range(LAYERS) for head in range(HEADS)])
        ours = (self.folder / "demo-rotary_L01_H02.csv").read_text().splitlines()[1:]
        self.assertEqual(ours, self.pattern("p.csv", 1, 2).read_text().splitlines()[1:])

    def test_svg(self):
        self.export("--layer", 1, "--head", 2, "--output", self.folder / "h.svg")
        tree = xml.etree.ElementTree.parse(self.folder / "h.svg")
        shape, values = array(self.pattern("p.npy", 1, 2))
        cells = [element for element in tree.iter(SVG + "g") if element.get("id") == "cells"]
        rectangles = list(cells[0].iter(SVG + "rect"))
        self.assertEqual(len(rectangles), shape[0] * shape[1])
        floats = struct.unpack(f"<{shape[0] * shape[1]}f", values)
        top = max(range(len(floats)), key=lambda at: floats[at])
        if floats[top] > 0.999:
            self.assertEqual(rectangles[top].get("fill"), "#fde725")
        self.assertTrue(tree.find(SVG + "desc").text.startswith("demo-rotary · "))
        words = " ".join("".join(element.itertext()) for element in tree.iter(SVG + "text"))
        self.assertIn("·Mary", words)
        self.assertIn("demo-rotary", words)
        self.export("--layer", 1, "--head", 2, "--output", self.folder / "l.svg", prompt=LONG)
        tree = xml.etree.ElementTree.parse(self.folder / "l.svg")
        self.assertEqual(len(list(tree.iter(SVG + "image"))), 1)

    def test_pdf(self):
        if not shutil.which("pdftotext"):
            self.skipTest("needs poppler-utils")
        self.export("--heads", "0.0,1.2", "--output", self.folder / "h.pdf")
        text = self.run_program("pdftotext", "-layout", self.folder / "h.pdf", "-").stdout
        self.assertIn("·Mary", text)
        self.assertEqual(text.count("\f"), 2)  # a page a head
        self.assertIn("L1 H2", text.split("\f")[1])
        self.assertIn("recomputed from q, k", text)
        listed = self.run_program("pdfimages", "-list", self.folder / "h.pdf").stdout
        self.assertEqual(len(listed.splitlines()), 2, listed)  # a head of two lines: no image
        about = self.run_program("pdfinfo", "-meta", self.folder / "h.pdf").stdout
        self.assertIn("demo-rotary · native auto", about)
        self.export("--layer", 0, "--head", 0, "--output", self.folder / "l.pdf", prompt=LONG)
        self.assertEqual(len(self.run_program("pdfimages", "-list", self.folder / "l.pdf").stdout.splitlines()), 3)

    def test_png(self):
        self.export("--layer", 0, "--head", 0, "--scale", 1, "--no-footer", "--output", self.folder / "a.png")
        self.export("--layer", 0, "--head", 0, "--scale", 1, "--output", self.folder / "b.png")
        sizes = [struct.unpack(">II", (self.folder / name).read_bytes()[16:24]) for name in ("a.png", "b.png")]
        self.assertLess(sizes[0][1], sizes[1][1])  # no footer
        for name in ("a.png", "b.png"):
            told = png_texts(self.folder / name)["Description"]
            self.assertRegex(told, r"L0 H0 pattern · recomputed from q, k .* · text “When Mary.*” · fingerprint [0-9a-f]{12} · \d{4}-")
        self.export("--output", self.folder / "grid.png")
        self.assertIn("all heads, pattern", png_texts(self.folder / "grid.png")["Description"])

    def test_html(self):
        page = self.folder / "page.html"
        self.export("--heads", "0.0,1.2", "--interactive", "--output", page, prompt="<b>one</b> & two \"three\"")
        text = page.read_text()
        root = xml.etree.ElementTree.fromstring(text.split("\n", 1)[1])
        self.assertEqual([element.get("id") for element in root.iter("section") if element.get("id")], ["L0H0", "L1H2"])
        self.assertNotRegex(text, r"https?:")
        for element in root.iter():
            for name, value in element.attrib.items():
                if name.split("}")[-1] in ("href", "src"):
                    self.assertRegex(value, r"^(#|data:image/png;base64,)")
        self.assertIn("default-src 'none'", text)
        browser = shutil.which("chromium")
        if not browser:
            return
        # A script of our own stands in for the pointer, and writes down what the page then says.
        probe = text.replace("</body>", """<script>
            const svg = document.querySelector("#L1H2 svg");
            const box = svg.querySelector("image").getBoundingClientRect();
            const rows = Number(document.querySelector("#L1H2 script.values").dataset.height);
            svg.dispatchEvent(new PointerEvent("pointermove", {clientX: box.left + box.width * 0.5 / rows, clientY: box.top + box.height * 1.5 / rows}));
            document.title = document.querySelector("#L1H2 .reading").textContent;
        </script></body>""")
        page.write_text(probe)
        dumped = self.run_program(browser, "--headless", "--no-sandbox", "--disable-gpu", f"--user-data-dir={self.folder / 'profile'}",
                                  "--dump-dom", page.as_uri())
        title = re.search(r"<title>(.*?)</title>", dumped.stdout)
        self.assertIsNotNone(title, dumped.stderr)
        said = re.match(r"q\[1 .*\] → k\[0 .*\]\s+probability ([0-9.e-]+)\s+rank [12] in its row", title.group(1))
        self.assertIsNotNone(said, title.group(1))
        shape, values = array(self.pattern("p.npy", 1, 2, prompt="<b>one</b> & two \"three\""))
        exact = values[4 * shape[1]:4 * shape[1] + 4]
        self.assertEqual(struct.pack("<f", float(said.group(1))), exact)

    def test_refusals(self):
        out = self.folder / "x.png"
        self.refused("--heads", "--heads", "0.99", "--output", out)
        self.refused("--heads", "--heads", "a.b", "--output", out)
        self.refused("found --layer --all", "--layer", 0, "--head", 0, "--all", "--output", out)
        self.refused("expected a name that ends in .png, .pdf, .svg, .csv, .npy or .html", "--output", self.folder / "x.jpg")
        self.refused("a directory as --output", "--heads", "0.0,0.1", "--output", out)
        self.refused("--format", "--format", "csv", "--output", out)
        self.refused("--rows", "--layer", 0, "--head", 0, "--rows", "3:99", "--output", out)
        self.refused("--palette: expected viridis|cividis|magma|greys|blue-red|purple-orange, found 'jet'", "--palette", "jet", "--output", out)
        self.refused("--colour-scale: expected fixed|auto|per-row|percentile|log, found 'linear'", "--colour-scale", "linear", "--output", out)
        self.refused("--specials: expected show|exclude|renormalise, found 'hide'", "--specials", "hide", "--output", out)
        self.refused("--transposed: expected a picture or a page, found CSV", "--layer", 0, "--head", 0, "--transposed", "--output",
                     self.folder / "x.csv")
        self.refused("--specials: expected a picture or a page, found NPY", "--all", "--specials", "exclude", "--output", self.folder / "x.npy")
        self.refused("--aggregate: expected either --heads LAYER.HEAD,… or --layer", "--aggregate", "mean", "--output", out)
        self.refused("--aggregate: expected --heads or --layer with it, found --all", "--aggregate", "rollout", "--all", "--output", out)
        self.refused("--stage: expected pattern with --aggregate, found scores", "--aggregate", "rollout", "--stage", "scores", "--output", out)
        self.refused("--heads: layer: expected 0 to 2, found 7", "--aggregate", "mean", "--heads", "7.0", "--output", out)
        (self.folder / "full.png").symlink_to("/dev/full")
        self.refused("found a device or a pipe", "--layer", 0, "--head", 0, "--output", self.folder / "full.png")

    def test_a_full_disk_leaves_nothing(self):
        if os.geteuid() != 0:
            self.skipTest("needs to mount a small file system")
        small = self.folder / "small"
        small.mkdir()
        if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(small)], capture_output=True, check=False).returncode:
            self.skipTest("cannot mount here")
        self.addCleanup(subprocess.run, ["umount", str(small)], check=False)
        endings = ("png", "pdf", "svg", "csv", "npy", "html")
        for ending in endings:
            (small / f"x.{ending}").write_text("kept")
        with contextlib.suppress(OSError), (small / "rest").open("wb", buffering=0) as rest:
            while True:
                rest.write(bytes(4096))
        for ending in endings:
            self.refused("No space left on device", "--layer", 0, "--head", 0, "--output", small / f"x.{ending}")
            self.assertEqual((small / f"x.{ending}").read_text(), "kept")


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--headscope", required=True, type=pathlib.Path)
    parser.add_argument("--cli", required=True, type=pathlib.Path)
    options, rest = parser.parse_known_args()
    unittest.main(argv=[sys.argv[0], *rest])
