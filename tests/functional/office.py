"""A small fictional office for the functional tests: its exports, its site, its hands.

The tests drive the same generator as ``allocation sample`` and the same
command line as a clerk; nothing of the program is replaced.
"""

from __future__ import annotations

import csv
import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

NIGHT = "2026-11-22"
EARLIER = "2026-11-21"

Row = dict[str, str]


@dataclass(frozen=True)
class Office:
    """A folder with a configuration, exports, a public site and a private state."""

    folder: Path

    def run(self, *words: str, lang: str = "en") -> subprocess.CompletedProcess[str]:
        """Run a command as a clerk would, in a process of its own."""
        return subprocess.run(
            [sys.executable, "-m", "allocation", "--lang", lang, *words],
            cwd=self.folder,
            capture_output=True,
            text=True,
            timeout=300,
            check=False,
        )

    @contextmanager
    def serving(self) -> Iterator[str]:
        """Show the site on loopback meanwhile; give its address, which ends in a stroke."""
        server = subprocess.Popen(
            [sys.executable, "-u", "-m", "allocation", "--lang", "en", "serve", "--port", "0"],
            cwd=self.folder,
            stdout=subprocess.PIPE,
            text=True,
        )
        try:
            assert server.stdout is not None
            yield server.stdout.readline().split()[2]
        finally:
            server.terminate()
            server.wait()

    def build(self, night: str = NIGHT) -> subprocess.CompletedProcess[str]:
        return self.run("build", "--night", night)

    @property
    def site(self) -> Path:
        return self.folder / "public" / "current"

    def export(self, table: str, night: str = NIGHT) -> Path:
        return self.folder / "exports" / night / f"{table}.csv"

    def rows(self, table: str, night: str = NIGHT) -> list[Row]:
        with self.export(table, night).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file, delimiter=";"))

    def rewrite(self, table: str, change: Callable[[list[Row]], list[Row]]) -> None:
        """Change the rows of a table and bring the manifest up to date."""
        rows = self.rows(table)
        names = list(rows[0])
        changed = change(rows)
        with self.export(table).open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, names, delimiter=";", lineterminator="\n")
            writer.writeheader()
            writer.writerows(changed)
        self.sign()

    def sign(self, night: str = NIGHT) -> None:
        """Write the manifest of a night anew, as a supplier would."""
        folder = self.folder / "exports" / night
        files = {}
        for path in sorted(folder.glob("*.csv")):
            content = path.read_bytes()
            text = content.decode("utf-8", "replace")
            rows = max(0, len(list(csv.reader(text.splitlines(), delimiter=";"))) - 1)
            files[path.name] = {"rows": rows, "sha256": hashlib.sha256(content).hexdigest()}
        manifest = {"night": night, "files": files}
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    def copy(self, target: Path) -> Office:
        """Return a copy of the whole office, links kept."""
        shutil.copytree(self.folder, target, symlinks=True)
        return Office(target)

    def truth(self) -> dict[str, list[dict[str, object]]]:
        return json.loads((self.folder / "truth.json").read_text(encoding="utf-8"))


def tree_facts(root: Path) -> dict[str, tuple[object, ...]]:
    """Return everything that an observer can see of a tree: path, bytes, mode, time, link."""
    facts: dict[str, tuple[object, ...]] = {}
    top = root.resolve()
    for folder, folders, names in os.walk(top):
        for name in [*folders, *names]:
            path = Path(folder) / name
            status = path.lstat()
            kind: object = "folder"
            if path.is_symlink():
                kind = str(path.readlink())
            elif path.is_file():
                kind = hashlib.sha256(path.read_bytes()).hexdigest()
            facts[str(path.relative_to(top))] = (kind, oct(status.st_mode), status.st_mtime_ns)
    return facts


def contents(root: Path) -> dict[str, str]:
    """Return the digest of every file of a tree."""
    top = root.resolve()
    return {
        str(path.relative_to(top)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(top.rglob("*"))
        if path.is_file()
    }
