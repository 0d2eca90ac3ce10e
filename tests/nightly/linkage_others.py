"""The same linkage by other tools, to stand beside ours.

``recordlinkage``: the recipe of its own documentation for the FEBRL sets.
``splink``: its own comparisons and its own training, over exactly the pairs
that our blocking lets through.  Both are dependencies of this module alone.
"""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass

import pandas as pd

Pairs = set[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Other:
    """Pairs with a score, the highest first, and the seconds that they took."""

    scored: list[tuple[float, tuple[str, str]]]
    seconds: float

    def above(self, score: float) -> Pairs:
        """Return the pairs with at least this score."""
        return {pair for found, pair in self.scored if found >= score}

    def best_recall(self, truth: Pairs, precision: float) -> Pairs:
        """Return the most pairs that any threshold finds at a precision, with the truth in hand."""
        hits, best = 0, 0
        for place, (score, pair) in enumerate(self.scored, 1):
            hits += pair in truth
            last = place == len(self.scored) or self.scored[place][0] < score
            if last and hits / place >= precision:
                best = place
        return {pair for _, pair in self.scored[:best]}


def recipe_of_recordlinkage(people: pd.DataFrame) -> Other:
    """Run the documented recipe: block on given name, six comparisons, more than three agree."""
    import recordlinkage

    started = time.perf_counter()
    frame = people.set_index("rec_id").replace("", None)
    indexer = recordlinkage.Index()
    indexer.block("given_name")
    compare = recordlinkage.Compare()
    compare.exact("given_name", "given_name")
    compare.string("surname", "surname", method="jarowinkler", threshold=0.85)
    compare.exact("birth_date", "birth_date")
    compare.exact("place", "place")
    compare.exact("state", "state")
    compare.string("street", "street", threshold=0.85)
    agreed = compare.compute(indexer.index(frame), frame).sum(axis=1)
    scored = [(float(n), tuple(sorted(pair))) for pair, n in agreed.items()]
    return Other(sorted(scored, reverse=True), time.perf_counter() - started)  # type: ignore[arg-type]


def splink_on_same_pairs(people: pd.DataFrame, keys: pd.DataFrame) -> Other:
    """Train and run Splink on one list of people, with our keys as its only blocking."""
    import splink.comparison_library as cl
    from splink import DuckDBAPI, Linker, SettingsCreator, block_on

    logging.disable(logging.CRITICAL)  # it tells of every step; the figures are ours to print
    own = keys[keys["side"] == 1][["rec_id", "keys"]]
    columns = ["given_name", "surname", "birth_date", "house_number", "street", "second_street"]
    frame = people[["rec_id", *columns, "place", "postcode"]].replace("", None)
    frame = frame.merge(own, on="rec_id").rename(columns={"rec_id": "unique_id"})
    started = time.perf_counter()
    api = DuckDBAPI()
    settings = SettingsCreator(
        link_type="dedupe_only",
        blocking_rules_to_generate_predictions=[block_on("keys", arrays_to_explode=["keys"])],
        comparisons=[
            cl.ForenameSurnameComparison("given_name", "surname"),
            cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("postcode", [1, 2]),
            cl.JaroWinklerAtThresholds("street", [0.9, 0.8]),
            cl.JaroWinklerAtThresholds("second_street", [0.9, 0.8]),
            cl.JaroWinklerAtThresholds("place", [0.9]),
            cl.ExactMatch("house_number"),
        ],
    )
    linker = Linker(api.register(frame), settings)
    rules = [block_on("birth_date"), block_on("given_name", "surname"), block_on("postcode")]
    linker.training.estimate_probability_two_random_records_match(rules[:2], recall=0.8)
    linker.training.estimate_u_using_random_sampling(max_pairs=1_000_000, seed=1)
    for rule in rules:
        linker.training.estimate_parameters_using_expectation_maximisation(rule)
    found = linker.inference.predict(threshold_match_weight=-20).as_pandas_dataframe()
    scored = [
        (float(row.match_weight), tuple(sorted((row.unique_id_l, row.unique_id_r))))
        for row in found.itertuples()
    ]
    return Other(sorted(scored, reverse=True), time.perf_counter() - started)  # type: ignore[arg-type]
