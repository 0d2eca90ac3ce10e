"""What a command of the configuration writes to its standard output.

Decides how a command is run: its words as they are, without a shell, without
input, within a time and a size.  What it writes to standard error is thrown
away, because it may name persons.
"""

from __future__ import annotations

import os
import selectors
import signal
import subprocess
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, cast

from allocation.config import Register
from allocation.errors import ConfigError, InputRefused, Place
from allocation.sources import messages

MOST_BYTES = 1 << 28
"""A register is a list of some thousands of people; this is a thousand times as much."""

_PART = 1 << 16


def command_output(source: Register, most: int = MOST_BYTES) -> bytes:
    """Run the command and return what it writes.

    Raises:
        ConfigError: it cannot be started.
        InputRefused: it fails, takes too long, or writes too much or nothing.
    """
    name = Path(source.command[0]).name
    place = (Place(name),)
    try:
        process = subprocess.Popen(  # noqa: S603 - the configuration's own words, no shell
            source.command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ConfigError(
            messages.REGISTER_COMMAND_ABSENT, command=name, what=error.strerror
        ) from None
    try:
        content = _read(process, source, most)
        code = process.wait(timeout=source.seconds)
    except subprocess.TimeoutExpired:
        raise InputRefused(
            messages.REGISTER_COMMAND_SLOW, place, command=name, seconds=source.seconds
        ) from None
    finally:
        _end(process)
    if code:
        raise InputRefused(messages.REGISTER_COMMAND_FAILED, place, command=name, code=code)
    if not content:
        raise InputRefused(messages.REGISTER_COMMAND_EMPTY, place, command=name)
    return content


def _read(process: subprocess.Popen[bytes], source: Register, most: int) -> bytes:
    """Read until the output ends, the time is up or it is too much."""
    deadline = time.monotonic() + source.seconds
    pipe, size = cast(IO[bytes], process.stdout), 0
    parts: list[bytes] = []
    with selectors.DefaultSelector() as waiting:
        waiting.register(pipe, selectors.EVENT_READ)
        while True:
            left = deadline - time.monotonic()
            if left <= 0 or not waiting.select(left):
                raise subprocess.TimeoutExpired(source.command[0], source.seconds)
            part = os.read(pipe.fileno(), _PART)
            if not part:
                return b"".join(parts)
            parts.append(part)
            size += len(part)
            if size > most:
                name = Path(source.command[0]).name
                raise InputRefused(
                    messages.REGISTER_COMMAND_LONG, (Place(name),), command=name, limit=most
                )


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the command and everything that it started in its own group."""
    with suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    cast(IO[bytes], process.stdout).close()
