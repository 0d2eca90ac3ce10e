"""The leak check finds what it is told to find, wherever it hides, and nothing else."""

from __future__ import annotations

import base64
import gzip
import io
import os
import re
import zipfile
import zlib
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from allocation import leakcheck
from allocation.errors import GateRefused
from allocation.leakcheck import (
    LINK,
    Searched,
    Searcher,
    Shapes,
    require_no_leak,
    search_tree,
)
from allocation.unpacking import long_runs

ID = b"WZ0001234"


def look(root: Path, name: str, content: bytes, *, whole: bool = False) -> Searched:
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    (root / "other.html").write_bytes(b"<p>nothing</p>\nshared line\n")
    return search_tree(root, Searcher([("candidates.candidate_id", [ID], whole)]), None)


def zipped(content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/hidden.xml", content)
    return buffer.getvalue()


PLACES = {
    "text": b"<p>WZ0001234</p>",
    "attribute": b'<p data-x="aWZ0001234b">',
    "comment": b"<!-- WZ0001234 -->",
    "gzip": gzip.compress(b"<loc>WZ0001234</loc>"),
    "gzip in gzip": gzip.compress(gzip.compress(b"WZ0001234")),
    "zip": zipped(b"<v>WZ0001234</v>"),
    "gzip in zip": zipped(gzip.compress(b"WZ0001234")),
    "percent": b'<a href="?q=%57%5A%30%30%30%31%32%33%34">',
    "percent in part": b'<a href="?q=WZ%3000123%34">',
    "base 64": b'<p data-x="V1owMDAxMjM0">',
    "base 64 inside": b'"' + base64.b64encode(b"see WZ0001234, let") + b'"',
    "base 64 for addresses": base64.urlsafe_b64encode(b"\xfb\xff\xfeWZ0001234??>>"),
    "base 64 without padding": base64.b64encode(b"id=WZ0001234").rstrip(b"="),
    "hexadecimal": b"0x" + b"WZ0001234".hex().upper().encode(),
    "UTF-16": "<v>WZ0001234</v>".encode("utf-16-le"),
    "base 64 in gzip": gzip.compress(base64.b64encode(b"WZ0001234")),
    "PDF stream": b"%PDF-1.7\nstream\n" + zlib.compress(b"(WZ0001234)") + b"endstream",
}


@pytest.mark.parametrize("content", PLACES.values(), ids=PLACES.keys())
def test_it_is_found(tmp_path: Path, content: bytes) -> None:
    searched = look(tmp_path, "woning/a.html", content)
    assert [(hit.path, hit.kind) for hit in searched.hits] == [
        ("woning/a.html", "candidates.candidate_id")
    ]


@pytest.mark.parametrize("target", ["a.html", "nowhere"])
def test_a_link_does_not_belong_in_a_release(tmp_path: Path, target: str) -> None:
    (tmp_path / "link.html").symlink_to(target)
    searched = look(tmp_path, "a.html", b"nothing")
    assert [(hit.path, hit.kind) for hit in searched.hits] == [("link.html", LINK)]


def test_only_files_and_folders_belong_in_a_release(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    root = tmp_path / "tree"
    root.mkdir()
    (root / "folder").symlink_to(elsewhere, target_is_directory=True)
    os.mkfifo(root / "pipe")
    searched = search_tree(root, Searcher([]), None)
    assert {(hit.path, hit.kind) for hit in searched.hits} == {("folder", LINK), ("pipe", LINK)}


def test_it_is_found_in_a_file_name(tmp_path: Path) -> None:
    assert look(tmp_path, "woning/WZ0001234.html", b"").hits


@pytest.mark.parametrize(
    ("text", "found"),
    [(b"WZ0001234", True), (b"(WZ0001234)", True), (b"xWZ0001234", False), (b"WZ00012345", False)],
)
def test_a_whole_phrase_needs_boundaries(tmp_path: Path, text: bytes, found: bool) -> None:
    assert bool(look(tmp_path, "a.html", text, whole=True).hits) is found


def test_every_file_with_the_same_line_is_named(tmp_path: Path) -> None:
    (tmp_path / "b.html").write_bytes(b"x\n<p>WZ0001234</p>\n")
    searched = look(tmp_path, "a.html", b"y\n<p>WZ0001234</p>\n")
    assert [hit.path for hit in searched.hits] == ["a.html", "b.html"]
    assert searched.files == 3


def test_a_value_is_found_wherever_it_stands_among_many_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(leakcheck, "_BATCH", 400)  # about four files
    names = [f"{number:02}.html" for number in range(23)]
    for guilty in (0, 3, 4, 11, 21, 22):
        for number, name in enumerate(names):
            line = b"<p>WZ0001234</p>" if number == guilty else b""
            page = b"<html>\n<h1>%d</h1>\n%b\n</html>\n" % (number, line)
            (tmp_path / name).write_bytes(page + b"<p>shared by all</p>\n" * 3)
        searched = search_tree(tmp_path, Searcher([("candidates.candidate_id", [ID], False)]), None)
        assert [hit.path for hit in searched.hits] == [names[guilty]]
        assert searched.bytes == sum((tmp_path / name).stat().st_size for name in names)


@pytest.mark.parametrize("shapes", [None, Shapes([(b"R00000000", False)])], ids=["words", "shapes"])
def test_the_file_of_an_identifier_that_is_looked_up_is_named(
    tmp_path: Path, shapes: Shapes | None
) -> None:
    for name in ("a.html", "b.html", "c.html"):
        (tmp_path / name).write_bytes(b"<p>R00000123</p>" if name == "b.html" else b"<p>R1</p>")

    def look_up(tokens: pa.Array) -> list[tuple[str, str]]:
        return [("responses.response_id", t) for t in tokens.to_pylist() if t == "R00000123"]

    searched = search_tree(tmp_path, Searcher([]), look_up, shapes)
    assert [hit.path for hit in searched.hits] == ["b.html"]


@given(text=st.text("abcXYZ09+/_- \n\0.é", max_size=200).map(str.encode))
def test_long_runs_are_what_a_regular_expression_finds(text: bytes) -> None:
    for whole in (text, text + b"\n" + text * 400):
        base64, hexadecimal = long_runs(whole)
        runs = set(re.findall(rb"[A-Za-z0-9+/_-]{12,}", whole))
        assert base64 == {run for run in runs if not (run.islower() or run.istitle())}
        assert hexadecimal == set(re.findall(rb"[0-9a-fA-F]{12,}", whole))


def test_identifiers_too_many_to_list_are_looked_up(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b"<p>antwoord R00000123, of P-2026-00042</p>")
    private = {"R00000123": "responses.response_id", "P-2026-00042": "publications.publication_id"}

    def look_up(tokens: pa.Array) -> list[tuple[str, str]]:
        return [(private[token], token) for token in tokens.to_pylist() if token in private]

    searched = search_tree(tmp_path, Searcher([]), look_up)
    assert {hit.kind for hit in searched.hits} == set(private.values())


def test_identifiers_of_a_known_shape_are_found_inside_other_letters(tmp_path: Path) -> None:
    (tmp_path / "a.html").write_bytes(b'<p id="xR00000123y">R7</p>')

    def look_up(tokens: pa.Array) -> list[tuple[str, str]]:
        return [("responses.response_id", t) for t in tokens.to_pylist() if t == "R00000123"]

    searched = search_tree(tmp_path, Searcher([]), look_up, Shapes([(b"R00000000", False)]))
    assert [hit.kind for hit in searched.hits] == ["responses.response_id"]


def test_only_the_association_s_own_bytes_are_passed_over(tmp_path: Path) -> None:
    logo = b"<svg><!-- WZ0001234 --></svg>"
    for content, hits in ((logo, 0), (logo + b" ", 1)):
        (tmp_path / "logo.svg").write_bytes(content)
        searcher = Searcher([("candidates.candidate_id", [ID], False)])
        assert len(search_tree(tmp_path, searcher, None, own={"logo.svg": logo}).hits) == hits
    assert search_tree(tmp_path, searcher, None).hits


def test_the_gate_names_file_and_kind_and_never_the_value(tmp_path: Path) -> None:
    searched = look(tmp_path, "woning/a.html", b"WZ0001234")
    with pytest.raises(GateRefused) as caught:
        require_no_leak(searched)
    assert "woning/a.html" in str(caught.value)
    assert "candidates.candidate_id" in str(caught.value)
    assert ID.decode() not in str(caught.value)
    assert caught.value.exit_code == 4


def test_a_clean_tree_passes(tmp_path: Path) -> None:
    require_no_leak(look(tmp_path, "a.html", b"<p>183 woningzoekenden reageerden</p>"))
