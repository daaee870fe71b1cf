"""Whatever a file holds, it is read to the right sums or refused plainly, and every row is accounted for."""

from __future__ import annotations

from collections import Counter
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.sources.sie.corpus import CASES
from tests.sources.sie.files import HEAD, accounted_for, as_bytes, quoted, read, voucher

SETTINGS = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)

TEXTS = st.text(st.sampled_from('abcÅÄÖåäö ,.;{}"#123'), max_size=12)
CODES = st.text(st.sampled_from('0123456789AÖ"} '), min_size=1, max_size=6)
ORE = st.integers(-(10**15), 10**15)
OBJECT_LISTS = st.dictionaries(st.sampled_from(["1", "6", "9", "20"]), CODES, max_size=3)
ROWS = st.lists(st.tuples(st.integers(1000, 9999).map(str), OBJECT_LISTS, ORE), min_size=1, max_size=5)
DAYS = st.dates(min_value=date(2026, 1, 1), max_value=date(2026, 12, 31))


@st.composite
def sound_files(draw):
    """A sound file: its lines, and its rows as account, objects, öre and month."""
    lines, expected = [*HEAD], []
    for number, day in enumerate(draw(st.lists(DAYS, max_size=5)), 1):
        rows = draw(ROWS)
        rows.append(("2440", {}, -sum(ore for _, _, ore in rows)))
        lines += voucher(
            number,
            f"{day:%Y%m%d}",
            [(account, list(objects.items()), Decimal(ore) / 100) for account, objects, ore in rows],
        )
        expected += [(account, objects, ore, day.replace(day=1)) for account, objects, ore in rows]
        if draw(st.booleans()):
            lines.append(f"#KONTO {number} {quoted(draw(TEXTS))}")
    return lines, expected


@SETTINGS
@given(sound_files(), st.sampled_from(["cp437", "utf-8", "latin-1"]), st.sampled_from(["\r\n", "\n", "\r"]))
def test_what_is_written_is_read_back_row_by_row(tmp_path, written, encoding, end):
    lines, expected = written
    file = read(tmp_path, as_bytes(lines, encoding, end))
    assert file.rows == len(lines)
    if not expected:
        return
    rows = file.ledger(unit="none").table.to_pylist()
    assert [(row["account"], row["unit"], row["project"], row["amount"], row["period"]) for row in rows] == [
        (account, objects.get("1", "none"), objects.get("6", ""), Decimal(ore) / 100, month)
        for account, objects, ore, month in expected
    ]
    assert [lines[row["source_row"] - 1].split()[1] for row in rows] == [row[0] for row in expected]


@SETTINGS
@given(st.dictionaries(st.tuples(st.integers(1, 12), st.integers(3000, 3003), CODES), ORE, max_size=12), st.data())
def test_months_split_on_units_sum_to_the_accounts_whole(tmp_path, parts, data):
    wholes: Counter[tuple[int, int]] = Counter()
    for (month, account, _), ore in parts.items():
        wholes[month, account] += ore
    beyond = {key: data.draw(ORE) for key in wholes}
    lines = [
        f"#PSALDO 0 2026{m:02d} {a} {{}} {Decimal(whole + beyond[m, a]) / 100:.2f}" for (m, a), whole in wholes.items()
    ]
    lines += [
        f"#PSALDO 0 2026{m:02d} {a} {{1 {quoted(u)}}} {Decimal(ore) / 100:.2f}" for (m, a, u), ore in parts.items()
    ]
    if not lines:
        return
    table = read(tmp_path, [*HEAD, *lines]).ledger(unit="beyond").table
    sums: Counter[tuple[int, int]] = Counter()
    for row in table.to_pylist():
        sums[row["period"].month, int(row["account"])] += int(row["amount"] * 100)
    assert {key: value for key, value in sums.items() if value} == {
        key: whole + beyond[key] for key, whole in wholes.items() if whole + beyond[key]
    }


@SETTINGS
@given(st.binary(max_size=400))
def test_any_bytes_are_read_or_refused(tmp_path, content):
    accounted_for(tmp_path, content)


LABELS = [
    "#TRANS",
    "#RTRANS",
    "#BTRANS",
    "#VER",
    "#PSALDO",
    "#PBUDGET",
    "#KSUMMA",
    "#KONTO",
    "#RAR",
    "#RES",
    "#DIM",
    "#X",
]
FIELDS = ["0", "-1", "20260108", "202601", "5600", "12.50", "-12.50", "12,5", "A", '""', "{}", '{1 "a"}']
BROKEN = ["{", "}", '"', "{1", "\\", "\t"]
FRAGMENTS = st.sampled_from([*LABELS, *FIELDS, *BROKEN])


@SETTINGS
@given(st.lists(st.lists(FRAGMENTS, max_size=7).map(" ".join), max_size=25), st.sampled_from(["\n", "\r\n", "\r"]))
def test_any_lines_of_pieces_of_sie_are_read_or_refused(tmp_path, lines, end):
    accounted_for(tmp_path, as_bytes(lines, end=end))


@SETTINGS
@given(st.sampled_from(CASES), st.data())
def test_any_file_of_the_corpus_with_bytes_changed_is_read_or_refused(tmp_path, case, data):
    content = bytearray(case[1])
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(content)))
        content[at : at + data.draw(st.integers(0, 3))] = data.draw(st.binary(max_size=3))
    accounted_for(tmp_path, bytes(content))


@pytest.mark.parametrize("piece", ['{"', '"', "{", "\\", '"\\', '{"" ', "} ", '{1 "a', "#"])
def test_a_very_long_line_of_one_piece_is_read_or_refused(tmp_path, piece):
    accounted_for(tmp_path, b"#TRANS " + piece.encode() * 200_000)
