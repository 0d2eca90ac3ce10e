"""What the public site is told about its publisher.

Decides which settings can reach a public page: only the values below, all of
them public.  It must never hold a path, a threshold or anything of the night
but its last date.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from allocation.forms import ADDRESS, BASE_URL, LONGEST_TEXT
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

    def told(self) -> dict[str, object]:
        """Return the settings as plain values, all of them public, but for the logo's bytes.

        ``read_settings`` reads them.
        """
        logo = self.logo and {
            "name": self.logo.name,
            "width": self.logo.width,
            "height": self.logo.height,
        }
        return {
            **{name: getattr(self, name) for name in _PLAIN},
            "data_until": self.data_until.isoformat(),
            "languages": list(self.languages),
            "logo": logo,
            "hidden": sorted(self.hidden),
            "texts": {code: dict(texts) for code, texts in self.texts.items()},
            "reports": [str(period) for period in self.reports],
        }

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


_PLAIN = (
    *("association", "work_area", "email", "phone", "website", "base_url", "brand_colour"),
    *("logo_holds_name", "program_url"),
)


_Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


class _ToldLogo(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    name: Literal["logo.svg", "logo.png"]
    width: int
    height: int


class _Told(BaseModel):
    """The form of what ``told`` gives."""

    model_config = ConfigDict(extra="forbid", strict=True)

    association: str
    work_area: str
    email: str
    phone: str
    website: str = Field(pattern=ADDRESS)
    base_url: str = Field(pattern=BASE_URL)
    brand_colour: str = Field(pattern=r"^#[0-9a-fA-F]{6}$")
    data_until: date
    languages: tuple[Literal["nl"]] | tuple[Literal["nl"], Literal["en"]]
    logo: _ToldLogo | None
    logo_holds_name: bool
    program_url: str = Field(pattern=ADDRESS)
    hidden: frozenset[str]
    texts: dict[Literal["nl", "en"], dict[Literal["promise", "complaint"], _Text]]
    reports: tuple[str, ...]


def read_settings(told: object) -> SiteSettings:
    """Return settings from plain values; a logo is without its bytes.

    Raises:
        ValueError: they are not what ``told`` gives.
    """
    read = _Told.model_validate_json(json.dumps(told))
    drawn = read.logo
    logo = None if drawn is None else Logo(drawn.name, b"", drawn.width, drawn.height)
    return SiteSettings(
        **{name: getattr(read, name) for name in _PLAIN},
        data_until=read.data_until,
        languages=read.languages,
        logo=logo,
        hidden=read.hidden,
        texts={
            code: {str(name): text for name, text in texts.items()}
            for code, texts in read.texts.items()
        },
        reports=tuple(map(Period.parse, read.reports)),
    )
