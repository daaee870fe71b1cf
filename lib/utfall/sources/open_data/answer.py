"""A request and the page that came, and the error of a source that gives none."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

from utfall.errors import UtfallError

Kind = Literal["data", "labels"]
"""What a page holds: figures, or what their codes mean."""


class Unreachable(UtfallError):
    """A source does not answer, or answers with something that is no data; the text says what to do."""


@dataclass(frozen=True)
class Answer:
    """One request and the page that came.

    Parameters
    ----------
    method : str
        ``GET`` or ``POST``.
    address : str
        Where it was asked.
    asked : dict, optional
        What was sent with a ``POST``.
    body : bytes or None
        The page as it came; None where the source has nothing there (404).
    content : Any
        The page read as JSON.
    kind : {"data", "labels"}
        What the page holds.
    """

    method: str
    address: str
    asked: dict[str, Any] | None
    body: bytes | None
    content: Any = field(repr=False)
    kind: Kind = "data"
