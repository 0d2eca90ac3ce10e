"""A site made again from its own tables, and laid beside it: for who checks from outside.

Decides what is compared: every file that follows from the tables and the public
settings, byte for byte.  Reports are not made again, and a logo is only looked at for
what may not be in one.  It trusts nothing of the site, and knows only what is public.
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from itertools import zip_longest
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
from jinja2 import TemplateError

from allocation.errors import AllocationError
from allocation.logo import logo_of
from allocation.opendata.read_back import CHECKS_FILE, DWELLINGS_FILE, read_back
from allocation.opendata.write import as_json
from allocation.public import Catalogue, NormStatement, PublicRule, PublicTable, Statements
from allocation.public_site import program, write_site
from allocation.publiclog.log import PACKAGE
from allocation.publiclog.verify import NotThere, Read
from allocation.reports.publish import FOLDER as REPORTS_FOLDER
from allocation.reports.publish import PAGE, PUBLISHED
from allocation.site.settings import SiteSettings, read_settings
from allocation.tree import Tree

WANTED = (DWELLINGS_FILE, CHECKS_FILE)
"""The tables that a site is made from."""

_DIGESTED = (PACKAGE, "data/dcat.jsonld")
"""What names size and fingerprint of Parquet files, which another library writes otherwise."""

_NOT_OURS = re.compile(r"\.DS_Store|\._.*|Thumbs\.db|desktop\.ini")
"""What a computer puts into a folder by itself."""

_VERSION = re.compile(r"[0-9A-Za-z.+-]{1,40} [0-9a-f]{64}")

_SPOILED = (LookupError, TypeError, ValueError, ArithmeticError, RecursionError)
"""What a file can bring about that is not as the program writes it."""

_ROUNDED = 5
"""A share is rounded to so many percent."""

_EVERY = 1000
_LONGEST = 160
_BEFORE = 30
"""So many signs of a line are shown before the first that differs, and so many at most."""


class CannotBeMade(ValueError):
    """The tables and settings of a site are none that a site can be made from."""


@dataclass(frozen=True, slots=True)
class Source:
    """What a site is made from, and which program it says made it.

    ``version`` and ``mark`` are what the site tells, ``is_same_program`` whether it is
    this one.
    """

    table: PublicTable
    statements: Statements
    settings: SiteSettings
    version: str
    mark: str
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
    """How many files were compared, of how many, and what is wrong with which.

    ``unread`` could not be had for another reason than that they are not there;
    ``stray`` are there and follow from nothing.
    """

    files: int
    every: int
    different: tuple[Difference, ...]
    missing: tuple[str, ...]
    unread: tuple[str, ...]
    stray: tuple[str, ...]

    @property
    def wrong(self) -> int:
        """How many files are not as they must be, as far as is known."""
        return sum(map(len, (self.different, self.missing, self.unread, self.stray)))


def source_of(
    read: Read,
    contents: Mapping[str, bytes],
    night: date,
    read_statements: Callable[[str], Statements],
    catalogue: Catalogue,
) -> Source:
    """Return what a site is made from, out of the tables and the package that were checked.

    Raises:
        CannotBeMade: they are not what a site of that night can be made from.
    """
    try:
        told = json.loads(contents[PACKAGE])
        made_from = told["made_from"]
        settings = _with_logo(read, read_settings(made_from["settings"]))
        statements = read_statements(json.dumps(made_from["statements"]))
        table = read_back(contents[DWELLINGS_FILE], contents[CHECKS_FILE])
        shown = [
            name for name in settings.hidden if table.rows.column(name).null_count < len(table.rows)
        ]
        if shown or settings.data_until != night or not are_sound(statements, catalogue):
            raise CannotBeMade("settings")
        theirs = _program_told(told)
        return Source(
            table, statements, settings, theirs["version"], theirs["mark"], theirs == program()
        )
    except _SPOILED as error:
        raise CannotBeMade(type(error).__name__) from None


def are_sound(statements: Statements, catalogue: Catalogue) -> bool:
    """Say whether statements are what disclosure control can state, of rules that there are."""
    norms = {rule.id: rule for rule in catalogue.rules}
    keys = [(norm.rule, norm.first_year, norm.last_year) for norm in statements.norms]
    years = [each.year for each in statements.years]
    return (
        len(set(keys)) == len(keys)
        and len(set(years)) == len(years)
        and all(type(each.year) is int and _is_count(each.withheld) for each in statements.years)
        and all(
            norm.rule in norms and _is_norm(norm, norms[norm.rule]) for norm in statements.norms
        )
    )


def _is_count(count: int | None) -> bool:
    return count is None or (type(count) is int and count >= 10 and count % 5 == 0)


def _is_norm(norm: NormStatement, rule: PublicRule) -> bool:
    """Say whether a statement on a norm has the rule's own words and does not gainsay itself."""
    words = (norm.title_nl, norm.title_en, norm.basis_nl, norm.basis_en)
    share, met = norm.share_percent, norm.met
    if words != (rule.title_nl, rule.title_en, rule.basis_nl, rule.basis_en):
        return False
    if not all(type(year) is int for year in (norm.first_year, norm.last_year)):
        return False
    if type(norm.at_most) is not bool or not (met is None or type(met) is bool):
        return False
    if share is None:
        return True
    if type(share) is not int or not 0 <= share <= 100 or share % 5:
        return False
    over = share - norm.target_percent
    room = over if norm.at_most else -over
    return met is None or (room <= _ROUNDED if met else room >= -_ROUNDED)


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
    """Return every file and link below a folder, by path.

    What a computer puts into a folder by itself is left out.
    """
    found = (
        path.relative_to(folder)
        for path in folder.rglob("*")
        if path.is_symlink() or not path.is_dir()
    )
    return sorted(path.as_posix() for path in found if not _NOT_OURS.fullmatch(path.name))


def compare(
    read: Read,
    checked: Mapping[str, bytes],
    made: Path,
    settings: SiteSettings,
    choose: Callable[[Sequence[str]], Sequence[str]],
    there: Collection[str],
    progress: Callable[[int, int], None],
) -> Compared:
    """Compare files of a site with those that were made again.

    ``checked`` are files that the log binds, with their bytes: those are compared.
    ``choose`` is given every file, and returns those to compare.  ``there`` are all files
    of the site but the log's, where they can be listed.  A report that the site says it
    has must be there; it is not made again.
    """
    every = files_below(made)
    files = choose(every)
    reports = [f"{REPORTS_FOLDER}/{period}/" for period in settings.reports]
    different: list[Difference] = []
    missing: list[str] = []
    unread: list[str] = []
    for done, file in enumerate([*files, *(f"{folder}{PAGE}" for folder in reports)], start=1):
        try:
            theirs = checked[file] if file in checked else read(file)
        except NotThere:
            missing.append(file)
        except AllocationError:
            unread.append(file)
        else:
            if done <= len(files) and (found := _look(made, checked, file, theirs)):
                different.append(found)
        if done % _EVERY == 0:
            progress(done, len(files))
    known = {*every, *(f"{folder}{name}" for folder in reports for name in PUBLISHED)}
    stray = sorted(file for file in there if file not in known)
    return Compared(
        len(files), len(every), tuple(different), tuple(missing), tuple(unread), tuple(stray)
    )


def _look(made: Path, checked: Mapping[str, bytes], file: str, theirs: bytes) -> Difference | None:
    """Return in what a file of the site is another one than it must be, if it is."""
    ours = (made / file).read_bytes()
    if file in _DIGESTED:
        ours = _as_they_packed(made, checked[PACKAGE], file)
    if ours == theirs or (file.endswith(".parquet") and _is_table_of(ours, theirs)):
        return None
    return _difference(file, ours, theirs)


def _as_they_packed(made: Path, package: bytes, file: str) -> bytes:
    """Return what a file that names digests must be, given how they packed the same rows.

    Of Parquet files the size and the fingerprint are theirs, and so is the program. A
    table that their package does not name stays as it must be, and so tells itself.
    """
    told = json.loads(package)
    packed = {
        each["path"]: (each["bytes"], each["hash"])
        for each in told["resources"]
        if each["path"].endswith(".parquet")
    }
    ours = json.loads((made / file).read_bytes())
    if file == PACKAGE:
        ours["made_from"]["program"] = _program_told(told)
        for each in ours["resources"]:
            if each["path"] in packed:
                each["bytes"], each["hash"] = packed[each["path"]]
    else:
        for each in ours["@graph"][1]["dcat:distribution"]:
            path = each["@id"].rpartition("#")[0].rpartition("/data/")[2]
            if path in packed:
                size, digest = packed[path]
                each["dcat:byteSize"]["@value"] = str(size)
                value = digest.removeprefix("sha256:")
                each["spdx:checksum"]["spdx:checksumValue"]["@value"] = value
    return as_json(ours).encode()


def _program_told(package: Mapping[str, Any]) -> dict[str, str]:
    """Return which program a package says made the site: two words, and nothing else."""
    told = package["made_from"]["program"]
    version, mark = told["version"], told["mark"]
    if list(told) != ["version", "mark"] or not _VERSION.fullmatch(f"{version} {mark}"):
        raise ValueError("no program")
    return {"version": version, "mark": mark}


def _is_table_of(ours: bytes, theirs: bytes) -> bool:
    """Say whether two Parquet files hold the same rows."""
    try:
        return bool(_table(ours).equals(_table(theirs)))
    except (pa.ArrowException, OSError, ValueError):
        return False


def _table(content: bytes) -> pa.Table:
    return pq.read_table(io.BytesIO(content))


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
