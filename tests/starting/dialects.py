"""The made-up region's ledger and budget as different systems would have exported them."""

from __future__ import annotations

from pathlib import Path

import openpyxl
import pandas as pd

UNITS = 6
"""Units of the made-up region that are exported."""

SINCE, UNTIL = pd.Timestamp(2026, 1, 1), pd.Timestamp(2026, 10, 1)


def outcome(demo: Path) -> pd.DataFrame:
    """Some units' outcome of ten months: a row a month, unit and account, in result sign, whole öre."""
    frame = pd.read_parquet(demo / "ledger.parquet", columns=["period", "unit", "account", "amount"])
    return _summed(frame[(frame["period"] >= SINCE) & (frame["period"] <= UNTIL)])


def plan(demo: Path) -> pd.DataFrame:
    """Their budget of the year."""
    frame = pd.read_parquet(demo / "budget.parquet", columns=["period", "unit", "account", "amount"])
    return _summed(frame[frame["period"].dt.year == SINCE.year])


def _summed(frame: pd.DataFrame) -> pd.DataFrame:
    chosen = sorted(frame["unit"].astype(str).unique())[:UNITS]
    frame = frame[frame["unit"].isin(chosen)].astype({"unit": "str", "account": "str"})
    ore = (frame["amount"].astype("float64") * 100).round().astype("int64")
    summed = ore.groupby([frame["period"], frame["unit"], frame["account"]]).sum()
    return summed.rename("ore").reset_index()


def written(ore: int, *, decimal: str, thousands: str = "", minus_last: bool = False) -> str:
    """An amount in kronor, as text."""
    whole, rest = divmod(abs(ore), 100)
    text = f"{whole:,}".replace(",", thousands) + f"{decimal}{rest:02}"
    if ore >= 0:
        return text
    return f"{text}-" if minus_last else f"-{text}"


def lines(frame: pd.DataFrame, separator: str) -> str:
    """Rows of texts."""
    rows = [frame.columns.tolist(), *frame.astype("str").to_numpy().tolist()]
    return "\n".join(separator.join(row) for row in rows) + "\n"


def plain(folder: Path, ledger: pd.DataFrame, budget: pd.DataFrame) -> list[Path]:
    """UTF-8 with a mark, semicolons, decimal comma, debit positive."""
    files = []
    for name, frame in (("huvudbok.csv", ledger), ("budget.csv", budget)):
        shown = pd.DataFrame(
            {
                "Period": frame["period"].dt.strftime("%Y-%m"),
                "Kostnadsställe": frame["unit"],
                "Konto": frame["account"],
                "Belopp": [written(-ore, decimal=",") for ore in frame["ore"]],
            }
        )
        files.append(_text(folder / name, lines(shown, ";"), "utf-8-sig", "\r\n"))
    return files


def titled(folder: Path, ledger: pd.DataFrame, budget: pd.DataFrame) -> list[Path]:
    """Windows' letters, tabs, decimal point, result sign; titles above and a sum below; names of units and accounts."""
    files = []
    for name, frame in (("Utfall.txt", ledger), ("Budget 2026.txt", budget)):
        shown = pd.DataFrame(
            {
                "Månad": frame["period"].dt.strftime("%Y%m"),
                "Ansvar": frame["unit"],
                "Ansvarsnamn": "Enheten " + frame["unit"] + " åäö",
                "Division": "Division Å",
                "Konto": frame["account"],
                "Kontonamn": "Kontot " + frame["account"],
                "Utfall": [written(ore, decimal=".") for ore in frame["ore"]],
            }
        )
        total = written(int(frame["ore"].sum()), decimal=".")
        text = f"Ekonomirapport\n\nUtskriven 2026-11-05\n{lines(shown, chr(9))}Summa\t\t\t\t\t\t{total}\n"
        files.append(_text(folder / name, text, "cp1252", "\r\n"))
    return files


def in_ore(folder: Path, ledger: pd.DataFrame, budget: pd.DataFrame) -> list[Path]:
    """Commas; the ledger in öre with days, the budget in kronor with decimal point; debit positive."""
    booked = pd.DataFrame(
        {
            "Verifikationsdatum": (ledger["period"] + pd.offsets.MonthEnd(0)).dt.strftime("%Y-%m-%d"),
            "Kst": ledger["unit"],
            "Kontonr": ledger["account"],
            "Verifikationsnummer": [f"A{number}" for number in range(len(ledger))],
            "Belopp": [str(-ore) for ore in ledger["ore"]],
        }
    )
    planned = pd.DataFrame(
        {
            "Månad": budget["period"].dt.strftime("%Y-%m"),
            "Kst": budget["unit"],
            "Kontonr": budget["account"],
            "Budget": [written(-ore, decimal=".") for ore in budget["ore"]],
        }
    )
    return [
        _text(folder / "bokföring.csv", lines(booked, ","), "utf-8", "\n"),
        _text(folder / "plan.csv", lines(planned, ","), "utf-8", "\n"),
    ]


def raindance(folder: Path, ledger: pd.DataFrame, budget: pd.DataFrame) -> list[Path]:
    """The mart's columns, Latin letters, minus last, balance accounts, and the list of cost centres with its levels."""
    balance = ledger.groupby("period", as_index=False)["ore"].sum()
    balance = balance.assign(unit=ledger["unit"].iloc[0], account="1510", ore=-balance["ore"])
    rows = pd.concat([ledger, balance], ignore_index=True)
    booked = pd.DataFrame(
        {
            "KONTO_ID": rows["account"],
            "KST_ID": rows["unit"],
            "PROJ_ID": "",
            "MOTP_ID": "",
            "VERDATUM": rows["period"].dt.strftime("%Y-%m-%d"),
            "REGDATUM": "1899-12-31",
            "VERNR": [str(number) for number in range(len(rows))],
            "RADTEXT": "Läkemedel",
            "UTFALL_V": [written(-ore, decimal=",", minus_last=True) for ore in rows["ore"]],
        }
    )
    planned = pd.DataFrame(
        {
            "KONTO_ID": budget["account"],
            "KST_ID": budget["unit"],
            "VERDATUM": budget["period"].dt.strftime("%Y-%m-%d"),
            "BUDGET_V": [written(-ore, decimal=",", minus_last=True) for ore in budget["ore"]],
        }
    )
    units = sorted(ledger["unit"].unique())
    objects = pd.DataFrame(
        {
            "KST_ID": units,
            "KST_TEXT": [f"Mottagning {unit}" for unit in units],
            "KST_GILTIG_FOM": "1900-01-01",
            "KST_GILTIG_TOM": "9999-12-31",
            "OMR_ID": [f"O{number // 2}" for number in range(len(units))],
            "OMR_TEXT": [f"Område {number // 2}" for number in range(len(units))],
            "VO_ID": "V1",
            "VO_TEXT": "Division Vård",
        }
    )
    return [
        _text(folder / "EK_FAKTA_VERIFIKAT.csv", lines(booked, ";"), "cp1252", "\r\n"),
        _text(folder / "EK_FAKTA_VERIFIKAT2_BUDGET.csv", lines(planned, ";"), "cp1252", "\r\n"),
        _text(folder / "EK_DIM_OBJ_KST.csv", lines(objects, ";"), "cp1252", "\r\n"),
    ]


def workbook(folder: Path, ledger: pd.DataFrame, budget: pd.DataFrame) -> list[Path]:
    """One workbook with a sheet each for outcome and budget, a title, codes as numbers and months as dates."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, frame in (("Utfall", ledger), ("Budget", budget)):
        sheet = book.create_sheet(name)
        sheet.append([f"{name} 2026"])
        sheet.append(["Period", "Kostnadsställe", "Konto", "Belopp"])
        for row in frame.itertuples(index=False):
            sheet.append([row.period.to_pydatetime(), int(row.unit), int(row.account), -row.ore / 100])
    book.save(folder / "ekonomi.xlsx")
    return [folder / "ekonomi.xlsx"]


def side_by_side(folder: Path, ledger: pd.DataFrame, budget: pd.DataFrame) -> list[Path]:
    """UTF-16, bars; outcome and budget in two columns of one file, with thousands parted by no-break spaces."""
    keys = ["period", "unit", "account"]
    both = ledger.merge(budget, on=keys, how="outer", suffixes=("", "_budget")).sort_values(keys)

    def texts(column: str) -> list[str]:
        values = both[column]
        return ["" if pd.isna(ore) else written(-int(ore), decimal=",", thousands="\u00a0") for ore in values]

    shown = pd.DataFrame(
        {
            "Redovisningsperiod": both["period"].dt.strftime("%Y-%m"),
            "Ansvarskod": both["unit"],
            "Konto": both["account"],
            "Utfall": texts("ore"),
            "Budget": texts("ore_budget"),
        }
    )
    return [_text(folder / "uppföljning.txt", lines(shown, "|"), "utf-16", "\r\n")]


def in_thousands(folder: Path, ledger: pd.DataFrame, budget: pd.DataFrame) -> list[Path]:
    """The budget in thousands of kronor, of which the file says nothing; the ledger with points between thousands."""
    booked = pd.DataFrame(
        {
            "Per": ledger["period"].dt.strftime("%Y%m"),
            "Ansv": ledger["unit"],
            "Kto": ledger["account"],
            "Bel": [written(-ore, decimal=",", thousands=".") for ore in ledger["ore"]],
        }
    )
    planned = pd.DataFrame(
        {
            "Per": budget["period"].dt.strftime("%Y%m"),
            "Ansv": budget["unit"],
            "Kto": budget["account"],
            "Budget": [f"{-ore / 100_000:.5f}".replace(".", ",") for ore in budget["ore"]],
        }
    )
    return [
        _text(folder / "hb.csv", lines(booked, ";"), "cp1252", "\n"),
        _text(folder / "bud.csv", lines(planned, ";"), "cp1252", "\n"),
    ]


def _text(path: Path, text: str, encoding: str, line_end: str) -> Path:
    path.write_bytes(text.replace("\n", line_end).encode(encoding))
    return path


DIALECTS = {
    "plain": plain,
    "titled": titled,
    "in_ore": in_ore,
    "raindance": raindance,
    "workbook": workbook,
    "side_by_side": side_by_side,
    "in_thousands": in_thousands,
}
"""Every dialect by name."""
