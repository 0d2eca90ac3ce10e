"""What the page of one dwelling says: its own row and nothing else.

Decides which values of a public row are shown and how they read.  It must
never look at a neighbour, at a total or at the clock: equal rows give equal
pages, whatever else is on the site.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal
from functools import cache
from typing import NamedTuple, assert_never

from jinja2 import Environment

from allocation.public import Catalogue, Letting
from allocation.site.conditions import describe_bounds, describe_priority
from allocation.site.fragments import Fragments, Reasons
from allocation.site.language import Language
from allocation.site.pattern import EMPTY, Html, Pattern, escaped, joined
from allocation.site.places import closing_day, place_slug, waiting_folder
from allocation.site.waiting import Usual
from allocation.vocabulary import Ordering, Outcome

_LIST_TYPE = "dwelling_type"
_BETWEEN = " · ".encode()


class DwellingPage(NamedTuple):
    """The slots of a dwelling page."""

    address: Html
    place: Html
    place_slug: Html
    street: Html
    street_slug: Html
    key: Html
    tag: Html
    flag: Html
    summary: Html
    answer: Html
    story: Html
    usual: Html
    facts: Html
    advert: Html
    terms: Html
    meaning: Html
    checks: Html


class ListRow(NamedTuple):
    """The slots of a list row."""

    key: Html
    address: Html
    place: Html
    kind: Html
    responses: Html
    tag: Html
    flag: Html
    went_to: Html


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
        self._hidden = hidden
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
        self.slug = cache(place_slug)
        self._escaped = cache(escaped)
        self._kind = cache(self._make_kind)
        self._rent = cache(self._make_rent)
        self._summary_rent = cache(self._make_summary_rent)
        self._method = cache(self._make_method)
        self._terms = cache(self._make_terms)

    def body(self, row: Letting, usual: Usual | None) -> Html:
        """Return the HTML between the header and the footer.

        ``usual`` is what was usual in the last finished year for dwellings like this one.
        """
        return self._page.fill(self._view(row, usual))

    def list_rows(self, rows: Iterable[Letting], root: str) -> Html:
        """Return the rows of a list; ``root`` leads from there to the start page.

        A row is rendered once for all lists on which it stands.
        """
        known, found = self._list_rows, [b""]
        for row in rows:
            piece = known.get(row.key)
            if piece is None:
                piece = known[row.key] = self._list_row(row)
            found.append(piece)
        return Html((self._row_start + escaped(root)).join(found))

    def _list_row(self, row: Letting) -> Html:
        pieces = self._fragments
        let = row.outcome is Outcome.LET
        rank, years = (row.rank, row.registration_years) if let else (None, None)
        slots = ListRow(
            Html(row.key.encode()),
            escaped(row.address),
            self._escaped(row.place),
            self._kind(row.dwelling_type, row.room_count),
            pieces.row_responses(row.response_count),
            pieces.tag(row.outcome),
            pieces.flag(row.checks) if let else EMPTY,
            pieces.row_went_to(row.outcome, row.ordering, rank, years),
        )
        return self._row.fill(slots)

    def _view(self, row: Letting, usual: Usual | None) -> DwellingPage:
        answer, story, meaning = self._story(row)
        let = row.outcome is Outcome.LET
        return DwellingPage(
            address=escaped(row.address),
            place=self._escaped(row.place),
            place_slug=self._escaped(self.slug(row.place)),
            street=self._escaped(row.street),
            street_slug=self._escaped(self.slug(row.street)),
            key=Html(row.key.encode()),
            tag=self._fragments.tag(row.outcome),
            flag=self._fragments.flag(row.checks) if let else EMPTY,
            summary=self._summary(row),
            answer=joined(answer),
            story=joined(story),
            usual=self._usual(row, usual),
            facts=joined(self._facts(row)),
            advert=joined(self._advert(row)),
            terms=self._terms(
                (row.min_household_size, row.max_household_size),
                (row.min_age, row.max_age),
                (row.min_income, row.max_income),
                row.priority_order,
                row.ordering,
            ),
            meaning=meaning,
            checks=self._checks(row) if let else EMPTY,
        )

    def _usual(self, row: Letting, usual: Usual | None) -> Html:
        let = row.outcome is Outcome.LET and row.ordering == Ordering.REGISTRATION_DURATION
        return self._fragments.usual(
            usual,
            row.registration_years if let else None,
            row.place,
            waiting_folder(self.slug(row.place), row.dwelling_type),
        )

    def _checks(self, row: Letting) -> Html:
        if row.checks:
            return self._fragments.checks(row.checks)
        return self._fragments.not_checked() if self._has_rules else EMPTY

    def _summary(self, row: Letting) -> Html:
        kind = self._kind(row.dwelling_type, row.room_count)
        if row.bare_rent is None:
            return kind
        rent = self._summary_rent(row.bare_rent)
        return Html(kind + _BETWEEN + rent) if kind else rent

    def _story(self, row: Letting) -> tuple[list[Html], list[Html], Html]:
        """Return the answer, the pane beside it, and the meaning of the outcome if it is below."""
        pieces, outcome = self._fragments, row.outcome
        meaning = pieces.meaning(outcome)
        responded = pieces.responded(row.response_count, outcome is Outcome.OPEN)
        match outcome:
            case Outcome.LET:
                went_to = pieces.went_to(row.rank, row.ordering)
                because = pieces.because(row.ordering, row.registration_years)
                return [responded, went_to, because], self._ahead(row), pieces.pane(meaning)
            case Outcome.OPEN:
                last = closing_day(row)
                last_day = "" if last is None else self._language.date(last)
                answer = [responded, pieces.not_yet(outcome, last_day)]
                return answer, [pieces.steps(outcome)], pieces.pane(meaning)
            case Outcome.IN_PROGRESS:
                answer = [responded, pieces.not_yet(outcome, "")]
                return answer, [pieces.steps(outcome)], pieces.pane(meaning)
            case Outcome.NOT_LET | Outcome.WITHDRAWN:
                return [responded, pieces.not_yet(outcome, "")], [meaning], EMPTY
            case _:
                assert_never(outcome)

    def _ahead(self, row: Letting) -> list[Html]:
        """Tell why those ahead of the new tenant did not get the dwelling."""
        pieces, rank = self._fragments, row.rank
        passed = (
            row.passed_declined,
            row.passed_conditions,
            row.passed_no_answer,
            row.passed_other,
            row.passed_no_reason,
        )
        counts = [count or 0 for count in passed]
        ahead = rank - 1 if rank else 0
        known = any(count is not None for count in passed)
        reasons = Reasons._make((known, *counts, max(0, ahead - sum(counts))))
        parts = [pieces.ahead_heading(rank)]
        if rank:
            parts.append(pieces.queue(rank, row.response_count))
        if ahead or reasons.total:
            parts.append(pieces.reasons(reasons))
        return parts

    def _facts(self, row: Letting) -> list[Html]:
        """Return names and values; what an advert should have but lacks is said to lack.

        What the association chose not to show is not called lacking: it is not there.
        """
        names, fact, language = self._names, self._fragments.fact, self._language
        kind = names.missing
        if row.dwelling_type:
            kind = language.label(_LIST_TYPE, row.dwelling_type)
        found = [fact(names.kind, kind)]
        if "room_count" not in self._hidden:
            rooms = language.number(row.room_count) if row.room_count else names.missing
            found.append(fact(names.rooms, rooms))
        if "bare_rent" not in self._hidden:
            rent = names.missing if row.bare_rent is None else self._rent(row.bare_rent)
            found.append(fact(names.rent, rent))
        if row.floor_area_m2 is not None:
            found.append(fact(names.area, language.area(row.floor_area_m2)))
        if row.energy_label:
            found.append(fact(names.energy, row.energy_label))
        if row.neighbourhood:
            found.append(fact(names.neighbourhood, row.neighbourhood))
        if row.municipality:
            found.append(fact(names.municipality, row.municipality))
        if row.label:
            found.append(fact(names.label, row.label))
        return found

    def _advert(self, row: Letting) -> list[Html]:
        names, fact, language = self._names, self._fragments.fact, self._language
        period = language.period(row.opens_on, closing_day(row))
        method = self._method(row.model, row.ordering)
        found = [fact(names.period, period), fact(names.method, method)]
        if row.outcome is Outcome.LET and row.let_month is not None:
            found.append(fact(names.let_month, language.month(row.let_month)))
        return found

    def _make_kind(self, dwelling_type: str | None, rooms: int | None) -> Html:
        parts = []
        if dwelling_type:
            name = self._language.label(_LIST_TYPE, dwelling_type)
            parts.append(name[:1].upper() + name[1:])
        if rooms:
            words = self._language.ngettext("{n}\u00a0kamer", "{n}\u00a0kamers", rooms)
            parts.append(words.format(n=rooms))
        return escaped(", ".join(parts))

    def _make_rent(self, rent: Decimal) -> str:
        return self._names.rent_value.format(rent=self._language.money(rent))

    def _make_summary_rent(self, rent: Decimal) -> Html:
        return escaped(self._names.rent_summary.format(rent=self._language.money(rent)))

    def _make_method(self, model: str, ordering: str) -> str:
        name = self._language.label("publication_model", model)
        order = self._language.label("ordering", ordering)
        return name if order in name else f"{name}, {order}"

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
