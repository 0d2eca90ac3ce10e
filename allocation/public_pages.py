"""Everything that a visitor can get, from public values and public settings.

Decides which parts a release is made of, and what they may know of the
configuration.  It judges nothing and reads no export.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from allocation.catalogue import public_catalogue
from allocation.config import Config, Site
from allocation.errors import ConfigError
from allocation.logo import read_logo
from allocation.public import PublicTable, Statements
from allocation.public_site import write_site
from allocation.publiclog.log import PACKAGE, Log
from allocation.reports.publish import published_folder, published_periods, write_reports
from allocation.site.palette import palette_css
from allocation.site.settings import SiteSettings
from allocation.tree import Building, Damaged, Tree

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


@dataclass(frozen=True, slots=True, repr=False)
class History:
    """The public log as the last release left it, and the secret that its next entry needs.

    Without one, it begins.
    """

    log: Log | None
    secret: bytes


@dataclass(frozen=True, slots=True, repr=False)
class Made:
    """A tree, the log with the entry of this release, and the log's files by path."""

    tree: Tree
    log: Log
    log_files: dict[str, bytes]


def make_tree(
    config: Config,
    table: PublicTable,
    statements: Statements,
    night: date,
    building: Building,
    history: History,
    *,
    always: bool = False,
) -> Made:
    """Make everything that a visitor can get.

    When nothing changed since the previous release the tree is left unfinished,
    and there is nothing to publish, unless ``always``.
    """
    try:
        tree = Tree(building.folder, end_of_day(night), building.previous)
        made = _fill(config, table, statements, night, tree, history)
        if always or not tree.is_previous():
            tree.finish(building.old)
    except Damaged:  # somebody removed files of that release: make them all
        building.clear()
        tree = Tree(building.folder, end_of_day(night))
        made = _fill(config, table, statements, night, tree, history)
        tree.finish()
    return made


def _fill(
    config: Config,
    table: PublicTable,
    statements: Statements,
    night: date,
    tree: Tree,
    history: History,
) -> Made:
    """Write all that a release holds; the log last, for it says what the rest is."""
    write_pages(config, table, statements, night, tree)
    package = tree.read(PACKAGE)
    before = history.log or Log.begin(config.site.base_url)
    log = before.after(history.secret, night, package)
    files = log.files(history.secret, night, package)
    for path, content in files.items():
        tree.write(path, content)
    return Made(tree, log, files)


def write_pages(
    config: Config, table: PublicTable, statements: Statements, night: date, tree: Tree
) -> None:
    """Write the pages, the open data and the reports into a tree that is then to be finished."""
    write_site(
        table,
        statements,
        site_settings(config, night),
        public_catalogue(),
        tree,
        config.paths.state / "chrome",
    )
    write_reports(published_folder(config.paths.state), tree)


def end_of_day(night: date) -> datetime:
    """Return the last second of a day in Europe/Amsterdam, in UTC."""
    return datetime.combine(night, wall_time(23, 59, 59), AMSTERDAM).astimezone(UTC)


def site_settings(config: Config, night: date) -> SiteSettings:
    """Return what the site may know of the configuration."""
    association = config.association
    languages = ("nl", "en") if config.site.english else ("nl",)
    return SiteSettings(
        association=association.name,
        work_area=association.work_area,
        email=association.email,
        phone=association.phone,
        website=association.website,
        base_url=config.site.base_url,
        brand_colour=config.site.brand_colour,
        data_until=night,
        languages=languages,
        logo=read_logo(config.site.logo) if config.site.logo else None,
        logo_holds_name=config.site.logo_holds_name,
        program_url=config.site.program_url,
        hidden=frozenset(config.publication.hidden_fields),
        texts={code: config.texts.model_dump()[code] for code in languages},
        reports=tuple(published_periods(published_folder(config.paths.state))),
    )


def require_presentable(config: Config) -> None:
    """Refuse, before a night's work, a logo or a colour that the site could not show.

    Raises:
        ConfigError: says which, and what is wrong with it.
    """
    palette_css(config.site.brand_colour)
    if config.site.logo:
        read_logo(config.site.logo)


def presentable(config: Config) -> Config:
    """Return the configuration with what a site can always show in the place of what it cannot.

    For what cannot wait until a logo or a colour is repaired: taking a page away.
    """
    try:
        require_presentable(config)
    except ConfigError:
        plain = {"logo": None, "brand_colour": Site().brand_colour}
        return config.model_copy(update={"site": config.site.model_copy(update=plain)})
    return config


def own_texts(config: Config) -> tuple[str, ...]:
    """Return the association's own texts, which no export can have put on the site."""
    association = config.association
    texts = [text for words in config.texts.model_dump().values() for text in words.values()]
    return (
        association.name,
        association.work_area,
        association.email,
        association.website,
        config.site.program_url,
        *texts,
    )


def own_files(config: Config) -> dict[str, bytes]:
    """Return the files of the site whose bytes are the association's own, by path."""
    if config.site.logo is None:
        return {}
    logo = read_logo(config.site.logo)
    return {logo.name: logo.content}
