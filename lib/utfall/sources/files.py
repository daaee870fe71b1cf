"""One table out of one file: Parquet, CSV or Excel, nothing interpreted yet."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from utfall.errors import Fault, InvalidData

BEYOND_HEADER = "\x00beyond"
"""Name, which no file has, of what stands in a row after the header's last column."""

_FIRST_DATA_ROW = {".parquet": 1, ".csv": 2, ".txt": 2, ".xlsx": 2}


@dataclass(frozen=True)
class RawTable:
    """A file as it was read.

    Parameters
    ----------
    frame : DataFrame
        The columns of the file. Text formats give text only.
    file : str
        Name of the file, for error messages.
    first_row : int
        Row number, as a person counts it, of the frame's first row.
    """

    frame: pd.DataFrame
    file: str
    first_row: int


def read_file(
    path: Path, *, sheet: str | None = None, separator: str | None = None, encoding: str = "utf-8-sig"
) -> RawTable:
    r"""Read one file into a frame of unchanged values.

    Parameters
    ----------
    path : Path
        A ``.parquet``, ``.csv``, ``.txt`` or ``.xlsx`` file.
    sheet : str, optional
        Sheet of an Excel file; the first when not given.
    separator : str, optional
        Column separator of a text file; found from the header row when not given (semicolon, tab or comma).
    encoding : str, default "utf-8-sig"
        Encoding of a text file.

    Returns
    -------
    RawTable
        The frame with its file name and first row number.

    Raises
    ------
    InvalidData
        When the file is missing, of an unknown kind or cannot be read.

    Examples
    --------
    >>> import tempfile
    >>> path = Path(tempfile.mkdtemp()) / "ledger.csv"
    >>> _ = path.write_text("konto;belopp\n5600;-12,50\n", encoding="utf-8")
    >>> read_file(path).frame.to_dict("records")
    [{'konto': '5600', 'belopp': '-12,50'}]
    """
    suffix = path.suffix.lower()
    if suffix not in _FIRST_DATA_ROW:
        kinds = ", ".join(_FIRST_DATA_ROW)
        fault = Fault(path.name, None, f"files of the kind {suffix!r} cannot be read.", f"Use one of {kinds}.")
        raise InvalidData([fault])
    try:
        if suffix == ".parquet":
            frame = plain_frame(pq.read_table(path))
        elif suffix == ".xlsx":
            frame = pd.read_excel(path, sheet_name=sheet if sheet is not None else 0, dtype=object)
        else:
            frame = _read_text(path, separator, encoding)
    except FileNotFoundError:
        fault = Fault(path.name, None, "the file is missing.", f"Put it at {path} or correct region.yaml.")
        raise InvalidData([fault]) from None
    except UnicodeDecodeError:
        fault = Fault(
            path.name,
            None,
            f"cannot be read as {encoding}.",
            "Say how it is written with encoding: in region.yaml; exports from older systems are often cp1252.",
        )
        raise InvalidData([fault]) from None
    except (OSError, ValueError, LookupError) as error:
        reason = str(error).strip().splitlines()[0]
        fault = Fault(path.name, None, f"cannot be read ({reason}).", "Export the file again or correct region.yaml.")
        raise InvalidData([fault]) from None
    return RawTable(frame.reset_index(drop=True), path.name, _FIRST_DATA_ROW[suffix])


def plain_frame(content: pa.Table) -> pd.DataFrame:
    """Turn an Arrow table into a frame of plain texts, floats and timestamps.

    Arrow converts whole columns where pandas would go cell by cell.

    Parameters
    ----------
    content : pyarrow.Table
        The table.

    Returns
    -------
    DataFrame
    """
    for number, field in enumerate(content.schema):
        plain = _plain_type(field.type)
        if plain is not None:
            content = content.set_column(number, field.name, content.column(number).cast(plain))
    return content.to_pandas(ignore_metadata=True)


def _plain_type(kind: pa.DataType) -> pa.DataType | None:
    if pa.types.is_dictionary(kind):
        return _plain_type(kind.value_type) or kind.value_type
    if pa.types.is_string(kind):
        return pa.large_string()
    if pa.types.is_decimal(kind):
        return pa.float64()
    return pa.timestamp("us") if pa.types.is_date(kind) else None


def _read_text(path: Path, separator: str | None, encoding: str) -> pd.DataFrame:
    with path.open(encoding=encoding, newline="") as lines:
        first, second = lines.readline(), lines.readline()
    separator = separator or max(";\t,", key=first.count)
    header, row = (next(csv.reader([line], delimiter=separator), []) for line in (first, second))
    # Rows that end in a separator have one empty value more than the header: it must not shift the others.
    trailing = len(row) == len(header) + 1 and not row[-1]
    if len(row) > len(header) and not trailing:
        what = f"there are {len(row)} values for the header's {len(header)} columns."
        remedy = "Put quotes around texts that hold the separator, or name every column."
        raise InvalidData([Fault(path.name, _FIRST_DATA_ROW[".csv"], what, remedy)])
    frame = pd.read_csv(
        path,
        sep=separator,
        encoding=encoding,
        dtype=str,
        keep_default_na=False,
        skip_blank_lines=False,
        header=0,
        names=[*header, BEYOND_HEADER] if trailing else header,
        index_col=False,
    )
    return frame[header].fillna("")
