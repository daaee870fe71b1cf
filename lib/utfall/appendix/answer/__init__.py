"""The answer itself: its text with marks read, checked and filled, and written as a Word document and a page."""

from utfall.appendix.answer.check import answer_faults
from utfall.appendix.answer.document import answer_docx
from utfall.appendix.answer.fill import FilledAnswer, claims_csv, fill_answer
from utfall.appendix.answer.page import answer_page
from utfall.appendix.answer.read import read_answer

__all__ = ["FilledAnswer", "answer_docx", "answer_faults", "answer_page", "claims_csv", "fill_answer", "read_answer"]
