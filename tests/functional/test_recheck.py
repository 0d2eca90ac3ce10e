"""A site made again from its own tables, as somebody outside the association does it.

``Crooked`` is an association that signs what it likes: it has the secret of its site.
"""

from __future__ import annotations

import hashlib
import io
import json
import re
import shutil
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from allocation.publiclog.log import Log
from allocation.releases import Releases
from tests.functional.office import NIGHT, Office
from tests.functional.test_public_log import verify

FALSE = "<p>Deze uitkomst geldt niet.</p>"


def pages(site: Path, folder: str = "woning") -> list[Path]:
    return sorted((site / folder).iterdir())


def copy_of(office: Office, tmp_path: Path) -> Path:
    return Path(shutil.copytree(office.site.resolve(), tmp_path / "copy"))


def let_page(site: Path, folder: str = "woning") -> Path:
    """Return a page of a dwelling that somebody got."""
    return next(page for page in pages(site, folder) if 'id="controles"' in page.read_text("utf-8"))


def change(page: Path, make: Callable[[str], str]) -> None:
    before = page.read_text(encoding="utf-8")
    after = make(before)
    assert after != before
    page.write_text(after, encoding="utf-8")


class Crooked:
    """A copy of a site that can be changed and signed anew."""

    def __init__(self, office: Office, tmp_path: Path) -> None:
        self.site = copy_of(office, tmp_path)
        releases = Releases(office.folder / "public", office.folder / "state")
        self._secret = releases.key()
        record = max((office.folder / "state" / "releases").iterdir()) / "log.json"
        self._log = Log.from_json(record.read_text(encoding="utf-8"))

    def package(self) -> dict[str, Any]:
        return json.loads((self.site / "data" / "datapackage.json").read_bytes())

    def table(self, name: str) -> pa.Table:
        return pq.read_table(self.site / "data" / name)

    def put(self, name: str, table: pa.Table, **how: str) -> None:
        """Put another table in the place of one, and say so in the package."""
        sink = io.BytesIO()
        pq.write_table(table, sink, **how)
        (self.site / "data" / name).write_bytes(sink.getvalue())
        package = self.package()
        for each in package["resources"]:
            if each["path"] == name:
                each["bytes"] = len(sink.getvalue())
                each["hash"] = f"sha256:{hashlib.sha256(sink.getvalue()).hexdigest()}"
        self.sign(package)

    def sign(self, package: object, more: int = 0) -> None:
        content = json.dumps(package, ensure_ascii=False, indent=1).encode() + b"\n"
        (self.site / "data" / "datapackage.json").write_bytes(content)
        night = date.fromisoformat(NIGHT)
        entries = (*self._log.entries[:-1], *self._log.entries[:1] * more)
        log = Log(self._log.origin, entries).after(self._secret, night, content)
        shutil.rmtree(self.site / "log")
        for path, said in log.files(self._secret, night, content).items():
            (self.site / path).parent.mkdir(parents=True, exist_ok=True)
            (self.site / path).write_bytes(said)


@pytest.fixture
def crooked(built_office: Office, tmp_path: Path) -> Crooked:
    return Crooked(built_office, tmp_path)


def test_every_file_is_made_again_and_compared(built_office: Office) -> None:
    result = verify(built_office.site)
    assert result.returncode == 0, result.stderr
    found = re.search(r"In order: (\S+) of the (\S+) files of the site are what", result.stdout)
    assert found is not None and found[1] == found[2]
    assert int(found[1].replace(",", "")) > len(pages(built_office.site)) * 2
    some = verify(built_office.site, "--files", "7", lang="nl")
    assert "In orde: 7 van de" in some.stdout
    none = verify(built_office.site, "--files", "0")
    assert none.returncode == 0
    assert "files of the site" not in none.stdout


def _another_number(text: str) -> str:
    return re.sub(r"<b>nummer \d+</b>|<b>number \d+</b>", "<b>nummer 987</b>", text, count=1)


def _a_check_less(text: str) -> str:
    return re.sub(r"<li>(?:(?!<li>).)*zo-verdelen-wij/regels.*?</li>\n", "", text, count=1)


@pytest.mark.parametrize("folder", ["woning", "en/woning"])
@pytest.mark.parametrize(
    "make",
    [
        _another_number,
        _a_check_less,
        lambda text: text.replace("<h1>", f"{FALSE}<h1>"),
        lambda text: text.replace("<main ", f"{FALSE}<main "),
        lambda text: text.replace("<main ", "<main hidden "),
        lambda text: text.replace("</main>", f"{FALSE}</main>"),
        lambda text: text.replace('<p class="after">', f'<p class="after">{FALSE}'),
        lambda text: text.replace("</head>", "<style>main{display:none}</style></head>"),
        lambda text: text.replace("<main ", "<!-- <main ").replace("</main>", "</main> -->"),
        lambda text: "",
    ],
    ids=[
        *("number", "check", "in-main", "before-main", "hidden", "after-main", "last-line"),
        *("style", "comment", "empty"),
    ],
)
def test_a_page_that_says_something_else_is_told(
    built_office: Office, tmp_path: Path, folder: str, make: Callable[[str], str]
) -> None:
    site = copy_of(built_office, tmp_path)
    page = let_page(site, folder)
    change(page, make)
    result = verify(site, lang="nl")
    assert result.returncode == 4, result.stdout
    assert f"  {folder}/{page.name}, regel " in result.stdout
    assert result.stderr == (
        "Fout: Bestanden van de site die niet zijn wat uit de tabellen volgt: 1.\n"
    )


@pytest.mark.parametrize(
    "path",
    [
        *("index.html", "en/cijfers/index.html", "zo-verdelen-wij/regels/index.html"),
        *("woningen/index.html", "wachttijd/index.html", "controleer/index.html"),
        *("style.css", "zoek.js", "atom.xml", "sitemap.xml", "robots.txt", "zoek/woorden.json"),
        *("data/leesmij.txt", "data/schema/woningen.json"),
    ],
)
def test_any_other_file_that_was_changed_is_told(
    built_office: Office, tmp_path: Path, path: str
) -> None:
    site = copy_of(built_office, tmp_path)
    change(site / path, lambda text: f"{text}\n")
    result = verify(site)
    assert result.returncode == 4
    assert f"  {path}, line " in result.stdout


def test_a_catalogue_that_says_something_else_is_told(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    change(site / "data" / "dcat.jsonld", lambda text: text.replace("CC_BY_4_0", "CC0", 1))
    assert "  data/dcat.jsonld, line " in verify(site).stdout


def test_a_package_that_says_something_else_is_told_on_the_web(crooked: Crooked) -> None:
    """It binds every table: it is always compared, and with the bytes that the log binds."""
    package = crooked.package()
    crooked.sign(package | {"title": None})
    with served(crooked.site) as address:
        result = verify(address, "--files", "1")
    assert result.returncode == 4
    assert "  data/datapackage.json, line " in result.stdout


def test_it_shows_what_is_said_and_what_must_be(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    change(let_page(site), _another_number)
    result = verify(site)
    assert re.search(r"it says: .*<b>nummer 987</b>", result.stdout)
    assert re.search(r"it must be: .*<b>nummer \d{1,2}</b>", result.stdout)


def test_the_page_of_another_dwelling_is_told(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    page, other = pages(site)[:2]
    shutil.copy(other, page)
    assert f"  woning/{page.name}, line " in verify(site).stdout


def test_what_is_gone_is_told(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    page = pages(site)[3]
    page.unlink()
    (site / "en" / "index.html").unlink()
    result = verify(site)
    assert result.returncode == 4
    assert "These files are not on the site:" in result.stdout
    assert f"  woning/{page.name}\n" in result.stdout
    assert "  en/index.html\n" in result.stdout
    assert "from its tables: 2." in result.stderr


def test_what_follows_from_nothing_is_told(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    shutil.copy(pages(site)[0], site / "en" / "woning" / "brink-1-\x1b[2Jaaaaaaaa.html")
    for name in ("log/uitleg.html", "log/kijk.HTML", "woning/.uitslag.html", ".htaccess"):
        (site / name).write_text(FALSE, encoding="utf-8")
    (site / "uitslagen").symlink_to(tmp_path)
    (site / "rapporten" / "2026").mkdir()
    (site / "rapporten" / "2026" / "index.html").write_text(FALSE, encoding="utf-8")
    result = verify(site)
    assert result.returncode == 4
    for name in (
        *("en/woning/brink-1-[2Jaaaaaaaa.html", "rapporten/2026/index.html", "log/uitleg.html"),
        *("log/kijk.HTML", "woning/.uitslag.html", ".htaccess", "uitslagen"),
    ):
        assert f"  {name}\n" in result.stdout
    assert "\x1b" not in result.stderr + result.stdout


def test_what_a_computer_adds_by_itself_accuses_nobody(
    built_office: Office, tmp_path: Path
) -> None:
    site = copy_of(built_office, tmp_path)
    (site / "woning" / ".DS_Store").touch()
    (site / "Thumbs.db").touch()
    assert verify(site).returncode == 0


def test_the_log_is_kept_although_a_page_differs(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    keep = tmp_path / "kept.txt"
    change(let_page(site), _another_number)
    assert verify(site, "--keep", str(keep)).returncode == 4
    assert keep.exists()


def test_tables_that_were_written_otherwise_are_the_same(crooked: Crooked) -> None:
    """Another version of the library packs the same rows in other bytes."""
    path = crooked.site / "data" / "dcat.jsonld"
    for name in ("woningen.parquet", "toetsen.parquet", "woningen-2026.parquet"):
        before = {each["path"]: each for each in crooked.package()["resources"]}[name]
        crooked.put(name, crooked.table(name), compression="gzip")
        after = {each["path"]: each for each in crooked.package()["resources"]}[name]
        # The catalogue names sizes and fingerprints too.
        for word, other in (
            (before["hash"][-64:], after["hash"][-64:]),
            (f'"{before["bytes"]}"', f'"{after["bytes"]}"'),
        ):
            change(path, lambda text, word=word, other=other: text.replace(word, other, 1))
    result = verify(crooked.site)
    assert result.returncode == 0, result.stdout + result.stderr


def test_a_table_with_other_rows_is_told(crooked: Crooked) -> None:
    name = "woningen-2026.parquet"
    crooked.put(name, crooked.table(name).slice(1))
    result = verify(crooked.site)
    assert result.returncode == 4
    assert f"  data/{name}\n" in result.stdout


def test_a_year_that_the_package_leaves_out_is_told(crooked: Crooked) -> None:
    package = crooked.package()
    resources = package["resources"]
    package["resources"] = [e for e in resources if e["path"] != "woningen-2026.parquet"]
    crooked.sign(package)
    result = verify(crooked.site)
    assert result.returncode == 4, result.stderr
    assert "  data/datapackage.json, line " in result.stdout


def test_a_report_that_the_site_only_says_it_has_is_told(crooked: Crooked) -> None:
    package = crooked.package()
    package["made_from"]["settings"]["reports"] = ["2025"]
    crooked.sign(package)
    result = verify(crooked.site)
    assert result.returncode == 4
    assert "These files are not on the site:\n  rapporten/2025/index.html\n" in result.stdout


def test_another_program_is_named_and_not_accused(crooked: Crooked) -> None:
    package = crooked.package()
    package["made_from"]["program"] = {"version": "9.9", "mark": "f" * 64}
    crooked.sign(package)
    assert verify(crooked.site).returncode == 0
    change(let_page(crooked.site), _another_number)
    result = verify(crooked.site)
    assert result.returncode == 4
    assert "another version made it: 9.9 (ffffffffffff)" in result.stderr


@pytest.mark.parametrize("name", ["woningen.parquet", "toetsen.parquet"])
def test_a_table_that_the_log_does_not_bind_is_told(crooked: Crooked, name: str) -> None:
    package = crooked.package()
    package["resources"] = [each for each in package["resources"] if each["path"] != name]
    crooked.sign(package)
    result = verify(crooked.site)
    assert result.returncode == 4
    assert result.stderr == f"Error: data/{name} is not what the log says.\n"


def _settings(name: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda package: package["made_from"]["settings"].update({name: value})


def _norm(name: str, value: object) -> Callable[[dict[str, Any]], None]:
    return lambda package: package["made_from"]["statements"]["norms"][0].update({name: value})


def _resource(package: dict[str, Any]) -> None:
    package["resources"][0]["path"] = "\x1b[2J\x1b[HIn orde: alles klopt.\n"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda package: package.pop("made_from"),
        lambda package: package["made_from"].update(statements=[]),
        lambda package: package["made_from"].update(program="1"),
        *(_settings("languages", codes) for codes in (["nl", "de"], [], ["en"], ["nl", "nl"])),
        _settings("base_url", 'https://x.example/"><script>alert(1)</script>/'),
        _settings("program_url", "javascript:alert(1)"),
        _settings("texts", {"nl": {"promise": "x" * 4001}}),
        _settings("hidden", ["bare_rent"]),
        _settings("data_until", "2027-06-30"),
        _norm("share_percent", 5),
        _norm("title_nl", "Alles is eerlijk verdeeld, zegt de rechter"),
        _norm("rule", "XXX"),
        lambda package: package["made_from"]["statements"]["years"][0].update(withheld=-7),
        lambda package: package["made_from"]["statements"]["norms"].append(
            package["made_from"]["statements"]["norms"][0]
        ),
        _settings("brand_colour", "none"),
        _settings("reports", ["2026-Q9"]),
        _settings("data_until", "gisteren"),
        _settings("logo", {"name": "logo.svg", "width": 1, "height": 1}),
        _settings("extra", 1),
        _resource,
    ],
    ids=[
        *("nothing", "statements", "program", "de", "no-language", "en", "nl-nl", "address"),
        *("script", "long", "hidden", "until", "share", "title", "rule", "withheld", "twice"),
        *("colour", "report", "day", "logo", "extra", "screen"),
    ],
)
def test_what_no_site_is_made_from_is_one_line(
    crooked: Crooked, spoil: Callable[[dict[str, Any]], object]
) -> None:
    package = crooked.package()
    spoil(package)
    crooked.sign(package)
    result = verify(crooked.site)
    assert result.returncode == 4, result.stderr
    assert result.stderr.startswith("Error: ")
    assert result.stderr.count("\n") == 1
    assert "\x1b" not in result.stderr + result.stdout


def _set(name: str, value: object) -> Callable[[pa.Table], pa.Table]:
    def put(table: pa.Table) -> pa.Table:
        at, field = table.schema.get_field_index(name), table.schema.field(name)
        raw = pa.int32() if pa.types.is_date(field.type) else field.type
        values = table.column(name).cast(raw).to_pylist()
        changed = pa.array([value, *values[1:]], raw).cast(field.type)
        return table.set_column(at, field, changed)

    return put


@pytest.mark.parametrize(
    ("name", "spoil"),
    [
        ("woningen.parquet", _set("outcome", "weg")),
        ("woningen.parquet", _set("ordering", "vriendjes")),
        ("woningen.parquet", _set("key", "../index")),
        ("woningen.parquet", _set("opens_on", 2**31 - 1)),
        ("toetsen.parquet", _set("since", 2**31 - 1)),
        ("toetsen.parquet", _set("rule", "PUB-1=passed PUB-2")),
    ],
    ids=["outcome", "ordering", "key", "day", "since", "rule"],
)
def test_a_table_that_no_site_can_tell_is_one_line(
    crooked: Crooked, name: str, spoil: Callable[[pa.Table], pa.Table]
) -> None:
    crooked.put(name, spoil(crooked.table(name)))
    result = verify(crooked.site)
    assert result.returncode == 4, result.stderr
    assert "cannot be made again" in result.stderr
    assert result.stderr.count("\n") == 1


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("log/opening.json", "[" * 200_000),
        ("log/opening.json", "{}"),
        ("data/datapackage.json", "{" * 9),
    ],
)
def test_a_file_that_is_nonsense_is_one_line(
    built_office: Office, tmp_path: Path, file: str, text: str
) -> None:
    site = copy_of(built_office, tmp_path)
    (site / file).write_text(text, encoding="utf-8")
    result = verify(site)
    assert result.returncode == 4
    assert result.stderr == f"Error: {file} is not what the log says.\n"


class Handler(SimpleHTTPRequestHandler):
    """A web server that can be told to answer some paths otherwise."""

    answers: dict[str, Callable[[], tuple[int, bytes]]]

    def do_GET(self) -> None:
        answer = self.answers.get(self.path.lstrip("/"))
        if answer is None:
            return super().do_GET()
        code, content = answer()
        self.send_response(code)
        self.send_header("Content-Length", str(len(content) + (code == 299)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def served(site: Path, **answers: Callable[[], tuple[int, bytes]]) -> Iterator[str]:
    kind = type("Told", (Handler,), {"answers": answers})
    server = ThreadingHTTPServer(("127.0.0.1", 0), partial(kind, directory=str(site.resolve())))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()


@pytest.mark.parametrize("end", ["", "/", "/index.html"])
def test_a_site_on_the_web_is_compared_by_lot(built_office: Office, end: str) -> None:
    with served(built_office.site) as address:
        result = verify(f"{address}{end}")
        assert result.returncode == 0, result.stderr
        assert "In order: 100 of the" in result.stdout


def test_what_the_web_lacks_or_does_not_give_is_told(built_office: Office, tmp_path: Path) -> None:
    site = copy_of(built_office, tmp_path)
    (site / "zoek.js").unlink()
    busy = {"style.css": lambda: (503, b""), "en/": lambda: (299, b"half")}
    with served(site, **busy) as address:
        result = verify(address, "--files", "5")
    assert result.returncode == 4
    assert "These files are not on the site:\n  zoek.js\n" in result.stdout
    unread = result.stdout.partition("These files could not be read:\n")[2].splitlines()
    assert unread == ["  en/index.html", "  style.css"]


def test_the_bytes_that_were_checked_are_the_bytes_that_are_used(
    built_office: Office, tmp_path: Path
) -> None:
    """The second time, the table is another one, and so is the page."""
    site = copy_of(built_office, tmp_path)
    content = (site / "data" / "woningen.parquet").read_bytes()
    asked: list[int] = []

    def once() -> tuple[int, bytes]:
        asked.append(1)
        return 200, content

    with served(site, **{"data/woningen.parquet": once}) as address:
        assert verify(address, "--files", "5").returncode == 0
    assert len(asked) == 1


def later(crooked: Crooked) -> bytes:
    """Return the head of the log after one more release."""
    path = crooked.site / "log" / "checkpoint"
    before = path.read_bytes()
    crooked.sign(crooked.package(), more=1)
    found = path.read_bytes()
    crooked.sign(crooked.package())
    assert path.read_bytes() == before
    return found


@pytest.mark.parametrize("turns", [1, 9], ids=["once", "each-time"])
def test_a_release_that_comes_meanwhile_is_looked_at_again(crooked: Crooked, turns: int) -> None:
    """A site that says each time that it was renewed is told all the same."""
    head, newer = (crooked.site / "log" / "checkpoint").read_bytes(), later(crooked)
    asked: list[int] = []
    page = crooked.site / "index.html"
    right = page.read_bytes()

    def checkpoint() -> tuple[int, bytes]:
        asked.append(1)
        return 200, newer if len(asked) % 3 == 0 and len(asked) <= 3 * turns else head

    def start() -> tuple[int, bytes]:
        return 200, right if turns == 1 and len(asked) > 3 else right + b"\n"

    with served(crooked.site, **{"log/checkpoint": checkpoint, "": start}) as address:
        result = verify(address)
    assert result.returncode == (0 if turns == 1 else 4), result.stdout + result.stderr
    assert ("something else" in result.stdout) == (turns == 9)


@pytest.mark.parametrize("what", [b"", b"log\n9\n", None])
def test_a_renewal_that_is_not_signed_is_none(crooked: Crooked, what: bytes | None) -> None:
    head = (crooked.site / "log" / "checkpoint").read_bytes()
    change(crooked.site / "index.html", lambda text: f"{text}\n")
    asked: list[int] = []

    def checkpoint() -> tuple[int, bytes]:
        asked.append(1)
        return (200, head) if len(asked) < 3 else (200, head + b"\n" if what is None else what)

    with served(crooked.site, **{"log/checkpoint": checkpoint}) as address:
        assert verify(address).returncode == 4


@pytest.mark.parametrize("site", ["verdeling.example.nl", "nergens/kopie"])
def test_a_site_that_is_no_site_is_one_line(site: str) -> None:
    result = verify(site, lang="nl")
    assert result.returncode == 2
    assert result.stderr == f"Fout: Er is geen map {site}. Een adres begint met https://\n"
