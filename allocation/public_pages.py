"""Everything that a visitor can get, from public values and public settings.

Decides which parts a release is made of, and what they may know of the
configuration.  It judges nothing and reads no export.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from datetime import time as wall_time
from zoneinfo import ZoneInfo

from allocation.catalogue import public_catalogue
from allocation.config import Config
from allocation.opendata.metadata import Publisher
from allocation.opendata.write import write_open_data
from allocation.public import PublicTable, Statements
from allocation.reports.publish import published_folder, write_reports
from allocation.site.build import SiteSettings, render_site
from allocation.tree import Tree

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def write_pages(
    config: Config, table: PublicTable, statements: Statements, night: date, tree: Tree
) -> None:
    """Write everything that a visitor can get, and give the folders their stamp."""
    render_site(
        table,
        site_settings(config, night),
        tree,
        config.paths.state / "chrome",
        catalogue=public_catalogue(),
        statements=statements,
    )
    write_open_data(table, statements, public_catalogue().rules, publisher(config, night), tree)
    write_reports(published_folder(config.paths.state), config.association.name, tree)
    tree.finish()


def end_of_day(night: date) -> datetime:
    """Return the last second of a day in Europe/Amsterdam, in UTC."""
    return datetime.combine(night, wall_time(23, 59, 59), AMSTERDAM).astimezone(UTC)


def site_settings(config: Config, night: date) -> SiteSettings:
    """Return what the site may know of the configuration."""
    association = config.association
    return SiteSettings(
        association=association.name,
        work_area=association.work_area,
        email=association.email,
        phone=association.phone,
        website=association.website,
        base_url=config.site.base_url,
        brand_colour=config.site.brand_colour,
        data_until=night,
    )


def publisher(config: Config, night: date) -> Publisher:
    """Return what the open data may know of the configuration."""
    association = config.association
    return Publisher(
        association=association.name,
        work_area=association.work_area,
        email=association.email,
        website=association.website,
        base_url=config.site.base_url,
        data_until=night,
    )
