"""The command for who wants to check the site without trusting who made it: ``verify``.

Decides names and options, where the files of a site are read from, how many pages are
compared, and what is kept between two times.
"""

from __future__ import annotations

import tempfile
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import date
from pathlib import Path
from random import SystemRandom

import click
from rich.console import Console

from allocation import __version__
from allocation.catalogue import public_catalogue
from allocation.errors import ConfigError, GateRefused
from allocation.messages import Speech
from allocation.opendata.read_back import CHECKS_FILE, DWELLINGS_FILE, NotOurTable, read_back
from allocation.public import PublicTable
from allocation.publiclog.verify import NotThere, Read, verify_site
from allocation.site.recheck import Compared, compare_pages

_SECONDS = 60
"""How long an answer of a web server may take."""

_FROM_THE_WEB = 50
"""So many dwellings are looked at on the web, unless more are asked for."""

_GONE = frozenset({404, 410})
_MOST_SHOWN = 10


@click.command()
@click.argument("site")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that remembers the log for the next time; it is made when it is not there.",
)
@click.option("--key", metavar="KEY", help="The key of the log, as you noted it elsewhere.")
@click.option(
    "--pages",
    type=click.IntRange(min=0),
    metavar="NUMBER",
    help="Of how many dwellings the page is compared with the tables, chosen by lot. Without "
    "this: all of a folder, 50 of an address.",
)
@click.pass_obj
def verify(say: Speech, site: str, keep: Path | None, key: str | None, pages: int | None) -> None:
    """Check that SITE is what its log says, and that the log only grew.

    SITE is the address of a site, https://…, or a folder with a copy of it. Each
    release puts one line in the log; the log is signed, and no line can be changed or
    left out without breaking it. The pages of dwellings must say what the tables say.
    Run this now and then with the same --keep: then a change of what was published
    before comes to light too. It needs nothing of the association but its public site.
    """
    kept = _kept(keep)
    read = _reader(site)
    found = verify_site(read, kept, key)
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
    if pages != 0:
        _verify_pages(say, site, read, found.night, pages)
    if keep is not None:
        _keep(keep, found.kept)
        click.echo(say("Kept for the next time: {file}", file=keep))


def _verify_pages(say: Speech, site: str, read: Read, night: date, most: int | None) -> None:
    """Compare pages with the tables, and say that they are the same.

    Raises:
        GateRefused: a page says something else, is missing, or is of no dwelling.
    """
    try:
        table = read_back(read(DWELLINGS_FILE), read(CHECKS_FILE))
        compared = _compare(say, site, read, night, table, most)
    except (NotOurTable, ValueError):
        raise GateRefused(
            "The tables are none that this version of the program can read (version {version}).",
            version=__version__,
        ) from None
    _require_same(say, compared)
    click.echo(
        say("In order: {count} pages of dwellings say what the tables say.", count=compared.pages)
    )


def _compare(
    say: Speech, site: str, read: Read, night: date, table: PublicTable, most: int | None
) -> Compared:
    rows = range(table.rows.num_rows)
    if most is None:
        most = _FROM_THE_WEB if _is_address(site) else len(rows)
    chosen = sorted(SystemRandom().sample(rows, min(most, len(rows))))
    if not _is_address(site):
        _require_known(Path(site), table.rows.column("key").to_pylist())
    console = Console(stderr=True)
    comparing = say("Comparing the pages with the tables")
    with (
        tempfile.TemporaryDirectory() as compiled,
        console.status(f"{comparing} …") as status,
    ):
        return compare_pages(
            read,
            table,
            public_catalogue(),
            night,
            chosen,
            Path(compiled),
            lambda done, of: status.update(f"{comparing} … {done / of:.0%}"),
        )


def _require_known(site: Path, keys: Sequence[str]) -> None:
    """Require that a folder holds no page of a dwelling that is not in the tables."""
    known = {f"{key}.html" for key in keys}
    for folder in ("woning", "en/woning"):
        if (site / folder).is_dir():
            for path in sorted((site / folder).iterdir()):
                if path.name not in known:
                    name = "".join(filter(str.isprintable, path.name))
                    raise GateRefused(
                        "{file} is on the site, but its dwelling is not in the tables.",
                        file=f"{folder}/{name}",
                    )


def _require_same(say: Speech, compared: Compared) -> None:
    wrong = (*compared.missing, *compared.different)
    if not wrong:
        return
    for file in wrong[:_MOST_SHOWN]:
        click.echo(file)
    if len(wrong) > _MOST_SHOWN:
        click.echo(say("and {count} more", count=len(wrong) - _MOST_SHOWN))
    if len(compared.different) == compared.pages:
        raise GateRefused(
            "No page says what the tables say. Perhaps another version of the program made this "
            "site; this is version {version}.",
            version=__version__,
        )
    raise GateRefused(
        "{count} of {pages} pages are missing, or say something else than the tables.",
        count=len(wrong),
        pages=compared.pages,
    )


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


def _reader(site: str) -> Read:
    """Return what reads a file of a site, from the web or from a folder."""
    if _is_address(site):
        return lambda path: _fetch(site, path)
    return lambda path: _read(Path(site), path)


def _is_address(site: str) -> bool:
    return site.startswith(("https://", "http://"))


def _read(folder: Path, path: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except OSError:
        raise NotThere("{file} is not in {site}.", file=path, site=folder) from None


def _fetch(site: str, path: str) -> bytes:
    address = f"{site.rstrip('/')}/{path}"
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read()
            return content
    except (OSError, ValueError) as error:
        code = error.code if isinstance(error, urllib.error.HTTPError) else None
        if code in _GONE:
            raise NotThere("{file} is not in {site}.", file=path, site=site) from None
        what = code or type(error).__name__
        raise ConfigError(
            "{file} cannot be read from the web ({what}).", file=address, what=what
        ) from None
