"""Open an outside file by what its name ends in."""

from __future__ import annotations

from pathlib import Path

from utfall.errors import Fault, InvalidData
from utfall.sources.source import Source

TEXT_SUFFIXES = (".csv", ".txt", ".tsv")
WORKBOOK_SUFFIXES = (".xlsx", ".xlsm", ".xls", ".ods")
PARQUET_SUFFIXES = (".parquet",)


def open_file(
    path: Path,
    *,
    sheet: str | None = None,
    separator: str | None = None,
    encoding: str | None = None,
    header_row: int | None = None,
) -> Source:
    r"""Open a text file, a workbook or a Parquet file; what is not given is found from the file.

    Parameters
    ----------
    path : Path
        The file.
    sheet : str, optional
        Sheet of a workbook.
    separator, encoding : str, optional
        How a text file is written; see `utfall.sources.text.read_form`.
    header_row : int, optional
        Row of the column names in a text file or workbook, counted from 1.

    Returns
    -------
    Source

    Raises
    ------
    InvalidData
        When the file is missing, empty, of an unknown kind or cannot be read, or an option does not fit its kind.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ledger.csv"
    >>> _ = path.write_text("konto;belopp\n5600;-12,50\n", encoding="utf-8")
    >>> open_file(path).columns
    ('konto', 'belopp')
    """
    path = Path(path)
    suffix = path.suffix.lower()
    kinds = TEXT_SUFFIXES + WORKBOOK_SUFFIXES + PARQUET_SUFFIXES
    if suffix not in kinds:
        what = f"files of the kind {suffix!r} cannot be read."
        raise InvalidData([Fault(path.name, None, what, f"Use one of {', '.join(kinds)}.")])
    if not path.exists():
        raise InvalidData([Fault(path.name, None, "the file is missing.", f"Put it at {path} or correct region.yaml.")])
    if not path.is_file():
        raise InvalidData([Fault(path.name, None, "it is a folder, not a file.", "Name a file in region.yaml.")])
    _refuse_options(path, suffix, sheet=sheet, separator=separator, encoding=encoding, header_row=header_row)
    # Each kind's reader is imported where it is used: a region of text files does not wait for Excel's.
    if suffix in TEXT_SUFFIXES:
        from utfall.sources.text import TextSource, read_form

        return TextSource(path, read_form(path, encoding=encoding, separator=separator, header_row=header_row))
    if suffix in WORKBOOK_SUFFIXES:
        from utfall.sources.excel import ExcelSource

        return ExcelSource(path, sheet, header_row)
    from utfall.sources.parquet import ParquetSource

    return ParquetSource(path)


def _refuse_options(path: Path, suffix: str, **options: str | int | None) -> None:
    if suffix in TEXT_SUFFIXES:
        fitting = {"separator", "encoding", "header_row"}
    else:
        fitting = {"sheet", "header_row"} if suffix in WORKBOOK_SUFFIXES else set()
    for name, value in options.items():
        if value is not None and name not in fitting:
            what = f"{name} is given, which says nothing of a {suffix} file."
            raise InvalidData([Fault(path.name, None, what, f"Take {name}: out of region.yaml.")])
