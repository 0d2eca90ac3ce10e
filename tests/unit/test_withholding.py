"""The barrier, case by case: which letting is seen, and as what.

The cases read as a table: an export of one dwelling, one change, one outcome.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any, get_args

import pyarrow as pa
import pytest
from pydantic import ValidationError

from allocation import contract
from allocation.barrier.carry_over import ONLY_OF_LETTINGS, Released
from allocation.barrier.grounds import find_withheld
from allocation.barrier.withholding import Withheld, withhold_lettings
from allocation.config import Association, Config, HideableField, Paths
from allocation.engine import Engine, open_engine
from allocation.outcomes import build_outcomes
from allocation.public import LETTINGS
from allocation.state.explanations import EXPLAINED
from allocation.state.upheld import UpheldDeviation
from allocation.vocabulary import Ground, Outcome, code_lists

TODAY = date(2026, 11, 22)
AS_OF = datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)
SECRET = b"s" * 32

IDS = ("publication_id", "dwelling_id", "allocation_id")
NO_FINDINGS = pa.schema(
    [
        (name, pa.string())
        for name in (
            "publication_id",
            "dwelling_id",
            "allocation_id",
            "rule",
            "verdict",
            "evidence",
        )
    ]
).empty_table()

Rows = dict[str, list[dict[str, Any]]]

DWELLING = {"dwelling_id": "D1", "street": "Lindehof", "house_number": 14, "place": "Westerbork"}
PUBLICATION = {
    "publication_id": "P1",
    "dwelling_id": "D1",
    "model": "offer_model",
    "ordering": "registration_duration",
    "opens_at": datetime(2026, 9, 1),
    "closes_at": datetime(2026, 9, 8),
    "status": "completed",
    "detail_status": "allocated",
}
ALLOCATION = {
    "allocation_id": "A1",
    "tenure": "let",
    "dwelling_id": "D1",
    "publication_id": "P1",
    "candidate_id": "C2",
    "allocated_on": date(2026, 9, 20),
    "target_group": "family",
    "additional_target_group": "none",
    "priority_kind": "none",
    "priority_detail": "none",
    "appropriateness": "appropriate",
    "appropriateness_detail": "none",
    "direct_ground": "none",
}


def response(candidate: str, rank: int | None, **more: Any) -> dict[str, Any]:
    return {
        "response_id": f"R{candidate}",
        "publication_id": "P1",
        "candidate_id": candidate,
        "responded_at": datetime(2026, 9, 2),
        "registered_on": date(2017, 9, 9),
        "recorded_rank": rank,
        "status": "responded",
        "reason": None,
    } | more


def offer(candidate: str, **more: Any) -> dict[str, Any]:
    return {
        "offer_id": f"O{candidate}",
        "publication_id": "P1",
        "dwelling_id": "D1",
        "candidate_id": candidate,
        "offered_at": datetime(2026, 9, 10),
        "status": "declined",
    } | more


def export(**tables: list[dict[str, Any]]) -> Rows:
    """Return one dwelling that was advertised and let to the second in rank."""
    ordinary: Rows = {
        "dwellings": [DWELLING],
        "publications": [PUBLICATION],
        "responses": [response("C1", 1), response("C2", 2), response("C3", 3)],
        "offers": [offer("C1", reason="dwelling_disliked")],
        "allocations": [ALLOCATION],
    }
    return ordinary | tables


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Engine]:
    with open_engine(config(), tmp_path_factory.mktemp("engine")) as opened:
        yield opened


def config(**sections: Any) -> Config:
    association = Association(name="Het Heem", work_area="Drenthe", email="a@example.nl")
    return Config(association=association, paths=Paths(exports=Path("exports")), **sections)


def load(engine: Engine, rows: Rows, quarantined: Rows | None = None) -> None:
    for table in contract.NIGHT_TABLES:
        for suffix, given in (("", rows), ("_quarantined", quarantined or {})):
            types = [
                (c.name, pa.timestamp("us") if c.kind is contract.Kind.INSTANT else c.arrow.type)
                for c in table.columns
            ]
            wanted = [
                {name: row.get(name) for name, _ in types} for row in given.get(table.name, [])
            ]
            engine.register("given", pa.Table.from_pylist(wanted, schema=pa.schema(types)))
            engine.run(f"CREATE OR REPLACE TABLE {table.name}{suffix} AS SELECT * FROM given")


def judge(
    engine: Engine,
    rows: Rows,
    *,
    quarantined: Rows | None = None,
    previous: Released | None = None,
    today: date = TODAY,
    settings: Config | None = None,
    findings: pa.Table | None = None,
    explained: pa.Table | None = None,
    upheld: Sequence[UpheldDeviation] = (),
) -> tuple[Released, Withheld]:
    chosen = settings or config()
    load(engine, rows, quarantined)
    build_outcomes(engine, chosen.publication, today, AS_OF)
    find_withheld(engine, chosen)
    engine.register("public_findings", NO_FINDINGS if findings is None else findings)
    return withhold_lettings(engine, chosen, today, SECRET, previous, explained, upheld)


def only(released: Released) -> dict[str, Any]:
    rows = released.public.rows.to_pylist()
    assert len(rows) == 1
    return rows[0]


@dataclass(frozen=True)
class Case:
    """One change to the ordinary export, and the outcome that the public sees; None: no page."""

    name: str
    outcome: Outcome | None
    publication: dict[str, Any] = field(default_factory=dict)
    allocation: dict[str, Any] | None = field(default_factory=dict)
    more: list[dict[str, Any]] = field(default_factory=list)


def direct(**more: Any) -> dict[str, Any]:
    ground = {"direct_ground": "distressing_situation", "publication_id": None}
    return ALLOCATION | {"allocation_id": "A9", "candidate_id": "C9"} | ground | more


CASES = (
    Case("an ordinary letting", Outcome.LET),
    Case("no allocation yet", Outcome.IN_PROGRESS,
         {"status": "on_offer", "detail_status": None}, None),
    Case("still open", Outcome.OPEN,
         {"status": "published", "detail_status": None, "closes_at": datetime(2026, 12, 1)}, None),
    Case("open without an end", Outcome.OPEN,
         {"status": "published", "detail_status": None, "closes_at": None}, None),
    Case("not opened yet", None,
         {"status": "published", "opens_at": datetime(2026, 12, 1), "closes_at": None}, None),
    Case("in preparation", None, {"status": "in_preparation"}, None),
    Case("ended without letting", Outcome.NOT_LET, {"detail_status": "no_allocation"}, None),
    Case("withdrawn for sale", Outcome.WITHDRAWN,
         {"status": "withdrawn", "detail_status": "other_use"}, None),
    Case("completed long ago without an allocation in the export", Outcome.WITHDRAWN, {}, None),
    Case("signed less than the delay ago", Outcome.IN_PROGRESS,
         allocation={"allocated_on": date(2026, 11, 15)}),
    Case("delay over, and the release day has come", Outcome.LET,
         allocation={"allocated_on": date(2026, 11, 2)}),
    Case("delay over, waits for Monday", Outcome.IN_PROGRESS,
         allocation={"allocated_on": date(2026, 11, 5)}),
    Case("status holder by priority", Outcome.WITHDRAWN,
         allocation={"priority_kind": "urgency", "priority_detail": "status_holder"}),
    Case("status holder by target group alone", Outcome.WITHDRAWN,
         allocation={"additional_target_group": "status_holders"}),
    Case("demolition by appropriateness alone", Outcome.WITHDRAWN,
         allocation={"appropriateness_detail": "restructuring"}),
    Case("urgency without a detail", Outcome.WITHDRAWN,
         allocation={"priority_kind": "urgency", "priority_detail": None}),
    Case("a missing target group", Outcome.WITHDRAWN, allocation={"target_group": None}),
    Case("a missing direct ground", Outcome.WITHDRAWN, allocation={"direct_ground": None}),
    Case("a protected address", Outcome.WITHDRAWN, allocation={"protected_address": True}),
    Case("village connection releases", Outcome.LET,
         allocation={"priority_kind": "local_connection", "priority_detail": "village_connection"}),
    Case("let by manual mediation", Outcome.WITHDRAWN, {"detail_status": "manual_mediation"}),
    Case("advertised, then let directly", Outcome.WITHDRAWN,
         {"status": "on_offer", "detail_status": None}, None, [direct()]),
    Case("advertised, then sold", Outcome.WITHDRAWN,
         {"status": "on_offer", "detail_status": None}, None, [direct(tenure="sale")]),
    Case("let, and let directly years later", Outcome.LET,
         more=[direct(allocated_on=date(2026, 11, 1))]),
    Case("let directly before it was advertised", Outcome.IN_PROGRESS,
         {"status": "on_offer", "detail_status": None}, None,
         [direct(allocated_on=date(2025, 1, 1))]),
    Case("two allocations, one of them withheld", Outcome.WITHDRAWN,
         more=[ALLOCATION | {"allocation_id": "A2", "priority_kind": "urgency"}]),
    Case("direct model: never advertised", None, {"model": "direct_allocation"}),
    Case("unknown model", None, {"model": None}),
)  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_what_the_public_sees(engine: Engine, case: Case) -> None:
    first = [] if case.allocation is None else [ALLOCATION | case.allocation]
    rows = export(publications=[PUBLICATION | case.publication], allocations=[*first, *case.more])
    released, _ = judge(engine, rows)
    if case.outcome is None:
        assert released.public.rows.num_rows == 0
        return
    row = only(released)
    assert row["outcome"] == case.outcome
    assert row["response_count"] == 3
    if case.outcome is not Outcome.LET:
        assert all(row[name] is None for name in ONLY_OF_LETTINGS)


@pytest.mark.parametrize("column", [c.name for c in contract.ALLOCATIONS.columns if c.axis])
def test_every_withholding_code_on_every_axis(engine: Engine, column: str) -> None:
    """A withheld letting is byte for byte the row of a dwelling withdrawn for sale."""
    sale = {"status": "withdrawn", "detail_status": "other_use"}
    sold = only(judge(engine, export(publications=[PUBLICATION | sale], allocations=[]))[0])
    codes = code_lists()[contract.ALLOCATIONS[column].code_list].values()
    assert any(code.withhold != "release" for code in codes) or column in (
        "target_group",
        "appropriateness",
    )
    for code in codes:
        row = only(judge(engine, export(allocations=[ALLOCATION | {column: code.code}]))[0])
        if code.withhold == "release":
            assert row["outcome"] == Outcome.LET, code.code
        else:
            assert row == sold, code.code


def test_the_configuration_can_release_a_code(engine: Engine) -> None:
    urgent = {"priority_kind": "urgency", "priority_detail": "medical"}
    rows = export(allocations=[ALLOCATION | urgent])
    loosened = config(
        withholding={
            "priority_kind": {"urgency": "release"},
            "priority_detail": {"medical": "release"},
        }
    )
    assert only(judge(engine, rows)[0])["outcome"] == Outcome.WITHDRAWN
    assert only(judge(engine, rows, settings=loosened)[0])["outcome"] == Outcome.LET


def test_the_story_of_a_letting(engine: Engine) -> None:
    responses = [
        response("C1", 1),
        response("C4", 2, status="rejected", reason="conditions_not_met"),
        response("C5", 3),
        response("C6", 4),
        response("C7", 5),
        response("C2", 6),
        response("C3", None),
        response("C8", None, status="withdrawn"),
    ]
    offers = [
        offer("C1", reason="dwelling_disliked"),
        offer("C5", status="withdrawn", reason="answer_period_expired"),
        offer("C6", status="withdrawn", reason="unsuitable"),
    ]
    row = only(judge(engine, export(responses=responses, offers=offers))[0])
    assert row["response_count"] == 7, "a withdrawn response does not count"
    assert row["rank"] == 6
    assert row["registration_years"] == 8, "one day short of nine years at closing"
    passed = {name: row[f"passed_{name}"] for name in
              ("declined", "conditions", "no_answer", "other", "no_reason")}  # fmt: skip
    assert passed == {"declined": 1, "conditions": 1, "no_answer": 1, "other": 1, "no_reason": 1}
    assert row["let_month"] == date(2026, 9, 1)


def test_registration_years_only_where_duration_orders(engine: Engine) -> None:
    lottery = export(publications=[PUBLICATION | {"ordering": "lottery"}])
    assert only(judge(engine, lottery)[0])["registration_years"] is None


def test_a_count_without_rows_is_taken_from_the_supplier(engine: Engine) -> None:
    rows = export(
        publications=[PUBLICATION | {"response_count": 2630}], responses=[], allocations=[]
    )
    assert only(judge(engine, rows)[0])["response_count"] == 2630


def test_an_unreadable_response_still_counts(engine: Engine) -> None:
    bad = {"responses": [response("C9", None, registered_on=None)]}
    assert only(judge(engine, export(), quarantined=bad)[0])["response_count"] == 4


class TestAfterAnEarlierNight:
    """What stays public although tonight's export cannot show it any more."""

    def test_an_unreadable_allocation_changes_nothing(self, engine: Engine) -> None:
        before, _ = judge(engine, export())
        bad = {"allocations": [ALLOCATION | {"allocated_on": None}]}
        after, decided = judge(engine, export(allocations=[]), quarantined=bad, previous=before)
        assert only(after) == only(before)
        assert decided.held == 1

    def test_an_unreadable_publication_changes_nothing(self, engine: Engine) -> None:
        before, _ = judge(engine, export())
        bad = {"publications": [PUBLICATION | {"dwelling_id": "D999"}]}
        after, _ = judge(engine, export(publications=[]), quarantined=bad, previous=before)
        assert only(after) == only(before)

    def test_it_stays_for_as_long_as_the_row_is_bad(self, engine: Engine) -> None:
        before, _ = judge(engine, export())
        bad = {"dwellings": [DWELLING], "publications": [PUBLICATION]}
        rows = export(dwellings=[], publications=[])
        second, _ = judge(engine, rows, quarantined=bad, previous=before)
        third, _ = judge(engine, rows, quarantined=bad, previous=second)
        assert only(third) == only(before)

    def test_withholding_goes_before_holding(self, engine: Engine) -> None:
        before, _ = judge(engine, export())
        assert only(before)["outcome"] == Outcome.LET
        late = ALLOCATION | {"allocated_on": None, "additional_target_group": "status_holders"}
        after, _ = judge(
            engine, export(allocations=[]), quarantined={"allocations": [late]}, previous=before
        )
        assert only(after)["outcome"] == Outcome.WITHDRAWN
        assert only(after)["rank"] is None

    def test_withheld_and_its_advert_unreadable(self, engine: Engine) -> None:
        before, _ = judge(engine, export())
        late = ALLOCATION | {"additional_target_group": "status_holders"}
        bad = {"publications": [PUBLICATION], "allocations": [late]}
        rows = export(publications=[], allocations=[])
        after, _ = judge(engine, rows, quarantined=bad, previous=before)
        assert only(after)["outcome"] == Outcome.WITHDRAWN

    def test_withheld_and_its_advert_refers_to_nothing(self, engine: Engine) -> None:
        before, _ = judge(engine, export())
        late = ALLOCATION | {"additional_target_group": "status_holders"}
        bad = {"publications": [PUBLICATION | {"dwelling_id": "D999"}], "allocations": [late]}
        rows = export(publications=[], allocations=[])
        after, _ = judge(engine, rows, quarantined=bad, previous=before)
        assert only(after)["outcome"] == Outcome.WITHDRAWN

    def test_a_code_that_came_late_withdraws(self, engine: Engine) -> None:
        before, _ = judge(engine, export())
        late = [ALLOCATION | {"priority_kind": "urgency"}]
        assert only(judge(engine, export(allocations=late), previous=before)[0])["outcome"] == (
            Outcome.WITHDRAWN
        )

    def test_an_advert_that_turns_direct_does_not_vanish(self, engine: Engine) -> None:
        before, _ = judge(engine, export())
        turned = [PUBLICATION | {"model": "direct_allocation"}]
        after, _ = judge(engine, export(publications=turned), previous=before)
        assert only(after)["outcome"] == Outcome.WITHDRAWN
        assert only(after)["key"] == only(before)["key"]

    def test_an_open_advert_that_is_held_closes_in_time(self, engine: Engine) -> None:
        opened = [PUBLICATION | {"status": "published", "detail_status": None}]
        early, _ = judge_on(engine, export(publications=opened, allocations=[]), date(2026, 9, 3))
        assert only(early)["outcome"] == Outcome.OPEN
        bad = {"publications": opened}
        after, _ = judge(
            engine, export(publications=[], allocations=[]), quarantined=bad, previous=early
        )
        assert only(after)["outcome"] == Outcome.IN_PROGRESS

    def test_what_leaves_the_export_is_counted(self, engine: Engine) -> None:
        before, _ = judge(engine, export())
        after, decided = judge(engine, export(publications=[], allocations=[]), previous=before)
        assert after.public.rows.num_rows == 0
        assert decided.gone == 1


def judge_on(engine: Engine, rows: Rows, today: date) -> tuple[Released, Withheld]:
    load(engine, rows)
    as_of = datetime(today.year, today.month, today.day, 21, 59, 59, tzinfo=UTC)
    build_outcomes(engine, config().publication, today, as_of)
    find_withheld(engine, config())
    engine.register("public_findings", NO_FINDINGS)
    return withhold_lettings(engine, config(), today, SECRET, None)


def test_pages_expire_after_the_retention(engine: Engine) -> None:
    old = {"opens_at": datetime(2024, 9, 1), "closes_at": datetime(2024, 9, 8)}
    released, decided = judge(
        engine,
        export(
            publications=[PUBLICATION | old],
            allocations=[ALLOCATION | {"allocated_on": date(2024, 9, 20)}],
        ),
    )
    assert released.public.rows.num_rows == 0
    assert decided.expired == 1


def test_every_ground_is_counted_once(engine: Engine) -> None:
    both = ALLOCATION | {"priority_kind": "urgency", "additional_target_group": "status_holders"}
    _, decided = judge(engine, export(allocations=[both, direct(allocation_id="A2")]))
    assert decided.by_ground == {Ground.STATUS_HOLDER: 1, Ground.DISTRESSING_SITUATION: 1}


@pytest.mark.parametrize(
    ("letter", "addition", "shown"),
    [
        (None, None, "14"),
        ("b", None, "14B"),
        (None, "2", "14-2"),
        ("B", "BEN", "14B BEN"),
        (None, "k-4", "14 k-4"),
    ],
)
def test_how_a_house_number_is_written(
    engine: Engine, letter: str | None, addition: str | None, shown: str
) -> None:
    dwelling = DWELLING | {"house_letter": letter, "house_number_addition": addition}
    assert only(judge(engine, export(dwellings=[dwelling]))[0])["house_number"] == shown


def test_the_house_number_can_be_switched_off(engine: Engine) -> None:
    hidden = config(publication={"show_house_number": False})
    row = only(judge(engine, export(), settings=hidden)[0])
    assert row["house_number"] is None
    assert "14" not in row["key"].rsplit("-", 1)[0]


DESCRIBED = {
    "municipality": "Midden-Drenthe",
    "neighbourhood": "Dorpskern",
    "room_count": 4,
    "floor_area_m2": Decimal("92.40"),
    "energy_label": "B",
    "bare_rent": Decimal("612.35"),
}


def test_what_the_association_does_not_show_is_empty(engine: Engine) -> None:
    rows = export(
        dwellings=[DWELLING | DESCRIBED], publications=[PUBLICATION | {"label": "Gezinswoning"}]
    )
    choices = get_args(HideableField)
    shown = only(judge(engine, rows)[0])
    assert all(shown[name] is not None for name in choices)
    for name in choices:
        choice = config(publication={"hidden_fields": [name]})
        hidden = only(judge(engine, rows, settings=choice)[0])
        assert hidden == shown | {name: None}


def test_only_what_describes_a_dwelling_can_be_hidden() -> None:
    """What tells how it was allocated is the promise."""
    for name in set(LETTINGS.names) - set(get_args(HideableField)):
        with pytest.raises(ValidationError):
            config(publication={"hidden_fields": [name]})
    assert set(get_args(HideableField)) <= set(LETTINGS.names)


def test_what_is_hidden_from_tonight_is_hidden_on_a_page_that_stays_as_it_was(
    engine: Engine,
) -> None:
    """An unreadable row keeps an earlier night's row; that does not bring a column back."""
    before, _ = judge(engine, export(dwellings=[DWELLING | DESCRIBED]))
    assert only(before)["house_number"] == "14"
    bad = {"allocations": [ALLOCATION]}
    choice = {"hidden_fields": ["bare_rent"], "show_house_number": False}
    after, decided = judge(
        engine,
        export(allocations=[]),
        quarantined=bad,
        previous=before,
        settings=config(publication=choice),
    )
    assert decided.held == 1
    row = only(after)
    assert row["bare_rent"] is None
    assert row["house_number"] is None
    assert "14" not in row["key"].rsplit("-", 1)[0]
    assert row["energy_label"] == "B"
    assert after.pairs.column("mark").to_pylist() == before.pairs.column("mark").to_pylist()


def test_a_parking_place_is_no_dwelling(engine: Engine) -> None:
    rows = export(dwellings=[DWELLING | {"dwelling_type": "garage"}])
    assert judge(engine, rows)[0].public.rows.num_rows == 0


def finding(rule: str, verdict: str, evidence: str = "{}") -> dict[str, str]:
    ids = dict(zip(IDS, ("P1", "D1", "A1"), strict=True))
    return ids | {"rule": rule, "verdict": verdict, "evidence": evidence}


def findings(*rows: dict[str, str]) -> pa.Table:
    return pa.Table.from_pylist(list(rows), schema=NO_FINDINGS.schema)


def explanation(
    rule: str, evidence: str, kind: str = "recording_error", tenant: str = "A1 C2"
) -> pa.Table:
    facts = hashlib.sha256(f"{tenant} {evidence}".encode()).hexdigest()
    row = {"publication_id": "P1", "dwelling_id": "D1", "rule": rule, "facts": facts}
    return pa.Table.from_pylist([row | {"explanation": kind}], schema=EXPLAINED)


def test_the_checks_stand_in_the_order_of_the_rules(engine: Engine) -> None:
    rows = findings(finding("RNK-2", "passed"), finding("PUB-1", "cannot_tell"))
    released, _ = judge(engine, export(), findings=rows)
    assert only(released)["checks"] == "PUB-1=cannot_tell RNK-2=passed"


def test_only_a_letting_has_checks(engine: Engine) -> None:
    rows = export(allocations=[ALLOCATION | {"priority_kind": "urgent"}])
    released, _ = judge(engine, rows, findings=findings(finding("RNK-2", "failed")))
    assert only(released)["checks"] is None


def test_a_deviation_is_in_treatment_until_two_people_explain_it_or_time_is_up(
    engine: Engine,
) -> None:
    failed = findings(finding("RNK-2", "failed", '{"ahead": 3}'))
    first, _ = judge(engine, export(), findings=failed)
    assert only(first)["checks"] == "RNK-2=in_treatment:2026-11-22"
    days = config().agreement.explanation_days
    last = TODAY + timedelta(days=days)
    still, _ = judge(engine, export(), findings=failed, previous=first, today=last)
    assert only(still)["checks"] == "RNK-2=in_treatment:2026-11-22"
    over, _ = judge(
        engine, export(), findings=failed, previous=still, today=last + timedelta(days=1)
    )
    assert only(over)["checks"] == "RNK-2=unexplained:2026-11-22"
    said = explanation("RNK-2", '{"ahead": 3}')
    explained, _ = judge(engine, export(), findings=failed, previous=over, explained=said)
    assert only(explained)["checks"] == "RNK-2=explained:2026-11-22:recording_error"


def test_an_explanation_of_other_facts_does_not_count(engine: Engine) -> None:
    failed = findings(finding("RNK-2", "failed", '{"ahead": 45}'))
    said = explanation("RNK-2", '{"ahead": 3}')
    released, _ = judge(engine, export(), findings=failed, explained=said)
    assert only(released)["checks"] == "RNK-2=in_treatment:2026-11-22"


def test_an_unreadable_row_does_not_keep_a_deviation_in_treatment(engine: Engine) -> None:
    failed = findings(finding("RNK-2", "failed"), finding("PUB-1", "passed"))
    first, _ = judge(engine, export(), findings=failed)
    broken = {"offers": [{"offer_id": "O9", "publication_id": "P1", "dwelling_id": "D1"}]}
    later = TODAY + timedelta(days=config().agreement.explanation_days + 1)
    held, decided = judge(engine, export(), quarantined=broken, previous=first, today=later)
    assert decided.held == 1
    assert only(held)["checks"] == "PUB-1=passed RNK-2=unexplained:2026-11-22"


def test_what_two_people_agreed_to_publish_shows_as_established(engine: Engine) -> None:
    upheld = [UpheldDeviation("P1", "D1", "A1", date(2026, 11, 3))]
    rows = findings(finding("RNK-2", "passed"))
    released, _ = judge(engine, export(), findings=rows, upheld=upheld)
    assert only(released)["checks"] == "RNK-2=passed INT-1=explained:2026-11-03:upheld"
    withheld = export(allocations=[ALLOCATION | {"priority_kind": "urgent"}])
    released, _ = judge(engine, withheld, findings=rows, upheld=upheld)
    assert only(released)["checks"] is None


def test_an_unreadable_row_elsewhere_takes_no_deviation_away(engine: Engine) -> None:
    """ALL-3 rests on other lettings, of which one may be the row that cannot be read."""
    failed = findings(finding("ALL-3", "failed"), finding("PUB-1", "failed"))
    passed = findings(finding("ALL-3", "passed"), finding("PUB-1", "passed"))
    first, _ = judge(engine, export(), findings=failed)
    broken = {"allocations": [ALLOCATION | {"allocation_id": "A7", "publication_id": "P7"}]}
    broken["allocations"][0]["dwelling_id"] = "D7"
    held, _ = judge(engine, export(), quarantined=broken, findings=passed, previous=first)
    assert only(held)["checks"] == "PUB-1=passed ALL-3=in_treatment:2026-11-22"
    clean, _ = judge(engine, export(), findings=passed, previous=held)
    assert only(clean)["checks"] == "PUB-1=passed ALL-3=passed"


CLUSTER = {
    "dwellings": [DWELLING, DWELLING | {"dwelling_id": "D2", "house_number": 16}],
    "publications": [
        PUBLICATION,
        PUBLICATION | {"dwelling_id": "D2", "status": "withdrawn", "detail_status": "renovation"},
    ],
    "offers": [],
}
"""One advert of two dwellings: D1 is let to the second in rank, D2 is withdrawn."""

OF_THE_OTHER = ALLOCATION | {"allocation_id": "A2", "dwelling_id": "D2", "candidate_id": "C1"}


@pytest.mark.parametrize(
    "more",
    [
        pytest.param({}, id="nobody got the other"),
        pytest.param(
            {"allocations": [ALLOCATION, OF_THE_OTHER | {"priority_kind": "urgency"}]},
            id="the first in rank got the other, withheld",
        ),
        pytest.param(
            {"offers": [offer("C1", dwelling_id="D2", reason="dwelling_disliked")],
             "allocations": [ALLOCATION, OF_THE_OTHER | {
                 "candidate_id": "C9", "priority_detail": "status_holder"}]},
            id="the first in rank declined the other, which is withheld",
        ),
    ],
)  # fmt: skip
def test_a_page_does_not_tell_who_got_a_withheld_dwelling_of_its_advert(
    engine: Engine, more: Rows
) -> None:
    released, _ = judge(engine, export(**CLUSTER) | more)
    (told,) = [row for row in released.public.rows.to_pylist() if row["outcome"] == "let"]
    counts = {name: told[name] for name in told if name.startswith("passed_")}
    assert counts == dict.fromkeys(counts, 0) | {"passed_other": 1}


def test_a_dwelling_of_the_advert_that_is_shown_as_let_is_a_reason(engine: Engine) -> None:
    cluster = CLUSTER | {"publications": [PUBLICATION, PUBLICATION | {"dwelling_id": "D2"}]}
    rows = export(**cluster) | {"allocations": [ALLOCATION, OF_THE_OTHER]}
    of_second = {row["rank"]: row for row in judge(engine, rows)[0].public.rows.to_pylist()}[2]
    assert (of_second["passed_other"], of_second["passed_no_reason"]) == (1, 0)


def test_with_every_dwelling_shown_as_let_a_missing_reason_shows(engine: Engine) -> None:
    cluster = CLUSTER | {"publications": [PUBLICATION, PUBLICATION | {"dwelling_id": "D2"}]}
    rows = export(**cluster) | {"allocations": [ALLOCATION, OF_THE_OTHER | {"candidate_id": "C3"}]}
    of_second = {row["rank"]: row for row in judge(engine, rows)[0].public.rows.to_pylist()}[2]
    assert (of_second["passed_other"], of_second["passed_no_reason"]) == (0, 1)


def test_a_garage_in_the_advert_excuses_no_missing_reason(engine: Engine) -> None:
    garage = DWELLING | {"dwelling_id": "D2", "dwelling_type": "garage"}
    rows = export(**CLUSTER | {"dwellings": [DWELLING, garage]})
    assert only(judge(engine, rows)[0])["passed_no_reason"] == 1


@pytest.mark.parametrize(
    ("publication", "allocation"),
    [
        pytest.param({"model": "direct_allocation"}, {}, id="direct, with the number of an advert"),
        pytest.param({"status": "ready"}, {}, id="let while the advert was never out"),
        pytest.param({"detail_status": "manual_mediation"}, {}, id="by hand"),
        pytest.param({}, {"publication_id": "P9"}, id="through an advert that is not there"),
        pytest.param({"opens_at": datetime(2026, 12, 1)}, {}, id="before the advert opens"),
    ],
)
def test_what_was_let_and_is_not_shown_is_counted_as_withheld(
    engine: Engine, publication: dict[str, Any], allocation: dict[str, Any]
) -> None:
    rows = export(publications=[PUBLICATION | publication], allocations=[ALLOCATION | allocation])
    released, decided = judge(engine, rows)
    assert Outcome.LET not in released.public.rows.column("outcome").to_pylist()
    assert decided.by_ground == {Ground.OTHER_DIRECT: 1}


@pytest.mark.parametrize(
    "given",
    [
        pytest.param({"dwellings": [DWELLING | {"dwelling_type": "garage"}]}, id="a garage"),
        pytest.param({}, id="a letting that is shown"),
    ],
)
def test_nothing_else_is(engine: Engine, given: Rows) -> None:
    assert judge(engine, export(**given))[1].by_ground == {}


def test_an_advert_that_cannot_be_read_withholds_no_letting(engine: Engine) -> None:
    rows = export(publications=[])
    _, decided = judge(engine, rows, quarantined={"publications": [PUBLICATION]})
    assert decided.by_ground == {}


def test_what_is_told_to_be_not_let_stays_so_when_it_is_allocated_directly(
    engine: Engine,
) -> None:
    ended = [PUBLICATION | {"detail_status": "no_allocation"}]
    before, _ = judge(engine, export(publications=ended, allocations=[]))
    after, _ = judge(engine, export(publications=ended, allocations=[direct()]), previous=before)
    assert only(before)["outcome"] == only(after)["outcome"] == Outcome.NOT_LET


def test_an_unreadable_row_keeps_no_page_past_its_retention(engine: Engine) -> None:
    before, _ = judge(engine, export())
    bad = {"responses": [response("C7", 7)]}
    months = config().publication.retention_months
    long_after = date(TODAY.year + months // 12 + 1, 1, 1)
    still, _ = judge(engine, export(), quarantined=bad, previous=before)
    assert still.public.rows.num_rows == 1
    after, _ = judge(engine, export(), quarantined=bad, previous=still, today=long_after)
    assert after.public.rows.num_rows == 0


def test_taking_data_away_takes_no_deviation_away(engine: Engine) -> None:
    first, _ = judge(engine, export(), findings=findings(finding("ELI-4", "failed")))
    untold = findings(finding("ELI-4", "cannot_tell"))
    later = TODAY + timedelta(days=3)
    second, _ = judge(engine, export(), findings=untold, previous=first, today=later)
    assert only(second)["checks"] == "ELI-4=in_treatment:2026-11-22"
    repaired = findings(finding("ELI-4", "passed"))
    third, _ = judge(engine, export(), findings=repaired, previous=second, today=later)
    assert only(third)["checks"] == "ELI-4=passed"


def test_an_explanation_given_for_one_tenant_says_nothing_of_another(engine: Engine) -> None:
    failed = findings(finding("ALL-1", "failed", '{"responses": 0}'))
    said = explanation("ALL-1", '{"responses": 0}', "agreed_exception")
    explained, _ = judge(engine, export(), findings=failed, explained=said)
    assert only(explained)["checks"] == "ALL-1=explained:2026-11-22:agreed_exception"
    other = export(allocations=[ALLOCATION | {"candidate_id": "C3"}])
    released, _ = judge(engine, other, findings=failed, explained=said)
    assert only(released)["checks"] == "ALL-1=in_treatment:2026-11-22"


def test_who_registered_after_closing_was_not_registered_for_years(engine: Engine) -> None:
    late = response("C2", 2, registered_on=date(2026, 10, 1))
    released, _ = judge(engine, export(responses=[response("C1", 1), late]))
    assert only(released)["registration_years"] is None


@pytest.mark.parametrize("hidden", [{"model": "direct_allocation"}, {"status": "ready"}])
@pytest.mark.parametrize("allocated", [False, True])
def test_a_row_of_the_advert_that_has_no_page_shows_nowhere(
    engine: Engine, hidden: dict[str, Any], allocated: bool
) -> None:
    alone, _ = judge(engine, export(offers=[]))
    other = PUBLICATION | {"dwelling_id": "D2"} | hidden
    rows = export(**CLUSTER | {"publications": [PUBLICATION, other]})
    if allocated:
        rows |= {"allocations": [ALLOCATION, OF_THE_OTHER]}
    beside, _ = judge(engine, rows)
    assert only(beside) == only(alone)
