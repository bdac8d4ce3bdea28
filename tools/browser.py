"""Sees to it that the browser tests have a browser: Debian's Chromium, which is installed when we are root.

Prints where it is, or says by name which tests will be skipped. Always exits 0: a machine without a browser
still runs the rest of the suite.
"""

import os
import shutil
import subprocess
import sys

NAMES = ("chromium", "chromium-browser", "google-chrome")


def main() -> int:
    """Find or install a Chromium, and say what came of it."""
    found = browser() or install()
    if found is None:
        print("no Chromium here and none could be installed: tests/stories/browser will be skipped", file=sys.stderr)
        return 0
    print(f"browser tests use {found}", file=sys.stderr)
    return 0


def browser() -> str | None:
    """The path of a Chromium on this machine."""
    return next((path for path in map(shutil.which, NAMES) if path), None)


def install() -> str | None:
    """Install Debian's Chromium where that is possible: as root, with apt."""
    apt = shutil.which("apt-get")
    if apt is None or os.geteuid() != 0:
        return None
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "check": False}
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}  # noqa: TID251
    for command in ([apt, "update", "-qq"], [apt, "install", "-y", "-qq", "--no-install-recommends", "chromium"]):
        subprocess.run(command, env=environment, **quiet)  # noqa: S603
    return browser()


if __name__ == "__main__":
    sys.exit(main())
