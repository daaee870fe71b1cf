"""Reading an answer, whichever of the two forms it has."""

from __future__ import annotations

from pathlib import Path

from utfall.appendix.answer.blocks import Answer
from utfall.appendix.answer.markdown import read_markdown
from utfall.errors import Fault, InvalidData


def read_answer(path: Path) -> Answer:
    """Read the text of an answer.

    Parameters
    ----------
    path : Path
        A Markdown file (UTF-8) or a Word document (.docx).

    Returns
    -------
    Answer
        With faults where a mark or a part of the text cannot be read.

    Raises
    ------
    InvalidData
        When the file cannot be read at all.
    """
    if path.suffix.lower() == ".docx":
        from utfall.appendix.answer.word import read_word  # Word's library, which an answer in Markdown does without

        return read_word(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        raise InvalidData([Fault(path.name, None, "is not UTF-8 text.", "Save the file as UTF-8.")]) from None
    return read_markdown(text, path)
