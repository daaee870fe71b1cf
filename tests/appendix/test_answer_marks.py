"""Marks are read, or refused with what to write instead; Markdown keeps its shape and its rows."""

from __future__ import annotations

from pathlib import Path

import pytest

from utfall.appendix.answer.blocks import typed_text
from utfall.appendix.answer.markdown import read_markdown
from utfall.appendix.answer.marks import Mark, read_mark
from utfall.errors import InvalidParameter


def read(text):
    return read_markdown(text, Path("svar.md"))


@pytest.mark.parametrize(
    ("content", "mark"),
    [
        ("hyrkostnad_2025", Mark("name", "hyrkostnad_2025")),
        (" \u00a0a\u00a0 ", Mark("name", "a")),
        ("ökade(a, b)", Mark("meaning", "ökade(a, b)")),
        ("steg: b > a", Mark("check", "steg", "b > a")),
        ("lägre än budget: a < b", Mark("check", "lägre än budget", "a < b")),
        ("citat: 79 mkr | budget: 2024", Mark("quote", "79 mkr", "budget: 2024")),
        ("Citat: 79 mkr | källa", Mark("quote", "79 mkr", "källa")),
        ("bedömning: bättre än förr", Mark("judgement", "bättre än förr")),
        ("fråga: rek-2", Mark("question", "rek-2")),
        ("a\u030akostnad", Mark("name", "åkostnad")),  # letters as a Mac may write them
    ],
)
def test_a_mark_is_read(content, mark):
    assert read_mark(content) == mark


@pytest.mark.parametrize(
    "content", ["", "  ", "steg:", ": a > b", "citat: 79 mkr", "citat: | källa", "citat: 79 mkr |"]
)
def test_a_mark_that_lacks_something_is_refused(content):
    with pytest.raises(InvalidParameter):
        read_mark(content)


def test_a_mark_can_be_written_again():
    for content in ("a", "steg: b > a", "citat: 79 mkr | källa", "bedömning: bra", "fråga: rek-2"):
        assert str(read_mark(content)) == f"{{{{ {content} }}}}"


def test_markdown_keeps_headings_lists_tables_and_quotations():
    answer = read(
        "# Svar\n\n## 1. Fråga\n\nText med **fet {{ a }}** och *kursiv*.\nSamma stycke.\n\n"
        "- ett\n- två\n  1. inre\n\n> citerat\n\n| Post | Kr |\n|---|---|\n| Lön | {{ b | c }} |\n"
    )
    kinds = [(block.kind, block.level, block.ordered) for block in answer.blocks]
    assert kinds == [
        ("heading", 1, False),
        ("heading", 2, False),
        ("paragraph", 1, False),
        ("item", 1, False),
        ("item", 1, False),
        ("item", 2, True),
        ("quote", 1, False),
        ("table", 1, False),
    ]
    assert typed_text(answer.blocks[2].lines[0]) == "Text med fet ¤ och kursiv. Samma stycke."
    assert [(span.text, span.bold) for span in answer.blocks[2].lines[0]][:3] == [
        ("Text med ", False),
        ("fet ", True),
        ("", True),
    ]
    assert answer.blocks[-1].columns == 2
    assert [typed_text(line) for line in answer.blocks[-1].lines] == ["Post", "Kr", "Lön", "¤"]


def test_each_block_knows_its_row():
    answer = read("# Svar\n\nEtt.\n\nTvå {{ a }}\nrader.\n\n- Ett.\n- {{ b }}\n")
    assert [block.place for block in answer.blocks] == ["row 1", "row 3", "row 5", "row 8", "row 9"]


def test_a_mark_with_signs_of_markdown_in_it_is_left_alone():
    answer = read("Det {{ steg: a * b > c * d }} och {{ citat: 5_000_kr | [länk](x) }}.")
    assert [mark.rest for mark, _ in answer.marks()] == ["a * b > c * d", "[länk](x)"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Ett.\n\nTvå {{ a.\n", "svar.md, row 3: {{ has no }}"),
        ("Ett }} två.\n", "svar.md, row 1: }} has no {{"),
        ("Ett.\n\n{{ }}\n", "svar.md, row 3: The mark {{ }} is empty"),
        ("![bild](a.png)\n", "a picture"),
        ("<div>5 mkr</div>\n", "svar.md, row 1: holds HTML"),
        ("Text <b>5</b>.\n", "HTML"),
        ("    kod\n", "a block of code"),
    ],
)
def test_what_cannot_be_read_is_named(text, said):
    assert any(said in str(fault) for fault in read(text).faults)


def test_signs_of_private_use_in_the_text_cannot_pose_as_a_mark():
    assert [mark.words for mark, _ in read("Ett \ue0000\ue001 två {{ a }}.").marks()] == ["a"]


def test_a_mark_over_several_rows_leaves_no_space_and_moves_nothing_below_it():
    answer = read_markdown("# S\n\nDet {{ bedömning: att\nen\nlång sak }}, sagt.\n\nNästa.\n", Path("svar.md"))
    heading, paragraph, below = answer.blocks
    words = ["" if span.mark else span.text for line in paragraph.lines for span in line]
    assert words == ["Det ", "", ", sagt."]
    assert [block.place for block in (heading, paragraph, below)] == ["row 1", "row 3", "row 7"]
