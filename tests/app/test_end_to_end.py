#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""The window as a person uses it, on a virtual display: type a prompt, run, choose a head, export a picture and a table.

Keys go through the X server (xdotool), not through Qt. The table must hold the very bits of `headscope-cli pattern`, and
the picture the colours of those numbers. Exit 77 (skipped) where xdotool is missing.
"""

import argparse
import csv
import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
import unittest
import zlib
from pathlib import Path

HEADSCOPE = CLI = None
PROMPT = "Anna and Tom went home. Tom gave the book to"
LAYER, HEAD = 2, 1
VIRIDIS = [(0x44, 0x01, 0x54), (0x48, 0x24, 0x75), (0x41, 0x44, 0x87), (0x35, 0x5f, 0x8d), (0x2a, 0x78, 0x8e), (0x21, 0x91, 0x8c),
           (0x22, 0xa8, 0x84), (0x44, 0xbf, 0x70), (0x7a, 0xd1, 0x51), (0xbd, 0xdf, 0x26), (0xfd, 0xe7, 0x25)]


def wait_for(what, condition, seconds=60):
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        result = condition()
        if result:
            return result
        time.sleep(0.1)
    raise AssertionError(f"no {what} within {seconds} s")


def viridis(share):
    place = min(max(share, 0), 1) * (len(VIRIDIS) - 1)
    below = min(int(place), len(VIRIDIS) - 2)
    return tuple(round(a + (b - a) * (place - below)) for a, b in zip(VIRIDIS[below], VIRIDIS[below + 1]))


def pixels_of(path):
    """[row][column] = (r, g, b) of an 8-bit PNG without interlacing."""
    data = path.read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n", data[:8]
    at, packed = 8, b""
    while at < len(data):
        length, kind = struct.unpack(">I4s", data[at:at + 8])
        body = data[at + 8:at + 8 + length]
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlaced = struct.unpack(">IIBBBBB", body)
            assert depth == 8 and colour in (2, 6) and not interlaced, (depth, colour, interlaced)
        if kind == b"IDAT":
            packed += body
        at += 12 + length
    size = 3 if colour == 2 else 4
    raw, stride, rows, before = zlib.decompress(packed), width * size, [], bytearray(width * size)
    for y in range(height):
        filtering, line = raw[y * (stride + 1)], bytearray(raw[y * (stride + 1) + 1:(y + 1) * (stride + 1)])
        for i in range(stride):
            left, up = line[i - size] if i >= size else 0, before[i]
            corner = before[i - size] if i >= size else 0
            if filtering == 1:
                line[i] = line[i] + left & 255
            elif filtering == 2:
                line[i] = line[i] + up & 255
            elif filtering == 3:
                line[i] = line[i] + (left + up) // 2 & 255
            elif filtering == 4:
                guess = left + up - corner
                nearest = min((abs(guess - left), 0, left), (abs(guess - up), 1, up), (abs(guess - corner), 2, corner))[2]
                line[i] = line[i] + nearest & 255
        rows.append([tuple(line[i:i + 3]) for i in range(0, stride, size)])
        before = line
    return rows


class EndToEnd(unittest.TestCase):
    def setUp(self):
        self.folder = Path(tempfile.mkdtemp())
        self.addCleanup(shutil.rmtree, self.folder)
        self.environment = {**os.environ, "HOME": str(self.folder), "XDG_CONFIG_HOME": str(self.folder / "config"),
                            "XDG_STATE_HOME": str(self.folder / "state"), "XDG_DATA_HOME": str(self.folder / "data"),
                            "QT_QPA_PLATFORM": "xcb", "LC_ALL": "C.UTF-8"}
        read, write = os.pipe()
        server = subprocess.Popen(["Xvfb", "-displayfd", str(write), "-screen", "0", "1440x900x24", "-nolisten", "tcp"],
                                  pass_fds=[write], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self.addCleanup(server.wait)
        self.addCleanup(server.kill)
        os.close(write)
        with os.fdopen(read) as pipe:
            self.environment["DISPLAY"] = ":" + pipe.readline().strip()

    def x(self, *arguments, check=True):
        return subprocess.run(["xdotool", *map(str, arguments)], env=self.environment, capture_output=True, text=True, check=check,
                              timeout=60).stdout.strip()

    def windows(self, name):
        return self.x("search", "--onlyvisible", "--name", name, check=False).split()

    def type_into(self, window, text):
        """Without a window manager nobody gives a window the keyboard."""
        self.x("windowfocus", "--sync", window)
        self.x("type", "--delay", "15", text)

    def export(self, main, name):
        self.x("windowfocus", "--sync", main)
        self.x("key", "ctrl+e")
        dialog = wait_for("export dialog", lambda: self.windows("^Export L"))[-1]
        self.x("windowfocus", "--sync", dialog)
        self.x("key", "ctrl+a")
        self.type_into(dialog, str(self.folder / name))
        self.x("key", "Return")
        wait_for(name, lambda: (self.folder / name).exists() and not self.windows("^Export L"))
        return self.folder / name

    def test_from_prompt_to_files(self):
        program = subprocess.Popen([HEADSCOPE], env=self.environment, cwd=self.folder, stderr=subprocess.PIPE, text=True)
        self.addCleanup(program.stderr.close)
        self.addCleanup(program.wait)
        self.addCleanup(program.kill)
        main = wait_for("window", lambda: self.windows("demo-rotary – Headscope"))[0]
        self.x("windowfocus", "--sync", main)
        self.x("key", "alt+p")  # the prompts
        self.x("key", "ctrl+a")
        self.type_into(main, PROMPT)
        self.x("key", "ctrl+Return")
        time.sleep(1.5)  # the run takes a few milliseconds; the title does not tell that it is done
        # The demo opens at L1 H2, locked.
        self.x("key", "alt+a")
        self.x("key", "b")  # Head > Layer below
        self.x("key", "alt+a")
        self.x("key", "p")  # Head > Previous head
        table, picture = self.export(main, "head.csv"), self.export(main, "head.png")
        self.assertIsNone(program.poll(), program.stderr.read() if program.poll() is not None else "")

        expected = self.folder / "expected.csv"
        subprocess.run([CLI, "pattern", "--model", "demo-rotary", "--prompt", PROMPT, "--layer", str(LAYER), "--head", str(HEAD),
                        "--output", expected], check=True, timeout=120)
        with open(table, newline="", encoding="utf-8") as a, open(expected, newline="", encoding="utf-8") as b:
            # the first line is the provenance, which names Qt only where there is a window
            self.assertEqual(list(csv.reader(a))[1:], list(csv.reader(b))[1:])
        self.compare_colours(picture, expected)

    def compare_colours(self, picture, table):
        """Samples the middle of every cell: the first one is the topmost yellow, and its row ends with the last masked one."""
        with open(table, newline="", encoding="utf-8") as file:
            values = [[float(cell) for cell in row[1:]] for row in list(csv.reader(file))[2:]]
        count = len(values)
        self.assertEqual(values[0][0], 1)
        rows = pixels_of(picture)
        top, left = next((y, x) for y, row in enumerate(rows) for x, pixel in enumerate(row) if pixel == VIRIDIS[-1])
        half = next(x for x in range(left, len(rows[top])) if rows[top + 8][x] != VIRIDIS[-1]) - left >> 1
        line = rows[top + half]
        masked = line[left + 3 * half]
        end = max(x for x, pixel in enumerate(line) if pixel == masked and x < left + 2 * (half + 2) * count)
        side = (end + 1 - left) / count
        for query in range(count):
            for key in range(count):
                found = rows[int(top + (query + 0.5) * side)][int(left + (key + 0.5) * side)]
                if key > query:
                    self.assertEqual(found, masked, (query, key))
                else:
                    wanted = viridis(values[query][key])
                    self.assertLessEqual(max(abs(a - b) for a, b in zip(found, wanted)), 2, (query, key, found, wanted))


def main():
    global HEADSCOPE, CLI
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--headscope", required=True, type=Path)
    parser.add_argument("--cli", required=True, type=Path)
    options, rest = parser.parse_known_args()
    HEADSCOPE, CLI = options.headscope.resolve(), options.cli.resolve()
    if not shutil.which("xdotool") or not shutil.which("Xvfb"):
        print("skipped: xdotool or Xvfb is missing (packaging/dependencies)")
        sys.exit(77)
    unittest.main(argv=[sys.argv[0], *rest])


if __name__ == "__main__":
    main()
