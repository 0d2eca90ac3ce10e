"""A tree of public files: fixed modes and times, unchanged files linked.

Decides how a file of a release is written: mode 0644, the night's stamp as its
time, or a hard link to the same path of the previous release when nothing
changed.  It never overwrites a file of an earlier release and knows nothing
of what the files say.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

FILE_MODE = 0o644
FOLDER_MODE = 0o755


@dataclass(frozen=True, slots=True)
class Written:
    """What a branch of a tree did: its fingerprints, folders and numbers of files."""

    fingerprints: dict[str, str]
    folders: frozenset[str]
    written: int
    linked: int


class Tree:
    """The files of one release under construction.

    ``stamp`` is the night's moment, given to every new file.  ``previous`` is
    the root of the last release and ``fingerprints`` what was noted for its
    paths: a text that changes whenever the file's content would.
    """

    def __init__(
        self,
        root: Path,
        stamp: datetime,
        previous: Path | None = None,
        fingerprints: Mapping[str, str] | None = None,
    ) -> None:
        self.root = root
        self.fingerprints: dict[str, str] = {}
        self.written = 0
        self.linked = 0
        self._stamp_ns = int(stamp.timestamp()) * 1_000_000_000
        self._previous = previous
        self._old_fingerprints = fingerprints or {}
        self._folders: set[str] = set()
        self._folder("")

    def reuse(self, path: str, fingerprint: str) -> bool:
        """Link the previous release's file when its fingerprint is the same; say whether."""
        if self._previous is None or self._old_fingerprints.get(path) != fingerprint:
            return False
        if not self._link(path):
            return False
        self.fingerprints[path] = fingerprint
        return True

    def write(self, path: str, content: bytes, fingerprint: str | None = None) -> None:
        """Write one file, or link the previous release's file when the bytes are equal."""
        if fingerprint is not None:
            self.fingerprints[path] = fingerprint
        if self._same_as_previous(path, content) and self._link(path):
            return
        self._folder(path.rpartition("/")[0])
        target = f"{self.root}/{path}"
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        try:
            os.fchmod(descriptor, FILE_MODE)
            view = memoryview(content)
            while view:
                view = view[os.write(descriptor, view) :]
            os.utime(descriptor, ns=(self._stamp_ns, self._stamp_ns))
        finally:
            os.close(descriptor)
        self.written += 1

    def branch(self) -> Tree:
        """Return a tree over the same folder whose facts can be adopted afterwards.

        Branches may write at the same time, also from different processes, as
        long as no two write one path.
        """
        branch = Tree.__new__(Tree)
        branch.__dict__.update(self.__dict__)
        branch.fingerprints, branch.written, branch.linked = {}, 0, 0
        branch._folders = set(self._folders)
        return branch

    def facts(self) -> Written:
        """Return what this tree did so far."""
        return Written(self.fingerprints, frozenset(self._folders), self.written, self.linked)

    def adopt(self, facts: Written) -> None:
        """Take over what a branch did."""
        self.fingerprints.update(facts.fingerprints)
        self._folders |= facts.folders
        self.written += facts.written
        self.linked += facts.linked

    def finish(self) -> None:
        """Give every folder its mode and the night's stamp; call once, after the last file."""
        for folder in sorted(self._folders, reverse=True):
            path = self.root / folder
            path.chmod(FOLDER_MODE)
            os.utime(path, ns=(self._stamp_ns, self._stamp_ns))

    def _same_as_previous(self, path: str, content: bytes) -> bool:
        if self._previous is None:
            return False
        try:
            return Path(f"{self._previous}/{path}").read_bytes() == content
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False

    def _link(self, path: str) -> bool:
        self._folder(path.rpartition("/")[0])
        try:
            os.link(f"{self._previous}/{path}", f"{self.root}/{path}")
        except (FileNotFoundError, NotADirectoryError):
            return False
        self.linked += 1
        return True

    def _folder(self, folder: str) -> None:
        if folder in self._folders:
            return
        parent, _, name = folder.rpartition("/")
        if name:
            self._folder(parent)
        Path(self.root, folder).mkdir(exist_ok=True)
        self._folders.add(folder)
