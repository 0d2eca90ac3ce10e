"""The names of lettings in addresses."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from allocation.keys import address_slug, mark_of, public_key, slug

TEXT = st.text(max_size=60)


@given(TEXT, st.none() | TEXT, TEXT)
def test_an_address_has_the_slug_of_its_words(street: str, number: str | None, place: str) -> None:
    """However odd the texts are: a key never changes because it is made in parts."""
    assert address_slug(street, number, place) == slug(f"{street} {number or ''} {place}")


def test_a_key_is_an_address_and_a_mark() -> None:
    key = public_key("k3x9p2qa", "Dr. Nassaulaan", "13 k-4", "'s-Gravenzande")
    assert key == "dr-nassaulaan-13-k-4-s-gravenzande-k3x9p2qa"
    assert mark_of(key) == "k3x9p2qa"
