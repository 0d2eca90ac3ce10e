"""The sessions of the project: what a developer and CI run."""

from __future__ import annotations

import os
import shutil
import sys
import time
from pathlib import Path

import nox

nox.options.sessions = ["tests", "lint", "docs"]
nox.options.error_on_missing_interpreters = True

CONSTRAINTS = "constraints.txt"
LINKAGE = ("splink==5.0.0", "recordlinkage==0.16", "pandas>=2.2,<3")
"""What the screening is measured beside; recordlinkage does not know pandas 3 yet."""

VALIDATOR = "vnu-jar@26.9.27"
"""The Nu HTML checker, which needs Java; its package holds the program, so no script runs."""

DEMO = Path("demo")
SHARED = ("-n", "auto", "--dist", "loadfile")
"""Tests share the processors, a file each at a time."""


def _install(session: nox.Session, extras: str) -> None:
    """Install the project with the same versions every time."""
    session.install("-c", CONSTRAINTS, "-e", f".[{extras}]" if extras else ".")


@nox.session
def demo(session: nox.Session) -> None:
    """Build the site of the fictional association, and say where it is."""
    started = time.monotonic()
    _install(session, "")
    if DEMO.exists():
        shutil.rmtree(DEMO)
    session.run("allocation", "sample", str(DEMO))
    session.run(
        "allocation", "build", "--config", str(DEMO / "allocation.toml"), "--night", "2026-11-21"
    )
    session.run("allocation", "build", "--config", str(DEMO / "allocation.toml"))
    site = (DEMO / "public" / "current" / "index.html").resolve()
    session.log(f"The site: {site}")
    session.log(f"To look at it: {session.bin}/allocation serve --config {DEMO}/allocation.toml")
    session.log(f"This took {time.monotonic() - started:.0f} seconds.")


@nox.session
def tests(session: nox.Session) -> None:
    """Run every test but the deep ones; finds or installs a browser."""
    started = time.monotonic()
    _install(session, "test,xlsx,pdf")
    session.run("python", "tests/browser/find_browser.py", success_codes=[0, 3])
    # The program is started some thousand times: let it be compiled once.
    compiled = {"PYTHONDONTWRITEBYTECODE": ""}
    session.run("pytest", *(session.posargs or [*SHARED, "-m", "not nightly"]), env=compiled)
    session.log(f"The tests took {time.monotonic() - started:.0f} seconds, installing included.")


@nox.session
def nightly(session: nox.Session) -> None:
    """Run the deep property and fault tests; name a part of them after --."""
    _install(session, "test,xlsx,pdf")
    words = ["-k", session.posargs[0]] if session.posargs else []
    session.run("pytest", "-s", "-m", "nightly or deep", *words, env={"ALLOCATION_DEEP": "1"})


@nox.session
def real(session: nox.Session) -> None:
    """Run the real adverts through the pipeline, where they are at hand."""
    _install(session, "test,xlsx,pdf")
    session.run("pytest", "-rs", "tests/real")


@nox.session
def spark(session: nox.Session) -> None:
    """Compare Spark's findings with DuckDB's; needs Java 17, and skips without it."""
    _install(session, "test,xlsx,cluster")
    session.run("pytest", "-rs", "tests/cluster")


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, types and the layers of imports."""
    _install(session, "test,lint,xlsx,pdf")
    session.run("ruff", "check", ".")
    session.run("ruff", "format", "--check", ".")
    session.run("mypy")
    session.run("lint-imports")


@nox.session
def docs(session: nox.Session) -> None:
    """Check that the generated pages are fresh, and build the documentation strictly."""
    _install(session, "test")
    session.run("python", "docs/generate.py", "--check")
    session.run("mkdocs", "build", "--strict", "--site-dir", session.create_tmp())


@nox.session
def html(session: nox.Session) -> None:
    """Check every page, style and drawing of the sample site with the Nu HTML checker."""
    missing = [name for name in ("npm", "java") if shutil.which(name) is None]
    if missing:
        session.skip(f"not on this machine: {' and '.join(missing)}")
    _install(session, "")
    folder = Path(session.create_tmp()).resolve()
    office, tools = folder / "office", folder / "tools"
    shutil.rmtree(office, ignore_errors=True)
    options = ("--ignore-scripts", "--no-audit", "--no-fund", "--prefix", str(tools))
    session.run("npm", "install", *options, VALIDATOR, external=True)
    session.run("allocation", "sample", str(office))
    session.run("allocation", "build", "--config", str(office / "allocation.toml"))
    jar = tools / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
    site = (office / "public" / "current").resolve()
    checks = ("--Werror", "--skip-non-html", "--also-check-css", "--also-check-svg")
    session.run("java", "-jar", str(jar), *checks, str(site), external=True)
    session.log(f"{sum(1 for _ in site.rglob('*.html'))} pages, 0 errors, 0 warnings")


@nox.session
def bench(session: nox.Session) -> None:
    """Measure against Hugo, plain mkdocs-material and cp; --large for 100,000 dwellings."""
    _install(session, "test,xlsx,pdf")
    session.run("python", "-m", "tests.bench", *session.posargs)


@nox.session
def linkage(session: nox.Session) -> None:
    """Measure the screening on LEFT.csv [RIGHT.csv], or on the shared sets and made-up pairs.

    Files have the columns of the register or of FEBRL; the truth is in rec_id.
    """
    _install(session, "test")
    session.install(*LINKAGE)
    session.run("python", "-m", "tests.nightly.linkage", *session.posargs)


if __name__ == "__main__":
    sys.exit(os.EX_USAGE)
