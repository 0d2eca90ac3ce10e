"""What the machine refuses is one line, and a bug stays a bug."""

from __future__ import annotations

import errno
import sqlite3
from pathlib import Path

import duckdb
import pytest

from allocation.cli import main as module
from allocation.cli.main import main

FULL = "De schijf is vol"


@pytest.mark.parametrize(
    ("error", "code", "says"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/state/x"), 2, FULL),
        (
            OSError("Error writing bytes to file. Detail: [errno 28] No space left on device"),
            2,
            FULL,
        ),
        (duckdb.IOException("IO Error: Could not write: No space left on device"), 2, FULL),
        (sqlite3.OperationalError("database or disk is full"), 2, FULL),
        (
            PermissionError(errno.EACCES, "Permission denied", "/srv/state/logs/x.jsonl"),
            2,
            "x.jsonl",
        ),
        (sqlite3.OperationalError("database is locked"), 5, "Een ander programma"),
        (sqlite3.OperationalError("unable to open database file"), 2, "mag in die map niet"),
        (sqlite3.OperationalError("attempt to write a readonly database"), 2, "mag in die map"),
    ],
)
def test_what_the_machine_refuses_is_one_line(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    error: Exception,
    code: int,
    says: str,
) -> None:
    def failing(path: Path) -> None:
        raise error

    monkeypatch.setattr(module, "read_config", failing)
    with pytest.raises(SystemExit) as ended:
        main(["--lang", "nl", "check", "--config", str(tmp_path / "allocation.toml")])
    assert ended.value.code == code
    (line,) = capsys.readouterr().err.splitlines()
    assert says in line


def test_a_bug_keeps_its_traceback(monkeypatch: pytest.MonkeyPatch) -> None:
    def failing(path: Path) -> None:
        raise ValueError("a bug")

    monkeypatch.setattr(module, "read_config", failing)
    with pytest.raises(ValueError, match="a bug"):
        main(["check"])
