"""Header files for the web server: the policy, the security headers, caching, compression.

Decides what a browser may do with a page of the site: load style, script and
data from the site itself and nothing else.  The files hold no secret and are
not part of the public tree; ``allocation init`` or a reader of the docs takes them.
"""

from __future__ import annotations

from allocation.resources import templates_path

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
    "connect-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'"
)
"""The Content-Security-Policy: nothing inline, nothing foreign."""

HEADERS = (
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "same-origin"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=(), browsing-topics=()"),
    ("Cross-Origin-Opener-Policy", "same-origin"),
    ("Cross-Origin-Resource-Policy", "same-origin"),
    ("Strict-Transport-Security", "max-age=31536000"),
)

FILES = ("nginx.conf", "apache.conf", "Caddyfile")


def server_file(name: str) -> str:
    """Return the header file for one web server; ``name`` is one of ``FILES``."""
    text = templates_path("servers", name).read_text(encoding="utf-8")
    lines = {
        "nginx_headers": [f'add_header {key} "{value}" always;' for key, value in HEADERS],
        "apache_headers": [f'Header always set {key} "{value}"' for key, value in HEADERS],
        "caddy_headers": [f'header {key} "{value}"' for key, value in HEADERS],
    }
    for slot, found in lines.items():
        text = text.replace(f"%%{slot}%%", "\n".join(found))
    return text.replace("%%policy%%", POLICY)
