"""A case in words: what agrees, what happened in the letting, what to decide.

Decides words and order only; what a viewer may see was decided before.  The
evidence itself is stored in Dutch, as it was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from allocation.messages import Speech
from allocation.rules import RULES
from allocation.rules.model import VERDICTS, Verdict
from allocation.state.case_file import (
    Case,
    CaseState,
    Conclusion,
    Screening,
    fold_identity,
    identity,
)
from allocation.vocabulary import code_lists

STATE_WORDS: dict[CaseState, str] = {
    CaseState.OPEN: "waits for the first review",
    CaseState.FIRST_REVIEWED: "waits for the second review",
    CaseState.SECOND_REVIEWED: "both reviews are in",
    CaseState.CLOSED: "closed",
}
CONCLUSION_WORDS: dict[Conclusion, str] = {
    Conclusion.CLEARED: "nobody was favoured (geen-bezwaar)",
    Conclusion.UPHELD: "somebody was favoured (gegrond)",
}
PASSED_OVER_WORDS: dict[str, str] = {
    "declined": "declined themselves",
    "conditions": "did not meet the conditions",
    "no_answer": "did not answer",
    "other": "for another reason",
    "no_reason": "without a recorded reason",
}
INT_1_WORDS: dict[str, str] = {
    "failed": "NOTE: the employee concerned handled or approved this letting (INT-1).",
    "passed": "The employee concerned did not handle or approve this letting (INT-1).",
    "cannot_tell": "Who handled or approved this letting is not recorded (INT-1).",
}
BAND_WORDS: dict[str, str] = {
    "A": "A: very probably the same person",
    "B": "B: possibly the same person",
}


def screening_lines(say: Speech, screenings: list[Screening]) -> list[str]:
    """Return when everybody was last compared, and what has gone wrong since."""
    good = next((known for known in screenings if known.problem is None), None)
    lines = []
    if good is not None:
        lines.append(
            say(
                "Last screened: the night of {night} ({persons} new tenants and buyers, "
                "{registered} persons in the register).",
                night=good.night,
                persons=good.persons,
                registered=good.registered,
            )
        )
        if good.unnamed:
            lines.append(
                say(
                    "NOTE: {count} lettings could not be compared: the export does not say "
                    "who the new tenants are.",
                    count=good.unnamed,
                )
            )
        if good.bare:
            lines.append(
                say(
                    "NOTE: {count} new tenants could not be compared: the export gives "
                    "neither their date of birth nor their address.",
                    count=good.bare,
                )
            )
    if screenings and screenings[0].problem is not None:
        template, facts = screenings[0].problem
        night = screenings[0].night
        lines.append(say("NOTE: in the night of {night} nobody was screened.", night=night))
        lines.append(f"  {say(template, **facts)}")
    return lines


def list_lines(say: Speech, cases: Iterable[Case], viewer: str, hidden: int) -> list[str]:
    """Return one line a case, those first that wait for the viewer."""
    ordered = sorted(cases, key=lambda case: (not waits_for(case, viewer), case.number))
    lines = [say("There are no open cases.")] if not ordered else []
    for case in ordered:
        told = case.signal.letting
        place = str(told.get("address") or case.signal.allocation_id)
        words = f"{case.number:>5}  {case.signal.band}  {place}: {say(STATE_WORDS[case.state])}"
        if case.outcome is not None:
            words += f", {say(CONCLUSION_WORDS[case.outcome])}"
        if waits_for(case, viewer):
            words += f"  <- {say('waits for you')}"
        lines.append(words)
    if hidden:
        lines.append(say("{count} closed cases; see them with --all.", count=hidden))
    return lines


def waits_for(case: Case, viewer: str) -> bool:
    """Say whether the viewer may give the next review or take the next step."""
    me = identity(viewer)
    if me in set(map(fold_identity, case.signal.handlers)):
        return False
    if case.state in (CaseState.OPEN, CaseState.FIRST_REVIEWED):
        return me not in set(map(fold_identity, case.reviewers))
    return case.state is CaseState.SECOND_REVIEWED


def case_lines(say: Speech, case: Case, viewer: str) -> list[str]:
    """Return a case as one screen of text."""
    signal = case.signal
    lines = [
        say("Case {number}: {state}.", number=case.number, state=say(STATE_WORDS[case.state])),
        say("Strength of the match: {band}.", band=say(BAND_WORDS[signal.band])),
        "",
        say("WHO"),
        *_who(say, case),
        "",
        say("WHAT AGREES AND WHAT DOES NOT"),
    ]
    lines += [f"  - {sentence}" for sentence in signal.evidence] or [f"  {say('(erased)')}"]
    lines += ["", say("WHAT HAPPENED IN THE LETTING"), *_letting(say, case)]
    lines += ["", say("REVIEWS"), *_reviews(say, case)]
    lines += ["", say("WHAT IS UP TO YOU"), *_to_do(say, case, viewer)]
    lines += [
        "",
        say(
            "(Compared by version {algorithm}, weights {weights}.)",
            algorithm=signal.algorithm,
            weights=signal.weights,
        ),
    ]
    return lines


def _who(say: Speech, case: Case) -> list[str]:
    signal, told = case.signal, case.signal.letting
    person = signal.person_number
    kinship = _code(say, "kinship", told.get("kinship"))
    kind = _code(say, "register_kind", told.get("kind"))
    return [
        "  "
        + say(
            "In the register: {person} ({kind}{kinship}), of employee {employee}.",
            person=signal.person_id,
            kind=kind or say("not known"),
            kinship=f", {kinship}" if kinship else "",
            employee=signal.employee_id,
        ),
        "  "
        + (
            say("In the letting: {candidate}, the applicant.", candidate=signal.candidate_id)
            if person == 1
            else say(
                "In the letting: {candidate}, co-applicant number {person}.",
                candidate=signal.candidate_id,
                person=person,
            )
        ),
        "  " + say("Look up the names yourself; a case holds none."),
    ]


def _letting(say: Speech, case: Case) -> list[str]:
    told: Mapping[str, Any] = case.signal.letting
    if not told:
        return [f"  {say('(erased)')}"]
    lines = [
        say("{address} (letting {allocation})", address=told.get("address") or told["dwelling_id"],
            allocation=case.signal.allocation_id),
        _way(say, told),
    ]  # fmt: skip
    if told.get("publication_id"):
        lines += _ranking(say, told)
    handled, approved = told.get("handled_by"), told.get("approved_by")
    lines.append(
        say(
            "Handled by {handled}, approved by {approved}.",
            handled=handled or say("not known"),
            approved=approved or say("not known"),
        )
    )
    lines.append(say(INT_1_WORDS[str(told.get("int_1", "cannot_tell"))]))
    lines += _verdicts(say, told.get("verdicts", {}))
    return [f"  {line}" for line in lines]


def _way(say: Speech, told: Mapping[str, Any]) -> str:
    day = date.fromisoformat(told["allocated_on"]) if told.get("allocated_on") else None
    when = say("{night}", night=day) if day else say("not known")
    if told.get("tenure") == "sale":
        return say("Sold on {when}.", when=when)
    if not told.get("publication_id"):
        return say("Let directly, without an advert, on {when}.", when=when)
    return say("Let through an advert ({publication}) on {when}.",
               publication=told["publication_id"], when=when)  # fmt: skip


def _ranking(say: Speech, told: Mapping[str, Any]) -> list[str]:
    rank, count = told.get("rank"), told.get("response_count")
    if rank is None:
        lines = [say("The new tenant's rank is not known.")]
    elif count is None:
        lines = [say("The new tenant was number {rank}.", rank=rank)]
    else:
        lines = [
            say("The new tenant was number {rank} of {count} responses.", rank=rank, count=count)
        ]
    passed = told.get("passed_over") or {}
    if passed:
        reasons = [f"{n} {say(PASSED_OVER_WORDS[name])}" for name, n in passed.items()]
        lines.append(say("Passed over: {reasons}.", reasons=", ".join(reasons)))
    return lines


def _verdicts(say: Speech, verdicts: Mapping[str, str]) -> list[str]:
    """Return the rules that failed, and those of which nothing can be told; count the rest."""
    if not verdicts:
        return []
    at = 0 if say.language == "nl" else 1
    titles = {rule.id: (rule.title_nl, rule.title_en)[at] for rule in RULES}
    worse = (Verdict.FAILED, Verdict.CANNOT_TELL)
    lines = [
        f"{rule} {titles.get(rule, '')}: {VERDICTS[verdict][at]}"
        for verdict in worse
        for rule, told in verdicts.items()
        if told == verdict
    ]
    passed = sum(verdict == Verdict.PASSED for verdict in verdicts.values())
    return [*lines, say("Other rules that hold for it: {count} in order.", count=passed)]


def _reviews(say: Speech, case: Case) -> list[str]:
    seen = {who: (what, why) for who, what, why in case.conclusions}
    lines = []
    for number, who in enumerate(case.reviewers, 1):
        if who in seen:
            what, why = seen[who]
            words = f"{number}. {who}: {say(CONCLUSION_WORDS[what])}"
            lines += [words, f"     {why}"] if why else [words]
        else:
            lines.append(
                say(
                    "{place}. {who} has given a review. You see it after giving your own.",
                    place=number,
                    who=who,
                )
            )
    if case.outcome is not None:
        lines.append(say("Outcome: {what}", what=say(CONCLUSION_WORDS[case.outcome])))
    if case.publication_agreed_by:
        people = ", ".join(case.publication_agreed_by)
        lines.append(say("Agreed to publish: {people}", people=people))
    return [f"  {line}" for line in lines or [say("None yet.")]]


def _to_do(say: Speech, case: Case, viewer: str) -> list[str]:
    me, number = identity(viewer), case.number
    if me in set(map(fold_identity, case.signal.handlers)):
        lines = [say("Nothing: you handled this letting. Others decide.")]
    elif case.state in (CaseState.OPEN, CaseState.FIRST_REVIEWED):
        lines = (
            [say("Nothing: you have given your review. Somebody else gives the second.")]
            if me in set(map(fold_identity, case.reviewers))
            else _questions(say, number)
        )
    elif case.state is CaseState.SECOND_REVIEWED:
        same = len({what for _, what, _ in case.conclusions}) == 1
        lines = [
            say("The reviewers agree. Close the case: cases close {number}", number=number)
            if same
            else say("The reviewers differ. Talk, and let two people look again: "
                     "cases reset {number}", number=number)
        ]  # fmt: skip
    elif case.outcome is Conclusion.UPHELD and len(case.publication_agreed_by) < 2:
        lines = [
            say("To publish it as a deviation, two people run: cases agree {number}", number=number)
        ]
    else:
        lines = [say("Nothing: the case is closed.")]
    return [f"  {line}" for line in lines]


def _questions(say: Speech, number: int) -> list[str]:
    return [
        say("1. Is it the same person? Look up both numbers in the register and in your system."),
        say("2. If so: did this person get the dwelling by the rules, in the right order?"),
        say("Not the same person, or all by the rules: conclude geen-bezwaar."),
        say("The same person, and favoured: conclude gegrond."),
        say("Then: cases review {number} --conclusion …", number=number),
    ]


def _code(say: Speech, code_list: str, code: object) -> str:
    known = code_lists().get(code_list, {}).get(str(code)) if code else None
    if known is None:
        return ""
    return known.name_nl if say.language == "nl" else known.name_en
