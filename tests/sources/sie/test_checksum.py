"""The control sum of a file, against the algorithm the standard prints (edition 4B, chapter 10)."""

import pytest

from tests.sources.sie.files import as_bytes, read
from utfall.errors import InvalidData

BODY = [
    "#PROGRAM Ekonomi 1.0",
    '#FNAMN "Region Ås"',
    '#KONTO 1915 "Kassa \\"special\\""',
    "#VER A 1 20260108",
    "{",
    '#TRANS 1915 {1 "11 00"} 10.00',
    "#TRANS 2440 {} -10.00",
    "}",
]
COUNTED = (
    '#PROGRAMEkonomi1.0#FNAMNRegion Ås#KONTO1915Kassa "special"#VERA120260108#TRANS1915111 0010.00#TRANS2440-10.00'
)
"""What the standard counts of the body, written by hand."""


def crc_of_the_standard(data: bytes) -> int:
    table = []
    for number in range(256):
        crc = number
        for _ in range(8):
            crc = (crc >> 1) ^ 0xEDB88320 if crc & 1 else crc >> 1
        table.append(crc)
    crc = 0xFFFFFFFF
    for byte in data:
        crc = (crc >> 8) ^ table[(crc ^ byte) & 0xFF]
    return crc ^ 0xFFFFFFFF


def summed(value: int | str, body=BODY) -> list[str]:
    return ["#FLAGGA 0", "#KSUMMA", *body, f"#KSUMMA {value}"]


RIGHT = crc_of_the_standard(COUNTED.encode("cp437"))


def test_a_file_with_the_right_sum_is_verified(tmp_path):
    assert read(tmp_path, summed(RIGHT)).checksum == "verified"


def test_a_sum_written_as_a_signed_number_is_the_same_sum(tmp_path):
    assert read(tmp_path, summed(RIGHT - 2**32 if RIGHT >= 2**31 else RIGHT)).checksum == "verified"


def test_the_sum_counts_characters_by_code_page_437_in_whatever_encoding_the_file_is(tmp_path):
    assert read(tmp_path, as_bytes(summed(RIGHT), "utf-8")).checksum == "verified"


def test_spaces_between_fields_and_ends_of_lines_do_not_matter(tmp_path):
    body = [line.replace("#TRANS 1915 {", "#TRANS\t1915   { ") for line in BODY]
    assert read(tmp_path, as_bytes(summed(RIGHT, body), end="\n")).checksum == "verified"


def test_a_file_without_sum_is_taken_as_it_is(tmp_path):
    assert read(tmp_path, BODY).checksum == "absent"


def test_a_changed_amount_is_found_by_the_sum(tmp_path):
    changed = [line.replace("10.00", "11.00") for line in BODY]
    with pytest.raises(InvalidData, match=r"row 11: the control sum #KSUMMA is '\d+', but the file's lines give"):
        read(tmp_path, summed(RIGHT, changed))
    assert read(tmp_path, summed(RIGHT, changed), strict=False).checksum == "unverified"


def test_a_file_whose_closing_sum_is_missing_is_cut_off(tmp_path):
    with pytest.raises(InvalidData, match="row 2: the control sum #KSUMMA is begun and not given"):
        read(tmp_path, summed(RIGHT)[:-1])


def test_a_sum_over_characters_the_standard_lacks_is_told_as_not_verified(tmp_path):
    body = [*BODY, '#KONTO 5600 "Läkemedel €"']
    file = read(tmp_path, as_bytes(summed(1, body), "utf-8"))
    assert file.checksum == "unverified"
    assert "not verified" in " ".join(file.doubts)
