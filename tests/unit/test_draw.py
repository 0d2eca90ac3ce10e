"""Drawing lots: what is no list of responses, or no seed, draws nothing."""

from __future__ import annotations

from pathlib import Path

import pytest

from allocation.draw import draw_lots, read_response_ids
from allocation.errors import ConfigError, InputRefused


def read(folder: Path, content: bytes) -> list[str]:
    path = folder / "responses.csv"
    path.write_bytes(content)
    return read_response_ids(path)


@pytest.mark.parametrize(
    "content",
    [
        b"\xef\xbb\xbfresponse_id;age\nR1;30\nR2;40\n",
        b"age,response_id\r\n30,R1\r\n\r\n40,R2",
        b'response_id\n"R1"\nR2\n\n',
    ],
)
def test_responses_are_read(tmp_path: Path, content: bytes) -> None:
    assert read(tmp_path, content) == ["R1", "R2"]


@pytest.mark.parametrize(
    ("content", "row"),
    [
        (b'response_id\nR1\n"R2\nR3\nR4\n', 3),
        (b'response_id\nR1\n"R2\nR3\nR4"\n', 3),
        (b'response_id;age\nR1;30\nR2;"40\nR3;30"\n', 3),
        (b'"response_id\nR1"\nR2\n', 1),
        (b"response_id;age\nR1;30\n;40\n", 3),
        (b"response_id\nR1\nR1\n", 3),
        (b"response_id\nR\xeb\n", None),
        (b"number\nR1\n", None),
        (b"", None),
    ],
)
def test_what_is_no_list_of_responses_is_refused(
    tmp_path: Path, content: bytes, row: int | None
) -> None:
    with pytest.raises(InputRefused) as refused:
        read(tmp_path, content)
    assert refused.value.places[0].row == row


@pytest.mark.parametrize("seed", ["", "  ", "a\udceb", "a\nb"])
def test_a_seed_that_nobody_can_repeat_is_refused(seed: str) -> None:
    with pytest.raises(ConfigError):
        draw_lots(["R1"], seed)
