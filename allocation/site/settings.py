"""What the public site is told about its publisher.

Decides which settings can reach a public page: only the values below, all of
them public.  It must never hold a path, a threshold or anything of the night
but its last date.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

from allocation.logo import Logo
from allocation.periods import Period


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Public values of the association; ``data_until`` shows on the start page only.

    ``base_url`` ends with a slash; ``brand_colour`` is ``#rrggbb``; an empty
    phone or website is left out of the pages.  ``languages`` holds "nl", and
    "en" where the site is to be in English too.  Where ``logo_holds_name``, the
    name does not stand beside the logo.  ``program_url`` is where anybody can get the
    program that made the site; empty where that is not told.  ``hidden`` names the columns that the
    barrier left empty by choice, so that nobody reads that they are not known.
    ``texts`` holds the association's own words by language and name; ``reports``
    are the periods over which a report stands on the site, newest first.
    """

    association: str
    work_area: str
    email: str
    phone: str
    website: str
    base_url: str
    brand_colour: str
    data_until: date
    languages: tuple[str, ...] = ("nl", "en")
    logo: Logo | None = None
    logo_holds_name: bool = False
    program_url: str = ""
    hidden: frozenset[str] = frozenset()
    texts: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    reports: tuple[Period, ...] = ()

    def lasting(self) -> tuple[str, ...]:
        """Return what dwelling pages and lists show, for their fingerprints."""
        return (
            self.association,
            self.work_area,
            self.email,
            self.phone,
            self.website,
            self.base_url,
            self.brand_colour,
            *self.languages,
            repr(self.logo),
            str(self.logo_holds_name),
            *sorted(self.hidden),
        )
