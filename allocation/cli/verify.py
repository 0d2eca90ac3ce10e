"""The command for who wants to check the site without trusting who made it: ``verify``.

Decides names and options, where the files of a site are read from, and what is kept
between two times.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from pathlib import Path

import click

from allocation.errors import ConfigError
from allocation.messages import Speech
from allocation.publiclog.verify import Read, verify_site

_SECONDS = 60
"""How long an answer of a web server may take."""


@click.command()
@click.argument("site")
@click.option(
    "--keep",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A file that remembers the log for the next time; it is made when it is not there.",
)
@click.option("--key", metavar="KEY", help="The key of the log, as you noted it elsewhere.")
@click.pass_obj
def verify(say: Speech, site: str, keep: Path | None, key: str | None) -> None:
    """Check that SITE is what its log says, and that the log only grew.

    SITE is the address of a site, https://…, or a folder with a copy of it. Each
    release puts one line in the log; the log is signed, and no line can be changed or
    left out without breaking it. Run this now and then with the same --keep: then a
    change of what was published before comes to light too. It needs nothing of the
    association but its public site.
    """
    kept = _kept(keep)
    found = verify_site(_reader(site), kept, key)
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
    if keep is not None:
        _keep(keep, found.kept)
        click.echo(say("Kept for the next time: {file}", file=keep))


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
    if site.startswith(("https://", "http://")):
        return lambda path: _fetch(f"{site.rstrip('/')}/{path}")
    return lambda path: _read(Path(site), path)


def _read(folder: Path, path: str) -> bytes:
    try:
        return (folder / path).read_bytes()
    except OSError:
        raise ConfigError("{file} is not in {site}.", file=path, site=folder) from None


def _fetch(address: str) -> bytes:
    try:
        with urllib.request.urlopen(address, timeout=_SECONDS) as answer:  # noqa: S310
            content: bytes = answer.read()
            return content
    except (OSError, ValueError) as error:
        what = error.code if isinstance(error, urllib.error.HTTPError) else type(error).__name__
        raise ConfigError(
            "{file} cannot be read from the web ({what}).", file=address, what=what
        ) from None
