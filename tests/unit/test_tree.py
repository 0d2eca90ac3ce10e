"""How a file of a release is written, linked and timed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from allocation.tree import Tree

FIRST = datetime(2026, 11, 21, 22, 59, 59, tzinfo=UTC)
SECOND = datetime(2026, 11, 22, 22, 59, 59, tzinfo=UTC)


def first(root: Path) -> Tree:
    tree = Tree(root, FIRST)
    tree.write("woning/a.html", b"a", "fa")
    tree.write("woning/b.html", b"b", "fb")
    tree.finish()
    return tree


def test_modes_and_times_do_not_depend_on_the_machine(tmp_path: Path) -> None:
    first(tmp_path / "one")
    for path in [tmp_path / "one", *(tmp_path / "one").rglob("*")]:
        assert path.stat().st_mtime == FIRST.timestamp()
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)


def test_unchanged_files_are_linked_and_keep_their_time(tmp_path: Path) -> None:
    old = first(tmp_path / "one")
    tree = Tree(tmp_path / "two", SECOND, tmp_path / "one", old.fingerprints)
    assert tree.reuse("woning/a.html", "fa")
    assert not tree.reuse("woning/b.html", "other")
    tree.write("woning/b.html", b"changed", "other")
    tree.write("woning/a2.html", b"a")
    tree.finish()
    two = tmp_path / "two" / "woning"
    assert (two / "a.html").samefile(tmp_path / "one" / "woning" / "a.html")
    assert (two / "a.html").stat().st_mtime == FIRST.timestamp()
    assert (two / "b.html").stat().st_mtime == SECOND.timestamp()
    assert (tmp_path / "one" / "woning" / "b.html").read_bytes() == b"b"
    assert (tree.written, tree.linked) == (2, 1)


def test_equal_bytes_are_linked_without_a_fingerprint(tmp_path: Path) -> None:
    first(tmp_path / "one")
    tree = Tree(tmp_path / "two", SECOND, tmp_path / "one")
    tree.write("woning/a.html", b"a")
    assert (tree.written, tree.linked) == (0, 1)


def test_a_file_is_never_written_twice(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "one", FIRST)
    tree.write("a.html", b"a")
    with pytest.raises(FileExistsError):
        tree.write("a.html", b"b")
