"""Reports from what is kept: reads the last release and writes the files of a report.

Decides where a report's values come from: the public table and the statements
of the last release for everybody, the counts of the last night for the
association and the board, each through its own view.  It publishes nothing by
itself: a public report waits for the next night, which searches it.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from pathlib import Path
from unicodedata import category

from allocation.catalogue import public_catalogue
from allocation.config import Config
from allocation.errors import ConfigError, InputRefused, Place
from allocation.figures import Book
from allocation.inner_facts import (
    InnerFacts,
    association_view,
    board_view,
    inner_facts_path,
    read_inner_facts,
)
from allocation.periods import Period
from allocation.public import Statements
from allocation.releases import Releases
from allocation.reports.account_parts import figures_to_save
from allocation.reports.audience import AUDIENCES, Audience
from allocation.reports.compose import compose
from allocation.reports.document import Report
from allocation.reports.html import STYLE, html_page
from allocation.reports.pdf import pdf_file
from allocation.reports.publish import (
    FIGURES,
    PAGE,
    PDF,
    published_folder,
    read_saved,
    save_published,
)
from allocation.reports.sources import Saved, Sources
from allocation.reports.views import AssociationView, BoardView, GroundsOfYear
from allocation.reports.xlsx import xlsx_file
from allocation.resources import templates_path
from allocation.state.case_counts import count_cases
from allocation.state.cases import case_book_path

_LONGEST_TEXT = 20_000
_LONGEST_HOLD = 7
"""Days between the earliest release of an outcome and the weekday on which it is released."""

_ALLOWED_CONTROLS = frozenset("\n\t\r")


@dataclass(frozen=True, slots=True)
class SignOff:
    """What the tenants' association remarked and what was answered; empty where nothing."""

    remarks: str = ""
    answer: str = ""


class Reporter:
    """Makes reports from the last release; loads the public table once."""

    def __init__(self, config: Config) -> None:
        self.config = config
        self._releases = Releases(config.paths.public, config.paths.state)
        record = self._releases.current()
        if record is None:
            raise ConfigError("There is no site yet; run 'allocation build' first.")
        self.until: date = record.night
        self.book = Book(self._releases.released(record).public)
        self.statements: Statements = self._releases.statements(record)

    @cached_property
    def _inner(self) -> InnerFacts:
        facts = read_inner_facts(inner_facts_path(self.config.paths.state))
        if facts is None:
            raise ConfigError("The last night kept no internal figures; run 'allocation build'.")
        return facts

    def report(self, period: Period, audience: Audience, sign_off: SignOff) -> Report:
        """Return the report over a period for an audience.

        Raises:
            ConfigError: the data end before the period, or hold nothing for the audience.
        """
        return compose(self.sources(period, audience, sign_off))

    def sources(self, period: Period, audience: Audience, sign_off: SignOff) -> Sources:
        """Return what a report is made from; the views of other audiences are not there."""
        if self.until < period.first:
            raise ConfigError(
                "The data end on {night}, before the period {period} begins.",
                night=self.until,
                period=str(period),
            )
        config = self.config
        saved = read_saved(published_folder(config.paths.state))
        return Sources(
            audience=audience,
            period=period,
            book=self.book,
            statements=self.statements,
            rules=public_catalogue().rules,
            association_name=config.association.name,
            until=self.until,
            delay_days=config.publication.delay_days
            + (0 if config.publication.release_day == "daily" else _LONGEST_HOLD),
            offer_percent=round(config.agreement.offer_model_share * 100),
            screens=bool(config.paths.register_file or config.register_source.command),
            remarks=sign_off.remarks,
            answer=sign_off.answer,
            saved={
                name: Saved(date.fromisoformat(until), figures)
                for name, (until, figures) in saved.items()
            },
            association=self._association(period) if audience is Audience.ASSOCIATION else None,
            board=self._board(period) if audience is Audience.BOARD else None,
        )

    def files(self, period: Period, audience: Audience, sign_off: SignOff) -> dict[str, bytes]:
        """Return the files of a report by name: page, style sheet, PDF and, not public, XLSX."""
        report = self.report(period, audience, sign_off)
        brand = self.config.site.brand_colour
        stem = f"rapport-{period}-{AUDIENCES[audience][0]}"
        files = {
            f"{stem}.html": html_page(report, brand, pdf=f"{stem}.pdf"),
            STYLE: templates_path("reports", STYLE).read_bytes(),
            f"{stem}.pdf": pdf_file(report, brand),
        }
        if audience is not Audience.PUBLIC:
            files[f"{stem}.xlsx"] = xlsx_file(report)
        return files

    def publish(self, period: Period, sign_off: SignOff) -> None:
        """Let the next night put the public report on the site."""
        sources = self.sources(period, Audience.PUBLIC, sign_off)
        report = compose(sources)
        brand = self.config.site.brand_colour
        told = {"until": str(self.until), "figures": figures_to_save(sources, period)}
        files = {
            PAGE: html_page(report, brand, home="../../", pdf=PDF),
            STYLE: templates_path("reports", STYLE).read_bytes(),
            PDF: pdf_file(report, brand),
            FIGURES: (json.dumps(told, ensure_ascii=False, indent=1) + "\n").encode(),
        }
        save_published(published_folder(self.config.paths.state), period, files)

    def _association(self, period: Period) -> AssociationView:
        """Return the association's view; what it is told of a year is kept and stays."""
        path = self.config.paths.state / "reports" / "association-years.json"
        said = _read_years(path)
        view = association_view(self._inner, period, self.statements, said)
        known = {year.year: year for year in (*view.grounds, *said)}
        _write_private(
            path,
            json.dumps([asdict(known[year]) for year in sorted(known)], indent=1).encode(),
        )
        return view

    def _board(self, period: Period) -> BoardView:
        cases = count_cases(case_book_path(self.config.paths.state), period.first, period.last)
        return board_view(self._inner, period, cases)


def _read_years(path: Path) -> list[GroundsOfYear]:
    if not path.exists():
        return []
    return [
        GroundsOfYear(entry["year"], tuple((g, n) for g, n in entry["by_ground"]))
        for entry in json.loads(path.read_text(encoding="utf-8"))
    ]


def write_files(folder: Path, files: Mapping[str, bytes], audience: Audience) -> list[Path]:
    """Write the files of a report; those that are not public can be read by their owner alone.

    Raises:
        ConfigError: the folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        written = []
        for name, content in files.items():
            path = folder / name
            if audience is Audience.PUBLIC or name == STYLE:
                path.write_bytes(content)
            else:
                _write_private(path, content)
            written.append(path)
    except OSError as error:
        raise ConfigError(
            "The folder {folder} cannot be used: {what}", folder=folder, what=error.strerror
        ) from None
    return written


def read_text_file(path: Path | None) -> str:
    """Return the text of remarks or an answer; empty for None.

    Raises:
        InputRefused: it cannot be read, is too long, or holds a character that is no text.
    """
    if path is None:
        return ""
    try:
        text = path.read_bytes().decode("utf-8-sig")
    except OSError:
        raise InputRefused("{file} cannot be read.", file=path.name) from None
    except UnicodeDecodeError:
        raise InputRefused("{file} is no text in UTF-8.", file=path.name) from None
    if len(text) > _LONGEST_TEXT:
        raise InputRefused(
            "{file} is longer than {count} characters.", file=path.name, count=_LONGEST_TEXT
        )
    for row, line in enumerate(text.splitlines(), start=1):
        if any(category(c) in ("Cc", "Cf", "Co") and c not in _ALLOWED_CONTROLS for c in line):
            raise InputRefused(
                "{file} holds a character that is no text.",
                (Place(path.name, row),),
                file=path.name,
            )
    return text.replace("\r\n", "\n").replace("\r", "\n")


def _write_private(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}")
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(content)
    fresh.replace(path)
