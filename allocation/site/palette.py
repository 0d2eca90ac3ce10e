"""The colours of the site, derived from the one brand colour.

Decides the shade of the brand that is used for text, for surfaces and in the
dark: the given colour where it is readable, else the nearest darker or lighter
shade that is; a colour too pale for that is refused.  It never gives a pair of
colours below the contrast of WCAG 2.2
AA (4.5 to 1 for text).
"""

from __future__ import annotations

from typing import NamedTuple

from allocation.errors import ConfigError

Rgb = tuple[int, int, int]

WHITE: Rgb = (255, 255, 255)
BLACK: Rgb = (0, 0, 0)
DARK_PANE: Rgb = (22, 32, 36)

LEAST_BRAND_CONTRAST = 3.0
"""A paler brand would have to be darkened beyond recognition before it can be read."""

_LIGHT_CONTRAST = 4.8
_DARK_CONTRAST = 6.5
"""Above the 4.5 that is asked: rounding keeps the bar, and light text on dark reads thinner."""

_STEPS = 50


class Shades(NamedTuple):
    """One scheme: text and fill, a stronger text, a pale surface, text on the fill."""

    brand: Rgb
    strong: Rgb
    tint: Rgb
    on_brand: Rgb


def parse_colour(text: str) -> Rgb:
    """Read ``#rrggbb``."""
    return int(text[1:3], 16), int(text[3:5], 16), int(text[5:7], 16)


def hex_colour(colour: Rgb) -> str:
    """Write ``#rrggbb``."""
    return "#{:02x}{:02x}{:02x}".format(*colour)


def mix(colour: Rgb, other: Rgb, share: float) -> Rgb:
    """Return ``colour`` with ``share`` (0 to 1) of ``other`` in it."""
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(colour, other, strict=True))
    return red, green, blue


def contrast(one: Rgb, other: Rgb) -> float:
    """Return the contrast ratio of WCAG 2.2."""
    darker, lighter = sorted((_luminance(one), _luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: Rgb) -> float:
    shares = (channel / 255 for channel in colour)
    red, green, blue = (
        share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4 for share in shares
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _readable(colour: Rgb, towards: Rgb, surfaces: tuple[Rgb, ...], least: float) -> Rgb:
    for step in range(_STEPS):
        shade = mix(colour, towards, step / _STEPS)
        if all(contrast(shade, surface) >= least for surface in surfaces):
            return shade
    return towards


def light_shades(brand: Rgb) -> Shades:
    """Return the shades on a white page."""
    tint = mix(brand, WHITE, 0.9)
    text = _readable(brand, BLACK, (WHITE, tint), _LIGHT_CONTRAST)
    return Shades(text, mix(text, BLACK, 0.25), tint, WHITE)


def dark_shades(brand: Rgb) -> Shades:
    """Return the shades on a dark page."""
    tint = mix(DARK_PANE, brand, 0.28)
    text = _readable(mix(brand, WHITE, 0.25), WHITE, (DARK_PANE, tint), _DARK_CONTRAST)
    return Shades(text, mix(text, WHITE, 0.35), tint, DARK_PANE)


def palette_css(brand_colour: str) -> str:
    """Return the custom properties that the style sheet builds on.

    Raises:
        ConfigError: the colour is too pale to be recognised in a readable shade of it.
    """
    brand = parse_colour(brand_colour)
    reached = contrast(brand, WHITE)
    if reached < LEAST_BRAND_CONTRAST:
        raise ConfigError(
            "The colour {colour} in [site] brand_colour cannot be read on white: its contrast is "
            "{reached}, and at least {least} is needed. Choose a darker colour.",
            colour=brand_colour,
            reached=round(reached, 1),
            least=LEAST_BRAND_CONTRAST,
        )
    light, dark = (_properties(shades) for shades in (light_shades(brand), dark_shades(brand)))
    return f":root{{{light}}}\n@media (prefers-color-scheme:dark){{:root{{{dark}}}}}\n"


def _properties(shades: Shades) -> str:
    return (
        f"--brand:{hex_colour(shades.brand)};--strong:{hex_colour(shades.strong)};"
        f"--tint:{hex_colour(shades.tint)};--on-brand:{hex_colour(shades.on_brand)};"
    )
