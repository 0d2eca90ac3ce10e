"""What the public site is told about its publisher.

Decides which settings can reach a public page: only the values below, all of
them public.  It must never hold a path, a threshold or anything of the night
but its last date.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class SiteSettings:
    """Public values of the association; ``data_until`` shows on the start page only.

    ``base_url`` ends with a slash; ``brand_colour`` is ``#rrggbb``; an empty
    phone or website is left out of the pages.  ``languages`` holds "nl", and
    "en" where the site is to be in English too.
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

    def lasting(self) -> tuple[str, ...]:
        """Return every value except the date, for fingerprints of pages that do not show it."""
        return (
            self.association,
            self.work_area,
            self.email,
            self.phone,
            self.website,
            self.base_url,
            self.brand_colour,
            *self.languages,
        )
