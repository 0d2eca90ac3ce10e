"""The rules of the offer model once more, slowly and in plain Python, over one night.

Written from the words of each rule, for the tests of the sample alone: it
shares no code with the sample, nor with the rules that the program runs.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from itertools import combinations
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pyarrow.parquet as pq

Row = dict[str, Any]
AMSTERDAM = ZoneInfo("Europe/Amsterdam")
LISTED = {
    "no_interest", "offer_declined", "no_answer", "unsuitable", "data_incorrect",
    "conditions_not_met",
}  # fmt: skip
VAGUE = {"unsuitable", "co_optation_failed", "wrongly_offered"}
DAEB = {2024: (47699, 52671), 2025: (49669, 54847), 2026: (51537, 56910)}
LOW = {2024: (27725, 37625), 2025: (28375, 38500), 2026: (29400, 39925)}
LOW_PENSION = {2024: (27225, 36675), 2025: (27775, 37350), 2026: (28775, 38650)}
CAP = {2024: ("650.43", "697.07"), 2025: ("682.96", "731.93"), 2026: ("713.02", "764.14")}
BOUNDS = (
    ("min_household_size", "max_household_size", "household_size"),
    ("min_age", "max_age", "age"),
    ("min_income", "max_income", "household_income"),
)
CONDITIONS = (*(name for pair in BOUNDS for name in pair[:2]), "priority_order", "ordering")


class Office:
    """The tables of a folder of exports in Parquet, looked up by key."""

    def __init__(self, exports: Path) -> None:
        nights = sorted(path for path in exports.iterdir() if path.is_dir())
        self.last = nights[-1].name
        self.night = {path.stem: _rows(path) for path in nights[-1].glob("*.parquet")}
        self.earlier = [
            {name: _rows(night / f"{name}.parquet") for name in ("publications", "responses")}
            for night in nights[:-1]
        ]
        self.dwellings = {row["dwelling_id"]: row for row in self.night["dwellings"]}
        self.adverts: dict[str, Row] = {}
        self.adverts_of: dict[str, list[Row]] = defaultdict(list)
        for row in self.night["publications"]:
            self.adverts[row["publication_id"]] = row
            self.adverts_of[row["dwelling_id"]].append(row)
        self.responses = _by(self.night["responses"], "publication_id")
        self.responses_by = _by(self.night["responses"], "candidate_id")
        self.offers = _by(self.night["offers"], "publication_id")
        self.lets = [row for row in self.night["allocations"] if row["tenure"] == "let"]
        self.allocations = _by(self.lets, "publication_id")
        self.lets_of = _by(self.lets, "candidate_id")
        self.earlier_terms = [
            {row["publication_id"]: row for row in night["publications"]} for night in self.earlier
        ]
        self.earlier_by = [
            (_by(night["responses"], "publication_id"), _by(night["responses"], "candidate_id"))
            for night in self.earlier
        ]
        self.lettings: dict[tuple[str, str], list[Row]] = defaultdict(list)
        for row in self.lets:
            if row["publication_id"] is not None:
                self.lettings[row["publication_id"], row["dwelling_id"]].append(row)


def _rows(path: Path) -> list[Row]:
    return list(pq.read_table(path).to_pylist())


def _by(rows: list[Row], name: str) -> dict[Any, list[Row]]:
    found: dict[Any, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[name]].append(row)
    return found


def in_time(advert: Row, response: Row) -> bool:
    closes = advert["closes_at"]
    return advert["opens_at"] <= response["responded_at"] and (
        closes is None or response["responded_at"] <= closes
    )


def within(advert: Row, response: Row, which: tuple[str, str, str]) -> bool:
    low, high, name = which
    value = response[name]
    return (advert[low] is None or value >= advert[low]) and (
        advert[high] is None or value <= advert[high]
    )


def is_eligible(advert: Row, response: Row) -> bool:
    return (
        response["status"] != "withdrawn"
        and in_time(advert, response)
        and all(within(advert, response, which) for which in BOUNDS)
    )


def standing(advert: Row, response: Row) -> tuple[int, Any]:
    """Return the priority class and the value that orders within it; smaller is better."""
    entries = [part.strip() for part in (advert["priority_order"] or "").split(">") if part]
    place = len(entries)
    for at, entry in enumerate(entries):
        if entry.startswith("age:"):
            match = response["age"] >= int(entry[4:])
        elif entry.startswith("size:"):
            match = response["household_size"] >= int(entry[5:])
        elif "." in entry:
            match = entry == f"{response['priority_kind']}.{response['priority_detail']}"
        else:
            match = entry == response["priority_kind"]
        if match:
            place = at
            break
    value = {
        "registration_duration": lambda: response["registered_on"],
        "lottery": lambda: response["lottery_number"],
        "points": lambda: -response["points"],
        "first_responder": lambda: response["responded_at"],
    }[advert["ordering"]]()
    return place, value


def local_date(moment: datetime) -> Any:
    return moment.astimezone(AMSTERDAM).date()


def failures(office: Office) -> set[tuple[str, str | None, str]]:
    """Return every (rule, publication, dwelling) that fails at the last night."""
    found: set[tuple[str, str | None, str]] = set()
    for (publication, dwelling), allocations in office.lettings.items():
        for allocation in allocations:
            for check in CHECKS:
                for rule in check(office, office.adverts[publication], allocation):
                    found.add((rule, publication, dwelling))
    for dwelling, rows in office.adverts_of.items():
        for advert in rows:
            if stuck(office, advert, dwelling):
                found.add(("PUB-6", advert["publication_id"], dwelling))
    for row in office.lets:
        if row["publication_id"] is None and (
            row["direct_ground"] in (None, "none") or row["approved_by"] is None
        ):
            found.add(("ALL-6", None, row["dwelling_id"]))
    return found


def stuck(office: Office, advert: Row, dwelling: str) -> bool:
    if advert["closes_at"] is None or (advert["publication_id"], dwelling) in office.lettings:
        return False
    end = datetime.fromisoformat(office.last).replace(tzinfo=AMSTERDAM) + timedelta(days=1)
    settled = advert["status"] == "withdrawn" or (
        advert["status"] == "completed" and advert["detail_status"] == "no_allocation"
    )
    return not settled and end - advert["closes_at"] > timedelta(days=60)


def check_advert(office: Office, advert: Row, allocation: Row) -> Iterator[str]:
    opens, closes = advert["opens_at"], advert["closes_at"]
    if closes is not None and closes - opens < timedelta(days=5):
        yield "PUB-1"
    responses = office.responses[advert["publication_id"]]
    offered = {row["candidate_id"] for row in office.offers[advert["publication_id"]]}
    offered |= {row["candidate_id"] for row in office.allocations[advert["publication_id"]]}
    for row in responses:
        if row["status"] != "withdrawn" and not in_time(advert, row):
            doubled = any(
                other is not row
                and other["candidate_id"] == row["candidate_id"]
                and other["status"] != "withdrawn"
                for other in responses
            )
            if row["recorded_rank"] or (row["candidate_id"] in offered and not doubled):
                yield "PUB-2"
    for other in office.adverts_of[allocation["dwelling_id"]]:
        if other is advert or other["publication_id"] == advert["publication_id"]:
            continue
        if other["status"] in ("in_preparation", "ready", "withdrawn"):
            continue
        if (other["closes_at"] is None or other["closes_at"] >= opens) and (
            closes is None or other["opens_at"] <= closes
        ):
            yield "PUB-3"
    for terms, (responded, _) in zip(office.earlier_terms, office.earlier_by, strict=True):
        if responded[advert["publication_id"]]:
            old = terms[advert["publication_id"]]
            if any(old[name] != advert[name] for name in CONDITIONS):
                yield "PUB-4"
            break
    counted = sum(row["status"] != "withdrawn" for row in responses)
    if advert["response_count"] is not None and advert["response_count"] != counted:
        yield "PUB-5"


def tenant_of(office: Office, advert: Row, allocation: Row) -> Row | None:
    rows = [
        row
        for row in office.responses[advert["publication_id"]]
        if row["candidate_id"] == allocation["candidate_id"]
    ]
    rows.sort(key=lambda row: row["status"] == "withdrawn")
    return rows[0] if rows else None


def check_responses(office: Office, advert: Row, allocation: Row) -> Iterator[str]:
    seen = set()
    for row in office.responses[advert["publication_id"]]:
        if row["status"] != "withdrawn":
            if row["candidate_id"] in seen:
                yield "RSP-2"
            seen.add(row["candidate_id"])
    tenant = tenant_of(office, advert, allocation)
    if tenant is None:
        yield "ALL-1"
        return
    moment, open_then = tenant["responded_at"], 0
    for row in office.responses_by[tenant["candidate_id"]]:
        other = office.adverts[row["publication_id"]]
        closes = other["closes_at"]
        if (
            row["status"] != "withdrawn"
            and in_time(other, row)
            and row["responded_at"] <= moment
            and (closes is None or moment <= closes)
        ):
            open_then += 1
    if open_then > 3:
        yield "RSP-1"
    for _, by_candidate in office.earlier_by:
        for row in by_candidate[tenant["candidate_id"]]:
            if tenant["registered_on"] < row["registered_on"]:
                yield "REG-1"
    if tenant["registration_origin"] == "employee":
        yield "REG-2"
    for rule, which in zip(("ELI-1", "ELI-2", "ELI-3"), BOUNDS, strict=True):
        if not within(advert, tenant, which):
            yield rule


def check_ranks(office: Office, advert: Row, allocation: Row) -> Iterator[str]:
    if advert["ordering"] == "other":
        return
    responses = office.responses[advert["publication_id"]]
    if all(row["recorded_rank"] is None for row in responses):
        return
    eligible = [row for row in responses if is_eligible(advert, row)]
    marks = sorted(standing(advert, row) for row in eligible)
    wrong = any(
        row["recorded_rank"] is not None for row in responses if not is_eligible(advert, row)
    )
    ranks = [row["recorded_rank"] for row in eligible]
    for row in eligible:
        mark = standing(advert, row)
        first = marks.index(mark) + 1
        last = first + marks.count(mark) - 1
        wrong |= row["recorded_rank"] is None or not first <= row["recorded_rank"] <= last
    if wrong or len(set(ranks)) != len(ranks):
        yield "RNK-1"
    if advert["ordering"] == "lottery":
        lots = sorted(row["lottery_number"] for row in eligible)
        right = lots == list(range(1, len(lots) + 1))
        if advert["lottery_seed"] is not None:
            drawn = sorted(eligible, key=lambda row: _ticket(advert, row))
            right &= [row["lottery_number"] for row in drawn] == list(range(1, len(drawn) + 1))
        if not right:
            yield "RNK-5"


def _ticket(advert: Row, row: Row) -> str:
    return hashlib.sha256(f"{advert['lottery_seed']}:{row['response_id']}".encode()).hexdigest()


def check_passing_over(office: Office, advert: Row, allocation: Row) -> Iterator[str]:
    if advert["ordering"] == "other":
        return
    publication = advert["publication_id"]
    tenant = tenant_of(office, advert, allocation)
    if tenant is None or not is_eligible(advert, tenant):
        yield "RNK-2"
        return
    mark = standing(advert, tenant)
    others = {row["candidate_id"] for row in office.allocations[publication]}
    for row in office.responses[publication]:
        if not is_eligible(advert, row) or not standing(advert, row) < mark:
            continue
        if row["candidate_id"] in others:
            continue
        closed = [
            offer
            for offer in office.offers[publication]
            if offer["candidate_id"] == row["candidate_id"]
            and offer["status"] in ("declined", "withdrawn")
        ]
        recorded = bool(closed) or row["status"] in ("declined", "rejected")
        listed = any(offer["reason"] for offer in closed) or row["reason"] in LISTED
        if not recorded or not listed:
            yield "RNK-2"
        if recorded and not listed:
            yield "RNK-3"
        vague = [offer for offer in closed if offer["reason"] in VAGUE]
        if not closed and row["reason"] == "unsuitable":
            yield "RNK-3"
        for offer in vague:
            if not offer["motivation"] or offer["approved_by"] in (None, offer["handled_by"]):
                yield "RNK-3"


def check_offers(office: Office, advert: Row, allocation: Row) -> Iterator[str]:
    offers = [
        offer
        for offer in office.offers[advert["publication_id"]]
        if offer["dwelling_id"] == allocation["dwelling_id"]
    ]
    marks = {}
    for row in office.responses[advert["publication_id"]]:
        if is_eligible(advert, row) and advert["ordering"] != "other":
            marks[row["candidate_id"]] = standing(advert, row)
    for one, other in combinations(offers, 2):
        first, second = sorted((one, other), key=lambda offer: offer["offered_at"])
        if not {first["candidate_id"], second["candidate_id"]} <= marks.keys():
            continue
        later = first["offered_at"] < second["offered_at"]
        if later and marks[first["candidate_id"]] > marks[second["candidate_id"]]:
            yield "RNK-4"
    most = advert["parallel_offers"] or 1
    for offer in offers:
        moment = offer["offered_at"]
        if (
            sum(o["offered_at"] <= moment <= (o["answered_at"] or o["expires_at"]) for o in offers)
            > most
        ):
            yield "RNK-4"


def check_allocation(office: Office, advert: Row, allocation: Row) -> Iterator[str]:
    home, year = office.dwellings[allocation["dwelling_id"]], allocation["allocated_on"].year
    several = int(allocation["household_size"] > 1)
    income = allocation["household_income"]
    if home["daeb"] and income > DAEB[year][several]:
        yield "ELI-4"
    table = LOW_PENSION if allocation["senior_household"] else LOW
    cap = Decimal(CAP[year][int(allocation["household_size"] > 2)])
    if home["daeb"] and income <= table[year][several] and allocation["bare_rent"] > cap:
        yield "ELI-5"
    if advert["status"] == "withdrawn":
        yield "ALL-2"
    pair = (advert["publication_id"], allocation["dwelling_id"])
    if len(office.lettings[pair]) > 1:
        yield "ALL-3"
    for other in office.lets_of[allocation["candidate_id"]]:
        if (
            other is not allocation
            and abs((other["allocated_on"] - allocation["allocated_on"]).days) <= 365
        ):
            yield "ALL-3"
    if allocation["handled_by"] is None or allocation["approved_by"] in (
        None,
        allocation["handled_by"],
    ):
        yield "ALL-4"
    yield from _check_dates(office, advert, allocation)


def _check_dates(office: Office, advert: Row, allocation: Row) -> Iterator[str]:
    mine = sorted(
        (
            offer
            for offer in office.offers[advert["publication_id"]]
            if offer["candidate_id"] == allocation["candidate_id"]
        ),
        key=lambda offer: offer["offered_at"],
    )
    moments = [advert["opens_at"], advert["closes_at"]]
    if mine:
        moments += [mine[0]["offered_at"], mine[0]["answered_at"]]
    moments = [moment for moment in moments if moment is not None]
    days = [allocation["allocated_on"], allocation["lease_starts_on"]]
    if mine and mine[0]["answered_at"] is not None:
        days.insert(0, local_date(mine[0]["answered_at"]))
    if moments != sorted(moments) or days != sorted(days):
        yield "ALL-5"


CHECKS = (
    check_advert,
    check_responses,
    check_ranks,
    check_passing_over,
    check_offers,
    check_allocation,
)
