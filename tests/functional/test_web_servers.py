"""The header files, in the web servers themselves: each test needs that server on the machine."""

from __future__ import annotations

import http.client
import os
import re
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from allocation.site.servers import HEADERS, POLICY, server_file

FOLDER = "/srv/verantwoording/public"
"""Where the header files say that the site is."""

MODULES = ("mpm_event", "authz_core", "alias", "dir", "mime", "headers", "filter", "deflate")

PAGE = b"<!doctype html><title>Woning</title>" + b"<p>Eerste kandidaat.</p>\n" * 60
FILES = {
    "index.html": PAGE,
    "404.html": b"<title>Niet gevonden</title>",
    "en/index.html": PAGE,
    "en/404.html": b"<title>Not found</title>",
    "woningen/index.html": PAGE,
    "style.css": b"body { margin: 0 }\n" * 60,
    "zoek.js": b"// zoek\n" * 90,
    "atom.xml": b"<?xml version='1.0' encoding='utf-8'?><feed/>" + b"\n" * 600,
    "data/woningen.csv": b"key,street\n" * 90,
    "data/woningen.parquet": b"PAR1" * 90,
    "data/dcat.jsonld": b"{}" + b"\n" * 600,
    ".git/config": b"none of this is for visitors",
}
TYPES = {
    "/": "text/html; charset=utf-8",
    "/style.css": "text/css; charset=utf-8",
    "/zoek.js": "text/javascript; charset=utf-8",
    "/data/woningen.csv": "text/csv; charset=utf-8",
    "/data/dcat.jsonld": "application/ld+json",
    "/data/woningen.parquet": "application/vnd.apache.parquet",
}


def _nginx(folder: Path, port: int) -> tuple[str, list[str]]:
    user = "user root;\n" if os.getuid() == 0 else ""
    head = f"{user}daemon off;\npid {folder}/pid;\nerror_log {folder}/log;\nevents {{}}\n"
    texts = "".join(
        f"{what}_temp_path {folder}/{what};\n"
        for what in ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    )
    text = f"{head}http {{\naccess_log off;\n{texts}server {{\nlisten 127.0.0.1:{port};\n"
    return text + server_file("nginx.conf") + "}\n}\n", ["nginx", "-c", f"{folder}/conf"]


def _apache(folder: Path, port: int) -> tuple[str, list[str]]:
    modules = Path("/usr/lib/apache2/modules")
    loaded = "".join(f"LoadModule {name}_module {modules}/mod_{name}.so\n" for name in MODULES)
    user = "User www-data\nGroup www-data\n" if os.getuid() == 0 else ""
    unix = f"LoadModule unixd_module {modules}/mod_unixd.so\n"
    if not (modules / "mod_unixd.so").exists():  # it is part of the program itself
        unix = ""
    text = (
        f"ServerRoot {folder}\nPidFile {folder}/pid\nDefaultRuntimeDir {folder}\n"
        f"Listen 127.0.0.1:{port}\nServerName localhost\nErrorLog {folder}/log\n"
        f"{loaded}{unix}{user}TypesConfig /etc/mime.types\n<VirtualHost *:{port}>\n"
    )
    command = ["apache2", "-f", f"{folder}/conf", "-D", "FOREGROUND"]
    return text + server_file("apache.conf") + "</VirtualHost>\n", command


def _caddy(folder: Path, port: int) -> tuple[str, list[str]]:
    text = "{\nadmin off\nauto_https off\n}\n" + f"http://127.0.0.1:{port} {{\n"
    command = ["caddy", "run", "--config", f"{folder}/conf", "--adapter", "caddyfile"]
    return text + server_file("Caddyfile") + "}\n", command


SERVERS: dict[str, Callable[[Path, int], tuple[str, list[str]]]] = {
    "nginx": _nginx,
    "apache2": _apache,
    "caddy": _caddy,
}


@dataclass(frozen=True)
class Answer:
    """What a server said."""

    status: int
    headers: dict[str, str]
    body: bytes


@dataclass(frozen=True)
class Server:
    """A running web server on loopback."""

    port: int

    def get(self, path: str, **headers: str) -> Answer:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request("GET", path, headers=sent)
        response = connection.getresponse()
        found = {name.lower(): value for name, value in response.getheaders()}
        return Answer(response.status, found, response.read())


PROGRAMS = {
    name: program
    for name in SERVERS
    if (program := shutil.which(name, path=f"{os.environ['PATH']}:/usr/sbin"))
}
"""The servers that are on this machine."""

if not PROGRAMS:
    pytest.skip(f"none of {', '.join(SERVERS)} is on this machine", allow_module_level=True)


@pytest.mark.parametrize("name", SERVERS)
def test_the_server_is_tried(name: str) -> None:
    if name not in PROGRAMS:
        pytest.skip(f"{name} is not on this machine")


@pytest.fixture(scope="module", params=PROGRAMS)
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    name = request.param
    with tempfile.TemporaryDirectory() as made, socket.socket() as free:
        folder = Path(made)
        folder.chmod(0o755)  # the server may run as another user
        for path, content in FILES.items():
            file = folder / "public" / "current" / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
        free.close()
        text, command = SERVERS[name](folder, port)
        (folder / "conf").write_text(text.replace(FOLDER, f"{folder}/public"), encoding="utf-8")
        environment = {**os.environ, "HOME": made}
        with (folder / "said").open("wb") as said:
            process = subprocess.Popen(
                [PROGRAMS[name], *command[1:]], stdout=said, stderr=said, env=environment
            )
            try:
                _wait_for(port, process, folder / "said")
                yield Server(port)
            finally:
                process.terminate()
                process.wait(timeout=20)


def _wait_for(port: int, process: subprocess.Popen[bytes], said: Path) -> None:
    for _ in range(100):
        if process.poll() is not None:
            break
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
        except OSError:
            time.sleep(0.1)
        else:
            return
    pytest.fail(f"the server did not start: {said.read_text(errors='replace')}")


@pytest.mark.parametrize("path", ["/", "/en/", "/data/woningen.csv", "/bestaat-niet"])
def test_every_answer_carries_the_policy_and_the_headers(server: Server, path: str) -> None:
    found = server.get(path).headers
    assert found["content-security-policy"] == POLICY
    assert found["cache-control"] == "no-cache"
    assert {name: found.get(name.lower()) for name, _ in HEADERS} == dict(HEADERS)


@pytest.mark.parametrize(("path", "expected"), TYPES.items())
def test_a_browser_is_told_what_a_file_is(server: Server, path: str, expected: str) -> None:
    assert server.get(path).headers["content-type"] == expected


def test_a_feed_is_told_to_be_xml(server: Server) -> None:
    assert re.match(r"(application|text)/xml", server.get("/atom.xml").headers["content-type"])


@pytest.mark.parametrize("path", ["/", "/style.css", "/zoek.js", "/data/woningen.csv"])
def test_a_page_is_sent_packed_and_sent_once(server: Server, path: str) -> None:
    first = server.get(path, Accept_Encoding="gzip")
    assert first.headers["content-encoding"] == "gzip"
    mark = first.headers["etag"]
    again = server.get(path, Accept_Encoding="gzip", If_None_Match=mark)
    assert (again.status, again.body) == (304, b"")
    other = server.get(path, Accept_Encoding="gzip", If_None_Match='"another-gzip"')
    assert other.status == 200


@pytest.mark.parametrize(
    ("path", "title"),
    [
        ("/bestaat-niet", b"Niet gevonden"),
        ("/en/bestaat-niet", b"Not found"),
        ("/data/", b"Niet gevonden"),
        ("/.git/config", b"Niet gevonden"),
    ],
)
def test_what_is_not_there_gives_the_page_of_the_site(
    server: Server, path: str, title: bytes
) -> None:
    answer = server.get(path)
    assert answer.status == 404
    assert title in answer.body


def test_a_folder_without_its_stroke_leads_to_the_folder(server: Server) -> None:
    answer = server.get("/woningen")
    assert answer.status in {301, 308}
    assert re.search(r"/woningen/$", answer.headers["location"])
    assert server.get("/woningen/").body == PAGE


@pytest.mark.parametrize("path", ["/../conf", "/%2e%2e/%2e%2e/conf", "/woningen/../../../conf"])
def test_nothing_beside_the_site_is_served(server: Server, path: str) -> None:
    assert server.get(path).status in {400, 404}
