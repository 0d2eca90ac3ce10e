"""The logo: what may be shown, and what is refused with one line that says why."""

from __future__ import annotations

import zlib
from pathlib import Path

import pytest

from allocation.errors import ConfigError
from allocation.logo import MOST_BYTES, read_logo

SPACE = 'xmlns="http://www.w3.org/2000/svg"'
GOOD = f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">
<!-- Made by a drawing program -->
<svg {SPACE} xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 300 100">
<title>Wonen</title>
<defs><linearGradient id="g"><stop offset="0" stop-color="#123456"/></linearGradient></defs>
<style>.a{{fill:url(#g)}}</style>
<g class="a" style="stroke:url('#g')"><path d="M0 0h300v100z"/></g><use xlink:href="#g"/>
</svg>"""


def svg(inside: str = "", attributes: str = 'viewBox="0 0 30 10"') -> str:
    return f"<svg {SPACE} {attributes}>\n{inside}\n</svg>"


def written(folder: Path, text: str | bytes, name: str = "huis.svg") -> Path:
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def chunk(kind: bytes, data: bytes) -> bytes:
    checked = kind + data
    return len(data).to_bytes(4) + checked + zlib.crc32(checked).to_bytes(4)


def png(*extra: bytes, width: int = 3, height: int = 2) -> bytes:
    header = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 2, 0, 0, 0))
    data = zlib.compress(b"".join(b"\0" + bytes(3 * 3) for _ in range(2)))
    parts = (chunk(b"IHDR", header), *extra, chunk(b"IDAT", data), chunk(b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(parts)


def test_a_plain_svg_is_shown_as_it_is(tmp_path: Path) -> None:
    logo = read_logo(written(tmp_path, GOOD))
    assert logo.name in {"logo.svg", "logo.png"}
    assert logo.content == GOOD.encode()
    assert (logo.width, logo.height) == (1000, 333)


@pytest.mark.parametrize(
    ("attributes", "size"),
    [
        ('viewBox="0 0 30 10"', (1000, 333)),
        ('viewBox="0,0,1,2"', (500, 1000)),
        ('width="240px" height="60"', (1000, 250)),
        ('viewBox="0 0 1 900"', (1, 1000)),
    ],
)
def test_the_size_of_the_drawing_is_known(
    tmp_path: Path, attributes: str, size: tuple[int, int]
) -> None:
    logo = read_logo(written(tmp_path, svg(attributes=attributes)))
    assert (logo.width, logo.height) == size


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        "<foreignObject><p/></foreignObject>",
        '<image href="#a"/>',
        '<animate attributeName="href"/>',
        '<a href="https://elders.example/"><path d="M0 0"/></a>',
        '<use href="https://elders.example/a.svg#b"/>',
        '<use xmlns:x="http://www.w3.org/1999/xlink" x:href="data:image/png;base64,AA"/>',
        '<path d="M0 0" onclick="alert(1)"/>',
        '<path d="M0 0" ONLOAD="alert(1)"/>',
        '<path d="M0 0" fill="url(https://elders.example/a)"/>',
        '<path d="M0 0" style="fill:URL( //elders.example )"/>',
        "<style>@import 'https://elders.example/a.css';</style>",
        "<style>path{fill:u\\72l(https://elders.example)}</style>",
        "<style>path{fill:url(<!-- x -->https://elders.example)}</style>",
        "<style><![CDATA[@im]]><![CDATA[port 'a']]></style>",
        '<g xml:base="https://elders.example/"/>',
        "<metadata>Gemaakt door een mens</metadata>",
        "<svg/>",
        '<x:script xmlns:x="http://www.w3.org/1999/xhtml">alert(1)</x:script>',
        "<?xml-stylesheet href='a.css'?>",
        '<use href="#a"/>' * 17,
    ],
)
def test_what_runs_fetches_moves_or_hides_is_refused(tmp_path: Path, inside: str) -> None:
    with pytest.raises(ConfigError, match=r"huis\.svg, line \d+: .* may not be in a logo") as found:
        read_logo(written(tmp_path, svg(inside)))
    assert "\n" not in str(found.value)
    assert "elders" not in str(found.value)


@pytest.mark.parametrize(
    ("content", "name", "told"),
    [
        (svg("<g>"), "a.svg", "a.svg, line 3, is no correct SVG"),
        ('<!DOCTYPE svg [<!ENTITY a "b">]>' + svg("&a;"), "a.svg", "<!ENTITY>"),
        ("<html/>", "a.svg", "<html> may not be"),
        (svg(attributes=""), "a.svg", "has no size"),
        (svg(attributes='viewBox="0 0 0 0"'), "a.svg", "has no size"),
        (svg(attributes='width="100%" height="100%"'), "a.svg", "has no size"),
        (svg(), "a.png", "no SVG file and no PNG"),
        (png(), "a.svg", "no SVG file and no PNG"),
        (b"", "a.svg", "no SVG file and no PNG"),
        (b"\xff\xd8\xff\xe0", "a.jpg", "no SVG file and no PNG"),
        (png()[:-6], "a.png", "damaged"),
        (png()[:40], "a.png", "damaged"),
        (png().replace(b"IDAT", b"IDAX"), "a.png", "damaged"),
        (png(width=0), "a.png", "damaged"),
        (png(width=100_000), "a.png", "damaged"),
        (svg("<g/>" * MOST_BYTES), "a.svg", "is 61 kB; at most 15 kB"),
    ],
)
def test_a_wrong_file_is_named_and_what_is_wrong(
    tmp_path: Path, content: str | bytes, name: str, told: str
) -> None:
    with pytest.raises(ConfigError, match=told.replace(".", r"\.")):
        read_logo(written(tmp_path, content, name))


def test_no_file_or_a_folder_is_said_plainly(tmp_path: Path) -> None:
    for path, told in ((tmp_path / "weg.svg", "no logo weg"), (tmp_path, "cannot be read")):
        with pytest.raises(ConfigError, match=told):
            read_logo(path)


def test_a_png_leaves_its_notes_behind(tmp_path: Path) -> None:
    notes = (chunk(b"tEXt", b"Author\0J. Jansen"), chunk(b"eXIf", b"x"), chunk(b"sRGB", b"\0"))
    logo = read_logo(written(tmp_path, png(*notes) + b"trailing", "a.png"))
    assert logo.content == png(chunk(b"sRGB", b"\0"))
    assert (logo.name, logo.width, logo.height) == ("logo.png", 3, 2)
