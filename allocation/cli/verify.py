"""The command for who wants to check the site without trusting who made it: ``verify``.

Decides names and options, how many files are compared, what is kept between two times,
and the words for what is found.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import SystemRandom

import click
from rich.console import Console

from allocation.barrier.disclosure import read_statements
from allocation.catalogue import public_catalogue
from allocation.cli.site_reader import SiteReader, site_reader
from allocation.errors import ConfigError, GateRefused
from allocation.messages import Speech
from allocation.public_site import program
from allocation.publiclog.log import CHECKPOINT, KEY, PACKAGE
from allocation.publiclog.verify import Verified, has_grown, verify_site
from allocation.recheck import (
    WANTED,
    CannotBeMade,
    Compared,
    Difference,
    Source,
    compare,
    files_below,
    make_again,
    source_of,
)

_FROM_THE_WEB = 100
"""So many files are asked of an address, unless another number is given."""

_ALWAYS = (PACKAGE, "index.html", "en/index.html", "style.css", "zoek.js")
"""What is always compared: it binds every table, stands on every page or decides its look."""

_MOST_SHOWN = 10
_MARK_SHOWN = 12


@click.command()
@click.argument("site")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that remembers the log for the next time; it is made when it is not there.",
)
@click.option("--key", metavar="KEY", help="The key of the log, as you noted it elsewhere.")
@click.option(
    "--files",
    type=click.IntRange(min=0),
    metavar="NUMBER",
    help="How many files of the site are compared with what follows from the tables, chosen "
    "by lot. Without this: all of a folder, 100 of an address.",
)
@click.pass_obj
def verify(say: Speech, site: str, keep: Path | None, key: str | None, files: int | None) -> None:
    """Check that SITE is what its log and its tables say, and that the log only grew.

    SITE is the address of a site, https://…, or a folder with a copy of it. Each
    release puts one line in the log; the log is signed, and no line can be changed or
    left out without breaking it. Then this program makes the whole site again from its
    tables, and compares: pages, lists and figures must be the same. Run this now and
    then with the same --keep: then a change of what was published before comes to light
    too. It needs nothing of the association but its public site.
    """
    kept = _kept(keep)
    reader = site_reader(site)
    for last in (False, True):
        begun = _head(reader)
        try:
            found = verify_site(reader.read, kept, key, WANTED)
            made = _make_and_compare(say, reader, found, files) if files != 0 else None
        except GateRefused:
            if last or not _was_renewed(reader, begun):
                raise
        else:
            if last or made is None or made.is_right or not _was_renewed(reader, begun):
                break
    _show_verified(say, found)
    if keep is not None:
        _keep(keep, found.kept)
        click.echo(say("Kept for the next time: {file}", file=keep))
    if made is not None:
        _show_made(say, made)


def _show_verified(say: Speech, found: Verified) -> None:
    click.echo(
        say(
            "In order: {tables} tables are those of the night of {night}, release {count} in "
            "the log.",
            tables=found.tables,
            night=found.night,
            count=found.releases,
        )
    )
    if found.since is not None:
        click.echo(
            say(
                "Nothing that was published until the night of {since} was changed in the log.",
                since=found.since,
            )
        )
    else:
        click.echo(
            say(
                "Write down the key of the log, and ask the association whether it is theirs:\n"
                "{key}",
                key=found.key,
            )
        )


@dataclass(frozen=True, slots=True)
class _Made:
    """What came of making the site again: None twice where no site can be made."""

    source: Source | None = None
    compared: Compared | None = None

    @property
    def is_right(self) -> bool:
        return self.compared is not None and not self.compared.wrong


def _make_and_compare(say: Speech, reader: SiteReader, found: Verified, most: int | None) -> _Made:
    catalogue = public_catalogue()
    console = Console(stderr=True)
    words = say("Making the site again from its tables")
    with tempfile.TemporaryDirectory() as work, console.status(f"{words} …") as status:
        try:
            source = source_of(reader.read, found.contents, found.night, read_statements, catalogue)
            made = make_again(source, catalogue, Path(work))
        except CannotBeMade:
            return _Made()
        words = say("Comparing")
        there = files_below(reader.folder) if reader.folder else []
        compared = compare(
            reader.read,
            found.contents,
            made,
            source.settings,
            lambda every: _chosen(every, most, reader),
            [file for file in there if file not in found.log_files],
            lambda done, of: status.update(f"{words} … {done / of:.0%}"),
        )
    return _Made(source, compared)


def _chosen(every: Sequence[str], most: int | None, reader: SiteReader) -> list[str]:
    """Return the files to compare: nobody can know beforehand which."""
    if most is None:
        most = _FROM_THE_WEB if reader.folder is None else len(every)
    first = [file for file in _ALWAYS if file in every][:most]
    others = [file for file in every if file not in first]
    more = min(most - len(first), len(others))
    return [*first, *sorted(SystemRandom().sample(others, more))]


def _show_made(say: Speech, made: _Made) -> None:
    """Say that all is the same, or show what is wrong, each kind under its own heading.

    Raises:
        GateRefused: anything is wrong.
    """
    source, compared = made.source, made.compared
    if source is None or compared is None:
        raise GateRefused(
            "The site cannot be made again from its tables by this version of the program "
            "(version {version}).",
            version=_version(**program()),
        )
    if made.is_right:
        click.echo(
            say(
                "In order: {count} of the {every} files of the site are what follows from its "
                "tables.",
                count=compared.files,
                every=compared.every,
            )
        )
        click.echo(
            say(
                "What follows from no table: the name and the own words of the association, the "
                "yearly figures, and reports."
            )
        )
        return
    different = [_told(say, each) for each in compared.different]
    _show(say, say("These files say something else than the tables:"), different)
    _show(say, say("These files are not on the site:"), compared.missing)
    _show(say, say("These files could not be read:"), compared.unread)
    stray = [_printable(file) for file in compared.stray]
    _show(say, say("These files follow from no table:"), stray)
    if not source.is_same_program:
        raise GateRefused(
            "Files that are not what this program makes of the tables: {count}. The site says "
            "that another version made it: {theirs}, and this is {ours}. Check it with that "
            "version.",
            count=compared.wrong,
            theirs=_version(source.version, source.mark),
            ours=_version(**program()),
        )
    raise GateRefused(
        "Files of the site that are not what follows from its tables: {count}.",
        count=compared.wrong,
    )


def _told(say: Speech, difference: Difference) -> str:
    if difference.line is None:
        return difference.file
    return say(
        "{file}, line {line}\n    it says:    {found}\n    it must be: {wanted}",
        file=difference.file,
        line=difference.line,
        found=difference.found,
        wanted=difference.wanted,
    )


def _show(say: Speech, heading: str, items: Sequence[str]) -> None:
    if not items:
        return
    click.echo(heading)
    for item in items[:_MOST_SHOWN]:
        click.echo(f"  {item}")
    if len(items) > _MOST_SHOWN:
        click.echo(f"  {say('and {count} more', count=len(items) - _MOST_SHOWN)}")


def _version(version: str, mark: str) -> str:
    return f"{version} ({mark[:_MARK_SHOWN]})"


def _printable(text: str) -> str:
    return "".join(filter(str.isprintable, text))


def _head(reader: SiteReader) -> tuple[bytes, bytes]:
    """Return the head of the log as it is now, and the key that it is signed with."""
    try:
        return reader.read(CHECKPOINT), reader.read(KEY)
    except ConfigError:
        return b"", b""


def _was_renewed(reader: SiteReader, begun: tuple[bytes, bytes]) -> bool:
    """Say whether a release came while this was looking; nobody is accused of that."""
    note, key = begun
    return reader.folder is None and has_grown(note, _head(reader)[0], key)


def _kept(path: Path | None) -> str | None:
    """Return what was kept the last time, if anything.

    Raises:
        ConfigError: the file cannot be read.
    """
    try:
        return path.read_text(encoding="utf-8") if path is not None and path.exists() else None
    except (OSError, UnicodeDecodeError):
        raise ConfigError("What was kept of the last time is not whole.") from None


def _keep(path: Path, text: str) -> None:
    """Put what is kept in the place of what was, whole or not at all.

    Raises:
        ConfigError: it cannot be written.
    """
    fresh = path.with_name(f".{path.name}.new")
    try:
        fresh.write_text(text, encoding="utf-8")
        fresh.replace(path)
    except OSError as error:
        raise ConfigError(
            "{file} cannot be written ({what}).", file=path, what=type(error).__name__
        ) from None
