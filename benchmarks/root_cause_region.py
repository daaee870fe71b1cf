"""The whole root-cause method on the made-up region: how long it takes, and whether what was planted is found.

What is planted, and where, is told by the region's answer key, ``truth.yaml``.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq
import yaml

import utfall
from utfall.demo import make_region

REGION = Path(__file__).parents[1] / "data" / "demo"
"""The checkout's own made-up region; made anew where it is missing."""

PERIOD = "2026-10"
MOST_SECONDS = 5.0
"""Time the board's ledger of two million rows may take."""

LARGE = 1_000_000
"""Planted effects of at least this many kronor, at one or two units, must be found."""


def main(folder: Path = REGION) -> str:
    """Explain the board's deviation and hold it against the answer key.

    Parameters
    ----------
    folder : Path
        The made-up region.

    Returns
    -------
    str
        Lines to print.
    """
    if not (folder / "region.yaml").is_file():
        folder = make_region(Path(tempfile.mkdtemp()) / "region")
    rows = pq.ParquetFile(folder / "ledger.parquet").metadata.num_rows
    region = utfall.open_region(folder)
    first = time.perf_counter()
    utfall.explain_deviation(region, period=PERIOD)  # with the libraries that are loaded when first used
    first = time.perf_counter() - first
    seconds, processor = time.perf_counter(), time.process_time()
    deviation = utfall.explain_deviation(region, period=PERIOD)
    seconds, processor = time.perf_counter() - seconds, time.process_time() - processor
    truth = yaml.safe_load((folder / "truth.yaml").read_text(encoding="utf-8"))["planted"]
    planted = {
        (unit, line)
        for row in truth
        for unit in row["against_budget_2026_by_unit"]
        for line in row["against_budget_2026_by_line"]
    }
    causes = deviation.causes.frame
    found = set(zip(causes["unit"], causes["line"], strict=True))
    by_unit = causes.groupby("unit")["amount"].apply(lambda amounts: amounts.abs().max())
    events = [
        (row["id"], unit, abs(sek))
        for row in truth
        for unit, sek in row["against_budget_2026_by_unit"].items()
        if len(row["against_budget_2026_by_unit"]) <= 2 and abs(sek) >= LARGE
    ]
    missed = [event for event, unit, _ in events if unit not in by_unit.index]
    verdict = "met" if seconds <= MOST_SECONDS and not missed and not found - planted else "MISSED"
    return (
        f"Made-up region, the board, {PERIOD}: {rows} ledger rows explained in {seconds:.1f} s "
        f"({processor:.1f} s of processor time; {first:.1f} s the first time, with loading libraries)\n"
        f"planted at one or two units, a million or more: {len(events) - len(missed)} of {len(events)} found; "
        f"causes in {len(found)} cells, {len(found - planted)} of them where nothing was planted   "
        f"bar {MOST_SECONDS:.0f} s, all, none: {verdict}"
    )


if __name__ == "__main__":
    print(main())
