# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs one process under a watch on its memory and its time, and tells what it took: for bench_peers.py."""

import json
import os
import re
import subprocess
import time
from pathlib import Path

KEEP_FREE = 600 << 20  # bytes of memory that a process may not take from the machine


def resident(process):
    """Bytes of the resident set; 0 for a process that has ended."""
    try:
        return int(Path(f"/proc/{process}/statm").read_text().split()[1]) * os.sysconf("SC_PAGESIZE")
    except (OSError, IndexError):
        return 0


def available():
    text = Path("/proc/meminfo").read_text()
    return int(re.search(r"MemAvailable:\s+(\d+)", text).group(1)) * 1024


def busy():
    """Seconds of processor time that the machine has spent on anything."""
    user, nice, system, _idle, _waiting, *rest = map(int, Path("/proc/stat").read_text().split("\n", 1)[0].split()[1:9])
    return (user + nice + system + sum(rest)) / os.sysconf("SC_CLK_TCK")


class Watch:
    """memory: GiB of resident set, timeout: seconds; what needs more is ended. Processes run in `folder`."""

    def __init__(self, folder, environment, memory, timeout):
        self.folder, self.environment, self.memory, self.timeout = folder, environment, memory, timeout

    def wait(self, process, begin):
        """Waits for the end; (peak bytes, processor seconds, why it was ended or None)."""
        why, peak = None, 0
        while True:
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                process.returncode = os.waitstatus_to_exitcode(status)
                return max(peak, usage.ru_maxrss * 1024), usage.ru_utime + usage.ru_stime, why
            peak = max(peak, resident(process.pid))
            if why is None and peak > self.memory * 2**30:
                why = f"over {self.memory:g} GiB"
            elif why is None and available() < KEEP_FREE:
                why = "no memory left"
            elif why is None and time.perf_counter() - begin > self.timeout:
                why = f"over {self.timeout:g} s"
            if why:
                process.kill()
            time.sleep(0.01)

    def execute(self, command):
        """One process from start to end, as a record; `others` is how many processors were busy with something else."""
        out, err = self.folder / "stdout", self.folder / "stderr"
        with open(out, "wb") as stdout, open(err, "wb") as stderr:
            begin, before = time.perf_counter(), busy()
            process = subprocess.Popen([str(part) for part in command], stdout=stdout, stderr=stderr, env=self.environment,
                                       cwd=self.folder)
            peak, used, why = self.wait(process, begin)
            wall = time.perf_counter() - begin
        said = {"wall_s": wall, "peak_bytes": peak, "others": max(0.0, busy() - before - used) / wall}
        if why or process.returncode:
            last = err.read_text(errors="replace").strip().splitlines()[-1:] or [f"status {process.returncode}"]
            return {**said, "failure": why or last[0][:200]}
        for key, value in re.findall(r"(\w+_s)=([\d.]+)", err.read_text(errors="replace")):
            said[key] = float(value)
        lines = out.read_text(errors="replace").strip().splitlines()
        if lines and lines[-1].startswith("{"):
            said.update({key: value for key, value in json.loads(lines[-1]).items() if key.endswith("_s")})
        return said
