"""The conditions and the priority of an advert, in plain words.

Decides how bounds on household, age and income read, and what each priority
class is called for the public.  It shows what the advert said and never what
a home-seeker had.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from allocation.site.language import Language

Gettext = Callable[[str], str]


def describe_bounds(
    language: Language,
    size: tuple[int | None, int | None],
    age: tuple[int | None, int | None],
    income: tuple[Decimal | None, Decimal | None],
) -> tuple[str, ...]:
    """Return one sentence for each condition of the advert; bounds are inclusive."""
    found = (_size(language, *size), _age(language, *age), _income(language, *income))
    return tuple(sentence for sentence in found if sentence)


def _size(language: Language, least: int | None, most: int | None) -> str:
    if least is None and most is None:
        return ""
    if least is not None and most is not None and least != most:
        text = language.gettext("Een huishouden van {least} tot en met {most} personen.")
        return text.format(least=least, most=most)
    if most is None:
        count = least or 0
        text = language.ngettext(
            "Een huishouden van {n} persoon of meer.",
            "Een huishouden van {n} personen of meer.",
            count,
        )
        return text.format(n=count)
    if least is None:
        text = language.ngettext(
            "Een huishouden van hoogstens {n} persoon.",
            "Een huishouden van hoogstens {n} personen.",
            most,
        )
        return text.format(n=most)
    text = language.ngettext(
        "Een huishouden van {n} persoon.", "Een huishouden van {n} personen.", most
    )
    return text.format(n=most)


def _age(language: Language, least: int | None, most: int | None) -> str:
    _ = language.gettext
    if least is not None and most is not None:
        return _("{least} tot en met {most} jaar oud.").format(least=least, most=most)
    if least is not None:
        return _("{n} jaar of ouder.").format(n=least)
    if most is not None:
        return _("{n} jaar of jonger.").format(n=most)
    return ""


def _income(language: Language, least: Decimal | None, most: Decimal | None) -> str:
    _ = language.gettext
    if least is not None and most is not None:
        text = _("Een inkomen van het huishouden van {least} tot en met {most} per jaar.")
        return text.format(least=language.money(least), most=language.money(most))
    if least is not None:
        text = _("Een inkomen van het huishouden van minstens {least} per jaar.")
        return text.format(least=language.money(least))
    if most is not None:
        text = _("Een inkomen van het huishouden van hoogstens {most} per jaar.")
        return text.format(most=language.money(most))
    return ""


def describe_priority(language: Language, order: str | None) -> tuple[str, ...]:
    """Return the priority classes, highest first; empty where the advert had none."""
    if not order:
        return ()
    words = _priority_words(language.gettext)
    entries = (entry.strip() for entry in order.split(">"))
    return tuple(_entry(language, words, entry) for entry in entries if not _is_none(entry))


def _is_none(entry: str) -> bool:
    return not entry or entry.partition(".")[0] == "none"


def _entry(language: Language, words: dict[str, str], entry: str) -> str:
    kind, colon, value = entry.partition(":")
    if colon and value.isascii() and value.isdigit() and len(value) < 4:
        count = int(value)
        if kind == "age":
            return language.gettext("mensen van {n} jaar of ouder").format(n=count)
        if kind == "size":
            return language.ngettext(
                "huishoudens van {n} persoon of meer",
                "huishoudens van {n} personen of meer",
                count,
            ).format(n=count)
    kind, _dot, detail = entry.partition(".")
    general = language.gettext("een andere voorrang uit de advertentie")
    if detail and detail != "none":
        return words.get(f"{kind}.{detail}", words.get(f".{detail}", words.get(kind, general)))
    return words.get(kind, general)


def _priority_words(_: Gettext) -> dict[str, str]:
    """Return a phrase for every priority kind, and for every detail as ``.detail``."""
    return {
        "local_connection": _("mensen met een band met de plaats of de streek"),
        "group": _("mensen uit de groep voor wie de woning bedoeld is"),
        "indication": _("mensen met een indicatie voor deze woning"),
        "urgency": _("mensen met urgentie"),
        ".occupation": _("mensen met een beroep dat hier nodig is"),
        ".nearly_homeless": _("mensen die dakloos zijn of dat dreigen te worden"),
        ".disadvantaged_by_offer": _("mensen die door een eerdere fout zijn benadeeld"),
        ".economic_connection": _("mensen die hier werken"),
        ".ex_detainee": _("mensen die uit detentie komen"),
        ".financial": _("mensen met een financiële urgentie"),
        ".single_floor": _("mensen die een woning zonder trap nodig hebben"),
        ".violence_or_nuisance": _("mensen die weg moeten door geweld of overlast"),
        ".rehousing": _("mensen van wie de woning wordt gesloopt of verbouwd"),
        ".village_connection": _("mensen uit het dorp"),
        ".social_connection": _("mensen die hier wonen of familie hebben"),
        ".informal_care": _("mensen die mantelzorg geven of krijgen"),
        ".medical": _("mensen met een medische urgentie"),
        ".regional_connection": _("mensen uit de streek"),
        ".relational": _("mensen van wie de relatie voorbij is"),
        ".walker_accessible": _("mensen die een woning voor een rollator nodig hebben"),
        ".wheelchair_accessible": _("mensen die een woning voor een rolstoel nodig hebben"),
        ".service_dwelling": _("mensen die een woning met diensten nodig hebben"),
        ".social": _("mensen met een sociale urgentie"),
        ".status_holder": _("mensen met een verblijfsvergunning"),
        ".leaving_institution": _("mensen die uit een instelling komen"),
    }
