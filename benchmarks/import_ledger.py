"""Import a ledger of twenty million rows: ``python -m benchmarks.import_ledger FOLDER [--rows N]``.

Measured in processes of their own: the import with every check (read, typed, counted, written, summed into the cube),
opening the region again, and as a floor the same file read, cast and summed by DuckDB with no check at all. Prints
Markdown; the exit code is 1 when a bar is missed.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.big_ledger import ROWS, write_big_region

SECONDS, GIGABYTES, REOPENED = 60.0, 4.0, 1.0
"""The bars: import, peak of memory, opening again."""

KILO = 1024
"""The kernel counts memory in kilobytes."""


def main() -> int:
    """Make the files where they are not there, measure, and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--step", choices=["import", "reopen", "floor"], help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.step:
        print(json.dumps(step(given.step, given.folder)))
        return 0
    print("| file | import, s | processor, s | peak, GB | opened again, s | floor, s | import ÷ floor |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    good = True
    for kind in ("csv", "parquet"):
        folder = given.folder / kind
        if not (folder / f"ledger.{kind}").is_file():
            write_big_region(folder, given.rows, kind)
        shutil.rmtree(folder / ".utfall", ignore_errors=True)
        whole, again, floor = (measured(name, folder) for name in ("import", "reopen", "floor"))
        good &= whole["wall"] <= SECONDS and whole["peak"] <= GIGABYTES and again["wall"] <= REOPENED
        ratio = whole["wall"] / floor["wall"]
        print(
            f"| {kind} | {whole['wall']:.1f} | {whole['processor']:.1f} | {whole['peak']:.2f} "
            f"| {again['wall']:.2f} | {floor['wall']:.1f} | {ratio:.2f} |"
        )
    return 0 if good else 1


def measured(name: str, folder: Path) -> dict[str, float]:
    """Run a step in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.import_ledger", str(folder), "--step", name]
    said: dict[str, float] = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return said


def step(name: str, folder: Path) -> dict[str, float]:
    """Do one thing and measure it."""
    if name == "floor":
        import duckdb  # noqa: F401 - imported before the clock starts, as the kit is
    else:
        import utfall.region
    started = time.perf_counter()
    if name == "floor":
        floor(folder)
    else:
        utfall.region.open_region(folder)
    wall = time.perf_counter() - started
    used = resource.getrusage(resource.RUSAGE_SELF)
    peak = used.ru_maxrss * KILO / 1e9
    return {"wall": wall, "processor": used.ru_utime + used.ru_stime, "peak": peak}


def floor(folder: Path) -> None:
    """Read, cast and sum the file with no check."""
    import duckdb

    target = folder / "floor.parquet"
    with duckdb.connect() as connection:
        if (folder / "ledger.csv").is_file():
            rows = f"""SELECT strptime(Period || '01', '%Y%m%d') AS period, "Kostnadsställe" AS unit, Konto AS account,
                Aktivitet, Motpart, Projekt, Vernr, -replace(Belopp, ',', '.')::DECIMAL(18,2) AS amount, Text,
                "Bokförd"::DATE FROM read_csv('{folder / "ledger.csv"}', all_varchar = true, delim = ';')"""
        else:
            rows = f"SELECT * EXCLUDE debit, -debit AS amount FROM read_parquet('{folder / 'ledger.parquet'}')"
        connection.execute(f"COPY ({rows}) TO '{target}' (FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1)")
        sums = f"SELECT period, unit, account, sum(amount), count(*) FROM '{target}' GROUP BY ALL"
        connection.execute(sums).fetchall()
    target.unlink()


if __name__ == "__main__":
    raise SystemExit(main())
