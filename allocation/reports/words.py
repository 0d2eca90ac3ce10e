"""Dutch words and numbers of the reports.

Decides how a period, a number or a code reads.  Plain words at B1; never the
machine's own locale.
"""

from __future__ import annotations

from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.dates import format_date

from allocation.opendata.fields import EXPLANATIONS, OUTCOMES, RESULTS
from allocation.periods import Period
from allocation.reports.views import Compared
from allocation.vocabulary import CheckResult, Explanation, Outcome, PassedOver, code_lists

TOO_FEW = "zegt te weinig"
NOT_KNOWN = "niet bekend"
NO_LETTINGS = "In de openbare gegevens staat geen enkele verhuring."
HIDDEN = "minder dan 10, of verborgen"

_QUARTERS = {1: "eerste", 2: "tweede", 3: "derde", 4: "vierde"}

PASSED = {
    PassedOver.DECLINED: "wilde de woning zelf niet",
    PassedOver.CONDITIONS: "voldeed niet aan de voorwaarden",
    PassedOver.NO_ANSWER: "gaf geen antwoord",
    PassedOver.OTHER: "andere reden",
    PassedOver.NO_REASON: "geen reden vastgelegd",
}

GROUNDS = {
    "status_holder": "statushouders",
    "restructuring_urgent": "herstructureringsurgenten",
    "distressing_situation": "zeer schrijnende situaties",
    "other_direct": "overige directe bemiddeling",
    "unknown": "code ontbreekt of is onbekend",
}

INCOMES = {
    "target": "statushouder of student (telt mee als doelgroep)",
    "appropriate": "tot de grens voor passend toewijzen",
    "daeb": "daarboven, tot de inkomensgrens voor sociale huur",
    "above": "boven de inkomensgrens voor sociale huur",
    "unknown": "inkomen of huishouden niet bekend",
    "no_limit": "geen grens bekend voor dit jaar",
}

VERDICTS = {
    "passed": "gehaald",
    "failed": "niet gehaald",
    "cannot_tell": "niet vast te stellen",
    "not_applicable": "geen verhuringen",
}

COMPARED = {
    Compared.ALL: "Alle nieuwe huurders en kopers van deze periode zijn met het register van "
    "medewerkers en aanverwanten vergeleken.",
    Compared.NEARLY_ALL: "Bijna alle nieuwe huurders en kopers van deze periode (ten minste 95 %) "
    "zijn met het register vergeleken. Van de anderen ontbrak de naam in de export.",
    Compared.FEWER: "Minder dan 95 % van de nieuwe huurders en kopers van deze periode is met het "
    "register vergeleken. Van de anderen ontbrak de naam in de export.",
    Compared.NONE: "In deze periode is niemand met het register vergeleken: er was geen register, "
    "of het was niet te lezen.",
    Compared.TOO_FEW: "In deze periode zijn te weinig woningen verhuurd om te zeggen hoeveel "
    "nieuwe huurders en kopers met het register zijn vergeleken.",
}

SEVERITIES = {"breach": "overtreding", "deviation": "afwijking", "signal": "signaal"}


def number(value: float | int | None) -> str:
    """Return a number with a point between thousands and a comma before one decimal."""
    if value is None:
        return TOO_FEW
    exact = Decimal(str(value)).quantize(Decimal("0.1"), ROUND_HALF_UP)
    whole = exact == exact.to_integral_value()
    text = f"{exact:,.0f}" if whole else f"{exact:,.1f}"
    return text.translate(str.maketrans(",.", ".,"))


def percent(part: int, whole: int) -> str:
    """Return a share as a percentage with one decimal."""
    return f"{number(100 * part / whole)} %" if whole else NOT_KNOWN


def bound(at_most: bool, target: Decimal) -> str:
    """Return the share that a norm asks."""
    return f"{'hoogstens' if at_most else 'ten minste'} {number(float(target))} %"


def day(value: date) -> str:
    """Return a date in words."""
    return format_date(value, "d MMMM y", locale="nl")


@cache
def month(value: date) -> str:
    """Return a month in words."""
    return format_date(value, "MMMM y", locale="nl")


def period(value: Period) -> str:
    """Return a period in words, as in the middle of a sentence."""
    if value.quarter is None:
        return f"{value.year}"
    return f"het {_QUARTERS[value.quarter]} kwartaal van {value.year}"


def short(value: Period) -> str:
    """Return a period in a few characters."""
    return f"{value.year} kw. {value.quarter}" if value.quarter else str(value.year)


def code(code_list: str, value: str) -> str:
    """Return what a code of a closed list is called."""
    return code_lists()[code_list][value].name_nl


def outcome(value: Outcome) -> str:
    """Return what an outcome is called."""
    return OUTCOMES[value][0]


def result(value: CheckResult) -> str:
    """Return what a result of a rule is called."""
    return RESULTS[value][0]


def explanation(value: Explanation | None) -> str:
    """Return what a class of explanation is called."""
    return "nog geen" if value is None else EXPLANATIONS[value][0]


def count(value: int, one: str, more: str) -> str:
    """Return a number with its noun, ``geen`` for none."""
    if value == 0:
        return f"geen {more}"
    return f"{number(value)} {one if value == 1 else more}"
