"""What the letting department asks about the findings of the last night that was built.

Decides how a letting is found from what a clerk has at hand, and where the
explanation of each finding stands.  It reads what the night kept, and changes
nothing; a register match is never part of what it tells.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from allocation.barrier.carry_over import Released
from allocation.config import Config
from allocation.engine import Engine
from allocation.errors import ConfigError
from allocation.findings import Finding, failed_findings, findings_of, open_findings
from allocation.keys import MARK_LENGTH, mark_of
from allocation.machine import needing_whole
from allocation.public import lettings, read_checks
from allocation.releases import Releases
from allocation.rules import FOR_OFFICER, RULES
from allocation.rules.model import Rule, Severity
from allocation.state.explanations import Explained, explanations_path, open_explanations
from allocation.state.explanations import Finding as Subject

RULE: dict[str, Rule] = {rule.id: rule for rule in RULES}


class Standing(StrEnum):
    """Where the explanation of a failed finding stands."""

    OPEN = "open"
    RECORDED = "recorded"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True)
class OpenFinding:
    """A failed finding; ``public_until`` is the last day on which it is in treatment, if public."""

    finding: Finding
    address: str | None
    standing: Standing
    explained: Explained | None
    public_until: date | None


@dataclass(frozen=True, slots=True)
class Place:
    """A letting: the ids of its advert and dwelling, and its address where it is public.

    A direct allocation has no advert, and is known by ``allocation_id``.
    """

    publication_id: str | None
    dwelling_id: str
    address: str | None
    allocation_id: str | None = None


class Desk:
    """The findings of one night, with the explanations as they stand now."""

    def __init__(self, config: Config, engine: Engine, night: date) -> None:
        self.night = night
        self._engine = engine
        releases = Releases(config.paths.public, config.paths.state)
        record = releases.current()
        released = releases.released(record) if record else None
        self._days = config.agreement.explanation_days
        self._addresses, self._marks, self._since = _shown(released)
        path = explanations_path(config.paths.state)
        self._explained: dict[Subject, Explained] = {}
        if path.exists():
            with open_explanations(path) as book:
                self._explained = book.standing()

    def find(self, words: str) -> Place:
        """Return the one letting that a public key, an id or a public address means.

        Raises:
            ConfigError: there is none, or there are several.
        """
        key = words.rstrip("/").rpartition("/")[2].removesuffix(".html")
        found: set[_Letting] = set()
        if "-" in key and len(key) > MARK_LENGTH and mark_of(key) in self._marks:
            found.add((*self._marks[mark_of(key)], None))
        else:
            found |= self._with_id(words)
            told = words.casefold()
            found |= {
                (*ids, None) for ids, address in self._addresses.items() if _means(told, address)
            }
        if not found:
            raise ConfigError("There is no letting '{words}' in the last night.", words=words)
        if len(found) > 1:
            raise ConfigError(
                "'{words}' means {count} lettings: name the advert or the allocation, or use the "
                "page's address. Among them: {some}",
                words=words,
                count=len(found),
                some=", ".join(sorted(advert or str(direct) for advert, _, direct in found)[:5]),
            )
        publication, dwelling, allocation = found.pop()
        address = self._addresses.get((publication or "", dwelling))
        return Place(publication, dwelling, address, allocation)

    def _with_id(self, words: str) -> set[_Letting]:
        """Return the lettings of which the advert, the dwelling or the allocation has this id."""
        rows = self._engine.rows(
            "SELECT DISTINCT publication_id, dwelling_id, "
            "CASE WHEN publication_id IS NULL THEN allocation_id END FROM night_findings "
            "WHERE list_contains([publication_id, dwelling_id, allocation_id], $words)",
            {"words": words},
        )
        return {
            (_text_or_none(publication), str(dwelling), _text_or_none(allocation))
            for publication, dwelling, allocation in rows
        }

    def findings_on(self, place: Place) -> tuple[Finding, ...]:
        """Return every finding on a letting, in the order of the rules."""
        found = findings_of(
            self._engine, place.publication_id, place.dwelling_id, place.allocation_id
        )
        return tuple(finding for finding in found if finding.rule not in FOR_OFFICER)

    def explanation(self, finding: Finding) -> Explained | None:
        """Return the explanation that stands for a finding with these facts."""
        return self._explained.get(subject(finding))

    def is_shown(self, finding: Finding) -> bool:
        """Tell whether the site shows this finding as a deviation."""
        return (finding.publication_id, finding.dwelling_id, finding.rule) in self._since

    def open_findings(self, *, signals: bool, explained: bool) -> list[OpenFinding]:
        """Return the failed findings: breaches and deviations, and what is asked beside."""
        wanted = {Severity.BREACH, Severity.DEVIATION} | ({Severity.SIGNAL} if signals else set())
        found = []
        for finding in failed_findings(self._engine):
            if finding.rule in FOR_OFFICER or RULE[finding.rule].severity not in wanted:
                continue
            ids = (finding.publication_id or "", finding.dwelling_id)
            known = self.explanation(finding)
            standing = _standing(known)
            if standing is Standing.CONFIRMED and not explained:
                continue
            since = self._since.get((*ids, finding.rule))
            until = since + timedelta(days=self._days) if since else None
            found.append(OpenFinding(finding, self._addresses.get(ids), standing, known, until))
        return found


@contextmanager
def open_desk(config: Config) -> Iterator[Desk]:
    """Open the findings of the last night that was built.

    Raises:
        ConfigError: no night was built yet, or what it kept is damaged.
    """
    with ExitStack() as stack:
        folder = config.paths.state / "findings"
        with needing_whole(folder):
            opened = stack.enter_context(open_findings(folder))
        if opened is None:
            raise ConfigError("No night was built yet: run 'allocation build' first.")
        night, engine = opened
        with needing_whole(explanations_path(config.paths.state)):
            desk = Desk(config, engine, night)
        yield desk


def subject(finding: Finding) -> Subject:
    """Return what an explanation of a finding is bound to."""
    direct = finding.allocation_id if finding.publication_id is None else None
    return Subject(
        finding.publication_id or "",
        finding.dwelling_id,
        finding.rule,
        finding.facts,
        allocation_id=direct or "",
    )


def _text_or_none(value: object) -> str | None:
    return None if value is None else str(value)


def _standing(known: Explained | None) -> Standing:
    if known is None:
        return Standing.OPEN
    return Standing.RECORDED if known.confirmed_by is None else Standing.CONFIRMED


def _means(words: str, address: str) -> bool:
    whole = address.casefold()
    return words == whole or words == whole.partition(",")[0]


_Ids = tuple[str, str]
_Letting = tuple[str | None, str, str | None]
"""The advert and the dwelling; of a direct allocation, which has no advert, its own id too."""


def _shown(
    released: Released | None,
) -> tuple[dict[_Ids, str], dict[str, _Ids], dict[tuple[str, str, str], date]]:
    """Return the public addresses, the ids behind the marks, and since when a deviation shows."""
    if released is None:
        return {}, {}, {}
    columns = [column.to_pylist() for column in released.pairs.columns]
    marks = {
        mark: (publication, dwelling) for mark, publication, dwelling in zip(*columns, strict=True)
    }
    addresses: dict[_Ids, str] = {}
    since: dict[tuple[str, str, str], date] = {}
    for letting in lettings(released.public):
        ids = marks[mark_of(letting.key)]
        addresses[ids] = f"{letting.address}, {letting.place}"
        for check in read_checks(letting.checks):
            if check.since is not None:
                since[*ids, check.rule] = check.since
    return addresses, marks, since
