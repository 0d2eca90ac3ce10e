"""The parts about rules that were not followed: in the period, still open, and per rule.

Decides which tables and sentences stand there; every deviation is listed, and
what was not judged is never said to be in order.
"""

from __future__ import annotations

from collections.abc import Iterable

from allocation.figures import Deviation, days_open
from allocation.reports import words
from allocation.reports.audience import Part
from allocation.reports.document import Cell, Paragraph, Section, Table
from allocation.reports.sources import Sources
from allocation.reports.summary import open_until
from allocation.vocabulary import CheckResult

_RESULTS = (
    CheckResult.PASSED,
    CheckResult.IN_TREATMENT,
    CheckResult.EXPLAINED,
    CheckResult.UNEXPLAINED,
    CheckResult.CANNOT_TELL,
    CheckResult.NOT_APPLICABLE,
)


def deviations(sources: Sources) -> Section:
    """Return every deviation of the period."""
    book, period = sources.book, sources.period
    when = words.period(period)
    if not book.checked(period):
        text = f"De verhuringen van {when} zijn niet getoetst. Er is dus niets over te zeggen."
        if not book.has_lettings:
            text = f"{words.NO_LETTINGS} Of er regels niet zijn gevolgd, is dus niet te zeggen."
        return Section(Part.DEVIATIONS, "Afwijkingen in deze periode", (Paragraph(text),))
    found = book.deviations(period)
    if not found:
        text = f"Bij de verhuringen van {when} is geen afwijking gevonden."
        return Section(Part.DEVIATIONS, "Afwijkingen in deze periode", (Paragraph(text),))
    rows = tuple(
        (
            f"{d.address}, {d.place}",
            words.month(d.let_month),
            f"{d.rule} {sources.rule_title(d.rule)}".strip(),
            words.result(d.result).removeprefix("afwijking, "),
            words.explanation(d.explanation),
        )
        for d in found
    )
    columns = ("Woning", "Verhuurd", "Regel", "Stand", "Toelichting")
    intro = Paragraph(
        "Elke keer dat een regel niet is gevolgd, staat hier. Een woning kan er vaker in staan."
    )
    table = Table("Alle afwijkingen", columns, rows, wide=(0, 2))
    return Section(
        Part.DEVIATIONS,
        "Afwijkingen in deze periode",
        (intro, _by_explanation(found), table),
    )


def _by_explanation(found: Iterable[Deviation]) -> Table:
    counted: dict[tuple[str, str], int] = {}
    for d in found:
        place = (
            words.result(d.result).removeprefix("afwijking, "),
            words.explanation(d.explanation),
        )
        counted[place] = counted.get(place, 0) + 1
    rows = tuple((stand, why, n) for (stand, why), n in sorted(counted.items()))
    return Table("Hoe de afwijkingen zijn toegelicht", ("Stand", "Toelichting", "Aantal"), rows)


def open_deviations(sources: Sources) -> Section:
    """Return what still waits for an answer, of the period or before, longest first."""
    title = "Wat nog openstaat"
    if not sources.book.has_checks:
        text = "Er zijn geen verhuringen getoetst. Wat openstaat, is dus niet te zeggen."
        return Section(Part.OPEN_DEVIATIONS, title, (Paragraph(text),))
    waiting = open_until(sources)
    if not waiting:
        text = (
            f"Op {words.day(sources.until)} stond er geen enkele afwijking open van verhuringen in "
            f"{words.period(sources.period)} of eerder."
        )
        return Section(Part.OPEN_DEVIATIONS, title, (Paragraph(text),))
    aged = [(days_open(d, sources.until), d) for d in waiting]
    aged.sort(key=lambda pair: (-(pair[0] or 0), pair[1].rule, pair[1].key))
    rows = tuple(
        (
            f"{d.address}, {d.place}",
            words.month(d.let_month),
            f"{d.rule} {sources.rule_title(d.rule)}".strip(),
            words.SEVERITIES.get(sources.severity(d.rule), sources.severity(d.rule)),
            days,
        )
        for days, d in aged
    )
    intro = Paragraph(
        f"Alle afwijkingen van verhuringen in {words.period(sources.period)} of eerder die op "
        f"{words.day(sources.until)} nog geen toelichting hadden. De langste staat bovenaan."
    )
    columns = ("Woning", "Verhuurd", "Regel", "Soort", "Dagen open")
    table = Table("Openstaande afwijkingen", columns, rows, wide=(0, 2))
    return Section(Part.OPEN_DEVIATIONS, title, (intro, table))


def checks(sources: Sources) -> Section:
    """Return how often each rule was followed."""
    results = sources.book.results(sources.period)
    title = "Toetsen per regel"
    if not results:
        text = Paragraph("Er is in deze periode niets getoetst.")
        return Section(Part.CHECKS, title, (text,))
    columns = (
        "Regel",
        "In orde",
        "In behandeling",
        "Toegelicht",
        "Niet toegelicht",
        "Niet vast te stellen",
        "Niet van toepassing",
    )
    rows: list[tuple[Cell, ...]] = [
        (f"{rule} {sources.rule_title(rule)}".strip(), *(counts[r] for r in _RESULTS))
        for rule, counts in results.items()
    ]
    return Section(
        Part.CHECKS,
        title,
        (
            Paragraph("Zo vaak is elke regel bij een verhuring in deze periode getoetst."),
            Table("Uitslagen per regel", columns, tuple(rows)),
        ),
    )
