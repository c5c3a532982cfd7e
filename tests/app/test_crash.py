#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Kills the window at random moments: it starts again, offers what was lost, and no session file is ever unreadable.

    test_crash.py --headscope FILE [--seed N] [--kills N]
"""
import argparse
import json
import os
import pathlib
import random
import select
import signal
import subprocess
import sys
import tempfile
import time

PROMPT = "A session that must survive 'every' crash: ünïcödé 日本"
LIMIT = 30  # seconds that a window may take for anything


class Window:
    """A window that runs, and what it says about its sessions."""

    def __init__(self, executable, home, *arguments):
        environment = dict(os.environ, HOME=str(home), XDG_DATA_HOME=str(home / "data"), XDG_CONFIG_HOME=str(home / "config"),
                           XDG_STATE_HOME=str(home / "state"), XDG_RUNTIME_DIR=str(home), QT_QPA_PLATFORM="offscreen",
                           QT_LOGGING_RULES="headscope.session.debug=true", OMP_NUM_THREADS="1", LC_ALL="C.UTF-8")
        self.process = subprocess.Popen([executable, *arguments], env=environment, stderr=subprocess.PIPE,
                                        stdin=subprocess.DEVNULL)
        os.set_blocking(self.process.stderr.fileno(), False)
        self.said = b""

    def wait_for(self, words, limit=LIMIT):
        """The line with these words; fails when it does not come."""
        end = time.monotonic() + limit
        while time.monotonic() < end:
            for line in self.said.splitlines():
                if words.encode() in line:
                    return line.decode()
            if self.process.poll() is not None:
                break
            if select.select([self.process.stderr], [], [], 0.05)[0]:
                self.said += self.process.stderr.read() or b""
        raise SystemExit(f"test_crash: expected a line with {words!r}, the window said {self.said.decode()!r} "
                         f"and ended with {self.process.poll()}")

    def kill(self):
        if self.process.poll() is not None:
            raise SystemExit(f"test_crash: the window ended by itself with {self.process.returncode}: {self.said!r}")
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        self.process.stderr.close()


def check(folder, wanted):
    """Every session is whole JSON, and the one that matters is among them."""
    prompts = []
    for file in sorted(folder.glob("*")):
        if file.name.endswith(".damaged"):
            raise SystemExit(f"test_crash: {file.name} was found damaged")
        if file.suffix == ".headscope":
            session = json.loads(file.read_text(encoding="utf-8"))
            if session["headscope_session"] != 1:
                raise SystemExit(f"test_crash: {file.name} has version {session['headscope_session']}")
            prompts += session["prompts"]
    if wanted and PROMPT not in prompts:
        raise SystemExit(f"test_crash: the session is lost; there are {prompts}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--headscope", required=True)
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=random.randrange(2**32))
    options = parser.parse_args()
    print(f"seed {options.seed}")
    chance = random.Random(options.seed)
    with tempfile.TemporaryDirectory() as directory:
        home = pathlib.Path(directory)
        folder = home / "data" / "Headscope" / "Headscope" / "sessions"

        window = Window(options.headscope, home, "--prompt", PROMPT)
        window.wait_for("saved ")
        window.kill()
        check(folder, wanted=True)
        for turn in range(options.kills - 1):
            if turn % 2:  # asked, not answered, and killed while it runs its own prompt
                window = Window(options.headscope, home, "--prompt", "another")
                window.wait_for("offers ")
                time.sleep(chance.uniform(0, 0.3))
            else:  # killed about the time when what was restored is saved and the old file goes
                window = Window(options.headscope, home, "--restore")
                window.wait_for("offers ")
                window.wait_for("saving ")
                time.sleep(chance.uniform(0, 0.012))
            window.kill()
            check(folder, wanted=True)

        first = Window(options.headscope, home)
        offered = first.wait_for("offers ").split()[-1]
        second = Window(options.headscope, home, "--prompt", "beside it")  # what is offered is offered once
        second.wait_for("headscope.session")  # it offers another one, or saves its own
        if offered.encode() in second.said:
            raise SystemExit("test_crash: two windows offer the same session")
        check(folder, wanted=True)
        for each in (first, second):
            each.kill()
        left = [file.name for file in folder.glob("*") if file.suffix not in (".headscope", ".lock")]
        if left:
            raise SystemExit(f"test_crash: left behind: {left}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
