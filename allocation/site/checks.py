"""The checks of one letting in plain words.

Decides what each result and each explanation is called for the public.  The
words are fixed: they depend on the result and its class and on nothing else of
the case.
"""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import NamedTuple

from allocation.public import Catalogue, Check, read_checks
from allocation.site.language import Language
from allocation.vocabulary import DEVIATIONS, CheckResult, Explanation

_WORST_FIRST = (CheckResult.UNEXPLAINED, CheckResult.IN_TREATMENT, CheckResult.EXPLAINED)


class Told(NamedTuple):
    """One check as the page shows it; ``folder`` is empty where the rule has no page."""

    title: str
    folder: str
    result: str
    since: str
    why: str


class ToldChecks(NamedTuple):
    """All checks of a letting, those that need attention first."""

    total: int
    deviations: tuple[Told, ...]
    passed: tuple[Told, ...]
    cannot_tell: tuple[Told, ...]
    not_applicable: tuple[Told, ...]


def rule_folder(rule: str) -> str:
    """Return the folder of a rule's page below the folder of all rules."""
    return f"{rule.lower()}/"


def worst(checks: str | None) -> CheckResult | None:
    """Return the gravest deviation of a letting, or None."""
    results = {check.result for check in read_checks(checks)}
    return next((result for result in _WORST_FIRST if result in results), None)


@cache
def deviations(checks: str | None) -> tuple[Check, ...]:
    """Return the checks that failed."""
    return tuple(check for check in read_checks(checks) if check.result in DEVIATIONS)


def tell_checks(checks: str, catalogue: Catalogue, language: Language) -> ToldChecks:
    """Put the checks into words, in the order of the catalogue."""
    titles = {rule.id: language.choose(rule.title_nl, rule.title_en) for rule in catalogue.rules}
    order = {rule: number for number, rule in enumerate(titles)}
    found = sorted(read_checks(checks), key=lambda check: order.get(check.rule, len(order)))
    why = explanation_words(language)

    def told(*results: CheckResult) -> tuple[Told, ...]:
        return tuple(
            Told(
                titles.get(check.rule, check.rule),
                rule_folder(check.rule) if check.rule in titles else "",
                str(check.result),
                _since(check.since, language),
                why[check.explanation] if check.explanation else "",
            )
            for result in results
            for check in found
            if check.result is result
        )

    return ToldChecks(
        len(found),
        told(*_WORST_FIRST),
        told(CheckResult.PASSED),
        told(CheckResult.CANNOT_TELL),
        told(CheckResult.NOT_APPLICABLE),
    )


def _since(since: date | None, language: Language) -> str:
    return language.date(since) if since else ""


def result_words(language: Language) -> dict[CheckResult, str]:
    """Return what each result is called."""
    _ = language.gettext
    return {
        CheckResult.PASSED: _("In orde"),
        CheckResult.NOT_APPLICABLE: _("Niet van toepassing"),
        CheckResult.CANNOT_TELL: _("Niet vast te stellen"),
        CheckResult.IN_TREATMENT: _("Afwijking, in behandeling"),
        CheckResult.EXPLAINED: _("Afwijking, toegelicht"),
        CheckResult.UNEXPLAINED: _("Afwijking, niet toegelicht"),
    }


def explanation_words(language: Language) -> dict[Explanation, str]:
    """Return the one fixed sentence of each class of explanation."""
    _ = language.gettext
    return {
        Explanation.RECORDING_ERROR: _(
            "Het stond verkeerd in onze administratie. De verdeling zelf was goed."
        ),
        Explanation.AGREED_EXCEPTION: _(
            "Het was een uitzondering die vooraf was afgesproken met de huurdersvereniging of de "
            "gemeente."
        ),
        Explanation.MISTAKE_REPAIRED: _("Wij maakten een fout. Die hebben wij hersteld."),
        Explanation.MISTAKE_STANDS: _("Wij maakten een fout. Die konden wij niet meer herstellen."),
        Explanation.UPHELD: _(
            "Wij hebben dit onderzocht. Twee mensen stelden vast dat de regel niet is gevolgd."
        ),
    }
