"""One night, from the exports to the public site.

Decides the order of the stages and nothing else: each stage is a function of
the one before, data goes down once, and only the last step changes what the
public sees.  When any stage refuses, the site stays as it was.
"""

from __future__ import annotations

import shutil
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from zoneinfo import ZoneInfo

from allocation.barrier.carry_over import Released, expiry_date
from allocation.barrier.disclosure import YearFacts, declassify, withheld_by_year
from allocation.barrier.grounds import find_withheld
from allocation.barrier.retraction import takes_back, without
from allocation.barrier.withholding import Withheld, withhold_lettings
from allocation.collector import collector_at_rest
from allocation.config import Config
from allocation.engine import Engine, open_engine
from allocation.errors import AllocationError
from allocation.findings import digest_findings, json_lines, keep_findings
from allocation.inner_facts import collect_inner_facts, inner_facts_path, write_inner_facts
from allocation.journal import Journal, night_journal
from allocation.judging import Judgement, judge_night, rule_runner
from allocation.leakcheck import Searcher, Shapes, require_no_leak, search_tree
from allocation.machine import needing_whole
from allocation.outcomes import build_outcomes
from allocation.private_values import collect_private_values, look_up_tokens, token_shapes
from allocation.public import PublicTable, Statements
from allocation.public_pages import (
    History,
    end_of_day,
    make_tree,
    own_files,
    own_texts,
    require_presentable,
)
from allocation.releases import Record, Releases
from allocation.rules import FOR_OFFICER
from allocation.screen_night import Screened, keep_matches, screening
from allocation.sources.findings import Problem
from allocation.sources.night import Night, find_night, night_date, read_night
from allocation.state.cases import case_book_path
from allocation.state.explanations import confirmed_explanations, explanations_path
from allocation.state.interventions import interventions_path, withdrawn_marks
from allocation.state.note import StateNote, take_note
from allocation.state.snapshots import Snapshots, snapshots_path
from allocation.state.upheld import upheld_deviations
from allocation.stopping import go_on
from allocation.vocabulary import Outcome

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


class Stage(StrEnum):
    """The stages of a night, in order."""

    READ = "read"
    SCREEN = "screen"
    OUTCOMES = "outcomes"
    RULES = "rules"
    WITHHOLD = "withhold"
    RENDER = "render"
    SEARCH = "search"
    PUBLISH = "publish"


Progress = Callable[[Stage], None]


@dataclass(frozen=True, slots=True)
class Checked:
    """What a night's export holds, for the letting department."""

    night: Night
    outcomes: dict[Outcome, int]
    withheld: Withheld
    judgement: Judgement
    screened: Screened
    seconds: dict[Stage, float]


@dataclass(frozen=True, slots=True)
class Built:
    """What a build did; ``release`` is the public one afterwards."""

    checked: Checked
    release: int
    changed: bool
    site: Path
    written: int
    linked: int


def check_night(
    config: Config,
    wanted: date | None,
    progress: Progress,
    findings: Callable[[str], None] | None = None,
) -> Checked:
    """Read and judge a night as a build would; publish nothing, keep nothing.

    ``findings`` is told every finding as a line of JSON.
    """
    require_presentable(config)
    releases = Releases(config.paths.public, config.paths.state)
    folder = find_night(config, wanted)
    night = night_date(folder, wanted)
    with _opened(config, releases) as engine:
        run = _Run(
            config,
            engine,
            releases,
            progress,
            night_journal(config.paths.state, night),
            keeps=False,
        )
        checked, _ = run.judge(folder, night)
        if findings is not None:
            digest_findings(engine)
            for line in json_lines(engine):
                findings(line)
        return checked


def build_night(config: Config, wanted: date | None, progress: Progress) -> Built:
    """Run one night and publish its site.

    Raises:
        InputRefused: the export cannot be used.
        GateRefused: a gate refuses the result.
        LockHeld: another run is busy.
        ConfigError: the configuration does not fit the machine.
    """
    require_presentable(config)
    releases = Releases(config.paths.public, config.paths.state)
    folder = find_night(config, wanted)
    night = night_date(folder, wanted)
    releases.require_up()
    with _opened(config, releases) as engine:
        run = _Run(
            config, engine, releases, progress, night_journal(config.paths.state, night), keeps=True
        )
        try:
            if wanted is None:
                today = datetime.now(AMSTERDAM).date()
                releases.require_not_ahead(releases.current(), night, today)
            checked, released = run.judge(folder, night)
            return run.publish(checked, released)
        except AllocationError as error:
            run.journal.write(
                "refused",
                night=night.isoformat(),
                kind=type(error).__name__,
                exit_code=error.exit_code,
            )
            raise


class _Run:
    """The values that every stage of one run shares."""

    def __init__(
        self,
        config: Config,
        engine: Engine,
        releases: Releases,
        progress: Progress,
        journal: Journal,
        *,
        keeps: bool,
    ) -> None:
        self.keeps = keeps
        self.config = config
        self.engine = engine
        self.releases = releases
        self.journal = journal
        self.seconds: dict[Stage, float] = {}
        self._progress = progress

    def judge(self, folder: Path, night: date) -> tuple[Checked, Released]:
        """Read the night, find its outcomes, judge them and take them through the barrier."""
        last = self._start(night)
        with self._stage(Stage.READ):
            read = read_night(
                self.engine, self.config, folder, night, dict(last.counts) if last else None
            )
        self._log_problems(read.problems)
        with ExitStack() as stack:
            with self._stage(Stage.SCREEN):  # it goes on beside the next two stages
                finish = stack.enter_context(
                    screening(self.engine, self.config, self.releases.key())
                )
            with self._stage(Stage.OUTCOMES):
                build_outcomes(
                    self.engine,
                    self.config.publication,
                    night,
                    end_of_day(night),
                    has_responses="responses" in read.delivered,
                )
            with self._stage(Stage.RULES):
                find_withheld(self.engine, self.config)
                screened, judgement = self._judge_rules(read, finish)
        for rule, verdicts in judgement.counts.items():
            if rule in FOR_OFFICER:
                continue
            for verdict, count in verdicts.items():
                self.journal.write("verdicts", rule=rule, kind=verdict, count=count)
        with self._stage(Stage.WITHHOLD):
            before = self.releases.released(last) if last else None
            explanations = explanations_path(self.config.paths.state)
            with needing_whole(explanations):
                explained = confirmed_explanations(explanations)
            released, withheld = withhold_lettings(
                self.engine,
                self.config,
                night,
                self.releases.key(),
                before,
                explained,
                upheld_deviations(case_book_path(self.config.paths.state)),
            )
        with needing_whole(interventions_path(self.config.paths.state)):
            withdrawn = withdrawn_marks(self.config.paths.state)
        released = without(released, withdrawn)
        counts = Counter(released.public.rows.column("outcome").to_pylist())
        outcomes = {outcome: counts.get(outcome, 0) for outcome in Outcome}
        for ground, count in withheld.by_ground.items():
            self.journal.write("withheld", ground=ground, count=count)
        if self.keeps:
            screened = keep_matches(self.engine, self.config, screened, night, datetime.now(UTC))
        if screened.problem is not None:
            self.journal.write("not_screened", kind=type(screened.problem).__name__)
        if screened.nobody:
            self.journal.write("not_screened", kind="nobody_in_register")
        if screened.register is not None:
            self._log_problems(screened.register.problems)
        return Checked(read, outcomes, withheld, judgement, screened, self.seconds), released

    def _start(self, night: date) -> Record | None:
        """Return the last release, once nothing that it stands on is lost.

        Before a night replaces its own snapshots it says so: it may be stopped before
        it has a release of its own.
        """
        last = self.releases.current()
        self.releases.require_whole(last, lambda name: self.journal.write("lost", file=name))
        if self.keeps:
            self.releases.require_not_older(last, night)
            if last and last.noted:
                self._note(last, last.noted.expecting(night))
        return last

    def _note(self, record: Record, noted: StateNote) -> None:
        if noted != record.noted:
            self.releases.note(replace(record, noted=noted))

    def _judge_rules(
        self, read: Night, finish: Callable[[], Screened]
    ) -> tuple[Screened, Judgement]:
        """Judge the night; wait for the screening when a rule needs it."""
        waited: list[Screened] = []

        def late() -> set[str]:
            waited.append(finish())
            return {"interest_matches"} if waited[0].done else set()

        with rule_runner(self.engine, self.config.engine) as runner:
            judgement = judge_night(
                self.engine,
                runner,
                self.config.agreement,
                read,
                Snapshots(snapshots_path(self.config.paths.state)),
                late,
                remember=self.keeps,
            )
        return waited[0], judgement

    def publish(self, checked: Checked, released: Released) -> Built:
        """Render the site, search it, and make it the public one."""
        last = self.releases.current()
        number, building = self.releases.begin(self.config.publication.keep_releases)
        night = checked.night.night
        with self._stage(Stage.RENDER):
            statements = declassify(
                YearFacts(
                    withheld_by_year(self.engine),
                    checked.judgement.norms,
                    checked.judgement.public_norms,
                ),
                night,
                self.releases.statements(last) if last else Statements(),
            )
            made = make_tree(
                self.config,
                released.public,
                statements,
                night,
                building,
                History(self.releases.log(last) if last else None, self.releases.key()),
                always=self.releases.is_down(),
            )
            tree = made.tree
            changed = tree.is_finished
        with self._stage(Stage.SEARCH):
            kept = self.releases.tree(last.number) if last and not changed else building.folder
            own = own_files(self.config) | made.log_files
            self._search(kept, released.public, checked.night, own)
        with self._stage(Stage.PUBLISH):
            noted = take_note(self.config.paths.state, last.noted if last else None)
            if changed:
                oldest = self._oldest_to_keep(released, last, number, night)
                record = Record(number, night, checked.night.counts, oldest, noted)
                self.releases.write_record(record, released, tree.files, statements, made.log)
                go_on()
                self.releases.switch(number, building.folder)
                self.releases.prune(self.config.publication.keep_releases)
            else:
                self.releases.discard(building.folder)
                if last:
                    self._note(last, noted)
        keep_findings(self.engine, self.config.paths.state / "findings", night)
        facts = collect_inner_facts(
            self.engine, night, checked.judgement.norms, register=checked.screened.done
        )
        write_inner_facts(facts, inner_facts_path(self.config.paths.state))
        release = number if changed or last is None else last.number
        self.journal.write(
            "published" if changed else "unchanged",
            night=night.isoformat(),
            release=release,
            pages=released.public.rows.num_rows,
            written=tree.written,
            linked=tree.linked,
        )
        site = self.config.paths.public / "current"
        return Built(checked, release, changed, site, tree.written, tree.linked)

    def _oldest_to_keep(
        self, released: Released, last: Record | None, number: int, night: date
    ) -> int:
        """Return the oldest release that tells nothing that this one takes back."""
        if last is None or self.releases.is_down():
            return number
        expiry = expiry_date(night, self.config.publication.retention_months)
        if takes_back(self.releases.released(last).public, released.public, expiry):
            return number
        return last.oldest

    def _search(
        self, building: Path, table: PublicTable, read: Night, own: Mapping[str, bytes]
    ) -> None:
        values = collect_private_values(self.engine, table, own_texts(self.config))
        searcher = Searcher([(p.kind, p.texts, p.whole) for p in values.phrases])

        def look_up(tokens: object) -> list[tuple[str, str]]:
            return look_up_tokens(self.engine, values, tokens)

        shapes = token_shapes(self.engine, values, read.shapes) if values.looked_up else None
        searched = search_tree(
            building,
            searcher,
            look_up if values.looked_up else None,
            Shapes(shapes) if shapes else None,
            own,
        )
        self.journal.write(
            "searched",
            files=searched.files,
            bytes=searched.bytes,
            patterns=searched.patterns,
            count=len(searched.hits),
        )
        for hit in searched.hits[:100]:
            self.journal.write("leak", file=hit.path, kind=hit.kind)
        require_no_leak(searched)

    def _log_problems(self, problems: Iterable[Problem]) -> None:
        for problem in problems:
            self.journal.write(
                "problem",
                table=problem.table,
                file=problem.file,
                row=problem.row,
                column=problem.column,
                kind=problem.kind,
                count=problem.count,
            )

    @contextmanager
    def _stage(self, stage: Stage) -> Iterator[None]:
        self._progress(stage)
        started = time.monotonic()
        yield
        self.seconds[stage] = time.monotonic() - started
        self.journal.write("stage", stage=stage, seconds=round(self.seconds[stage], 3))


@contextmanager
def _opened(config: Config, releases: Releases) -> Iterator[Engine]:
    """Give an engine with a private folder, under the only lock, while the collector rests."""
    with (
        collector_at_rest(),
        releases.locked(),
        _work_folder(config) as work,
        open_engine(config, work) as engine,
    ):
        yield engine


@contextmanager
def _work_folder(config: Config) -> Iterator[Path]:
    """Give a private folder for the run's temporary files, and clear those of stopped runs."""
    parent = config.paths.state / "work"
    shutil.rmtree(parent, ignore_errors=True)
    parent.mkdir(parents=True, mode=0o700)
    with tempfile.TemporaryDirectory(dir=parent) as folder:
        yield Path(folder)
