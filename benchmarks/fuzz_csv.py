"""Any bytes at all, read as a text file: `python -m benchmarks.fuzz_csv --seconds 300`.

The property: a file is refused with `InvalidData`, or every row of it is given or left out for a reason, with the
values and on the line that a reader of one character at a time finds. Nothing else may happen.
Atheris is no dependency of the kit: `pip install atheris`.
"""

from __future__ import annotations

import argparse
import importlib
import inspect
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from utfall.errors import InvalidData
from utfall.sources.source import SOURCE_ROW
from utfall.sources.text import TextForm, TextSource, read_form
from utfall.sources.text.encoding import is_ascii_compatible
from utfall.sources.text.sums import is_sum_row

LONGEST = 4096
"""Bytes of an input, at most."""

SEEDS = (
    b"konto;text;belopp\n5600;a;-1,5\n5010;b;3\n",
    b'Rapport\r\n\r\nkonto,text\r\n1,"a\r\n""b"""\r\n2,5" slang\r\nSumma,3\r\n',
    "konto\ttext\r\n1\tå\r\n".encode("utf-16"),
    "konto|text\r1|Läkemedel\r".encode("cp1252"),
    "konto;text;\n1;åäö;\n2;;\n".encode("cp437"),
    b'sep=;\nkonto;text\n="0101";""\n;\nkonto;text\n',
    b"'a','b'\n'1','x,y'\n",
)


@dataclass(frozen=True)
class Outcome:
    """What became of a file.

    Parameters
    ----------
    given, left_out : int
        Rows.
    refused : bool
        Whether the file was refused.
    """

    given: int = 0
    left_out: int = 0
    refused: bool = False


def reference_rows(text: str, separator: str, quote: str) -> Iterator[tuple[int, list[str]]]:
    """Part a text into rows one character at a time: the slow way that the quick one is tried against.

    Parameters
    ----------
    text : str
        The text.
    separator, quote : str
        The signs.

    Yields
    ------
    tuple of (int, list of str)
        The line each row begins on, from 1, and its values.
    """
    line = first = 1
    values: list[str] = []
    value = ""
    state = "start"
    at = 0
    while at < len(text):
        sign = text[at]
        at += 1
        if sign == "\r" and text[at : at + 1] == "\n" and state != "quoted":
            continue
        if sign in "\r\n" and not (sign == "\r" and text[at : at + 1] == "\n"):
            line += 1
        if state == "quoted":
            if sign != quote:
                value += sign
            elif text[at : at + 1] == quote:
                value += quote
                at += 1
            else:
                state = "value"
        elif sign in "\r\n":
            yield first, [*values, value]
            values, value, state, first = [], "", "start", line
        elif sign == separator:
            values.append(value)
            value, state = "", "start"
        elif sign == quote and state == "start":
            state = "quoted"
        else:
            value += sign
            state = "value"
    if values or value or state != "start":
        yield first, [*values, value]


def check(data: bytes, path: Path, *, block_bytes: int = 64) -> Outcome:
    """Read bytes as a file and try the property.

    Parameters
    ----------
    data : bytes
        The file.
    path : Path
        Where to write it.
    block_bytes : int, default 64
        Bytes worked on at a time: small, so that rows go over the edges of blocks.

    Returns
    -------
    Outcome

    Raises
    ------
    AssertionError
        When a row is lost, made up, changed or on another line.
    """
    path.write_bytes(data)
    try:
        form = read_form(path)
        source = TextSource(path, form, block_bytes=block_bytes)
        table = source.batches(numbered=True).read_all()
    except InvalidData:
        return Outcome(refused=True)
    given = dict(
        zip(table[SOURCE_ROW].to_pylist(), zip(*(c.to_pylist() for c in table.columns[:-1]), strict=True), strict=True)
    )
    assert len(given) == table.num_rows
    left_out = source.left_out()
    above, expected = _expected(data, form)
    header = expected[0][1]
    rows = expected[1:]
    assert len(rows) + above == len(given) + sum(left_out.values()), (len(rows), above, len(given), left_out)
    lines = {line for line, _ in rows}
    assert set(given) <= lines
    for line, values in rows:
        plain = [_without_wrapper(value) for value in values]
        if line in given:
            width = len(form.columns)
            assert list(given[line]) == plain[:width]
            assert not any(plain[width:])
        else:
            blank = not any(value.strip() for value in plain)
            assert blank or values == header or is_sum_row(plain) or values == ["\x1a"], values
    return Outcome(len(given), sum(left_out.values()))


def _expected(data: bytes, form: TextForm) -> tuple[int, list[tuple[int, list[str]]]]:
    text = data.decode(form.encoding).removeprefix("\ufeff") if _has_mark(form) else data.decode(form.encoding)
    above = 0
    while above < form.header_row - 1:
        ends = [end for end in (text.find("\n"), text.find("\r")) if end >= 0]
        end = min(ends)
        text = text[end + (2 if text[end : end + 2] == "\r\n" else 1) :]
        above += 1
    rows = reference_rows(text, form.separator, form.quote)
    return above, [(line + above, values) for line, values in rows]


def _has_mark(form: TextForm) -> bool:
    return form.encoding == "utf-8" or not is_ascii_compatible(form.encoding)


def _without_wrapper(value: str) -> str:
    return value[2:-1] if len(value) > 2 and value.startswith('="') and value.endswith('"') else value


def _instrument(atheris: Any) -> None:
    # Only the reader: following all of pandas would take the time of the fuzzing.
    for name, module in list(sys.modules.items()):
        if name.startswith("utfall.sources"):
            for holder in (module, *(part for part in vars(module).values() if inspect.isclass(part))):
                for function in list(vars(holder).values()):
                    if inspect.isfunction(function) and function.__module__ == name:
                        atheris.instrument_func(function)


def main(arguments: list[str]) -> int:
    """Fuzz for a number of seconds of processor time and print the figures."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--seconds", type=int, default=300, help="processor seconds")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args(arguments)
    try:
        atheris = importlib.import_module("atheris")  # by name: it is no dependency
    except ImportError:
        print("Atheris is not installed; install it with: pip install atheris", file=sys.stderr)
        return 1
    folder = Path(tempfile.mkdtemp(prefix="fuzz-csv-"))
    corpus = folder / "corpus"
    corpus.mkdir()
    for number, seed in enumerate(SEEDS):
        (corpus / f"seed{number}").write_bytes(seed)
    counts = {"inputs": 0, "refused": 0, "read": 0, "rows given": 0, "rows left out": 0}
    started = time.monotonic()

    def one(data: bytes) -> None:
        outcome = check(data, folder / "file.csv", block_bytes=16 + len(data) % 64)
        counts["inputs"] += 1
        counts["refused" if outcome.refused else "read"] += 1
        counts["rows given"] += outcome.given
        counts["rows left out"] += outcome.left_out
        used = resource.getrusage(resource.RUSAGE_SELF)
        if used.ru_utime + used.ru_stime > chosen.seconds:
            figures = ", ".join(f"{count} {what}" for what, count in counts.items())
            spent = f"{used.ru_utime + used.ru_stime:.0f} processor seconds, {time.monotonic() - started:.0f} s"
            spent = f"{spent}, {used.ru_maxrss // 1024} MB"
            print(f"{spent}: {figures}; no failure")
            sys.stdout.flush()
            os._exit(0)  # the fuzzer has no other way to end well

    _instrument(atheris)
    options = [
        sys.argv[0],
        f"-max_len={LONGEST}",
        f"-seed={chosen.seed}",
        f"-artifact_prefix={folder}/",
        "-rss_limit_mb=0",  # grows by some kB an input while atheris follows the reader; without it, it does not
        "-verbosity=0",
    ]
    atheris.Setup([*options, str(corpus)], one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
