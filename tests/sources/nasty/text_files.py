"""Nasty text files."""

from __future__ import annotations

from tests.sources.nasty.case import Nasty

PLAIN = "konto;text;belopp\n5600;Läkemedel;-12,50\n5010;Lön åter;3\n"
PLAIN_ROWS = [(2, "5600", "Läkemedel", "-12,50"), (3, "5010", "Lön åter", "3")]


def text(content: str, encoding: str = "utf-8") -> bytes:
    return content.encode(encoding)


ENCODINGS = [
    Nasty("plain UTF-8 is read", text(PLAIN), PLAIN_ROWS),
    Nasty("a UTF-8 byte order mark is no part of the first name", text(PLAIN, "utf-8-sig"), PLAIN_ROWS),
    Nasty("UTF-16 with a mark, as Excel's Unicode text, is read", text(PLAIN.replace(";", "\t"), "utf-16"), PLAIN_ROWS),
    Nasty("big-endian UTF-16 with a mark is read", b"\xfe\xff" + text(PLAIN, "utf-16-be"), PLAIN_ROWS),
    Nasty("UTF-16 without a mark is known by its zeros", text(PLAIN, "utf-16-le"), PLAIN_ROWS),
    Nasty("cp1252 is known as what is no UTF-8", text(PLAIN, "cp1252"), PLAIN_ROWS),
    Nasty("cp437 is known by where DOS has å, ä and ö", text(PLAIN, "cp437"), PLAIN_ROWS),
    Nasty(
        "cp1252's own signs are read as such",
        text("konto;text\n5600;10 € – ”citat” å\n", "cp1252"),
        [(2, "5600", "10 € – ”citat” å")],
    ),
    Nasty(
        "a byte that is nothing in cp1252 makes it iso-8859-1",
        b"konto;text\n5600;\xe5\x81\n",
        [(2, "5600", "å\x81")],
    ),
    Nasty(
        "an encoding that is given is taken, and its undefined bytes refused by their rows",
        b"konto;text\n5600;\xe5\n5010;a\x81\n",
        faults=[(3, "cannot be read as cp1252")],
        options={"encoding": "cp1252"},
    ),
    Nasty(
        "UTF-8 with rows of cp1252 in it is refused by those rows",
        text("konto;text\n1;å\n2;ä\n") + b"3;\xe5\n" + text("4;ö\n") + b"5;\xf6x\n",
        faults=[(4, "cannot be read as utf-8"), (6, "cannot be read as utf-8")],
    ),
    Nasty(
        "UTF-16 cut off in the middle of a sign is refused by its row",
        text("konto;text\n1;å\n2;ä\n", "utf-16")[:-1],
        faults=[(3, "cannot be read as utf-16-le")],
    ),
    Nasty(
        "a sign of four bytes is read",
        text("konto;text\n5600;🏥\n"),
        [(2, "5600", "🏥")],
    ),
    Nasty(
        "an unknown encoding is refused", text(PLAIN), faults=[(None, "no encoding")], options={"encoding": "klingon"}
    ),
    Nasty(
        "no text encoding at all is refused", text(PLAIN), faults=[(None, "no encoding")], options={"encoding": "zip"}
    ),
]

LINE_ENDS = [
    Nasty("CR LF ends lines", text(PLAIN.replace("\n", "\r\n")), PLAIN_ROWS),
    Nasty("a CR alone ends lines", text(PLAIN.replace("\n", "\r")), PLAIN_ROWS),
    Nasty("CR alone in cp1252 ends lines", text(PLAIN.replace("\n", "\r"), "cp1252"), PLAIN_ROWS),
    Nasty("CR alone in UTF-16 ends lines", text(PLAIN.replace("\n", "\r"), "utf-16"), PLAIN_ROWS),
    Nasty(
        "mixed line ends all end lines",
        b"konto;text\r\n1;a\n2;b\r3;c\r\n",
        [(2, "1", "a"), (3, "2", "b"), (4, "3", "c")],
    ),
    Nasty("the last line may lack its end", text(PLAIN.rstrip("\n")), PLAIN_ROWS),
    Nasty(
        "a transfer that doubled the CR leaves blank lines, which count as lines",
        b"konto;text\r\r\n1;a\r\r\n2;b\r\r\n",
        [(3, "1", "a"), (5, "2", "b")],
        {"blank row": 3},
    ),
    Nasty(
        "line breaks in quotes belong to the text and count as lines",
        b'konto;text\n1;"a\nb\r\nc\rd"\n2;e\n',
        [(2, "1", "a\nb\r\nc\rd"), (6, "2", "e")],
    ),
    Nasty(
        "a line break in quotes counts as a line also where the last line lacks its end",
        b'konto;text\n1;"a\nb"\n2;c',
        [(2, "1", "a\nb"), (4, "2", "c")],
    ),
    Nasty(
        "a line break in a text without quotes is refused by the two halves' rows",
        b"konto;text;belopp\n1;a;5\n2;b\nc;6\n3;d;7\n",
        faults=[(3, "there are 2 values"), (4, "there are 2 values")],
    ),
    Nasty("DOS's end-of-file mark is no row", b"konto;text\r\n1;a\r\n\x1a", [(2, "1", "a")], {"end-of-file mark": 1}),
    Nasty(
        "what Unicode calls a line separator ends no line",
        text("konto;text\n1;a\u2028b\x0bc\x0cd\x85e\n"),
        [(2, "1", "a\u2028b\x0bc\x0cd\x85e")],
    ),
]

SEPARATORS = [
    Nasty("tabs part values", text(PLAIN.replace(";", "\t")), PLAIN_ROWS, suffix=".txt"),
    Nasty("pipes part values", text(PLAIN.replace(";", "|")), PLAIN_ROWS),
    Nasty(
        "commas part values where numbers have points",
        b"konto,text,belopp\n5600,a,-12.50\n5010,b,3\n",
        [(2, "5600", "a", "-12.50"), (3, "5010", "b", "3")],
    ),
    Nasty(
        "decimal commas in every row do not make the comma a separator",
        b"konto;belopp\n5600;1,5\n5010;2,5\n5020;3,5\n",
        [(2, "5600", "1,5"), (3, "5010", "2,5"), (4, "5020", "3,5")],
    ),
    Nasty(
        "one column of decimal numbers is one column",
        b"belopp\n1,5\n2,5\n",
        [(2, "1,5"), (3, "2,5")],
    ),
    Nasty(
        "semicolons in the texts of a comma file stay there",
        b"konto,text,belopp\n1,a;b,1.0\n2,c;d,2.0\n",
        [(2, "1", "a;b", "1.0"), (3, "2", "c;d", "2.0")],
    ),
    Nasty(
        "a first line sep= says the separator and is no row",
        b"sep=|\r\nkonto|text\r\n1|a;b\r\n2|c;d\r\n",
        [(3, "1", "a;b"), (4, "2", "c;d")],
        {"separator line": 1},
    ),
    Nasty(
        "a separator that is given is taken",
        b"a;b|c;d\n1;2|3;4\n",
        [(2, "1;2", "3;4")],
        columns=("a;b", "c;d"),
        options={"separator": "|"},
    ),
    Nasty(
        "rows that end in a separator have no extra column",
        b"konto;text\n1;a;\n2;b;\n",
        [(2, "1", "a"), (3, "2", "b")],
    ),
    Nasty(
        "a header and rows that end in separators have no extra columns",
        b"konto;text;;;\n1;a;;;\n2;b;;;\n3;c\n",
        [(2, "1", "a"), (3, "2", "b"), (4, "3", "c")],
    ),
    Nasty(
        "a value in a column without a name is refused by its row",
        b"konto;text;;\n1;a;;\n2;b;x;\n3;c;;y\n",
        faults=[(3, "there are 4 values"), (4, "there are 4 values")],
    ),
    Nasty(
        "one row with an extra separator may be shifted, and is refused",
        b"konto;text;belopp;projekt\n1;a;5;P\n2;b;c;6;\n3;d;7;\n",
        faults=[(3, "there are 5 values")],
    ),
]

QUOTES = [
    Nasty(
        "separators, quotes and spaces in quotes belong to the text",
        b'konto;text\n"1";"a;""b"" "\n"2";""\n',
        [(2, "1", 'a;"b" '), (3, "2", "")],
    ),
    Nasty(
        "an inch sign within a text is text",
        b'konto;text\n1;slang 5" svart\n2;5"\n3;"slang; 6"""\n',
        [(2, "1", 'slang 5" svart'), (3, "2", '5"'), (4, "3", 'slang; 6"')],
    ),
    Nasty(
        "Excel's way of keeping leading zeros is undone",
        b'konto;enhet\n="0101";"=""0202"""\n0303;=1+1\n',
        [(2, "0101", "0202"), (3, "0303", "=1+1")],
    ),
    Nasty(
        "text after a closing quote is refused by its row, and only there",
        b'konto;text\n1;"a"b\n2;"c"\n3;"d" \n',
        faults=[(2, "text follows after a closing"), (4, "text follows after a closing")],
    ),
    Nasty(
        "a quote that never closes is refused by its own row, not by the end of the file",
        b'konto;text\n1;a\n2;"b\n3;c\n4;d\n',
        faults=[(3, "does not end with one")],
    ),
    Nasty(
        "quotes escaped with backslashes are refused, for they cannot be told from text after a quote",
        b'konto;text\n1;"a\\"b"\n2;c\n',
        faults=[(2, "text follows after a closing")],
    ),
    Nasty(
        "a file cut off within quotes is refused by the row it is cut in",
        b'konto;text\n1;"a"\n2;"b och',
        faults=[(3, "does not end with one")],
    ),
    Nasty(
        "apostrophes around every value are quotes",
        b"'konto','text'\n'1','a,b'\n'2','it''s'\n",
        [(2, "1", "a,b"), (3, "2", "it's")],
        columns=("konto", "text"),
    ),
    Nasty(
        "an apostrophe before a value is text",
        b"konto;text\n'0101;'t Hooft\n'0102;b\n",
        [(2, "'0101", "'t Hooft"), (3, "'0102", "b")],
    ),
]

WIDTHS = [
    Nasty("too many values are refused", b"konto;text\n1;a\n2;b;c\n3;d\n", faults=[(3, "there are 3 values")]),
    Nasty("too few values are refused", b"konto;text;belopp\n1;a;5\n2;b\n3;d;6\n", faults=[(3, "there are 2 values")]),
    Nasty("a last row with too few values tells of a cut file", b"konto;text;x\n1;a;5\n2;b", faults=[(3, "cut off")]),
    Nasty(
        "a header with fewer names than there are values is refused by the rows",
        b"konto;text\n1;a;5\n2;b;6\n",
        faults=[(2, "there are 3 values"), (3, "there are 3 values")],
    ),
    Nasty(
        "faults of different kinds are all named, in order",
        b'konto;text\n1\n2;"b"c\n3;\0\n4;d;e\n5;f\n',
        faults=[(2, "there is 1 value"), (3, "text follows"), (4, "NUL"), (5, "there are 3 values")],
    ),
    Nasty(
        "more than fifty faults of a kind are counted",
        b"konto;text\n" + b"1\n" * 60 + b"1;a\n",
        faults=[*((row, "there is 1 value") for row in range(2, 52)), (None, "10 more rows")],
    ),
    Nasty(
        "a name of its own for each column", b"konto;text;konto\n1;a;2\n", faults=[(1, "two columns are named 'konto'")]
    ),
    Nasty("names that differ in capitals only are refused", b"Konto;konto\n1;2\n", faults=[(1, "capitals")]),
    Nasty("a column without a name is refused", b";konto;text\n0;1;a\n1;2;b\n", faults=[(1, "column 1 has no name")]),
    Nasty("a column may not take the row's own name", b"konto;source_row\n1;2\n", faults=[(1, "source_row")]),
    Nasty(
        "spaces and marks around names are taken off, and a line break in one is a space",
        text('\ufeff konto ;"belopp\nSEK";\xa0text\n1;2;a\n'),
        [(3, "1", "2", "a")],
        columns=("konto", "belopp SEK", "text"),
    ),
    Nasty(
        "names have any letters",
        text("År;Överskott;Å\n1;2;3\n"),
        [(2, "1", "2", "3")],
        columns=("År", "Överskott", "Å"),
    ),
    Nasty(
        "values keep their spaces and leading zeros",
        text("konto;text\n 0101;a \n\xa01;b\n"),
        [(2, " 0101", "a "), (3, "\xa01", "b")],
    ),
]

LEFT_OUT = [
    Nasty(
        "titles and blank rows above the header are left out",
        text("Resultatrapport;;\nPeriod:;2026-10;\n\nkonto;text;belopp\n5600;a;1\n"),
        [(5, "5600", "a", "1")],
        {"title row": 2, "blank row": 1},
    ),
    Nasty(
        "a title with commas does not make the comma a separator",
        b"Kostnader, utfall\nkonto;belopp\n5600;1,5\n5010;2,5\n",
        [(3, "5600", "1,5"), (4, "5010", "2,5")],
        {"title row": 1},
    ),
    Nasty(
        "blank rows of every make are left out",
        text('konto;text\n\n1;a\n;\n  ;\xa0\n"";" "\n\t;\n2;b\n\n\n'),
        [(3, "1", "a"), (8, "2", "b")],
        {"blank row": 7},
    ),
    Nasty(
        "rows of separators only are blank however many they are",
        b"konto;text;belopp\n;;;;;\n1;a;2\n;\n",
        [(3, "1", "a", "2")],
        {"blank row": 2},
    ),
    Nasty(
        "the header again on every page is left out",
        b"konto;text\n1;a\nkonto;text\n2;b\nkonto;text\n",
        [(2, "1", "a"), (4, "2", "b")],
        {"repeated header": 2},
    ),
    Nasty(
        "a sum row at the end is left out",
        b"konto;text;belopp\n1;a;2\n2;b;3\n;Summa;5\n",
        [(2, "1", "a", "2"), (3, "2", "b", "3")],
        {"sum row": 1},
    ),
    Nasty(
        "several sum rows and blank rows at the end are left out",
        b"konto;belopp\n1;2\n\nSumma kostnader;2\nTotalt:;2\n;\n",
        [(2, "1", "2")],
        {"sum row": 2, "blank row": 2},
    ),
    Nasty(
        "a short sum row is left out",
        b"konto;text;belopp\n1;a;2\nTotalt\n",
        [(2, "1", "a", "2")],
        {"sum row": 1},
    ),
    Nasty(
        "a sum row in the middle is a row, for its reader to judge",
        b"konto;belopp\n1;2\nSumma;2\n2;3\n",
        [(2, "1", "2"), (3, "Summa", "2"), (4, "2", "3")],
    ),
    Nasty(
        "a last row about something total is a row",
        text("text;belopp\nHöft;1\nTotal knäprotes;2\n"),
        [(2, "Höft", "1"), (3, "Total knäprotes", "2")],
    ),
    Nasty(
        "a last row about a sum with words beside it is a row",
        text("text;ort;belopp\nHöft;Åre;1\nSumma vård;Järpen;2\n"),
        [(2, "Höft", "Åre", "1"), (3, "Summa vård", "Järpen", "2")],
    ),
]

HEADERS = [
    Nasty("an empty file is refused", b"", faults=[(None, "the file is empty")]),
    Nasty("a file of blank lines is refused", b"\r\n\r\n \r\n", faults=[(None, "the file is empty")]),
    Nasty("a file of a byte order mark only is refused", b"\xef\xbb\xbf", faults=[(None, "the file is empty")]),
    Nasty("a header without rows gives none", b"konto;text\n", []),
    Nasty("a header without a line end gives no rows", b"konto;text", []),
    Nasty(
        "a file without a header is refused rather than losing its first row",
        text("5600;Läkemedel;100,00\n5010;Lön;3,5\n"),
        faults=[(1, "no row with column names")],
    ),
    Nasty(
        "years among the names are names",
        b"konto;2024;2025\n5600;1;2\n",
        [(2, "5600", "1", "2")],
        columns=("konto", "2024", "2025"),
    ),
    Nasty(
        "a header row that is given is taken",
        b"a;b\nc;d\n1;2\n",
        [(3, "1", "2")],
        {"title row": 1},
        columns=("c", "d"),
        options={"header_row": 2},
    ),
    Nasty(
        "a header row beyond the file is refused",
        b"a;b\n1;2\n",
        faults=[(9, "header_row is 9")],
        options={"header_row": 9},
    ),
    Nasty(
        "a separator of two signs is refused",
        b"a;;b\n",
        faults=[(None, "one ASCII character")],
        options={"separator": ";;"},
    ),
    Nasty(
        "a column that is mostly empty is a column",
        b"konto;belopp;text\n1;2;\n2;3;\n3;4;\n4;5;x\n",
        [(2, "1", "2", ""), (3, "2", "3", ""), (4, "3", "4", ""), (5, "4", "5", "x")],
    ),
    Nasty("a workbook named .csv is refused", b"PK\x03\x04\x14\0\xff\xfe;\0\0", faults=[(None, "packed file")]),
    Nasty("a NUL byte among the names is refused", b"kon\0to;text\n1;a\n", faults=[(1, "NUL")]),
    Nasty(
        "a sheet option says nothing of a text file",
        b"a;b\n1;2\n",
        faults=[(None, "sheet is given")],
        options={"sheet": "Blad1"},
    ),
]

TEXT_FILES = [*ENCODINGS, *LINE_ENDS, *SEPARATORS, *QUOTES, *WIDTHS, *LEFT_OUT, *HEADERS]
