"""Taking a page or the whole site away, without an export.

Decides how the last release is published anew without what was withdrawn, and
how one page takes the place of the site.  Who may ask for it is for
``interventions.py`` to say.
"""

from __future__ import annotations

from html import escape
from string import Template

from allocation.barrier.hiding import hide_fields
from allocation.barrier.retraction import without
from allocation.config import Config
from allocation.errors import ConfigError
from allocation.journal import night_journal
from allocation.keys import mark_of
from allocation.public_pages import History, make_tree, presentable
from allocation.releases import Record, Releases
from allocation.resources import templates_path
from allocation.state.interventions import withdrawn_marks
from allocation.state.note import take_note


def mark_of_page(config: Config, key: str) -> str:
    """Return the mark of a page of the public release.

    Raises:
        ConfigError: there is no page with this key, or the private state lost something:
            what would be put on record now, a backup would take away again.
    """
    releases = Releases(config.paths.public, config.paths.state)
    last = releases.current()
    releases.require_whole(last)
    if last is not None and key in releases.released(last).public.rows.column("key").to_pylist():
        return mark_of(key)
    if mark_of(key) in withdrawn_marks(config.paths.state):
        return mark_of(key)
    raise ConfigError("There is no page {key} on the site.", key=key)


def publish_without(config: Config) -> int:
    """Publish the last release anew without what was withdrawn, and keep no other.

    Needs no export: the pages come from the public table of that release.  A
    logo that is gone does not stop it.

    Raises:
        ConfigError: there is no release yet, or the private state lost something.
        LockHeld: another run is busy.
    """
    releases = Releases(config.paths.public, config.paths.state)
    with releases.locked():
        last = releases.current()
        if last is None:
            raise ConfigError("There is no site yet; run 'allocation build' first.")
        releases.require_whole(last)
        marks = withdrawn_marks(config.paths.state)
        released = hide_fields(without(releases.released(last), marks), config.publication)
        statements = releases.statements(last)
        number, building = releases.begin()
        shown = presentable(config)
        history = History(releases.log(last), releases.key())
        made = make_tree(
            shown, released.public, statements, last.night, building, history, always=True
        )
        noted = take_note(config.paths.state, last.noted)
        record = Record(number, last.night, last.counts, number, noted)
        releases.write_record(record, released, made.tree.files, statements, made.log)
        if releases.is_down():
            releases.put_aside(number, building.folder)
        else:
            releases.switch(number, building.folder)
        releases.prune(1)
        journal = night_journal(config.paths.state, last.night)
        journal.write("withdrawn", night=last.night.isoformat(), release=number)
    return number


def take_down(config: Config) -> None:
    """Put one page in the place of the site, also while a night is being built."""
    page = Template(templates_path("maintenance.html").read_text(encoding="utf-8"))
    association = config.association
    text = page.substitute(association=escape(association.name), email=escape(association.email))
    Releases(config.paths.public, config.paths.state).take_down(text.encode())


def bring_back(config: Config) -> None:
    """Let the next build put the site in place again."""
    Releases(config.paths.public, config.paths.state).bring_back()
