"""A site made again from its own tables, and laid beside it: for who checks from outside.

Decides what is compared: every file that follows from the tables and the public
settings, byte for byte.  Reports are not made again, and a logo is only looked at for
what may not be in one.  It trusts nothing of the site, and knows only what is public.
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from jinja2 import TemplateError

from allocation.errors import AllocationError
from allocation.logo import logo_of
from allocation.opendata.read_back import CHECKS_FILE, DWELLINGS_FILE, read_back
from allocation.public import Catalogue, PublicTable, Statements
from allocation.public_site import write_site
from allocation.publiclog.log import FOLDER as LOG_FOLDER
from allocation.publiclog.log import PACKAGE
from allocation.publiclog.verify import NotThere, Read
from allocation.reports.publish import FOLDER as REPORTS_FOLDER
from allocation.reports.publish import PUBLISHED
from allocation.site.build import recipe
from allocation.site.settings import SiteSettings, read_settings
from allocation.tree import Tree

WANTED = (DWELLINGS_FILE, CHECKS_FILE)
"""The tables that a site is made from."""

CATALOGUE_FILE = "data/dcat.jsonld"

_DIGESTED = (PACKAGE, CATALOGUE_FILE)
"""What names size and fingerprint of Parquet files, which another library writes otherwise."""

_NOT_OURS = frozenset({"Thumbs.db", "desktop.ini"})
"""What a computer puts into a folder by itself, as it does files that begin with a dot."""

_SPOILED = (LookupError, TypeError, ValueError, ArithmeticError, RecursionError)
"""What a file can bring about that is not as the program writes it."""

_EVERY = 1000
_LONGEST = 160
_BEFORE = 30
"""So many signs of a line are shown before the first that differs, and so many at most."""


class CannotBeMade(ValueError):
    """The tables and settings of a site are none that a site can be made from."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a site is made from, and which program it says made it.

    ``version`` and ``recipe`` are what the site tells, ``is_same_program`` whether it is
    this one.
    """

    table: PublicTable
    statements: Statements
    settings: SiteSettings
    version: str
    recipe: str
    is_same_program: bool


@dataclass(frozen=True, slots=True)
class Difference:
    """A file that is not what it must be, with the first line that differs.

    ``line`` is None where the file is no text; ``found`` and ``wanted`` are shortened, and
    hold printable signs only.
    """

    file: str
    line: int | None = None
    found: str = ""
    wanted: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """How many files were compared, and what is wrong with which.

    ``unread`` could not be had for another reason than that they are not there.
    """

    files: int
    different: tuple[Difference, ...]
    missing: tuple[str, ...]
    unread: tuple[str, ...]

    @property
    def wrong(self) -> int:
        """How many files are not as they must be, as far as is known."""
        return len(self.different) + len(self.missing) + len(self.unread)


def source_of(
    read: Read,
    contents: Mapping[str, bytes],
    read_statements: Callable[[str], Statements],
    catalogue: Catalogue,
) -> Source:
    """Return what a site is made from, out of the tables and the package that were checked.

    Raises:
        CannotBeMade: they are not what a site can be made from.
    """
    try:
        told = json.loads(contents[PACKAGE])["made_from"]
        settings = _with_logo(read, read_settings(told["settings"]))
        program = told["program"]
        return Source(
            read_back(contents[DWELLINGS_FILE], contents[CHECKS_FILE]),
            read_statements(json.dumps(told["statements"])),
            settings,
            _shown(str(program["version"])),
            _shown(str(program["recipe"])),
            program["recipe"] == recipe(catalogue),
        )
    except _SPOILED as error:
        raise CannotBeMade(type(error).__name__) from None


def _with_logo(read: Read, settings: SiteSettings) -> SiteSettings:
    """Return the settings with the logo of the site, once it passed as one."""
    if settings.logo is None:
        return settings
    try:
        logo = logo_of(settings.logo.name, read(settings.logo.name))
    except AllocationError as error:
        raise CannotBeMade(type(error).__name__) from None
    if replace(logo, content=b"") != settings.logo:
        raise CannotBeMade("logo")
    return replace(settings, logo=logo)


def make_again(source: Source, catalogue: Catalogue, folder: Path) -> Path:
    """Make the site into a new folder below ``folder``, and return it.

    Raises:
        CannotBeMade: the tables hold what no site can tell.
    """
    root = folder / "site"
    root.mkdir()
    tree = Tree(root, datetime(2000, 1, 1, tzinfo=UTC))
    try:
        write_site(
            source.table, source.statements, source.settings, catalogue, tree, folder / "chrome"
        )
    except (*_SPOILED, AllocationError, TemplateError) as error:
        raise CannotBeMade(type(error).__name__) from None
    tree.finish()
    return root


def files_below(folder: Path) -> list[str]:
    """Return every file below a folder, by path; without what a computer put there itself."""
    found = (path.relative_to(folder) for path in folder.rglob("*") if not path.is_dir())
    return sorted(
        path.as_posix()
        for path in found
        if path.name not in _NOT_OURS and not path.name.startswith(".")
    )


def compare_files(
    read: Read, made: Path, files: Sequence[str], progress: Callable[[int, int], None]
) -> Compared:
    """Compare files of a site with those that were made again."""
    different: list[Difference] = []
    missing: list[str] = []
    unread: list[str] = []
    for done, file in enumerate(files, start=1):
        ours = (made / file).read_bytes()
        try:
            theirs = read(file)
        except NotThere:
            missing.append(file)
        except AllocationError:
            unread.append(file)
        else:
            if ours != theirs and not _says_the_same(read, made, file, ours, theirs):
                different.append(_difference(file, ours, theirs))
        if done % _EVERY == 0:
            progress(done, len(files))
    return Compared(len(files), tuple(different), tuple(missing), tuple(unread))


def strays(site: Sequence[str], made: Sequence[str], settings: SiteSettings) -> list[str]:
    """Return the files of a site that follow from nothing: no table, log, logo or report."""
    periods = [f"{REPORTS_FOLDER}/{period}" for period in settings.reports]
    reports = {f"{folder}/{name}" for folder in periods for name in PUBLISHED}
    known = {*made, *reports}
    return [file for file in site if file not in known and not _is_of_log(file)]


def _is_of_log(file: str) -> bool:
    """Say whether a file can be one of the log, which was looked at before."""
    return file.startswith(f"{LOG_FOLDER}/") and not file.endswith((".html", ".htm"))


def _says_the_same(read: Read, made: Path, file: str, ours: bytes, theirs: bytes) -> bool:
    """Say whether two files hold one table, or differ in the bytes of such files alone."""
    if file.endswith(".parquet"):
        try:
            return bool(_table(ours).equals(_table(theirs)))
        except (pa.ArrowException, OSError, ValueError):
            return False
    if file not in _DIGESTED:
        return False
    try:
        excused = dict(_excused(made, json.loads(read(PACKAGE))))
        return _alike(json.loads(ours), json.loads(theirs), excused)
    except (LookupError, TypeError, ValueError, RecursionError, AllocationError):
        return False


def _table(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


def _excused(made: Path, package: Mapping[str, Any]) -> Iterator[tuple[object, object]]:
    """Yield what may differ, ours with theirs: the program, and the bytes of Parquet files."""
    ours = json.loads((made / PACKAGE).read_bytes())
    told = package["made_from"]["program"]
    yield from ((value, told[name]) for name, value in ours["made_from"]["program"].items())
    theirs = {each["path"]: each for each in package["resources"]}
    for each in ours["resources"]:
        path = each["path"]
        if path.endswith(".parquet") and path in theirs:
            yield each["hash"], theirs[path]["hash"]
            yield each["hash"][-64:], theirs[path]["hash"][-64:]
            yield each["bytes"], theirs[path]["bytes"]
            yield str(each["bytes"]), str(theirs[path]["bytes"])


def _alike(ours: object, theirs: object, excused: Mapping[object, object]) -> bool:
    """Say whether two JSON values are one but for what is excused."""
    if isinstance(ours, dict) and isinstance(theirs, dict):
        return list(ours) == list(theirs) and all(
            _alike(value, theirs[name], excused) for name, value in ours.items()
        )
    if isinstance(ours, list) and isinstance(theirs, list):
        pairs = zip(ours, theirs, strict=False)
        return len(ours) == len(theirs) and all(_alike(*pair, excused) for pair in pairs)
    if isinstance(ours, dict | list):
        return False
    return ours == theirs or excused.get(ours) == theirs


def _difference(file: str, ours: bytes, theirs: bytes) -> Difference:
    try:
        pairs = zip_longest(theirs.decode().split("\n"), ours.decode().split("\n"))
    except UnicodeDecodeError:
        return Difference(file)
    apart = ((line, *pair) for line, pair in enumerate(pairs, start=1) if pair[0] != pair[1])
    line, found, wanted = next(apart)
    at = _first_apart(found or "", wanted or "")
    return Difference(file, line, _shown((found or "")[at:]), _shown((wanted or "")[at:]))


def _first_apart(one: str, other: str) -> int:
    """Return a place a little before the first sign in which two texts differ."""
    pairs = zip_longest(one, other)
    return max(0, next((at for at, (a, b) in enumerate(pairs) if a != b), 0) - _BEFORE)


def _shown(text: str) -> str:
    return "".join(filter(str.isprintable, text[:_LONGEST]))
