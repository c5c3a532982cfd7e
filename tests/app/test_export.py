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
