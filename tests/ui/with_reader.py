#!/usr/bin/env python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Runs a test of the window as if a screen reader listened: on a display and an accessibility bus of its own.

    with_reader.py COMMAND…

Qt sends accessibility events only where somebody asked for them. Exit status of the command; 77 where Xvfb, dbus-daemon or
at-spi-bus-launcher is missing (packaging/dependencies, group test).
"""
import os
import shutil
import subprocess
import sys
import tempfile

LAUNCHERS = ["/usr/libexec/at-spi-bus-launcher", "/usr/lib/at-spi2-core/at-spi-bus-launcher"]


def started(command, **options):
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **options)


def told(servers, command):
    """Starts a server that writes one line where `{}` says. \\return that line."""
    read, write = os.pipe()
    servers.append(started([each.replace("{}", str(write)) for each in command], pass_fds=[write]))
    os.close(write)
    with os.fdopen(read) as pipe:
        return pipe.readline().strip()


def main():
    launcher = shutil.which("at-spi-bus-launcher", path=os.pathsep.join(os.path.dirname(each) for each in LAUNCHERS))
    if not launcher or not shutil.which("Xvfb") or not shutil.which("dbus-daemon"):
        print("skipped: Xvfb, dbus-daemon or at-spi-bus-launcher is missing (packaging/dependencies)")
        return 77
    servers = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            display = ":" + told(servers, ["Xvfb", "-displayfd", "{}", "-screen", "0", "1440x900x24", "-nolisten", "tcp"])
            address = told(servers, ["dbus-daemon", "--session", "--nofork", "--print-address={}"])
            environment = {**os.environ, "DISPLAY": display, "DBUS_SESSION_BUS_ADDRESS": address, "QT_QPA_PLATFORM": "xcb",
                           "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1", "HEADSCOPE_EXPECTS_READER": "1", "HOME": folder,
                           "XDG_RUNTIME_DIR": folder}
            servers.append(started([launcher, "--launch-immediately", "--a11y=1", "--screen-reader=1"], env=environment))
            return subprocess.run(sys.argv[1:], env=environment, timeout=100).returncode
        finally:
            for server in reversed(servers):
                server.terminate()
                server.wait()


if __name__ == "__main__":
    sys.exit(main())
