"""Pieces of HTML that depend on a few values, rendered once for each combination.

Decides that a sentence such as "183 woningzoekenden reageerden" goes through
its template once a night and not once a page: this is what keeps 100,000
pages cheap.  A piece knows only the values that it is given, never a row.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache
from typing import NamedTuple

from jinja2 import Environment
from markupsafe import Markup

from allocation.public import Catalogue
from allocation.site.checks import result_words, tell_checks, worst
from allocation.site.language import Language
from allocation.site.pattern import EMPTY, Html, Pattern, encoded, escaped
from allocation.site.waiting import Usual
from allocation.vocabulary import Outcome

Macro = Callable[..., Markup]
Piece = Callable[..., Html]

_DRAWN_PLACES = 9
"""Up to this rank every place ahead is drawn; above it the middle is left out."""

_DRAWN_FIRST = 4
_DRAWN_LAST = 2
_MOST_DOTS = 14


class Reasons(NamedTuple):
    """Why candidates were passed over, in counts; ``known`` is False where nothing was said."""

    known: bool
    declined: int
    conditions: int
    no_answer: int
    other: int
    no_reason: int
    unexplained: int

    @property
    def total(self) -> int:
        """How many candidates were passed over with anything on record."""
        return self.declined + self.conditions + self.no_answer + self.other + self.no_reason


class Fragments:
    """The macros of the templates as functions.

    Most remember what they made; ``fact``, ``terms``, ``usual`` and ``reasons`` do not:
    their caller does, by the values of a row that decide them.
    """

    def __init__(self, environment: Environment, language: Language, catalogue: Catalogue) -> None:
        self._language = language
        self._catalogue = catalogue
        page = vars(environment.get_template("dwelling.html").module)
        rows = vars(environment.get_template("rows.html").module)
        self._front: Macro = page["front"]
        self._rest: Macro = page["rest"]
        self._queue = Pattern(page["queue"](), ("front", "rest"))
        self._reasons: Macro = page["reasons"]
        self._labels = outcome_labels(language)
        self._tag: Macro = page["tag"]
        self._fact = Pattern(page["fact"](), ("name", "value"))
        self._escaped = cache(escaped)
        self.responded: Piece = _remembered(page["responded"])
        self.went_to: Piece = _remembered(page["went_to"])
        self.because: Piece = _remembered(page["because"])
        self.not_yet: Piece = _remembered(page["not_yet"])
        self.ahead_heading: Piece = _remembered(page["ahead_heading"])
        self.steps: Piece = _remembered(page["steps"])
        self._terms: Macro = page["terms"]
        self.meaning: Piece = _remembered(page["meaning"])
        self._pane = Pattern(page["pane"](), ("content",))
        self._flag: Macro = page["flag"]
        self._checks: Macro = page["checks"]
        self._usual: Macro = page["usual"]
        self._usual_unknown: Piece = _remembered(page["usual_unknown"])
        self.not_checked: Piece = _remembered(page["not_checked"])
        self.checks = cache(self._make_checks)
        self.flag = cache(self._make_flag)
        self.row_responses: Piece = _remembered(rows["responses"])
        self.row_went_to: Piece = _remembered(rows["went_to"])
        self.tag = cache(self._make_tag)
        self.front = cache(self._make_front)
        self.rest = cache(self._make_rest)

    def fact(self, name: str, value: str) -> Html:
        """Return one name and value of a list of facts."""
        return self._fact.fill((self._escaped(name), escaped(value)))

    def terms(self, bounds: Sequence[str], priority: Sequence[str], ordering: str) -> Html:
        """Tell who can get the dwelling and who comes first."""
        return encoded(self._terms(bounds, priority, ordering))

    def pane(self, content: Html) -> Html:
        """Put a piece into a pane of its own."""
        return self._pane.fill((content,))

    def queue(self, rank: int, responses: int | None) -> Html:
        """Draw the places ahead of the new tenant, the tenant, and those after."""
        behind = 0 if responses is None else max(0, responses - rank)
        return self._queue.fill((self.front(rank), self.rest(behind)))

    def _make_flag(self, checks: str | None) -> Html:
        result = worst(checks)
        if result is None:
            return EMPTY
        return encoded(self._flag(str(result), result_words(self._language)[result]))

    def _make_checks(self, checks: str) -> Html:
        return encoded(self._checks(tell_checks(checks, self._catalogue, self._language)))

    def usual(self, usual: Usual | None, years: int | None, place: str, href: str) -> Html:
        """Tell what was usual; ``place`` is the name of the dwelling's own place."""
        if usual is None:
            return self._usual_unknown(href)
        scale = 12 if usual.years.high <= 12 and (years or 0) <= 12 else 20
        if max(usual.years.high, years or 0) > scale:
            scale = 40
        where = group_words(self._language, place if usual.place else None, usual.dwelling_type)
        return encoded(self._usual(usual, years, scale, where, href))

    def _make_tag(self, outcome: Outcome) -> Html:
        return encoded(self._tag(outcome, self._labels[outcome]))

    def _make_front(self, rank: int) -> Html:
        first, last = range(1, rank), range(0)
        if rank > _DRAWN_PLACES:
            first, last = range(1, _DRAWN_FIRST + 1), range(rank - _DRAWN_LAST, rank)
        number = self._language.number
        drawn = [[number(place) for place in places] for places in (first, last)]
        return encoded(self._front(rank, *drawn))

    def _make_rest(self, count: int) -> Html:
        return encoded(self._rest(count, min(count, _MOST_DOTS))) if count else EMPTY

    def reasons(self, reasons: Reasons) -> Html:
        """Tell why those ahead did not get the dwelling."""
        return encoded(self._reasons(*reasons))


def _remembered(macro: Macro) -> Piece:
    """Return a macro of plain values as a function that renders each combination once.

    HTML is no plain value: the macro would escape it, so a ``Pattern`` takes it instead.
    """
    return cache(lambda *values: encoded(macro(*values)))


def group_words(language: Language, place: str | None, dwelling_type: str | None) -> str:
    """Return what a group of dwellings is called, with a capital: "Appartement, Beilen"."""
    _ = language.gettext
    kind = language.label("dwelling_type", dwelling_type) if dwelling_type else ""
    kind = f"{kind[:1].upper()}{kind[1:]}" if kind else _("Alle soorten woningen")
    return _("{kind}, {place}").format(kind=kind, place=place or _("alle plaatsen"))


def outcome_labels(language: Language) -> dict[Outcome, str]:
    """Return what each outcome is called on the site."""
    _ = language.gettext
    return {
        Outcome.OPEN: _("Open voor reacties"),
        Outcome.IN_PROGRESS: _("In behandeling"),
        Outcome.LET: _("Verhuurd"),
        Outcome.NOT_LET: _("Niet verhuurd"),
        Outcome.WITHDRAWN: _("Uit het aanbod"),
    }
