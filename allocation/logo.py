"""The association's logo: one small file of the configuration that every page shows.

Decides what may be shown: an SVG made of shapes and words alone, or a PNG
without the notes that programs leave in it.  A file that could run something,
fetch something or move is refused, never cleaned: what is shown is what the
association gave.  It reads that one file and nothing else.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import NoReturn
from xml.parsers import expat

from allocation.errors import ConfigError

MOST_BYTES = 15_000
"""A dwelling's page may cost 30 kB with all that it loads; it needs a third of that itself."""

_MOST_PIXELS = 4000
_PNG = b"\x89PNG\r\n\x1a\n"
_SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    """
    svg g defs symbol use title desc style path rect circle ellipse line polyline polygon text
    tspan textPath linearGradient radialGradient stop clipPath mask pattern marker filter feBlend
    feColorMatrix feComposite feFlood feGaussianBlur feMerge feMergeNode feMorphology feOffset
    """.split()  # noqa: SIM905 - these many names read better without quotes
)
_LINKS = frozenset({"href", "src", "base"})
"""Attributes that lead elsewhere; only ``href`` may stay, to a part of the drawing itself."""

_MOST_COPIES = 16
"""Copies of copies multiply: with this many ``<use>`` no page can be made to draw for minutes."""

_NUMBER = re.compile(r"\s*(\d+(?:\.\d+)?)\s*(?:px|pt|mm|cm|in)?\s*")
_INSIDE = re.compile(r"url\(\s*(['\"]?)#[^'\"()\s]*\1\s*\)", re.IGNORECASE)
_SHOWN_CHUNKS = frozenset({b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"gAMA", b"cHRM", b"sRGB"})
_IS_SHOWN = 0x20
"""The bit of a chunk's first letter that is clear where an image cannot do without the chunk."""


@dataclass(frozen=True, slots=True)
class Logo:
    """A logo that passed: ``name`` is its file on the site, the size is that of its drawing."""

    name: str
    content: bytes
    width: int
    height: int


def read_logo(path: Path) -> Logo:
    """Read the logo and refuse what a page may not show.

    Raises:
        ConfigError: it is not there, too large, damaged, neither SVG nor PNG, or
            holds what may not be in a logo.
    """
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        raise ConfigError("There is no logo {file}.", file=path.name) from None
    except OSError as error:
        raise ConfigError(
            "The logo {file} cannot be read: {what}", file=path.name, what=error.strerror
        ) from None
    return logo_of(path.name, content)


def logo_of(name: str, content: bytes) -> Logo:
    """Return the logo in a file of that name and content.

    Raises:
        ConfigError: it is too large, damaged, neither SVG nor PNG, or holds what may
            not be in a logo.
    """
    if len(content) > MOST_BYTES:
        raise ConfigError(
            "The logo {file} is {size} kB; at most {most} kB is possible. Ask for a smaller file.",
            file=name,
            size=-(-len(content) // 1000),
            most=MOST_BYTES // 1000,
        )
    suffix = name[-4:].lower()
    if content.startswith(_PNG) and suffix == ".png":
        return _read_png(name, content)
    if content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") and suffix == ".svg":
        return _read_svg(name, content)
    raise ConfigError("The logo {file} is no SVG file and no PNG file.", file=name)


def _read_png(file: str, content: bytes) -> Logo:
    """Keep what draws the image; notes and times stay behind."""
    shown, at, found = [_PNG], len(_PNG), b""
    while at + 12 <= len(content) and found != b"IEND":
        length, found = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        chunk = content[at : at + 12 + length]
        at += 12 + length
        if zlib.crc32(chunk[4:-4]) != int.from_bytes(chunk[-4:]):
            break
        if found in _SHOWN_CHUNKS or not found[0] & _IS_SHOWN:
            shown.append(chunk)
    width, height = (int.from_bytes(content[start : start + 4]) for start in (16, 20))
    whole = found == b"IEND" and at <= len(content) and content[12:16] == b"IHDR"
    if not whole or not 0 < width <= _MOST_PIXELS or not 0 < height <= _MOST_PIXELS:
        raise ConfigError("The logo {file} is a damaged PNG file.", file=file)
    return Logo("logo.png", b"".join(shown), width, height)


def _read_svg(file: str, content: bytes) -> Logo:
    reader = _Reader(file)
    try:
        reader.parser.Parse(content, True)
    except expat.ExpatError as error:
        raise ConfigError(
            "The logo {file}, line {line}, is no correct SVG.", file=file, line=error.lineno
        ) from None
    if reader.size is None:
        raise ConfigError(
            "The logo {file} has no size. Give its <svg> a viewBox, or a width and a height.",
            file=file,
        )
    return Logo("logo.svg", content, *reader.size)


class _Reader:
    """Goes through an SVG once and stops at the first thing that may not be in a logo."""

    def __init__(self, file: str) -> None:
        self.size: tuple[int, int] | None = None
        self.parser = expat.ParserCreate(namespace_separator=" ")
        self._file = file
        self._style: list[str] | None = None
        self._depth = 0
        self._copies = 0
        self.parser.StartElementHandler = self._start
        self.parser.EndElementHandler = self._end
        self.parser.CharacterDataHandler = self._text
        self.parser.EntityDeclHandler = lambda *_: self._refuse("<!ENTITY>")
        self.parser.ProcessingInstructionHandler = lambda name, _: self._refuse(f"<?{name}?>")

    def _start(self, name: str, attributes: dict[str, str]) -> None:
        space, _, local = name.rpartition(" ")
        if space != _SVG or local not in _ELEMENTS or (self._depth == 0) != (local == "svg"):
            self._refuse(f"<{local}>")
        if self._depth == 0:
            self.size = _size(attributes)
        self._depth += 1
        self._copies += local == "use"
        if self._copies > _MOST_COPIES:
            self._refuse("<use>")
        self._style = [] if local == "style" else None
        for key, value in attributes.items():
            attribute = key.rpartition(" ")[2]
            if attribute.lower().startswith("on"):
                self._refuse(attribute)
            if attribute in _LINKS and not (attribute == "href" and value.startswith("#")):
                self._refuse(attribute)
            if _leads_outside(value):
                self._refuse(attribute)

    def _end(self, name: str) -> None:
        self._depth -= 1
        if self._style is not None and _leads_outside("".join(self._style)):
            self._refuse(f"<{name.rpartition(' ')[2]}>")
        self._style = None

    def _text(self, text: str) -> None:
        if self._style is not None:
            self._style.append(text)

    def _refuse(self, what: str) -> NoReturn:
        raise ConfigError(
            "The logo {file}, line {line}: {what} may not be in a logo. Save it as a plain SVG "
            "without scripts, links and notes.",
            file=self._file,
            line=self.parser.CurrentLineNumber,
            what=what,
        )


def _leads_outside(style: str) -> bool:
    """Say whether a value or a style can fetch something; an escape could hide that it does."""
    left = _INSIDE.sub("", style).lower()
    return any(sign in left for sign in ("url(", "@import", "image(", "image-set(", "\\"))


def _size(attributes: dict[str, str]) -> tuple[int, int] | None:
    """Return the width and height of the drawing in whole units, at least 1."""
    box = attributes.get("viewBox", "").replace(",", " ").split()
    given = box[2:] if len(box) == 4 else [attributes.get(name, "") for name in ("width", "height")]
    found = [_NUMBER.fullmatch(text) for text in given]
    sizes = [float(match[1]) for match in found if match]
    if len(sizes) != 2 or not all(0 < size < 1e6 for size in sizes):
        return None
    scale = 1000 / max(sizes)
    return max(1, round(sizes[0] * scale)), max(1, round(sizes[1] * scale))
