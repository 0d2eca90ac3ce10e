"""All reports of six years at national scale, beside the night that they describe.

The office's own lettings are spread over 24 quarters and made 100,000; the
counts of what is not public are those of its night.  One process makes every
report for every audience, as a clerk's script would.
"""

from __future__ import annotations

import json
import shutil
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from tests.bench.timing import Measured, python, run_command

REPORTS = "72 reports: 24 quarters, three audiences"
ONE = "one report, started from nothing"

LETTINGS, YEARS = 100_000, 6

_MAKE = """
import sys
from pathlib import Path
from allocation.config import read_config
from allocation.periods import Period
from allocation.reporting import Reporter, SignOff, write_files
from allocation.reports.audience import Audience
config, folder, last = Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3])
reporter = Reporter(read_config(config))
for year in range(last - 5, last + 1):
    for quarter in (1, 2, 3, 4):
        for audience in Audience:
            period = Period(year, quarter)
            write_files(folder, reporter.files(period, audience, SignOff()), audience)
"""


def measure(office: Path, work: Path) -> list[Measured]:
    """Measure the reports of an office whose night was built."""
    desk = work / "reports-office"
    last = _spread(office, desk)
    config, made = desk / "allocation.toml", work / "reports-made"
    every = python(REPORTS, _MAKE, str(config), str(made), str(last))
    count = sum(1 for path in made.glob("*.pdf"))
    if count != 12 * YEARS:
        raise RuntimeError(f"{count} reports were made")
    words = ["report", "--config", str(config), "--period", f"{last}-Q1", "--to", str(made)]
    one = run_command(ONE, [sys.executable, "-m", "allocation", *words])
    shutil.rmtree(made)
    return [every, one]


def _spread(office: Path, desk: Path) -> int:
    """Copy what the reports read, its lettings spread over the years; return the last year."""
    link = (office / "public" / "current").readlink()
    (desk / "public").mkdir(parents=True)
    (desk / "public" / "current").symlink_to(link)
    shutil.copytree(office / "state" / "releases", desk / "state" / "releases")
    for name in ("inner-facts.json", "cases.sqlite"):
        if (office / "state" / name).exists():
            shutil.copy(office / "state" / name, desk / "state" / name)
    shutil.copy(office / "allocation.toml", desk)
    record = desk / "state" / "releases" / link.name
    table = pq.read_table(record / "public.parquet")
    pq.write_table(_more(table), record / "public.parquet")
    night = json.loads((record / "night.json").read_text(encoding="utf-8"))["night"]
    return int(night[:4])


def _more(table: pa.Table) -> pa.Table:
    """Return the table with its lettings repeated up to 100,000, two years apart."""
    rows = table.to_pandas(date_as_object=False)
    let = rows.index[rows["outcome"] == "let"]
    again = rows.loc[np.resize(let, max(0, LETTINGS - len(let)))].copy()
    again["key"] = [f"{key[:-8]}{number:08d}" for number, key in enumerate(again["key"])]
    rows = pd.concat([rows, again], ignore_index=True)
    shift = np.arange(len(rows)) % (YEARS // 2)
    for column in ("opens_on", "closes_on", "let_month"):
        dates = pd.to_datetime(rows[column])
        for step in range(1, YEARS // 2):
            there = shift == step
            dates[there] = dates[there] - pd.DateOffset(years=2 * step)
        rows[column] = dates.dt.date
    rows = rows.sort_values("key").astype(object)
    values = rows.where(rows.notna(), None).to_dict("list")
    arrays = [pa.array(values[field.name], field.type) for field in table.schema]
    return pa.Table.from_arrays(arrays, schema=table.schema)
