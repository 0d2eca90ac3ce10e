"""What the page of one dwelling says: its own row and nothing else.

Decides which values of a public row are shown and how they read.  It must
never look at a neighbour, at a total or at the clock: equal rows give equal
pages, whatever else is on the site.  Many pages are made slot by slot: what
stands in a slot is asked for all of them, and each different piece is made once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from decimal import Decimal
from functools import cache
from operator import attrgetter
from typing import NamedTuple, TypeAlias, assert_never

from jinja2 import Environment

from allocation.public import Catalogue, Letting
from allocation.site.conditions import describe_bounds, describe_priority
from allocation.site.fragments import Fragments, Reasons
from allocation.site.language import Language
from allocation.site.pattern import (
    EMPTY,
    Column,
    Html,
    Pattern,
    escaped,
    escaped_all,
    joined_all,
)
from allocation.site.places import closing_day, place_slug, waiting_folder
from allocation.site.waiting import Usual
from allocation.vocabulary import Ordering, Outcome

_LIST_TYPE = "dwelling_type"
_BETWEEN = Html(" · ".encode())
_MEANT_BELOW = {Outcome.LET, Outcome.OPEN, Outcome.IN_PROGRESS}
"""Outcomes whose meaning stands below: there is something else to tell beside the answer."""

_Fact: TypeAlias = tuple[str, Callable[..., Html]]
"""A field of a row, and what is told of its value."""


class DwellingPage(NamedTuple):
    """The slots of dwelling pages, each with what it holds on each page."""

    address: Column
    place: Column
    place_slug: Column
    street: Column
    street_slug: Column
    key: Column
    tag: Column
    flag: Column
    summary: Column
    answer: Column
    story: Column
    usual: Column
    facts: Column
    advert: Column
    terms: Column
    meaning: Column
    checks: Column


class ListRow(NamedTuple):
    """The slots of list rows, each with what it holds in each row."""

    key: Column
    address: Column
    place: Column
    kind: Column
    responses: Column
    tag: Column
    flag: Column
    went_to: Column


class _Names(NamedTuple):
    """What the facts are called, translated once."""

    kind: str
    rooms: str
    rent: str
    area: str
    energy: str
    neighbourhood: str
    municipality: str
    label: str
    period: str
    method: str
    let_month: str
    missing: str
    rent_value: str
    rent_summary: str


class DwellingPages:
    """Turns public rows into pages and list rows, in one language."""

    def __init__(
        self,
        environment: Environment,
        language: Language,
        catalogue: Catalogue,
        fixed: Mapping[str, Html],
        hidden: frozenset[str],
    ) -> None:
        self._language = language
        self._has_rules = bool(catalogue.rules)
        self._fragments = Fragments(environment, language, catalogue)
        self._names = _names(language)
        page: Callable[[], str] = vars(environment.get_template("dwelling.html").module)["page"]
        row: Callable[[], str] = vars(environment.get_template("rows.html").module)["row"]
        self._page = Pattern(page(), DwellingPage._fields, fixed)
        self._row = Pattern(row(), ListRow._fields)
        start: Callable[[], str] = vars(environment.get_template("rows.html").module)["row_start"]
        self._row_start = start().strip().encode()
        self._list_rows: dict[str, Html] = {}
        self._slug = cache(place_slug)
        self._escaped = cache(escaped)
        self._slug_html = cache(lambda name: escaped(self._slug(name)))
        self._kind = cache(self._make_kind)
        self._money = cache(language.money)
        self._summary_rent = cache(self._make_summary_rent)
        self._usual = cache(self._make_usual)
        self._meaning = cache(self._make_meaning)
        self._reasons = cache(self._make_reasons)
        self._terms = cache(self._make_terms)
        self._period = cache(self._make_period)
        self._method = cache(self._make_method)
        self._let_month = cache(self._make_let_month)
        self._facts = [
            (field, cache(told)) for field, told in self._make_facts() if field not in hidden
        ]

    def bodies(self, rows: Sequence[Letting], usual: Sequence[Usual | None]) -> Iterator[Html]:
        """Yield, for each row, the HTML between the header and the footer.

        ``usual`` is, for each row, what was usual in the last finished year for
        dwellings like it.
        """
        return self._page.fill_all(self._slots(rows, usual))

    def list_rows(self, rows: Sequence[Letting], root: str) -> Html:
        """Return the rows of a list; ``root`` leads from there to the start page.

        A row is rendered once for all lists on which it stands.
        """
        known = self._list_rows
        fresh = [row for row in rows if row.key not in known]
        if fresh:
            filled = self._row.fill_all(self._row_slots(fresh))
            known.update(zip((row.key for row in fresh), filled, strict=True))
        start = self._row_start + escaped(root)
        return Html(start.join([b"", *(known[row.key] for row in rows)]))

    def _row_slots(self, rows: Sequence[Letting]) -> ListRow:
        pieces = self._fragments
        return ListRow(
            key=[Html(row.key.encode()) for row in rows],
            address=escaped_all([row.address for row in rows]),
            place=[self._escaped(row.place) for row in rows],
            kind=[self._kind(row.dwelling_type, row.room_count) for row in rows],
            responses=[pieces.row_responses(row.response_count) for row in rows],
            tag=[pieces.tag(row.outcome) for row in rows],
            flag=self._flags(rows),
            went_to=[
                pieces.row_went_to(row.outcome, row.ordering, row.rank, row.registration_years)
                if row.outcome is Outcome.LET
                else pieces.row_went_to(row.outcome, row.ordering, None, None)
                for row in rows
            ],
        )

    def _slots(self, rows: Sequence[Letting], usual: Sequence[Usual | None]) -> DwellingPage:
        return DwellingPage(
            address=escaped_all([row.address for row in rows]),
            place=[self._escaped(row.place) for row in rows],
            place_slug=[self._slug_html(row.place) for row in rows],
            street=[self._escaped(row.street) for row in rows],
            street_slug=[self._slug_html(row.street) for row in rows],
            key=[Html(row.key.encode()) for row in rows],
            tag=[self._fragments.tag(row.outcome) for row in rows],
            flag=self._flags(rows),
            summary=self._summaries(rows),
            answer=self._answers(rows),
            story=self._stories(rows),
            usual=[
                self._usual(of, row.place, row.dwelling_type, _waited(row))
                for row, of in zip(rows, usual, strict=True)
            ],
            facts=joined_all(
                [list(map(told, map(attrgetter(field), rows))) for field, told in self._facts]
            ),
            advert=self._adverts(rows),
            terms=[
                self._terms(
                    (row.min_household_size, row.max_household_size),
                    (row.min_age, row.max_age),
                    (row.min_income, row.max_income),
                    row.priority_order,
                    row.ordering,
                )
                for row in rows
            ],
            meaning=[self._meaning(row.outcome) for row in rows],
            checks=[
                self._checks(row.checks) if row.outcome is Outcome.LET else EMPTY for row in rows
            ],
        )

    def _flags(self, rows: Sequence[Letting]) -> Column:
        flag = self._fragments.flag
        return [flag(row.checks) if row.outcome is Outcome.LET else EMPTY for row in rows]

    def _answers(self, rows: Sequence[Letting]) -> Column:
        """Tell how many responded, and who got the dwelling or why nobody did yet."""
        pieces = self._fragments
        is_open, let = Outcome.OPEN, Outcome.LET
        responded = [pieces.responded(row.response_count, row.outcome is is_open) for row in rows]
        then = [
            pieces.went_to(row.rank, row.ordering) if row.outcome is let else self._not_yet(row)
            for row in rows
        ]
        because = [
            pieces.because(row.ordering, row.registration_years) if row.outcome is let else EMPTY
            for row in rows
        ]
        return joined_all((responded, then, because))

    def _not_yet(self, row: Letting) -> Html:
        last = closing_day(row.opens_on, row.closes_on) if row.outcome is Outcome.OPEN else None
        last_day = "" if last is None else self._language.date(last)
        return self._fragments.not_yet(row.outcome, last_day)

    def _stories(self, rows: Sequence[Letting]) -> Column:
        """Tell, beside the answer, why those ahead did not get the dwelling, or what follows."""
        start = [self._story_start(row.outcome, row.rank) for row in rows]
        let, queue = Outcome.LET, self._fragments.queue
        queues = [
            queue(row.rank, row.response_count) if row.rank and row.outcome is let else EMPTY
            for row in rows
        ]
        reasons = [
            self._reasons(
                row.rank,
                row.passed_declined,
                row.passed_conditions,
                row.passed_no_answer,
                row.passed_other,
                row.passed_no_reason,
            )
            if row.outcome is let
            else EMPTY
            for row in rows
        ]
        return joined_all((start, queues, reasons))

    def _story_start(self, outcome: Outcome, rank: int | None) -> Html:
        match outcome:
            case Outcome.LET:
                return self._fragments.ahead_heading(rank)
            case Outcome.OPEN | Outcome.IN_PROGRESS:
                return self._fragments.steps(outcome)
            case Outcome.NOT_LET | Outcome.WITHDRAWN:
                return self._fragments.meaning(outcome)
            case _:
                assert_never(outcome)

    def _make_meaning(self, outcome: Outcome) -> Html:
        """Return what an outcome means, unless that is told beside the answer."""
        if outcome not in _MEANT_BELOW:
            return EMPTY
        return self._fragments.pane(self._fragments.meaning(outcome))

    def _make_reasons(self, rank: int | None, *passed: int | None) -> Html:
        """Tell why those ahead of the new tenant did not get the dwelling."""
        counts = [count or 0 for count in passed]
        ahead = rank - 1 if rank else 0
        known = any(count is not None for count in passed)
        reasons = Reasons._make((known, *counts, max(0, ahead - sum(counts))))
        return self._fragments.reasons(reasons) if ahead or reasons.total else EMPTY

    def _make_usual(
        self, usual: Usual | None, place: str, dwelling_type: str | None, years: int | None
    ) -> Html:
        href = waiting_folder(self._slug(place), dwelling_type)
        return self._fragments.usual(usual, years, place, href)

    def _checks(self, checks: str | None) -> Html:
        if checks:
            return self._fragments.checks(checks)
        return self._fragments.not_checked() if self._has_rules else EMPTY

    def _make_kind(self, dwelling_type: str | None, rooms: int | None) -> Html:
        parts = []
        if dwelling_type:
            name = self._language.label(_LIST_TYPE, dwelling_type)
            parts.append(name[:1].upper() + name[1:])
        if rooms:
            words = self._language.ngettext("{n}\u00a0kamer", "{n}\u00a0kamers", rooms)
            parts.append(words.format(n=rooms))
        return escaped(", ".join(parts))

    def _summaries(self, rows: Sequence[Letting]) -> Column:
        kinds = [self._kind(row.dwelling_type, row.room_count) for row in rows]
        rents = [self._summary_rent(row.bare_rent) for row in rows]
        between = [
            _BETWEEN if kind and rent else EMPTY for kind, rent in zip(kinds, rents, strict=True)
        ]
        return joined_all((kinds, between, rents))

    def _make_summary_rent(self, rent: Decimal | None) -> Html:
        if rent is None:
            return EMPTY
        return escaped(self._names.rent_summary.format(rent=self._money(rent)))

    def _make_facts(self) -> list[_Fact]:
        """Return what is told of a dwelling, field by field.

        What an advert should have but lacks is said to lack; what the association
        chose not to show is not called lacking: it is not there.
        """
        names, fact, language = self._names, self._fragments.fact, self._language

        def kind(code: str | None) -> Html:
            return fact(names.kind, language.label(_LIST_TYPE, code) if code else names.missing)

        def rooms(count: int | None) -> Html:
            return fact(names.rooms, language.number(count) if count else names.missing)

        def rent(amount: Decimal | None) -> Html:
            told = names.missing
            if amount is not None:
                told = names.rent_value.format(rent=self._money(amount))
            return fact(names.rent, told)

        def area(size: Decimal | None) -> Html:
            return EMPTY if size is None else fact(names.area, language.area(size))

        def text(name: str) -> Callable[[str | None], Html]:
            return lambda value: fact(name, value) if value else EMPTY

        return [
            (_LIST_TYPE, kind),
            ("room_count", rooms),
            ("bare_rent", rent),
            ("floor_area_m2", area),
            ("energy_label", text(names.energy)),
            ("neighbourhood", text(names.neighbourhood)),
            ("municipality", text(names.municipality)),
            ("label", text(names.label)),
        ]

    def _adverts(self, rows: Sequence[Letting]) -> Column:
        periods = [self._period(row.opens_on, row.closes_on) for row in rows]
        methods = [self._method(row.model, row.ordering) for row in rows]
        months = [
            self._let_month(row.let_month) if row.outcome is Outcome.LET else EMPTY for row in rows
        ]
        return joined_all((periods, methods, months))

    def _make_period(self, opens_on: date, closes_on: date | None) -> Html:
        period = self._language.period(opens_on, closing_day(opens_on, closes_on))
        return self._fragments.fact(self._names.period, period)

    def _make_method(self, model: str, ordering: str) -> Html:
        name = self._language.label("publication_model", model)
        order = self._language.label("ordering", ordering)
        told = name if order in name else f"{name}, {order}"
        return self._fragments.fact(self._names.method, told)

    def _make_let_month(self, month: date | None) -> Html:
        if month is None:
            return EMPTY
        return self._fragments.fact(self._names.let_month, self._language.month(month))

    def _make_terms(
        self,
        size: tuple[int | None, int | None],
        age: tuple[int | None, int | None],
        income: tuple[Decimal | None, Decimal | None],
        priority: str | None,
        ordering: str,
    ) -> Html:
        bounds = describe_bounds(self._language, size, age, income)
        classes = describe_priority(self._language, priority)
        return self._fragments.terms(bounds, classes, ordering)


def _waited(row: Letting) -> int | None:
    """Return how long the new tenant was registered, where that decided who got the dwelling."""
    if row.outcome is Outcome.LET and row.ordering == Ordering.REGISTRATION_DURATION:
        return row.registration_years
    return None


def _names(language: Language) -> _Names:
    _ = language.gettext
    return _Names(
        kind=_("Soort woning"),
        rooms=_("Kamers"),
        rent=_("Kale huur"),
        area=_("Oppervlakte"),
        energy=_("Energielabel"),
        neighbourhood=_("Buurt"),
        municipality=_("Gemeente"),
        label=_("In de advertentie"),
        period=_("Te zien"),
        method=_("Verdeeld via"),
        let_month=_("Verhuurd in"),
        missing=_("niet opgegeven"),
        rent_value=_("{rent} per maand"),
        rent_summary=_("{rent} kale huur per maand"),
    )
