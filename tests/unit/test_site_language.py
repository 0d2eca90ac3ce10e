"""The two languages of the public site, and how its fixed texts read."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from allocation.resources import templates_path
from allocation.site.build import render_site
from allocation.site.language import Language
from allocation.site.shell import folder_of
from allocation.tree import Tree
from tests.unit.test_site import ROW, SETTINGS, table

ROOT = Path(__file__).resolve().parents[2]
SITE = ROOT / "allocation" / "site"
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}|</?b>")

# Flesch-Douma (W.H. Douma, 1960), the Dutch form of Flesch's reading ease:
# 206.84 - 77 * syllables per word - 0.93 * words per sentence.  From 60 is "standard".
EASIEST = 206.84
PER_SYLLABLE = 77.0
PER_WORD = 0.93
LEAST_EASE = 60.0
LONGEST_SENTENCE = 24
VOWELS = re.compile(r"aai|oei|ooi|eeuw|ieuw|ij|ei|au|ou|ui|eu|oe|ie|aa|ee|oo|uu|[aeiouyäëïöüéèê]")


def messages() -> dict[str, str]:
    """Return every text of the templates and the package, by its first form, with its file."""
    found: dict[str, str] = {}
    for path in sorted(templates_path().rglob("*.html")):
        rows = extract_from_file("jinja2.ext:babel_extract", path, options={"trimmed": "true"})
        for _, text, *_rest in rows:
            found.setdefault(text if isinstance(text, str) else text[0], path.name)
    keywords = {"_": None, "gettext": None, "ngettext": (1, 2)}
    for path in sorted(SITE.glob("*.py")):
        for _, text, *_rest in extract_from_file("python", path, keywords=keywords):
            found.setdefault(text if isinstance(text, str) else text[0], path.name)
    return found


def english() -> dict[str, tuple[str, ...]]:
    with templates_path("translations", "en.po").open("rb") as file:
        entries = [entry for entry in read_po(file, locale="en") if entry.id]
    texts = {}
    for entry in entries:
        key = entry.id if isinstance(entry.id, str) else entry.id[0]
        said = entry.string if isinstance(entry.string, tuple) else (entry.string,)
        texts[key] = tuple(said)
    return texts


def test_no_text_lacks_in_either_language() -> None:
    wanted, known = messages(), english()
    assert len(wanted) > 400
    assert sorted(wanted.keys() - known.keys()) == []
    assert sorted(known.keys() - wanted.keys()) == [], "no longer used"
    assert [key for key, texts in known.items() if not all(texts)] == []


def test_a_translation_keeps_every_slot_and_mark() -> None:
    for key, texts in english().items():
        for text in texts:
            assert Counter(PLACEHOLDER.findall(text)) == Counter(PLACEHOLDER.findall(key)), key


def pages(code: str) -> dict[str, str]:
    found = templates_path("pages", code).glob("*.md")
    return {path.name: path.read_text(encoding="utf-8") for path in found}


def test_both_languages_have_the_same_fixed_pages() -> None:
    dutch, other = pages("nl"), pages("en")
    assert dutch.keys() == other.keys()
    for name in dutch:
        for pattern in (r"%%\w+%%", r"^#+ ", r"\{ #\w+ \}", r"\]\([^)]*\)"):
            there = re.findall(pattern, dutch[name], re.MULTILINE)
            # what has no language stands beside the folder of English
            english = other[name].replace("%%root%%../", "%%root%%")
            assert re.findall(pattern, english, re.MULTILINE) == there, (name, pattern)
        if name != "shell.md":
            assert dutch[name] != other[name]


def test_english_stands_in_its_own_folder_and_form() -> None:
    assert folder_of("nl") == ""
    assert folder_of("en") == "en/"
    language = Language("en")
    assert language.number(1183) == "1,183"
    assert language.gettext("Woningen") == "Dwellings"
    assert language.ngettext("{n} kamer", "{n} kamers", 2) == "{n} rooms"


def syllables(word: str) -> int:
    return max(1, len(VOWELS.findall(word.lower())))


def ease(text: str) -> tuple[float, int]:
    """Return the reading ease of Dutch text and the words of its longest sentence."""
    plain = re.sub(r"<[^>]+>|%%?\(?\w+\)?s?%?%?|\{[^}]*\}", " 1 ", text)
    sentences = [part for part in re.split(r"[.!?:;]+(?:\s|$)|\n+", plain) if part.strip()]
    words = [re.findall(r"[A-Za-zÀ-ÿ’'-]+|\d+", sentence) for sentence in sentences]
    words = [found for found in words if found]
    count = sum(map(len, words))
    total = sum(syllables(word) for found in words for word in found)
    return (
        EASIEST - PER_SYLLABLE * total / count - PER_WORD * count / len(words),
        max(map(len, words)),
    )


def dutch_pages() -> list[Path]:
    found = sorted(templates_path("pages", "nl").glob("*.md"))
    return [path for path in found if path.stem != "shell"]


def prose(path: Path) -> str:
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"^---.*?^---", "", text, flags=re.DOTALL | re.MULTILINE)
    text = re.sub(r"\{[^}]*\}|[*#|]", " ", text)
    return re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", text)


@pytest.mark.parametrize("path", dutch_pages(), ids=lambda path: path.stem)
def test_every_fixed_page_reads_easily(path: Path) -> None:
    found, longest = ease(prose(path))
    assert found >= LEAST_EASE, found
    assert longest <= LONGEST_SENTENCE


def test_the_texts_of_the_templates_read_easily() -> None:
    sentences = [text for text in messages() if text.rstrip().endswith((".", "?"))]
    assert len(sentences) > 100
    found, _ = ease("\n".join(sentences))
    assert found >= LEAST_EASE, found
    too_long = [text for text in sentences if ease(text)[1] > LONGEST_SENTENCE]
    assert too_long == []


def test_the_measure_knows_easy_from_hard() -> None:
    easy, _ = ease("De man loopt naar huis. Daar staat zijn fiets.")
    hard, _ = ease(
        "Ingevolge de huisvestingsverordening geschiedt de woningtoewijzing overeenkomstig de "
        "bekendgemaakte volgordebepalende selectiecriteria, onverminderd voorrangsbepalingen."
    )
    assert easy > 90
    assert hard < 20


ONE_OF_MANY = re.compile(
    r"(?<![\d.,€-])\b1 (woningen|reacties|kandidaten|kamers|controles|afwijkingen|anderen|personen"
    r"|woningzoekenden|advertenties|years|dwellings|responses|candidates|rooms|checks|deviations"
    r"|others|persons|home-seekers|adverts)\b"
)


def test_one_is_never_told_as_many(tmp_path: Path) -> None:
    """Lettings in which every number is one: in both languages each word follows it."""
    one = dict.fromkeys(("registration_years", "room_count", "passed_declined"), 1)
    row = ROW | one | {"rank": 2, "passed_conditions": 0, "min_household_size": 1}
    row |= {"checks": "RNK-1=in_treatment:2026-10-02", "response_count": 1}
    twelve = [row | {"key": f"d-{number}", "house_number": str(number)} for number in range(12)]
    longer = row | {"key": "lang", "response_count": 3, "place": "Elp", "max_household_size": 1}
    tree = Tree(tmp_path / "site", datetime(2026, 11, 23, tzinfo=UTC))
    render_site(table(*twelve, longer), SETTINGS, tree, tmp_path / "cache")
    pages = sorted((tmp_path / "site").rglob("*.html"))
    assert len(pages) > 60
    for path in pages:
        main = HTMLParser(path.read_bytes()).css_first("main")
        assert main is not None
        text = " ".join(main.text(separator=" ").split())
        assert not ONE_OF_MANY.search(text), (path, ONE_OF_MANY.search(text))
        for drawing in main.css("[aria-label]"):
            assert not ONE_OF_MANY.search(drawing.attributes["aria-label"] or ""), path
