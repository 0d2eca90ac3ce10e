"""Find a Chromium for the browser tests, or install one; say plainly when there is none.

Exit codes: 0 there is one, 3 there is none and the browser tests will skip.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def find() -> str | None:
    """Return the path of a Chromium on this machine."""
    named = os.environ.get("ALLOCATION_CHROMIUM")
    if named and Path(named).exists():
        return named
    for name in NAMES:
        found = shutil.which(name)
        if found:
            return found
    return _of_playwright()


def _of_playwright() -> str | None:
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        return None
    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try the ways to install one, in order, until there is one."""
    ways = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get") and os.geteuid() == 0:
        ways.insert(0, ["sh", "-c", "apt-get update -qq && apt-get install -y -qq chromium"])
    for way in ways:
        try:
            subprocess.run(
                way, check=False, timeout=300, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
            )
        except subprocess.TimeoutExpired:
            continue
        if find():
            return


def main() -> int:
    """Say which browser the tests will use."""
    if find() is None:
        print("No Chromium found; trying to install one …", flush=True)
        install()
    found = find()
    if found is None:
        print("There is no Chromium and none could be installed: the browser tests will skip.")
        return 3
    print(f"Browser tests use {found}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
