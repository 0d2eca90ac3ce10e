"""Cases as a JSON file for the integrity officer.

Decides the form of the file and who can read it: its owner, from the first
byte.  It holds what the viewer may see and nothing more: a conclusion that is
hidden on the screen is hidden here, in the log of the case too.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

from allocation.errors import ConfigError
from allocation.state.case_file import Case, CaseEvent, fold_identity, identity
from allocation.state.cases import CaseBook
from allocation.state.event_log import Event


def write_cases(
    path: Path, book: CaseBook, cases: Iterable[Case], viewer: str, at: datetime
) -> None:
    """Write cases as JSON to a new file with mode 0600.

    Raises:
        ConfigError: the file exists, or cannot be written.
    """
    head = book.head()
    content = {
        "exported_at": at.astimezone(UTC).isoformat(timespec="seconds"),
        "exported_by": identity(viewer),
        "log_head": f"{head.seq}:{head.hash}",
        "cases": [_case(book, case, identity(viewer)) for case in cases],
    }
    text = json.dumps(content, ensure_ascii=False, indent=1) + "\n"
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
    except FileExistsError:
        raise ConfigError("{file} exists already; it is left as it is.", file=path.name) from None
    except OSError as error:
        raise ConfigError(
            "{file} cannot be written: {what}", file=path.name, what=error.strerror
        ) from None
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        os.fchmod(file.fileno(), 0o600)
        file.write(text)


def _case(book: CaseBook, case: Case, viewer: str) -> dict[str, object]:
    signal = case.signal
    return {
        "number": case.number,
        "state": case.state,
        "outcome": case.outcome,
        "band": signal.band,
        "weight": signal.weight,
        "algorithm": signal.algorithm,
        "weights": signal.weights,
        "person_id": signal.person_id,
        "employee_id": signal.employee_id,
        "allocation_id": signal.allocation_id,
        "candidate_id": signal.candidate_id,
        "person_number": signal.person_number,
        "evidence": list(signal.evidence),
        "letting": dict(signal.letting),
        "handlers": list(signal.handlers),
        "reviews": [
            {"by": who, "conclusion": what, "motivation": why}
            for who, what, why in case.conclusions
        ],
        "reviewed_by": list(case.reviewers),
        "publication_agreed_by": list(case.publication_agreed_by),
        "log": [_event(event, case, viewer) for event in book.history(case.number)],
    }


def _event(event: Event, case: Case, viewer: str) -> dict[str, object]:
    """Return an event; of a review that is hidden only that it was given."""
    seen = {who for who, _, _ in case.conclusions}
    hidden = event.kind == CaseEvent.REVIEWED and not (
        event.by in seen or fold_identity(event.by) == viewer
    )
    told = {"seq": event.seq, "at": event.at, "by": event.by, "kind": event.kind}
    return told | {"details": None if hidden else event.details, "hash": event.hash}
