"""How a file of a release is written, linked and timed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pyarrow as pa
import pytest

from allocation.file_list import FileList
from allocation.tree import Damaged, Finished, Tree

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


def second(root: Path, old: Finished) -> Tree:
    """Keep one file, change one, add one, and leave one out."""
    tree = Tree(root, SECOND, old)
    assert tree.reuse("woning/a.html", "fa")
    assert not tree.reuse("woning/b.html", "other")
    tree.write("woning/b.html", b"changed", "other")
    tree.write("nieuw/a2.html", b"a")
    return tree


def finished(tree: Tree) -> Finished:
    return Finished(tree.root, tree.files)


def contents(root: Path) -> dict[str, bytes]:
    files = (path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


def test_unchanged_files_are_linked_and_keep_their_time(tmp_path: Path) -> None:
    tree = second(tmp_path / "two", finished(first(tmp_path / "one")))
    tree.finish()
    two = tmp_path / "two" / "woning"
    assert (two / "a.html").samefile(tmp_path / "one" / "woning" / "a.html")
    assert (two / "a.html").stat().st_mtime == FIRST.timestamp()
    assert (two / "b.html").stat().st_mtime == SECOND.timestamp()
    assert (tmp_path / "one" / "woning" / "b.html").read_bytes() == b"b"
    assert (tree.written, tree.linked) == (2, 1)


def test_equal_bytes_are_kept_without_a_fingerprint(tmp_path: Path) -> None:
    first(tmp_path / "one")
    tree = Tree(tmp_path / "two", SECOND, Finished(tmp_path / "one", FileList.empty()))
    tree.write("woning/a.html", b"a")
    tree.finish(finished(first(tmp_path / "old")))
    assert (tree.written, tree.linked) == (0, 1)
    assert (tmp_path / "two/woning/a.html").samefile(tmp_path / "one/woning/a.html")


def test_equal_bytes_under_another_fingerprint_are_kept_and_noted_anew(tmp_path: Path) -> None:
    one = finished(first(tmp_path / "one"))
    tree = Tree(tmp_path / "two", SECOND, one)
    tree.write("woning/a.html", b"a", "new version")
    tree.finish(finished(oldest(tmp_path / "old", one)))
    assert dict(tree.files.items()) == {"woning/a.html": ("new version", int(FIRST.timestamp()))}
    assert contents(tmp_path / "two") == {"woning/a.html": b"a"}
    assert (tmp_path / "two/woning/a.html").stat().st_mtime == FIRST.timestamp()


def test_what_changed_on_one_night_is_later_than_it_was(tmp_path: Path) -> None:
    """Of the same size and time, a browser would keep the page that it has."""
    releases = [finished(first(tmp_path / "0"))]
    for content in (b"b1", b"b2"):
        tree = Tree(tmp_path / content.decode(), FIRST, releases[-1])
        branch = tree.branch()
        branch.write("woning/b.html", content, content.decode())
        branch.write("woning/new.html", b"new")
        tree.adopt(branch.facts())
        tree.finish()
        releases.append(finished(tree))
    stamp = int(FIRST.timestamp())
    noted = [dict(release.files.items())["woning/b.html"][1] for release in releases]
    assert noted == [stamp, stamp + 1, stamp + 2]
    written = [(release.root / "woning/b.html").stat().st_mtime for release in releases]
    assert written == noted
    assert (releases[-1].root / "woning/new.html").stat().st_mtime == stamp


def test_a_list_of_files_reads_as_it_was_written(tmp_path: Path) -> None:
    noted = {"woning/a.html": ("fa", 5), "index.html": ("bytes 00", -1)}
    FileList.of(noted).write(tmp_path / "files.parquet")
    read = FileList.read(tmp_path / "files.parquet")
    assert dict(read.items()) == noted
    assert [read.place(path) for path in (*noted, "gone.html")] == [0, 1, -1]


def test_a_file_is_never_written_twice(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "one", FIRST)
    tree.write("a.html", b"a")
    with pytest.raises(FileExistsError):
        tree.write("a.html", b"b")


def test_many_files_are_kept_at_once(tmp_path: Path) -> None:
    tree = Tree(tmp_path / "two", SECOND, finished(first(tmp_path / "one")))
    paths = ["woning/a.html", "woning/b.html", "woning/new.html"]
    assert tree.reuse_many(paths, pa.array(["fa", "other", "fa"])).tolist() == [1, 2]
    assert dict(tree.files.items()) == {"woning/a.html": ("fa", int(FIRST.timestamp()))}


def oldest(root: Path, one: Finished) -> Tree:
    """A tree of before ``one``, with a file that has gone since."""
    old = Tree(root, FIRST, one)
    old.write("woning/a.html", b"a", "fa")
    old.write("woning/b.html", b"before", "fb before")
    old.write("weg/c.html", b"c")
    old.finish()
    return old


def test_an_old_tree_is_brought_up_to_date(tmp_path: Path) -> None:
    """What it holds too much goes, what it lacks comes, and nothing else of it is touched."""
    one = finished(first(tmp_path / "one"))
    old = oldest(tmp_path / "old", one)
    was = (tmp_path / "old/woning/a.html").stat().st_ino
    linked, taken = second(tmp_path / "two", one), second(tmp_path / "three", one)
    linked.finish()
    taken.finish(finished(old))
    assert contents(tmp_path / "two") == contents(tmp_path / "three")
    assert {p.name for p in tmp_path.iterdir()} == {"one", "two", "three"}
    assert not (tmp_path / "three/weg").exists()
    assert (tmp_path / "three/woning/a.html").stat().st_ino == was
    assert contents(tmp_path / "one") == {"woning/a.html": b"a", "woning/b.html": b"b"}
    for path in (tmp_path / "three").rglob("*"):
        stamp = FIRST if path.name == "a.html" else SECOND
        assert path.stat().st_mtime == stamp.timestamp()
        assert path.stat().st_mode & 0o777 == (0o755 if path.is_dir() else 0o644)


def test_an_old_tree_whose_folders_were_opened_up_is_left_alone(tmp_path: Path) -> None:
    one = finished(first(tmp_path / "one"))
    old = oldest(tmp_path / "old", one)
    (tmp_path / "old/woning").chmod(0o777)
    second(tmp_path / "two", one).finish(finished(old))
    assert (tmp_path / "two/woning").stat().st_mode & 0o777 == 0o755
    assert (tmp_path / "old/weg/c.html").exists()


@pytest.mark.parametrize("touched", ["vreemd.html", "weg/vreemd.html"])
def test_an_old_tree_that_somebody_touched_is_left_alone(tmp_path: Path, touched: str) -> None:
    one = finished(first(tmp_path / "one"))
    old = oldest(tmp_path / "old", one)
    (tmp_path / "old" / touched).write_bytes(b"put there by hand")
    tree = second(tmp_path / "two", one)
    tree.finish(finished(old))
    assert sorted(contents(tmp_path / "two")) == ["nieuw/a2.html", "woning/a.html", "woning/b.html"]
    assert (tmp_path / "old" / touched).exists()


def test_a_release_without_one_of_its_files_is_no_ground_to_build_on(tmp_path: Path) -> None:
    one = finished(first(tmp_path / "one"))
    (tmp_path / "one/woning/a.html").unlink()
    with pytest.raises(Damaged):
        second(tmp_path / "two", one).finish()


def test_a_tree_knows_that_nothing_changed(tmp_path: Path) -> None:
    one = finished(first(tmp_path / "one"))
    tree = Tree(tmp_path / "two", SECOND, one)
    assert tree.reuse("woning/a.html", "fa")
    assert not tree.is_previous()
    tree.write("woning/b.html", b"b", "another")
    assert tree.is_previous()
    (tmp_path / "one/woning/a.html").unlink()
    assert not tree.is_previous()
