"""A tree of public files: fixed modes and times, unchanged files linked.

Decides how a file of a release is written: mode 0644, the night's stamp as its
time, or a hard link to the same path of the previous release when nothing
changed.  A file that changed is always later than it was: a browser asks by time
and size whether what it has is still right.  What is new is written at once;
what stays is only noted, and gets its place when the tree is finished.  It never
changes a file of an earlier release and knows nothing of what the files say.
"""

from __future__ import annotations

import os
import shutil
import stat
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from pathlib import Path

import numpy as np
import pyarrow as pa

from allocation.file_list import NOT_LISTED, FileList, Noted, Places
from allocation.sharing import share

FILE_MODE = 0o644
FOLDER_MODE = 0o755

_OLD = ".old"
"""How the name of an old tree ends while it is brought up to date."""


class Damaged(Exception):
    """An earlier release lacks a file that its list names."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a branch of a tree did: the fingerprints of what it wrote, and what it kept.

    ``late`` are the times of files that could not have the night's stamp.
    ``kept`` are places in the list of the previous release; ``noted_anew`` are
    files whose bytes are as before and whose fingerprint is not.
    """

    fresh: dict[str, str]
    late: dict[str, int]
    kept: Places
    noted_anew: dict[str, Noted]


@dataclass(frozen=True, slots=True)
class Finished:
    """The tree of a release: its folder, and what is noted of each of its files, by path."""

    root: Path
    files: FileList


@dataclass(frozen=True, slots=True)
class Building:
    """Where a tree is to be made, and what stands already.

    ``folder`` is new and empty.  What did not change since ``previous`` is taken
    over; ``old`` is a release that will not be kept, whose tree may be used up.
    """

    folder: Path
    previous: Finished | None = None
    old: Finished | None = None

    def clear(self) -> None:
        """Begin again, with an empty folder."""
        for path in self.folder.parent.glob(f"{self.folder.name}*"):
            shutil.rmtree(path)
        self.folder.mkdir()


class Tree:
    """The files of one release under construction.

    ``stamp`` is the night's moment, given to every new file.  ``previous`` is
    the last release; a fingerprint is a text that changes whenever the file's
    content would.
    """

    def __init__(self, root: Path, stamp: datetime, previous: Finished | None = None) -> None:
        self.root = root
        self._stamp = int(stamp.timestamp())
        self._previous = previous.root if previous else None
        self._listed = previous.files if previous else FileList.empty()
        self._listed.place("")  # made ready to look in before the work is shared
        self._folders: set[str] = set()
        self.is_finished = False
        self._begin()
        self._folder("")

    def _begin(self) -> None:
        """Have done nothing yet."""
        self._fresh: dict[str, str] = {}
        self._late: dict[str, int] = {}
        self._stays = np.zeros(len(self._listed), dtype=np.bool_)
        self._anew: dict[str, Noted] = {}

    @property
    def files(self) -> FileList:
        """What is noted of every file; one without a fingerprint has that of its bytes."""
        times, stamp = self._late, self._stamp
        fresh = {path: (mark, times.get(path, stamp)) for path, mark in self._fresh.items()}
        return self._kept.joined(FileList.of(fresh))

    @property
    def _kept(self) -> FileList:
        """What is noted of the files of the previous release."""
        stay = self._listed.take(np.flatnonzero(self._stays))
        return stay.joined(FileList.of(self._anew))

    @property
    def written(self) -> int:
        """How many files are new or have changed."""
        return len(self._fresh)

    @property
    def linked(self) -> int:
        """How many files are those of the previous release."""
        return int(self._stays.sum()) + len(self._anew)

    def reuse(self, path: str, fingerprint: str) -> bool:
        """Keep the previous release's file when its fingerprint is the same; say whether."""
        at = self._listed.place(path)
        if at == NOT_LISTED or self._listed.fingerprint(at) != fingerprint:
            return False
        self._require_new(path)
        self._stays[at] = True
        return True

    def reuse_many(self, paths: Sequence[str], fingerprints: pa.Array) -> Places:
        """Keep every file whose fingerprint is the same; return which of them are to be made."""
        if not self._listed:
            return np.arange(len(paths))
        places = self._listed.places(paths)
        same = self._listed.have_fingerprints(places, fingerprints)
        self._stays[places[same]] = True
        return np.flatnonzero(~same)

    def write(self, path: str, content: bytes, fingerprint: str | None = None) -> None:
        """Write one file, or keep the previous release's file when the bytes are equal."""
        self._require_new(path)
        mark = fingerprint or f"bytes {blake2b(content, digest_size=16).hexdigest()}"
        at = self._listed.place(path)
        noted, before = ("", None) if at == NOT_LISTED else self._listed.noted(at)
        if self._is_as_before(path, content, mark, noted, by_bytes=fingerprint is None):
            if noted == mark:
                self._stays[at] = True
            else:
                self._anew[path] = mark, self._stamp if before is None else before
            return
        time = self._stamp if before is None else max(self._stamp, before + 1)
        self._folder(path.rpartition("/")[0])
        target = f"{self.root}/{path}"
        descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL, FILE_MODE)
        try:
            if stat.S_IMODE(os.fstat(descriptor).st_mode) != FILE_MODE:  # cheaper than to set it
                os.fchmod(descriptor, FILE_MODE)
            view = memoryview(content)
            while view:
                view = view[os.write(descriptor, view) :]
            os.utime(descriptor, (time, time))
        finally:
            os.close(descriptor)
        self._fresh[path] = mark
        if time != self._stamp:
            self._late[path] = time

    def read(self, path: str) -> bytes:
        """Return the bytes of a file of this tree, written or kept.

        Raises:
            Damaged: the previous release lacks a file that it should hold.
        """
        root = self._previous if self._keeps(path) else self.root
        try:
            return Path(f"{root}/{path}").read_bytes()
        except FileNotFoundError:
            raise Damaged(path) from None

    def branch(self) -> Tree:
        """Return a tree over the same folder whose facts can be adopted afterwards.

        Branches may write at the same time, also from different processes, as
        long as no two write one path.
        """
        branch = Tree.__new__(Tree)
        branch.__dict__.update(self.__dict__)
        branch._begin()
        branch._folders = set(self._folders)
        return branch

    def facts(self) -> Written:
        """Return what this tree did so far."""
        return Written(self._fresh, self._late, np.flatnonzero(self._stays), self._anew)

    def adopt(self, facts: Written) -> None:
        """Take over what a branch did."""
        self._fresh.update(facts.fresh)
        self._late.update(facts.late)
        self._stays[facts.kept] = True
        self._anew.update(facts.noted_anew)

    def is_previous(self) -> bool:
        """Say whether the previous release holds exactly these files."""
        if self._previous is None or self._fresh:
            return False
        return set(self._kept) == _below(self._previous)[0]

    def finish(self, old: Finished | None = None) -> None:
        """Give every kept file its place, and every folder its mode and the night's stamp.

        Call once, after the last file.  ``old`` is a release that will not be
        kept: its tree is taken and brought up to date, which is less work than
        to link every file anew.

        Raises:
            Damaged: the previous release lacks a file that it should hold.
        """
        its_folders = _untouched(old) if old is not None and self.linked else None
        if old is not None and its_folders is not None:
            missing = self._take_over(old, its_folders)
        else:
            missing = list(self._kept)
        standing = {"", *(its_folders or ())}
        folders = standing | _folders_of(self._fresh) | _folders_of(missing)
        for folder in sorted(folders - standing):
            Path(self.root, folder).mkdir(exist_ok=True)
        share(missing, self._link)
        for folder in sorted(folders, reverse=True):
            path = f"{self.root}/{folder}"
            if its_folders is None or folder not in its_folders:
                os.chmod(path, FOLDER_MODE)  # noqa: PTH101 - a Path for each folder is slow
            os.utime(path, (self._stamp, self._stamp))
        self.is_finished = True

    def _take_over(self, old: Finished, its_folders: set[str]) -> list[str]:
        """Bring an old tree up to date, new files moved into it; return what it lacks.

        ``its_folders`` are those of the old tree; afterwards those that it still has.
        """
        root = self.root.with_name(self.root.name + _OLD)
        old.root.rename(root)
        places = old.files.in_other(self._listed)
        stands = places != NOT_LISTED
        stands[stands] = self._stays[places[stands]]
        gone = list(old.files.take(np.flatnonzero(~stands)))
        for path in gone:
            os.unlink(f"{root}/{path}")  # noqa: PTH108 - a Path for each file is slow
        for folder in sorted(_folders_of(gone) - {""}, reverse=True):
            with suppress(OSError):  # it still holds something
                Path(root, folder).rmdir()
                its_folders.discard(folder)
        for folder in sorted(_folders_of(self._fresh) - its_folders):
            Path(root, folder).mkdir()
        for path in self._fresh:
            os.rename(f"{self.root}/{path}", f"{root}/{path}")  # noqa: PTH104 - as above
        shutil.rmtree(self.root)
        root.rename(self.root)
        lacking = self._stays.copy()
        lacking[places[stands]] = False
        return [*self._listed.take(np.flatnonzero(lacking)), *self._anew]

    def _link(self, paths: Sequence[str]) -> None:
        for path in paths:
            try:
                os.link(f"{self._previous}/{path}", f"{self.root}/{path}")
            except (FileNotFoundError, NotADirectoryError):
                raise Damaged(path) from None

    def _require_new(self, path: str) -> None:
        if path in self._fresh or self._keeps(path):
            raise FileExistsError(path)

    def _keeps(self, path: str) -> bool:
        at = self._listed.place(path)
        return path in self._anew or (at != NOT_LISTED and bool(self._stays[at]))

    def _is_as_before(
        self, path: str, content: bytes, mark: str, noted: str, *, by_bytes: bool
    ) -> bool:
        if self._previous is None:
            return False
        if by_bytes and noted.startswith("bytes "):
            return noted == mark
        try:
            return Path(f"{self._previous}/{path}").read_bytes() == content
        except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
            return False

    def _folder(self, folder: str) -> None:
        if folder in self._folders:
            return
        parent, _, name = folder.rpartition("/")
        if name:
            self._folder(parent)
        Path(self.root, folder).mkdir(exist_ok=True)
        self._folders.add(folder)


def _folders_of(paths: Iterable[str]) -> set[str]:
    """Return the folders that hold the paths, and those above them; the root is ``""``."""
    folders = {path.rpartition("/")[0] for path in paths}
    for folder in tuple(folders):
        above = folder.rpartition("/")[0]
        while above not in folders:
            folders.add(above)
            above = above.rpartition("/")[0]
    return folders | {""}


def _untouched(tree: Finished) -> set[str] | None:
    """Return the folders of a finished tree; None when something was put in or taken out.

    Each folder then has another time than the tree itself.  One with another mode
    was touched too.
    """
    found = _folders_of(tree.files)
    try:
        facts = [os.stat(f"{tree.root}/{folder}") for folder in found]  # noqa: PTH116 - as above
    except (FileNotFoundError, NotADirectoryError):
        return None
    if any(stat.S_IMODE(of.st_mode) != FOLDER_MODE for of in facts):
        return None
    return found if len({of.st_mtime_ns for of in facts}) == 1 else None


def _below(root: Path) -> tuple[set[str], set[str]]:
    """Return what stands below a folder, at any depth: the folders last, all else first."""
    files: set[str] = set()
    folders = {""}
    open_ = [""]
    while open_:
        inside = open_.pop()
        with os.scandir(f"{root}/{inside}") as entries:
            for entry in entries:
                path = f"{inside}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.add(path)
                    open_.append(f"{path}/")
                else:
                    files.add(path)
    return files, folders
