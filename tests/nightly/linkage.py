"""How well the shipped screening links: ``nox -s linkage -- LEFT.csv [RIGHT.csv]``.

    python -m tests.nightly.linkage [LEFT.csv [RIGHT.csv]] [--beside]

With files: runs the shipped screening, unchanged, on lists in the register's
columns or in FEBRL's (truth from ``rec_id``), and prints pairs found,
precision and recall with 95 % intervals per band.  One file is linked with
itself.  ``--beside`` adds recordlinkage's documented recipe and Splink.
Without files: the FEBRL sets of ``../shared`` where they are, with --beside,
and the generated Dutch pairs.
"""

from __future__ import annotations

import argparse
from collections import Counter
from pathlib import Path

import pandas as pd

from tests.nightly.dutch_pairs import JUDGING, Pair, make_pairs
from tests.nightly.dutch_people import Town
from tests.nightly.linkage_files import Result, as_people, interval, link, read_people, tell

SHARED = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "linkage"
REGISTER_SIZE = 2_100

Pairs = set[tuple[str, str]]


def main() -> None:
    """Link what is asked for and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("--beside", action="store_true")
    wanted = parser.parse_args()
    if wanted.files:
        show_files(*wanted.files[:2], beside=wanted.beside)
        return
    for name in ("dataset1.csv", "dataset3.csv"):
        if (SHARED / name).exists():
            show_files(SHARED / name, beside=True)
        else:
            print(f"{name}: not here ({SHARED.name} is not beside the repository)")
    show_dutch(20260801)


def show_files(left: Path, right: Path | None = None, *, beside: bool = False) -> None:
    """Link one or two files and print the figures per band, and those of others beside them."""
    people = read_people(left)
    others = read_people(right) if right else None
    result = link(people, others)
    truth = true_pairs(people, others)
    sizes = f"{len(people)} persons" if others is None else f"{len(people)} x {len(others)} persons"
    print(f"\n{left.name}{f' x {right.name}' if right else ''}: {sizes},")
    print(f"{result.compared} pairs compared, {result.seconds:.1f} s, {len(truth)} true pairs")
    show_bands(result, truth)
    if beside and others is None:
        show_beside(people, result, truth)


def true_pairs(left: pd.DataFrame, right: pd.DataFrame | None) -> Pairs:
    """Return the pairs of one entity, as (left, right); within one list in order."""
    known = left[left["entity"].notna()][["rec_id", "entity"]]
    other = known if right is None else right[right["entity"].notna()][["rec_id", "entity"]]
    both = known.merge(other, on="entity", suffixes=("_l", "_r"))
    if right is None:
        both = both[both["rec_id_l"] < both["rec_id_r"]]
    return set(zip(both["rec_id_l"], both["rec_id_r"], strict=True))


def show_bands(result: Result, truth: Pairs) -> None:
    """Print one line for band A, band B and both."""
    for name, bands in (("band A", ["A"]), ("band B", ["B"]), ("band A and B", ["A", "B"])):
        kept = result.matches[result.matches["band"].isin(bands)]
        found = set(zip(kept["left"], kept["right"], strict=True))
        if truth:
            print(tell(name, len(found & truth), len(found), len(truth)))
        else:
            print(f"{name:<30} found {len(found):>6}  (no rec_id with an entity: no truth)")


def show_beside(people: pd.DataFrame, result: Result, truth: Pairs) -> None:
    """Print recordlinkage's recipe and Splink on the same pairs, where they are installed."""
    from tests.nightly import linkage_others as others

    if "state" in people:
        recipe = others.recipe_of_recordlinkage(people)
        found = recipe.above(4)
        print(tell("recordlinkage's recipe", len(found & truth), len(found), len(truth)))
    splink = others.splink_on_same_pairs(people, result.keys)
    for name, found in (
        ("Splink, probability 0.5", splink.above(0)),
        ("Splink, best at P >= 0.999", splink.best_recall(truth, 0.999)),
    ):
        print(tell(name, len(found & truth), len(found), len(truth)))
    print(f"{'':<30} Splink took {splink.seconds:.1f} s, training included")


def link_dutch(
    seed: int, same: int = 1500, near: int = 1500, strangers: int = 3000
) -> tuple[list[Pair], pd.DataFrame]:
    """Screen generated lettings against a generated register; ``i`` and ``j`` number the pairs.

    Lettings are the second records of all pairs and then strangers; the
    register holds the first records.  ``true`` says which matches are right.
    """
    pairs = make_pairs(seed, same, near, JUDGING)
    town = Town(seed + 1)
    lettings = [p.right for p in pairs] + [town.person() for _ in range(strangers)]
    left = as_people(lettings, [f"L{i:05d}" for i in range(len(lettings))])
    right = as_people([p.left for p in pairs], [f"R{i:05d}" for i in range(len(pairs))])
    found = link(left, right).matches
    found["i"] = found["left"].str[1:].astype(int)
    found["j"] = found["right"].str[1:].astype(int)
    found["true"] = (found["i"] == found["j"]) & (found["i"] < same)
    return pairs, found


def show_dutch(seed: int, same: int = 1500, near: int = 1500, strangers: int = 3000) -> None:
    """Print recall on generated Dutch pairs, near-misses raised, and false reviews by chance."""
    pairs, found = link_dutch(seed, same, near, strangers)
    print(f"\ngenerated Dutch pairs (judging operators): {same} same, {near} near-misses")
    for name, bands in (("band A", ["A"]), ("band A and B", ["A", "B"])):
        hits = int((found["true"] & found["band"].isin(bands)).sum())
        low, high = interval(hits, same)
        print(f"{name:<30} recall {hits / same:.4f} [{low:.4f}, {high:.4f}]")
    false = found[~found["true"]]
    raised = false[false["i"] == false["j"]]
    kinds = Counter((pairs[i].made_by[0], b) for i, b in zip(raised["i"], raised["band"]))  # noqa: B905
    print(f"near-misses raised: {len(raised)} of {near}")
    for (kind, band), count in sorted(kinds.items()):
        print(f"    {kind}, band {band}: {count} of {near // 6}")
    chance = len(false) - len(raised)
    lettings = len(pairs) + strangers
    scaled = chance * REGISTER_SIZE / len(pairs)
    print(
        f"false reviews by chance: {chance} in {lettings} lettings x {len(pairs)} register persons;"
        f" with {REGISTER_SIZE} persons one in {lettings / max(scaled, 1):.0f} lettings"
    )
    print(f"all false reviews: {len(false)}, one in {lettings / max(len(false), 1):.0f} lettings")
    missed = set(range(same)) - set(found[found["true"]]["i"])
    for names, count in Counter(pairs[i].made_by for i in missed).most_common(10):
        print(f"    missed {count}: {', '.join(names)}")


if __name__ == "__main__":
    main()
