"""A text file as a source: its rows go to DuckDB in a stream."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv as pacsv

from utfall.errors import Fault, InvalidData
from utfall.sources.source import SOURCE_ROW, Source
from utfall.sources.text.blocks import BLOCK_BYTES, Block
from utfall.sources.text.encoding import UTF8, is_ascii_compatible
from utfall.sources.text.form import TextForm
from utfall.sources.text.head import Head, read_head
from utfall.sources.text.judging import Shape, judge
from utfall.sources.text.pool import in_order
from utfall.sources.text.quotes import find_quoted
from utfall.sources.text.survey import Piece, Survey, survey
from utfall.sources.text.transcoding import transcode

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection, DuckDBPyRelation

_EXCEL_TEXT = b'="'
_MARK = "\ufeff".encode()


class TextSource(Source):
    r"""A text file whose form is known.

    The first time its rows are asked for, the whole file is read through and each row judged, so that a row which
    cannot be read stops everything before the first one is given; then the rows are read in blocks.

    Parameters
    ----------
    path : Path
        The file.
    form : TextForm
        How it is written; see `read_form`.
    block_bytes : int, optional
        Bytes that are worked on at a time.

    Raises
    ------
    InvalidData
        When the file is missing or has changed since its form was read.

    Examples
    --------
    >>> import duckdb
    >>> path = Path(tempfile.mkdtemp()) / "ledger.csv"
    >>> _ = path.write_text("konto;belopp\n5600;-12,50\n\nSumma;-12,50\n", encoding="utf-8")
    >>> from utfall.sources.text.form import read_form
    >>> source = TextSource(path, read_form(path))
    >>> source.relation(duckdb.connect(), numbered=True).fetchall()
    [('5600', '-12,50', 2)]
    >>> source.left_out(), source.stated_sums()
    ({'blank row': 1, 'sum row': 1}, {'konto': 'Summa', 'belopp': '-12,50'})
    """

    def __init__(self, path: Path, form: TextForm, *, block_bytes: int = BLOCK_BYTES) -> None:
        self.file = path.name
        self.path = path
        self.form = form
        self.columns = form.columns
        self._block_bytes = block_bytes
        self._scratch: tempfile.TemporaryDirectory[str] | None = None
        self._plain: Path | None = None
        self._head: Head | None = None
        self._survey: Survey | None = None
        self._stamp: tuple[int, int] | None = None

    def relation(self, connection: DuckDBPyConnection, *, numbered: bool = False) -> DuckDBPyRelation:
        """Give the rows; see `Source.relation`. The relation may be asked many times and reads the file each time.

        Parameters
        ----------
        connection : DuckDBPyConnection
            The engine.
        numbered : bool, default False
            Whether to give `SOURCE_ROW` too.

        Returns
        -------
        DuckDBPyRelation

        Raises
        ------
        InvalidData
            When a row cannot be read; every such row is named, up to 50 of each kind.
        """
        self._surveyed()
        return connection.from_arrow(_Stream(self, numbered=numbered))

    def left_out(self) -> dict[str, int]:
        """Tell the rows left out; see `Source.left_out`. The header row is neither given nor left out.

        Returns
        -------
        dict of str to int
        """
        return dict(self._surveyed().left_out)

    @property
    def doubts(self) -> tuple[str, ...]:
        """What was chosen about the file's form without being certain, one sentence each."""
        return self.form.doubts

    def row_count(self) -> int:
        """Tell how many rows are given.

        Returns
        -------
        int
        """
        return sum(piece.rows for piece in self._surveyed().pieces)

    def stated_sums(self) -> dict[str, str]:
        """Tell what the sum row at the end of the file says.

        Returns
        -------
        dict of str to str
            Column to its text in that row, where there is one; empty when there is no such row.
        """
        pairs = zip(self.columns, self._surveyed().sum_row, strict=False)
        return {column: text for column, text in pairs if text.strip()}

    def batches(self, *, numbered: bool = False) -> pa.RecordBatchReader:
        """Read the rows.

        Parameters
        ----------
        numbered : bool, default False
            Whether to give `SOURCE_ROW` too.

        Returns
        -------
        pyarrow.RecordBatchReader
            `columns` as texts, and `SOURCE_ROW` where asked for.

        Raises
        ------
        InvalidData
            When a row cannot be read, or the file changed while it was read.
        """
        found = self._surveyed()
        if self._stamp != _stamp(self.path):
            raise InvalidData([Fault(self.file, None, "the file changed while it was read.", "Read it again.")])
        number = [(SOURCE_ROW, pa.int64())] if numbered else []
        schema = pa.schema([*((name, pa.string()) for name in self.columns), *number])
        return pa.RecordBatchReader.from_batches(schema, self._read(found, schema))

    def _surveyed(self) -> Survey:
        if self._survey is None:
            try:
                self._stamp = _stamp(self.path)
                self._plain = self._ascii_compatible()
                head = read_head(self._plain, self.file, self.form, encoding=self._encoding)
                with self._plain.open("rb") as file:
                    found = survey(
                        file,
                        self.file,
                        self._shape(head),
                        offset=head.end,
                        first_line=head.next_line,
                        size=self._block_bytes,
                    )
            except OSError as error:
                what = f"the file cannot be read ({error.strerror or type(error).__name__})."
                raise InvalidData([Fault(self.file, None, what, "Check that it is a file you may read.")]) from None
            found.left_out.update(head.left_out)
            self._head, self._survey = head, found
        return self._survey

    @property
    def _encoding(self) -> str:
        return self.form.encoding if is_ascii_compatible(self.form.encoding) else UTF8

    def _ascii_compatible(self) -> Path:
        if is_ascii_compatible(self.form.encoding):
            return self.path
        # The directory lives as long as the source does, and goes with it.
        self._scratch = tempfile.TemporaryDirectory(prefix="utfall-")
        return transcode(self.path, self.form.encoding, Path(self._scratch.name) / "text.csv")

    def _shape(self, head: Head) -> Shape:
        width = len(self.columns)
        most = max(head.width, width + self.form.trailing_separator)
        return Shape(self.form.dialect, self._encoding, width, most, head.header)

    def _read(self, found: Survey, schema: pa.Schema) -> Iterator[pa.RecordBatch]:
        assert self._plain is not None
        assert self._head is not None
        shape = self._shape(self._head)
        with self._plain.open("rb") as file:

            def pieces() -> Iterator[tuple[Piece, bytes]]:
                for piece in found.pieces:
                    if piece.rows:
                        file.seek(piece.offset)
                        yield piece, file.read(piece.size)

            yield from in_order(pieces(), lambda task: _batch(*task, shape, schema))


class _Stream:
    """What DuckDB asks for rows; each asking reads the file from its start."""

    def __init__(self, source: TextSource, *, numbered: bool) -> None:
        self._source, self._numbered = source, numbered

    def __arrow_c_stream__(self, requested_schema: Any = None) -> Any:
        return self._source.batches(numbered=self._numbered).__arrow_c_stream__(requested_schema)


def _stamp(path: Path) -> tuple[int, int]:
    status = path.stat()
    return status.st_size, status.st_mtime_ns


def _batch(piece: Piece, data: bytes, shape: Shape, schema: pa.Schema) -> pa.RecordBatch:
    if piece.is_plain:
        rows = np.arange(piece.first_line, piece.first_line + piece.rows, dtype=np.int64)
    else:
        data, lines = _kept(piece, data, shape)
        rows = lines + piece.first_line
    if shape.encoding != UTF8 and not data.isascii():
        data = data.decode(shape.encoding).encode(UTF8)
    columns = _parsed(data, shape, schema.names[: shape.width])
    if len(columns[0]) != len(rows):
        raise RuntimeError(f"{len(columns[0])} rows were parsed where {len(rows)} were found, at line {rows[0]}")
    if b'"' in data and _EXCEL_TEXT in data:
        columns = [_unwrapped(column) for column in columns]
    return pa.record_batch([*columns, pa.array(rows)][: len(schema)], schema=schema)


def _unwrapped(column: pa.Array) -> pa.Array:
    if not pc.any(pc.starts_with(column, _EXCEL_TEXT.decode())).as_py():
        return column
    return pc.replace_substring_regex(column, r'^="((?s:.*))"$', r"\1")


def _kept(piece: Piece, data: bytes, shape: Shape) -> tuple[bytes, np.ndarray]:
    block = Block(piece.offset, data, find_quoted(data, shape.dialect, last=True), piece.last)
    judged = judge(block, shape)
    rows = judged.rows
    # Each byte is dropped that stands between a drop's start and its end: rows left out, and separators after the
    # last column.
    steps = np.zeros(len(data) + 1, dtype=np.int8)
    stops = np.append(rows.starts[1:], len(data))
    steps[rows.starts[~judged.keep]] += 1
    steps[stops[~judged.keep]] -= 1
    extra = judged.extra
    np.add.at(steps, rows.ends[extra] - (rows.widths[extra] - shape.width), 1)
    np.add.at(steps, rows.ends[extra], -1)
    codes = np.frombuffer(data, dtype=np.uint8)
    return codes[np.cumsum(steps[:-1], dtype=np.int8) == 0].tobytes(), rows.lines[judged.keep]


def _parsed(data: bytes, shape: Shape, names: list[str]) -> list[pa.Array]:
    # Measured: Arrow's parser on one block a thread reads 250 MB/s a core. The structure was found by the survey, so
    # that it has nothing left to guess; DuckDB's own reader is as quick but does not say which line a row was on.
    table = pacsv.read_csv(
        # Arrow takes a byte order mark off the start of what it reads; here it would be the first value's.
        pa.BufferReader(_MARK + data if data.startswith(_MARK) else data),
        read_options=pacsv.ReadOptions(column_names=names, block_size=len(data) + 8, use_threads=False),
        parse_options=pacsv.ParseOptions(
            delimiter=shape.dialect.separator,
            quote_char=shape.dialect.quote,
            double_quote=True,
            newlines_in_values=True,
            ignore_empty_lines=False,
        ),
        convert_options=pacsv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()), strings_can_be_null=False, check_utf8=False
        ),
    )
    return [column.combine_chunks() if column.num_chunks != 1 else column.chunk(0) for column in table.columns]
