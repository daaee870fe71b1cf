"""Reading a SIE 4 file line by line: every line is used, left out for a reason, or refused by its row."""

from __future__ import annotations

import re
from pathlib import Path

from utfall.sources.sie.checks import check
from utfall.sources.sie.checksum import verify
from utfall.sources.sie.content import Content
from utfall.sources.sie.encoding import TextLines, read_lines
from utfall.sources.sie.faults import FaultList
from utfall.sources.sie.fields import BROKEN, UnreadableField, kronor, plain, tokens
from utfall.sources.sie.postings import NO_DAY, PARTNER_REMEDY, WITHOUT_PARTNER, Posting, PostingReader
from utfall.sources.sie.records import HANDLERS, NOT_NEEDED, take_record

STRUCK = "#BTRANS: a row struck from its voucher"
ADDED = "#RTRANS: a row added to its voucher, given once more as #TRANS"
BLANK = "blank line"
END_MARK = "mark of the end of the file"

_ALONE = frozenset("{}")
_KNOWN = HANDLERS.keys() | {"#VER", "#KSUMMA"}
_LABEL = re.compile(r"#\w+")
_POSTINGS = frozenset({"#TRANS", "#RTRANS", "#BTRANS"})


def read_content(path: Path, *, strict: bool = True) -> Content:
    """Read a SIE 4 file.

    Parameters
    ----------
    path : Path
        The file.
    strict : bool, default True
        Whether control sums that disagree refuse the file; otherwise they are told as doubts.

    Returns
    -------
    Content

    Raises
    ------
    InvalidData
        Naming every row that cannot be read, and every voucher that does not balance.
    """
    text = read_lines(path)
    reader = _Reader(path.name, text)
    reader.read()
    verify(reader.content, text, reader.sums, reader.faults, strict)
    check(reader.content, reader.faults, strict=strict)
    reader.faults.refuse()
    return reader.content


class _Reader:
    """Where the reading stands: the open voucher, and what has been read."""

    def __init__(self, file: str, text: TextLines) -> None:
        self.text = text
        self.faults = FaultList(file)
        self.content = Content(file)
        self.content.rows = len(text.lines)
        self.content.header.encoding = text.encoding
        self.postings = PostingReader(self.content.object_lists)
        self.sums: list[tuple[int, str]] = []  # rows of #KSUMMA, and their sum
        self.head: int | None = None  # row of a #VER, or an unknown record, whose rows may follow in braces
        self.known = True  # whether the head is a #VER
        self.open = False
        self.balance = 0
        self.added: tuple[int, Posting] | None = None  # a #RTRANS that waits for its #TRANS
        self.unreadable = False  # whether a row of the open voucher could not be read

    def read(self) -> None:
        """Read every line."""
        content, control, usual = self.content, self.text.control, self.postings.usual
        inside = False
        for row, line in enumerate(self.text.lines, 1):
            if inside and self.added is None and (posting := usual(line)) is not None:
                self._add(row, posting)
                continue
            if line == "{" or line == "}":
                self._brace(row, line)
            elif fields := tokens(line):
                self._line(row, line, fields)
            else:
                content.left_out[END_MARK if row == self.text.end_mark else BLANK] += 1
            inside = self.open and self.known and not control
        if content.postings.row:
            content.used["#TRANS"] = len(content.postings.row)
        self._end()

    def _end(self) -> None:
        if self.open:
            what = f"the file ends inside the block that row {self.head} begins."
            self.faults.add(len(self.text.lines), what, "The file is cut off: export it again.")
        elif self.head is not None and self.known:
            self._no_rows()
        if not self.content.used and not self.faults:
            self.faults.add(None, "the file has no record of SIE.", "Choose a SIE file, or export it again.")

    def _line(self, row: int, line: str, fields: list[str]) -> None:
        if row in self.text.control:
            what = f"the line holds the control character {self.text.control[row]}."
            self.faults.add(row, what, "The file is damaged: export it again.")
            self.unreadable = True
            return
        if len(fields) == 1 and fields[0] in _ALONE:
            self._brace(row, fields[0])
            return
        if self.open and not self.known:
            self.content.left_out[f"inside the unknown record of row {self.head}"] += 1
            return
        label = fields[0].upper()
        if not _LABEL.fullmatch(label):
            what = f"the line {line.strip()[:40]!r} begins with no label."
            self.faults.add(row, what, "A record begins with # and its label: correct the line, or export it again.")
            self.unreadable = True
            return
        if not BROKEN.isdisjoint(fields):
            self.faults.add(row, f"{label} {WITHOUT_PARTNER}", PARTNER_REMEDY)
            self.unreadable = True
            if label == "#VER":
                self._forget_voucher(row)
                self.open = fields[-1] == "{"
            return
        self._record(row, label, fields)

    def _record(self, row: int, label: str, fields: list[str]) -> None:
        content = self.content
        if label in _POSTINGS:
            self._posting_record(row, label, fields)
            return
        if label not in _KNOWN:
            self._leave_out(row, label)
            return
        if self.added is not None:
            self._unmatched(self.added[0])
        if self.open:
            what = f"{label} stands inside the voucher of row {self.head}, whose closing brace is missing."
            self.faults.add(row, what, "Put the closing brace } on a line of its own after the voucher's rows.")
            self.open = False
        elif self.head is not None and self.known:
            self._no_rows()
        self.head = None
        try:
            if label == "#VER":
                self._voucher(row, fields)
            elif label == "#KSUMMA":
                self.sums.append((row, plain(fields[1]) if len(fields) > 1 else ""))
            else:
                take_record(content, label, row, fields, self.postings.place)
        except UnreadableField as error:
            self.faults.add(row, f"{label} cannot be read: {error.what}", error.remedy)
            if label == "#VER":
                self._forget_voucher(row)
            return
        content.used[label] += 1

    def _leave_out(self, row: int, label: str) -> None:
        if label in NOT_NEEDED:
            self.content.left_out[f"{label}: not needed"] += 1
            return
        self.content.left_out[f"unknown label {label}"] += 1
        if not self.open:
            if self.head is not None and self.known:
                self._no_rows()
            self.head, self.known = row, False

    def _voucher(self, row: int, fields: list[str]) -> None:
        if len(fields) < 4:
            raise UnreadableField(
                "it has no series, number and date.", 'Give series, number and date, empty ones as "".'
            )
        series, number, date_text, *more = map(plain, fields[1:])
        words, registered = [*more, "", ""][:2]
        dated = self.postings.day(date_text)
        if dated == NO_DAY:
            raise UnreadableField("it has no date.", "Give the voucher's date as YYYYMMDD.")
        self.content.vouchers.add(row, series, number, dated, words, self.postings.day(registered) or None)
        self.head, self.known, self.balance, self.unreadable = row, True, 0, False

    def _forget_voucher(self, row: int) -> None:
        # The head was refused: its rows follow all the same, and are no fault of their own.
        self.content.vouchers.add(row, "", "", NO_DAY, "", None)
        self.head, self.known, self.open, self.balance, self.unreadable = row, True, False, 0, True

    def _brace(self, row: int, brace: str) -> None:
        if self.added is not None:
            self._unmatched(self.added[0])
        if brace == "{" and self.head is not None and not self.open:
            self.open = True
        elif brace == "}" and self.open:
            self.open = False
            if self.known and self.balance and not self.unreadable:
                name = self.content.vouchers.name(-1)
                self.faults.add(
                    self.head,
                    f"the rows of the voucher {f'{name} ' if name else ''}sum to {kronor(self.balance)}, not to 0.",
                    "Debit and credit must agree: export the file again.",
                )
            self.head = None
        else:
            what = "the brace { opens no record." if brace == "{" else "the brace } closes no record."
            self.faults.add(row, what, "Braces stand round the rows of a #VER: correct the lines before this one.")
            return
        block = self.content.used if self.known else self.content.left_out
        block["{ and }" if self.known else "braces of an unknown record"] += 1

    def _no_rows(self) -> None:
        what = "the voucher has no rows in braces."
        self.faults.add(self.head, what, "Put its rows in braces on lines of their own, or export the file again.")
        self.head = None

    def _posting_record(self, row: int, label: str, fields: list[str]) -> None:
        if not (self.open and self.known):
            self.faults.add(row, f"{label} stands outside a voucher.", "Put it in the braces after its #VER.")
            return
        added, self.added = self.added, None
        if added is not None and label != "#TRANS":
            self._unmatched(added[0])
        try:
            posting = self.postings.posting(fields)
        except UnreadableField as error:
            self.faults.add(row, f"{label} cannot be read: {error.what}", error.remedy)
            self.unreadable = True
            return
        if label == "#BTRANS":
            self.content.left_out[STRUCK] += 1
        elif label == "#RTRANS":
            self.added = row, posting
            self.content.left_out[ADDED] += 1
        else:
            if added is not None and (added[0] != row - 1 or added[1] != posting):
                self._unmatched(added[0])
            self._add(row, posting)

    def _add(self, row: int, posting: Posting) -> None:
        account, place, amount, own_day, text = posting
        vouchers = self.content.vouchers
        at = len(vouchers.row) - 1
        self.content.postings.add(row, at, account, place, amount, own_day or vouchers.day[at], text)
        self.balance += amount

    def _unmatched(self, row: int) -> None:
        what = "#RTRANS is not followed by the same row as #TRANS, so that it cannot be told whether it counts."
        self.faults.add(row, what, "Give the added row once more as #TRANS on the next line.")
        self.added, self.unreadable = None, True
