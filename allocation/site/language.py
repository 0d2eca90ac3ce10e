"""Words, numbers and dates of the public pages in one language.

Decides how an amount, a date or a count reads for the public.  Patterns and
names come from Babel; because 100,000 pages ask for the same few thousand
values, every answer is kept.  It must never read the clock or the machine's
own locale.
"""

from __future__ import annotations

import gettext
from collections.abc import Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from functools import cache

from babel.core import Locale
from babel.dates import format_date
from babel.messages.pofile import read_po
from babel.numbers import format_currency, get_decimal_symbol, get_group_symbol

from allocation.resources import templates_path
from allocation.vocabulary import code_lists


class Translations(gettext.NullTranslations):
    """The texts of one catalogue; two forms, of which the first is for 1 only."""

    def __init__(self, texts: Mapping[str, tuple[str, ...]]) -> None:
        super().__init__()
        self._texts = texts

    def gettext(self, message: str) -> str:
        """Return the translation, or the message itself."""
        found = self._texts.get(message)
        return found[0] if found else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        """Return the form for a count."""
        found = self._texts.get(msgid1, (msgid1, msgid2))
        return found[0] if n == 1 else found[-1]


@cache
def catalogue(code: str) -> Translations:
    """Return the catalogue of a language; empty for Dutch."""
    path = templates_path("translations", f"{code}.po")
    if not path.exists():
        return Translations({})
    with path.open("rb") as file:
        entries = [entry for entry in read_po(file, locale=code) if entry.id and entry.string]
    texts: dict[str, tuple[str, ...]] = {}
    for entry in entries:
        key = entry.id[0] if isinstance(entry.id, (tuple, list)) else entry.id
        said = entry.string
        texts[str(key)] = tuple(said) if isinstance(said, (tuple, list)) else (str(said),)
    return Translations(texts)


class Language:
    """One language of the site.

    The texts in the templates and in this package are Dutch, so Dutch needs no
    catalogue; a text that a catalogue lacks stays Dutch, which a test forbids.
    """

    def __init__(self, code: str = "nl") -> None:
        self.code = code
        self._locale = Locale.parse(code)
        self._translations = catalogue(code)
        self._swap = str.maketrans(
            {",": get_group_symbol(self._locale), ".": get_decimal_symbol(self._locale)}
        )
        sample = format_currency(Decimal("1.11"), "EUR", locale=self._locale)
        self._before, _, self._after = sample.partition(self._decimal("1.11"))
        self.number = cache(self._number)
        self.date = cache(self._date)
        self.month = cache(self._month)
        self.period = cache(self._period)
        self.label = cache(self._label)
        self.area = cache(self._area)

    def gettext(self, message: str) -> str:
        """Translate one text; the Dutch text is its own key."""
        return self._translations.gettext(message)

    def ngettext(self, singular: str, plural: str, count: int) -> str:
        """Translate a text that depends on a count, and choose its form."""
        return self._translations.ngettext(singular, plural, count)

    def _decimal(self, english: str) -> str:
        return english.translate(self._swap)

    def _number(self, value: int) -> str:
        return self._decimal(f"{value:,}")

    def money(self, value: Decimal) -> str:
        """EUR with cents, or without where the amount is whole and 1,000 or more."""
        whole = value >= 1000 and value == value.to_integral_value()
        amount = f"{value:,.0f}" if whole else f"{value:,.2f}"
        return f"{self._before}{self._decimal(amount)}{self._after}"

    def _area(self, value: Decimal) -> str:
        """Square metres, rounded to a whole number."""
        return f"{self._number(int(value.quantize(Decimal(1), ROUND_HALF_UP)))}\u00a0m²"

    def _date(self, value: date) -> str:
        return format_date(value, "d MMMM y", locale=self._locale)

    def _month(self, value: date) -> str:
        return format_date(value, "MMMM y", locale=self._locale)

    def month_name(self, value: date) -> str:
        """Return the name of the month without its year."""
        return format_date(value, "LLLL", locale=self._locale)

    def short_month(self, value: date) -> str:
        """Return the name of the month in three or four letters."""
        return format_date(value, "LLL", locale=self._locale).rstrip(".")

    def _period(self, first: date, last: date | None) -> str:
        if last is None:
            return self.gettext("vanaf {first}, zonder einddatum").format(first=self._date(first))
        if first == last:
            return self._date(first)
        pattern = "d MMMM y"
        if first.year == last.year:
            pattern = "d" if first.month == last.month else "d MMMM"
        start = format_date(first, pattern, locale=self._locale)
        return self.gettext("{first} tot en met {last}").format(first=start, last=self._date(last))

    def _label(self, code_list: str, code: str) -> str:
        """Return what a code of a closed list is called in this language."""
        entry = code_lists()[code_list][code]
        return entry.name_en if self.code == "en" else entry.name_nl

    def choose(self, dutch: str, english: str) -> str:
        """Return the text of this language where both are given."""
        return english if self.code == "en" else dutch

    def percent(self, value: Decimal | int) -> str:
        """Return a percentage, with decimals only where there are any."""
        space = "" if self.code == "en" else "\u00a0"
        return f"{self._decimal(f'{Decimal(value).normalize():f}')}{space}%"
