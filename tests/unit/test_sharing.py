"""Work that is shared over processes gives what one process would give."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Sequence

import pytest

from allocation import sharing
from allocation.sharing import beside, share, share_in_turn


@pytest.fixture
def two_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sharing, "_processors", lambda: 2)
    monkeypatch.setattr(sharing, "LEAST", 10)


def test_few_items_are_not_shared() -> None:
    assert share([1, 2, 3], sum) == [6]


@pytest.mark.usefixtures("two_processors")
def test_parts_keep_their_order_and_lose_nothing() -> None:
    parts = share(list(range(101)), list)
    assert len(parts) == 2
    assert [item for part in parts for item in part] == list(range(101))


@pytest.mark.usefixtures("two_processors")
def test_parts_in_turn_keep_their_order_and_lose_nothing() -> None:
    last_done = multiprocessing.get_context("fork").Event()

    def slow_at_first(items: Sequence[int]) -> list[int]:
        if 100 in items:
            last_done.set()
        if 0 in items:
            assert last_done.wait(30), "nobody took over while the first part took long"
        return list(items)

    parts = share_in_turn(list(range(101)), slow_at_first)
    assert len(parts) > 2
    assert [item for part in parts for item in part] == list(range(101))
    assert share_in_turn([1, 2, 3], sum) == [6]


@pytest.mark.usefixtures("two_processors")
def test_what_a_part_raises_is_raised_here() -> None:
    def fail_late(items: Sequence[int]) -> int:
        if 99 in items:
            raise ValueError("the last part")
        return 0

    with pytest.raises(ValueError, match="the last part"):
        share(list(range(100)), fail_late)


@pytest.mark.usefixtures("two_processors")
def test_a_process_that_is_killed_is_noticed() -> None:
    mine = os.getpid()

    def die(items: Sequence[int]) -> int:
        if os.getpid() != mine:
            os.kill(os.getpid(), signal.SIGKILL)
        return len(items)

    with pytest.raises(ChildProcessError):
        share(list(range(100)), die)


@pytest.mark.usefixtures("two_processors")
def test_an_error_that_cannot_be_sent_tells_its_kind_alone(
    capfd: pytest.CaptureFixture[str],
) -> None:
    mine = os.getpid()

    class Unsendable(Exception):
        def __reduce__(self) -> str:
            raise TypeError("Jansen cannot be sent")

    def fail(items: Sequence[int]) -> int:
        if os.getpid() != mine:
            raise Unsendable("Jansen")
        return len(items)

    with pytest.raises(ChildProcessError, match="Unsendable") as caught:
        share(list(range(100)), fail)
    assert "Jansen" not in str(caught.value) + "".join(capfd.readouterr())


@pytest.mark.parametrize("processors", [1, 2])
def test_work_beside_gives_its_result_when_asked(
    monkeypatch: pytest.MonkeyPatch, processors: int
) -> None:
    monkeypatch.setattr(sharing, "_processors", lambda: processors)
    held = ["before"]
    with beside(lambda: (os.getpid(), list(held))) as found:
        held.append("after")
        worker, saw = found()
    assert (worker == os.getpid()) == (processors == 1)
    assert saw == (["before", "after"] if processors == 1 else ["before"])


@pytest.mark.usefixtures("two_processors")
def test_what_work_beside_raises_is_raised_when_asked() -> None:
    def fail() -> None:
        raise ValueError("beside")

    with beside(fail) as found, pytest.raises(ValueError, match="beside"):
        found()


@pytest.mark.usefixtures("two_processors")
def test_work_beside_is_stopped_when_nobody_asks() -> None:
    started = multiprocessing.get_context("fork").Event()

    def forever() -> None:
        started.set()
        signal.pause()

    with pytest.raises(RuntimeError, match="the night stops"), beside(forever):
        assert started.wait(30)
        raise RuntimeError("the night stops")
    assert multiprocessing.active_children() == []


@pytest.mark.usefixtures("two_processors")
def test_work_beside_shares_nothing_further() -> None:
    with beside(lambda: share(list(range(100)), lambda _: os.getpid())) as found:
        assert len(found()) == 1
    assert len(share(list(range(100)), lambda _: os.getpid())) == 2


@pytest.mark.usefixtures("two_processors")
def test_work_that_nobody_listens_to_any_more_ends_without_a_word(
    capfd: pytest.CaptureFixture[str],
) -> None:
    heard = multiprocessing.get_context("fork").Event()

    def fail(_: Sequence[int]) -> None:
        heard.wait(30)
        raise ValueError("Jansen")

    child, receiver = sharing._start((), fail)
    receiver.close()
    heard.set()
    child.join(30)
    assert child.exitcode == 0
    assert capfd.readouterr().err == ""
