"""What the cases must be, told by their events alone.

Decides where a case stands after its events, so that a table that was changed
beside the log is found.  A case whose events were erased is not judged.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from allocation.state.case_file import CaseEvent, CaseState, Conclusion
from allocation.state.event_log import Event


@dataclass(frozen=True, slots=True, repr=False)
class Standing:
    """Everything about a case that its events settle; ``signal`` is a digest."""

    state: CaseState
    outcome: Conclusion | None
    facts: str
    signal: str
    reviews: tuple[tuple[int, str, Conclusion, str], ...]
    agreed: tuple[str, ...]


def replay(events: Iterable[Event]) -> dict[int, Standing | None]:
    """Return where each case must stand; None where details were erased."""
    found: dict[int, Standing | None] = {}
    for event in events:
        if event.kind in set(CaseEvent):
            found[event.subject] = _after(event, found.get(event.subject))
    return found


def _after(event: Event, before: Standing | None) -> Standing | None:
    told, kind = event.details, CaseEvent(event.kind)
    after = before
    if told is None:
        after = None
    elif kind in (CaseEvent.OPENED, CaseEvent.FACTS_CHANGED):
        after = Standing(CaseState.OPEN, None, str(told["facts"]), str(told["signal"]), (), ())
    elif before is not None:
        after = _moved(event, before)
    return after


def _moved(event: Event, before: Standing) -> Standing:
    """Return the standing after an event that presumes a standing."""
    told, kind = event.details or {}, CaseEvent(event.kind)
    if kind is CaseEvent.REVIEWED:
        place = len(before.reviews) + 1
        conclusion = Conclusion(str(told["conclusion"]))
        review = (place, event.by, conclusion, str(told["motivation"]))
        state = CaseState.FIRST_REVIEWED if place == 1 else CaseState.SECOND_REVIEWED
        return replace(before, state=state, reviews=(*before.reviews, review))
    if kind is CaseEvent.LETTING_UPDATED:
        return replace(before, signal=str(told["signal"]))
    if kind is CaseEvent.REVIEWS_RESET:
        return replace(before, state=CaseState.OPEN, outcome=None, reviews=(), agreed=())
    if kind is CaseEvent.CLOSED:
        return replace(before, state=CaseState.CLOSED, outcome=Conclusion(str(told["outcome"])))
    if kind is CaseEvent.PUBLICATION_AGREED:
        return replace(before, agreed=tuple(sorted((*before.agreed, event.by))))
    raise ValueError(kind)
