"""The form of settings that stand on the site, for who writes them and for who checks them."""

from __future__ import annotations

_SIGNS = r"[^\s\"'<>]"

ADDRESS = rf"^(https://{_SIGNS}+)?$"
"""The address of a page elsewhere, or nothing."""

BASE_URL = rf"^https?://{_SIGNS}+/$"
"""The address of the site itself."""

LONGEST_TEXT = 4000
"""So many signs an association's own text may have."""
