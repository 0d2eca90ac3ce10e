"""Where the files that come with the program stand.

Decides between the two places in which ``data/`` and ``site_templates/`` can
be: inside an installed wheel, or beside the package in a checkout.  It must
never look anywhere else, so that no file of the user's machine can stand in
for one of ours.
"""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parent


def data_path(*parts: str) -> Path:
    """Return the path of a reference file under ``data/``."""
    return _shipped("data").joinpath(*parts)


def templates_path(*parts: str) -> Path:
    """Return the path of a file under ``site_templates/``."""
    return _shipped("site_templates").joinpath(*parts)


def _shipped(folder: str) -> Path:
    inside = _PACKAGE / "shipped" / folder
    return inside if inside.is_dir() else _PACKAGE.parent / folder
