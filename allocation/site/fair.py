"""Is it fair: the pages of the rules as they run, and of the figures.

Decides how a rule, its counts and the yearly statements are shown.  Counts come
from the public lettings alone and are exact; a statement is shown as it was
given, with nothing beside it from which it could be subtracted.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from allocation.public import (
    Letting,
    NormStatement,
    PublicRule,
    SharedTable,
    Statements,
    read_checks,
)
from allocation.site.accounts import (
    Quarter,
    by_quarter,
    count_checked,
    count_results,
    deviating,
)
from allocation.site.checks import deviations, explanation_words, result_words, rule_folder
from allocation.site.edition import Edition
from allocation.site.language import Language
from allocation.site.listing import ListPages
from allocation.site.rows import Rows
from allocation.vocabulary import DEVIATIONS, CheckResult, Explanation

FOLDER = "zo-verdelen-wij/regels/"
SHARED_FOLDER = f"{FOLDER}tabellen/"
DEVIATING_FOLDER = "cijfers/afwijkingen/"
MOST_LISTED = 200

_BARS_AT, _LONGEST_BAR, _BAR_STEP = 116, 170, 27
"""Units of the drawing: where bars begin, how long the longest is, and from one to the next."""


class RuleView(NamedTuple):
    """A rule as its page and the catalogue show it."""

    id: str
    href: str
    title: str
    explanation: str
    basis: str
    severity: str
    since: str
    until: str
    sql: str
    counts: tuple[tuple[str, str], ...]
    passed: str
    failed: str
    unknown: str
    has_failed: bool
    is_counted: bool


class NormYear(NamedTuple):
    """What is stated of a norm over a year, or over the years that it counts together."""

    period: str
    verdict: str
    met: bool | None
    share: str


class NormView(NamedTuple):
    """A norm, with what is stated of it, newest first."""

    title: str
    basis: str
    target: str
    years: tuple[NormYear, ...]


class FairPages:
    """Writes the rules, the figures and the deviations in one language."""

    def __init__(
        self,
        edition: Edition,
        rows: Rows,
        statements: Statements,
        lists: ListPages,
    ) -> None:
        self._edition = edition
        self._language = edition.language
        self._rows = rows
        self._statements = statements
        self._lists = lists
        self._counts = count_results(rows)
        self._deviating = rows.take(deviating(rows))
        self._failed: dict[str, list[Letting]] = defaultdict(list)
        for row in self._deviating:
            for failed in {check.rule for check in deviations(row.checks)}:
                self._failed[failed].append(row)

    def write(self) -> list[str]:
        """Write them all; return their addresses."""
        return [*self._write_rules(), self._write_figures(), self._write_deviations()]

    def _write_rules(self) -> Iterator[str]:
        _ = self._language.gettext
        catalogue = self._edition.catalogue
        views = [self._view(rule) for rule in catalogue.rules]
        checked = count_checked(self._rows)
        body = self._edition.macro("rules.html", "catalogue")(
            views, self._language.number(checked), checked, bool(catalogue.shared)
        )
        self._edition.page(FOLDER, _("De regels zoals ze worden nagerekend"), body)
        yield FOLDER
        for rule, view in zip(catalogue.rules, views, strict=True):
            yield self._write_rule(rule, view)
        if catalogue.shared:
            tables = [self._shared(table) for table in catalogue.shared]
            functions = [
                (each.called, self._language.choose(each.meaning_nl, each.meaning_en))
                for each in catalogue.functions
            ]
            body = self._edition.macro("rules.html", "shared")(tables, functions)
            self._edition.page(SHARED_FOLDER, _("Gedeelde tabellen"), body)
            yield SHARED_FOLDER

    def _write_rule(self, rule: PublicRule, view: RuleView) -> str:
        failed = self._failed[rule.id]
        rows = self._lists.listed(failed[:MOST_LISTED], "../../../")
        known = {table.name: table for table in self._edition.catalogue.shared}
        shared = [self._shared(known[name]) for name in rule.shared if name in known]
        body = self._edition.macro("rules.html", "page")(
            view, shared, rows, len(failed) > MOST_LISTED
        )
        path = f"{FOLDER}{rule_folder(rule.id)}"
        self._edition.page(path, view.title, body)
        return path

    def _shared(self, table: SharedTable) -> dict[str, str]:
        title = self._language.choose(table.title_nl, table.title_en)
        return {"name": table.name, "title": title, "sql": table.sql.strip()}

    def _view(self, rule: PublicRule) -> RuleView:
        language = self._language
        counts = self._counts.get(rule.id, Counter())
        failed = sum(counts[result] for result in DEVIATIONS)
        words = result_words(language)
        until = rule.in_force_until
        return RuleView(
            rule.id,
            rule_folder(rule.id),
            language.choose(rule.title_nl, rule.title_en),
            language.choose(rule.explanation_nl, rule.explanation_en),
            language.choose(rule.basis_nl, rule.basis_en),
            _severity(language, rule.severity),
            language.date(rule.in_force_from),
            language.date(until) if until else "",
            rule.sql.strip(),
            tuple((words[result], language.number(counts[result])) for result in CheckResult),
            language.number(counts[CheckResult.PASSED]),
            language.number(failed),
            language.number(counts[CheckResult.CANNOT_TELL]),
            failed > 0,
            rule.verdicts_public,
        )

    def _write_figures(self) -> str:
        language = self._language
        quarters = by_quarter(self._rows)
        body = self._edition.macro("figures.html")(
            self._norms(),
            [(str(year.year), self._withheld(year.withheld)) for year in self._statements.years],
            [_quarter(quarter, language) for quarter in quarters],
            _bars(quarters, language),
            bool(self._edition.catalogue.rules),
        )
        self._edition.page("cijfers/", language.gettext("Cijfers: is het eerlijk?"), body)
        return "cijfers/"

    def _withheld(self, count: int | None) -> str:
        if count is None:
            return self._language.gettext("minder dan 10")
        text = self._language.gettext("ongeveer {n}")
        return text.format(n=self._language.number(count))

    def _norms(self) -> list[NormView]:
        language, _ = self._language, self._language.gettext
        by_rule: dict[str, list[NormStatement]] = defaultdict(list)
        for norm in self._statements.norms:
            by_rule[norm.rule].append(norm)
        views = []
        for stated in by_rule.values():
            newest = sorted(stated, key=lambda norm: norm.last_year, reverse=True)
            now = newest[0]
            target = _("hoogstens {share}") if now.at_most else _("minstens {share}")
            views.append(
                NormView(
                    language.choose(now.title_nl, now.title_en),
                    language.choose(now.basis_nl, now.basis_en),
                    target.format(share=language.percent(now.target_percent)),
                    tuple(map(self._norm_year, newest)),
                )
            )
        return views

    def _norm_year(self, norm: NormStatement) -> NormYear:
        language, _ = self._language, self._language.gettext
        period = str(norm.first_year)
        if norm.last_year != norm.first_year:
            period = _("{first} en {last} samen").format(first=norm.first_year, last=norm.last_year)
        verdict, share = _("Niet te zeggen"), _("te weinig woningen om iets te zeggen")
        if norm.met is not None:
            verdict = _("Gehaald") if norm.met else _("Niet gehaald")
            share = _("te weinig woningen voor een precies deel")
        if norm.share_percent is not None:
            told = _("ongeveer {share}")
            if norm.met is None:
                told = _("ongeveer {share}: te dicht bij de norm om het zeker te zeggen")
            share = told.format(share=language.percent(norm.share_percent))
        return NormYear(period, verdict, norm.met, share)

    def _write_deviations(self) -> str:
        language = self._language
        classes: Counter[Explanation] = Counter()
        for row in self._deviating:
            for check in read_checks(row.checks):
                if check.explanation:
                    classes[check.explanation] += 1
        words = explanation_words(language)
        told = [(words[kind], language.number(classes[kind])) for kind in Explanation]
        shown = self._deviating[: MOST_LISTED * 5]
        body = self._edition.macro("figures.html", "deviations")(
            len(self._deviating),
            language.number(len(self._deviating)),
            told,
            self._lists.listed(shown, "../../"),
            len(self._deviating) > len(shown),
        )
        self._edition.page(DEVIATING_FOLDER, language.gettext("Alle afwijkingen"), body)
        return DEVIATING_FOLDER


def _severity(language: Language, severity: str) -> str:
    _ = language.gettext
    words = {
        "breach": _("Een fout. De woning had dan niet zo verdeeld mogen worden."),
        "deviation": _("Een afwijking van een afspraak. Wij leggen uit waarom."),
        "signal": _("Een signaal om na te kijken. Het hoeft geen fout te zijn."),
        "norm": _("Een norm over een heel jaar, niet over één woning."),
    }
    return words.get(severity, "")


def _quarter(quarter: Quarter, language: Language) -> dict[str, str]:
    number = language.number
    name = language.gettext("{months} {year}").format(
        months=_months(quarter, language), year=quarter.first.year
    )
    return {
        "name": name,
        "lettings": number(quarter.lettings),
        "checked": number(quarter.checked),
        "in_treatment": number(quarter.in_treatment),
        "explained": number(quarter.explained),
        "unexplained": number(quarter.unexplained),
    }


def _months(quarter: Quarter, language: Language) -> str:
    last = quarter.first.replace(month=quarter.first.month + 2)
    text = language.gettext("{first} t/m {last}")
    return text.format(first=language.month_name(quarter.first), last=language.month_name(last))


def _bars(quarters: Sequence[Quarter], language: Language) -> list[dict[str, object]]:
    """Return the bars of the chart, newest first: places and lengths in units of the drawing."""
    shown = quarters[:12]
    most = max((quarter.deviating for quarter in shown), default=0)
    bars = []
    for number, quarter in enumerate(shown):
        parts, at = [], _BARS_AT
        for kind in ("unexplained", "in_treatment", "explained"):
            length = round(getattr(quarter, kind) * _LONGEST_BAR / most) if most else 0
            if length:
                parts.append((kind, at, length))
            at += length
        last = quarter.first.replace(month=quarter.first.month + 2)
        months = (language.short_month(quarter.first), language.short_month(last))
        bars.append(
            {
                "y": number * _BAR_STEP,
                "parts": parts,
                "label": f"{'–'.join(months)} {quarter.first.year}",
                "count": quarter.deviating,
                "end": at,
            }
        )
    return bars
