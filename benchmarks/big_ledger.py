"""Make a ledger of millions of rows as an export would be: ``python -m benchmarks.big_ledger FOLDER [--rows N]``.

The same rows are written as CSV (semicolons, decimal comma, debit positive, as a ledger system writes them) and as
Parquet, with a region around each. Everything is invented, and the same each time.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import duckdb
import yaml

ROWS = 20_000_000
MONTHS = 60
UNITS = 300
ACCOUNTS = 240

HEADERS = ("Period", "Kostnadsställe", "Konto", "Aktivitet", "Motpart", "Projekt", "Vernr", "Belopp", "Text", "Bokförd")
"""Column names of the CSV."""

MAPPING = dict(
    zip(
        ("period", "unit", "account", "activity", "counterparty", "project", "voucher", "amount", "text", "booked_on"),
        HEADERS,
        strict=True,
    )
)


def main() -> None:
    """Write both forms."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--rows", type=int, default=ROWS)
    given = parser.parse_args()
    for kind in ("csv", "parquet"):
        write_big_region(given.folder / kind, given.rows, kind)


def write_big_region(folder: Path, rows: int, kind: str) -> Path:
    """Write a region whose ledger has many rows.

    Parameters
    ----------
    folder : Path
        Where to.
    rows : int
        Rows of the ledger.
    kind : {"csv", "parquet"}
        How the ledger is written.

    Returns
    -------
    Path
        The folder.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with duckdb.connect() as connection:
        connection.execute("SET threads = 2; SET memory_limit = '3GB'")
        connection.execute(f"CREATE VIEW ledger AS {_rows_sql(rows)}")
        if kind == "csv":
            connection.execute(_csv_sql(folder / "ledger.csv"))
        else:
            target = folder / "ledger.parquet"
            connection.execute(f"COPY (FROM ledger) TO '{target}' (FORMAT parquet, COMPRESSION zstd)")
    (folder / "region.yaml").write_text(_yaml(_settings(kind)), encoding="utf-8")
    (folder / "organisation.yaml").write_text(_yaml({"units": _units()}), encoding="utf-8")
    (folder / "accounts.yaml").write_text(_yaml(_accounts()), encoding="utf-8")
    return folder


def _rows_sql(rows: int) -> str:
    # Arithmetic on the row's number instead of random numbers: any engine gives the same rows.
    return f"""
        SELECT make_date(2021 + m // 12, 1 + m % 12, 1) AS period,
            printf('%04d', 1000 + (i * 7919) % {UNITS}) AS unit,
            CAST(CASE WHEN a < 20 THEN 3000 + a ELSE 4000 + a * 10 END AS VARCHAR) AS account,
            printf('%03d', (i * 31) % 90) AS activity,
            printf('L%05d', (i * 104729) % 4000) AS counterparty,
            CASE WHEN i % 11 = 0 THEN printf('P%04d', i % 700) ELSE '' END AS project,
            printf('V%09d', i // 4) AS voucher,
            CAST((CASE WHEN a < 20 THEN -1 ELSE 1 END) * ((i * 7907) % 10000019) AS DECIMAL(18, 2)) / 100 AS debit,
            'Faktura ' || (i * 13) % 100000 AS text,
            make_date(2021 + m // 12, 1 + m % 12, 1) + CAST((i * 17) % 28 AS INTEGER) AS booked_on
        FROM (SELECT i, (i * {MONTHS} // {rows}) AS m, (i * 48611) % {ACCOUNTS} AS a FROM range({rows}) AS r(i))"""


def _csv_sql(target: Path) -> str:
    columns = ", ".join(
        f"replace(CAST(debit AS DECIMAL(18,2))::VARCHAR, '.', ',') AS \"{header}\""
        if name == "amount"
        else f"strftime(period, '%Y%m') AS \"{header}\""
        if name == "period"
        else f'{name} AS "{header}"'
        for name, header in MAPPING.items()
    )
    return f"COPY (SELECT {columns} FROM ledger) TO '{target}' (FORMAT csv, DELIMITER ';', HEADER)"


def _settings(kind: str) -> dict[str, object]:
    columns: dict[str, object] = dict(MAPPING) if kind == "csv" else {name: name for name in MAPPING}
    columns["amount"] = {"column": MAPPING["amount"] if kind == "csv" else "debit", "factor": -1}
    ledger = {"file": f"ledger.{kind}", "columns": columns}
    return {"name": "Storregionen", "fictitious": True, "reference": "previous_year", "tables": {"ledger": ledger}}


def _units() -> list[dict[str, object]]:
    board = {"code": "B", "name": "Nämnden", "level": "board", "parent": None}
    division = {"code": "D", "name": "Divisionen", "level": "division", "parent": "B"}
    area = {"code": "A", "name": "Området", "level": "area", "parent": "D"}
    units = [
        {"code": str(1000 + number), "name": f"Enhet {number}", "level": "unit", "parent": "A"}
        for number in range(UNITS)
    ]
    return [board, division, area, *units]


def _accounts() -> dict[str, object]:
    lines = [
        {"line": "income", "name": "Intäkter", "group": "external_income", "kind": "income"},
        {"line": "costs", "name": "Kostnader", "group": "external_cost", "kind": "cost"},
    ]
    accounts = [{"first": "3", "last": "3", "line": "income"}, {"first": "4", "last": "6", "line": "costs"}]
    return {"lines": lines, "accounts": accounts}


def _yaml(content: object) -> str:
    return yaml.safe_dump(content, allow_unicode=True, sort_keys=False)


if __name__ == "__main__":
    main()
