"""Releases: complete trees side by side, and one link that says which is public.

Decides how a finished tree becomes the site: in one rename, so that a visitor
sees the old or the new release and never a mixture, whenever the machine
stops.  What the next night must know of a release stands in the private state
under the same number and is written before the switch; the link alone says
which release counts.
"""

from __future__ import annotations

import fcntl
import json
import os
import secrets
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from allocation.barrier.carry_over import PAIRS, Released
from allocation.barrier.disclosure import read_statements, write_statements
from allocation.errors import ConfigError, GateRefused, LockHeld
from allocation.file_list import FileList
from allocation.public import LETTINGS, PublicTable, Statements
from allocation.publiclog.log import CHECKPOINT, Log
from allocation.state.note import StateNote, lost_since, read_note
from allocation.tree import Building, Finished

_DIGITS = 6
_DOWN = "taken_down"
_ENDED = "takedown_ended"
_MAINTENANCE = "maintenance"
_FILES = "files.parquet"
_STATEMENTS = "statements.json"
_LOG = "log.json"
_NIGHT = "night.json"
_KEY_BYTES = 32


@dataclass(frozen=True, slots=True)
class Record:
    """What is kept, in private, of a release: its night and the counts it was made from.

    ``oldest`` is the oldest release that may be kept beside it: those before
    told something that was taken back since.  ``noted`` is what the private
    state held beside it; None in a record of before there were notes.
    """

    number: int
    night: date
    counts: Mapping[str, int]
    oldest: int = 0
    noted: StateNote | None = None


class Releases:
    """The releases under one public folder and their records under one state folder."""

    def __init__(self, public: Path, state: Path) -> None:
        self.public = public
        self.state = state

    @contextmanager
    def locked(self) -> Iterator[None]:
        """Hold the only lock on this state.

        Raises:
            LockHeld: another run has it.
            ConfigError: a folder cannot be made or written.
        """
        try:
            self.state.mkdir(parents=True, exist_ok=True)
            self.state.chmod(0o700)
            (self.public / "releases").mkdir(parents=True, exist_ok=True)
            file = (self.state / "lock").open("w")
        except OSError as error:
            raise ConfigError(
                "The folder {folder} cannot be used: {what}",
                folder=Path(error.filename or self.state).name,
                what=error.strerror,
            ) from None
        with file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise LockHeld("Another run is busy with this state; try again later.") from None
            yield

    def current(self) -> Record | None:
        """Return the record of the public release, or None before the first.

        Raises:
            ConfigError: the private state holds no such record.
        """
        link = self.public / "current"
        if not link.is_symlink():
            return None
        name = link.readlink().name
        with self._needing_state():
            if not name.isdigit():  # taken down: the release from before is still the last one
                name = (self.state / _DOWN).read_text(encoding="ascii").strip()
            if not name:
                return None
            number = int(name)
            raw = json.loads((self._record(number) / _NIGHT).read_text(encoding="utf-8"))
            night = date.fromisoformat(raw["night"])
            noted = read_note(raw.get("noted"))
            return Record(number, night, raw["counts"], raw["oldest"], noted)

    def require_whole(
        self, record: Record | None, lost: Callable[[str], None] = lambda _: None
    ) -> None:
        """Require that the private state still holds what the last release noted of it.

        ``lost`` is told every file that does not.

        Raises:
            ConfigError: a log or a snapshot is gone, or an older copy was put back.
        """
        if record is None or record.noted is None:
            return
        names = lost_since(self.state, record.noted)
        for name in names:
            lost(name)
        if names:
            raise self._state_lost()

    def require_not_older(self, record: Record | None, night: date) -> None:
        """Require that a night does not put the site back in time.

        Raises:
            GateRefused: the site shows a later night.
        """
        if record is not None and night < record.night:
            raise GateRefused(
                "The site shows the night of {site}; the older night of {night} is not built "
                "again. Use 'allocation check' to look at it; to correct the site, build the "
                "night of {site} or a later one with a corrected export.",
                site=record.night,
                night=night,
            )

    def require_not_ahead(self, record: Record | None, night: date, today: date) -> None:
        """Require that a night that nobody named does not lie in the future.

        A folder with a wrong date would be the newest from then on, and every true night
        an older one.  A day ahead is none: an export of the evening may carry the next
        day.  A clock that is behind the site itself is no judge.

        Raises:
            GateRefused: it does.
        """
        if record is not None and record.night <= today and night > today + timedelta(days=1):
            raise GateRefused(
                "The newest export is of {night}, and that day has yet to come. Is the date "
                "wrong, then correct or remove that folder. Is it right, then build it with "
                "--night {iso}.",
                night=night,
                iso=night.isoformat(),
            )

    def tree(self, number: int) -> Path:
        """Return the folder of a release's tree."""
        return self.public / "releases" / f"{number:0{_DIGITS}d}"

    def released(self, record: Record) -> Released:
        """Return the public table that a release was made from, and its internal ids."""
        folder = self._record(record.number)
        with self._needing_state():
            rows = pq.read_table(folder / "public.parquet")
            pairs = pq.read_table(folder / "pairs.parquet").cast(PAIRS)
        for field in LETTINGS:
            if field.name not in rows.column_names:  # a release of before this column
                rows = rows.append_column(field, pa.nulls(rows.num_rows, field.type))
        return Released(PublicTable(rows.select(LETTINGS.names).cast(LETTINGS)), pairs)

    def statements(self, record: Record) -> Statements:
        """Return the yearly statements that a release made.

        Raises:
            ConfigError: they are gone, and made again they might say something else.
        """
        with self._needing_state():
            path = self._record(record.number) / _STATEMENTS
            return read_statements(path.read_text(encoding="utf-8"))

    def log(self, record: Record) -> Log | None:
        """Return the public log as a release left it; None if the release has none.

        Raises:
            ConfigError: it is gone, and begun anew it would contradict itself.
        """
        path = self._record(record.number) / _LOG
        if not path.exists() and not (self.tree(record.number) / CHECKPOINT).exists():
            return None
        with self._needing_state():
            return Log.from_json(path.read_text(encoding="utf-8"))

    def _finished(self, number: int) -> Finished:
        """Return a release's tree with what is noted of its files."""
        with self._needing_state():
            return Finished(self.tree(number), FileList.read(self._record(number) / _FILES))

    def _expiring(self, keep: int) -> Finished | None:
        """Return the release that goes when one more is kept; None while there are fewer.

        The public release never is.  A night that takes its tree and then fails
        leaves one release less, so that the next night takes none.
        """
        found = sorted((self.public / "releases").glob("[0-9]*"))
        if len(found) < max(keep, 2) or not found[0].name.isdigit():
            return None
        number = int(found[0].name)
        if not (self._record(number) / _FILES).exists():
            return None
        return self._finished(number)

    def key(self) -> bytes:
        """Return the secret of the public keys, made at the first release.

        Raises:
            ConfigError: there is a release, and the secret of its keys is gone or cut off.
        """
        path = self.state / "key"
        key = path.read_bytes() if path.exists() else b""
        if len(key) != _KEY_BYTES:
            if self.current() is not None:
                raise self._state_lost()
            key = secrets.token_bytes(_KEY_BYTES)
            fresh = path.with_suffix(".new")
            descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
            with os.fdopen(descriptor, "wb") as file:
                file.write(key)
                file.flush()
                os.fsync(file.fileno())
            fresh.rename(path)
        return key

    def begin(self, keep: int = 0) -> tuple[int, Building]:
        """Clear what a stopped run left, and return the next number and where to build it.

        ``keep`` is how many releases will be kept; the tree of one that will go may
        then be used up.  With 0 none is.
        """
        current = self.current()
        if current is not None:
            self._remove_before(current.oldest)
        number = current.number + 1 if current else 1
        for path in (self.public / "releases").iterdir():
            unfinished = path.name.startswith(".")
            if unfinished or (path.name.isdigit() and int(path.name) >= number):
                shutil.rmtree(path)
        building = self.public / "releases" / f".building-{number:0{_DIGITS}d}"
        building.mkdir(parents=True)
        previous = self._finished(current.number) if current else None
        return number, Building(building, previous, self._expiring(keep) if keep else None)

    def write_record(
        self,
        record: Record,
        released: Released,
        files: FileList,
        statements: Statements,
        log: Log,
    ) -> None:
        """Write what the next night must know of a release, before it is switched to."""
        folder = self._record(record.number)
        if folder.exists():
            shutil.rmtree(folder)
        folder.mkdir(parents=True)
        pq.write_table(released.public.rows, folder / "public.parquet")
        pq.write_table(released.pairs, folder / "pairs.parquet")
        files.write(folder / _FILES)
        (folder / _STATEMENTS).write_text(write_statements(statements), encoding="utf-8")
        (folder / _LOG).write_text(log.to_json(), encoding="utf-8")
        self.note(record)

    def note(self, record: Record) -> None:
        """Write the facts of a record, whole or not at all, in the place of those that stood."""
        facts = asdict(record) | {"night": record.night.isoformat()}
        target = self._record(record.number) / _NIGHT
        fresh = target.with_suffix(".new")
        with fresh.open("w", encoding="utf-8") as file:
            file.write(json.dumps(facts, indent=1, sort_keys=True) + "\n")
            file.flush()
            os.fsync(file.fileno())
        fresh.rename(target)

    def switch(self, number: int, building: Path) -> None:
        """Make a finished tree the public one, in one rename.

        Raises:
            GateRefused: the site was taken down meanwhile, and stays so.
        """
        building.rename(self.tree(number))
        self.require_up()
        self._point_to(Path("releases") / self.tree(number).name)
        if self._is_blocked():  # taken down between the look and the switch
            self._point_to(Path(_MAINTENANCE))
            self.require_up()
        for name in (_ENDED, _DOWN):
            (self.state / name).unlink(missing_ok=True)

    def put_aside(self, number: int, building: Path) -> None:
        """Make a finished tree the last release while the site is down, for nobody to see."""
        building.rename(self.tree(number))
        self._note(_DOWN, self.tree(number).name)

    def is_down(self) -> bool:
        """Say whether visitors see the page that says that the site is away."""
        link = self.public / "current"
        return link.is_symlink() and link.readlink().name == _MAINTENANCE

    def require_up(self) -> None:
        """Require that nobody took the site down.

        Raises:
            GateRefused: it is down, and nobody let it come back.
        """
        if self._is_blocked():
            raise GateRefused(
                "The site was taken down; 'allocation takedown --end' lets it come back."
            )

    def take_down(self, page: bytes) -> None:
        """Put one page in the place of the whole site; needs no lock and waits for nothing."""
        current = self.public / "current"
        if not self.is_down():
            name = current.readlink().name if current.is_symlink() else ""
            self._note(_DOWN, name)
        (self.state / _ENDED).unlink(missing_ok=True)
        folder = self.public / _MAINTENANCE
        folder.mkdir(parents=True, exist_ok=True)
        for name in ("index.html", "404.html"):
            fresh = folder / f".{name}"
            fresh.write_bytes(page)
            fresh.chmod(0o644)
            fresh.rename(folder / name)
        self._point_to(Path(_MAINTENANCE))

    def bring_back(self) -> None:
        """Let the next build put a site in place again."""
        if self.is_down():
            self._note(_ENDED, "")

    def _is_blocked(self) -> bool:
        return (self.state / _DOWN).exists() and not (self.state / _ENDED).exists()

    def _note(self, name: str, text: str) -> None:
        self.state.mkdir(parents=True, exist_ok=True, mode=0o700)
        fresh = self.state / f".{name}"
        fresh.write_text(text, encoding="ascii")
        fresh.rename(self.state / name)

    def _point_to(self, target: Path) -> None:
        fresh = self.public / f".current-{os.getpid()}"
        fresh.unlink(missing_ok=True)
        fresh.symlink_to(target)
        fresh.rename(self.public / "current")

    def discard(self, building: Path) -> None:
        """Remove a tree that is not going to be public."""
        shutil.rmtree(building, ignore_errors=True)

    def prune(self, keep: int) -> None:
        """Remove the oldest releases beyond ``keep``, and those that told too much."""
        current = self.current()
        if current is not None:
            self._remove_before(max(current.number - keep + 1, current.oldest))

    def _remove_before(self, number: int) -> None:
        for folder in (self.public / "releases", self.state / "releases"):
            for path in folder.iterdir() if folder.exists() else ():
                if path.name.isdigit() and int(path.name) < number:
                    shutil.rmtree(path)

    @contextmanager
    def _needing_state(self) -> Iterator[None]:
        """Say in one line that the private state lacks what belongs to the public release."""
        try:
            yield
        except PermissionError:  # nothing is lost
            raise
        except (OSError, ValueError, KeyError, TypeError, ArithmeticError):
            raise self._state_lost() from None

    def _state_lost(self) -> ConfigError:
        return ConfigError(
            "The site shows a release of which the folder {folder} does not hold everything any "
            "more; put that folder back from a backup. Until then the site stays as it is.",
            folder=self.state.name,
        )

    def _record(self, number: int) -> Path:
        return self.state / "releases" / f"{number:0{_DIGITS}d}"
