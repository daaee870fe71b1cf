"""The pages that are not notebooks: their templates, and the words they share."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

TEMPLATES = Path(__file__).parent / "template"
"""Folder of the package's own templates; nothing is installed in Jupyter's folders."""

LEVEL_WORDS = {"board": "Nämnd", "division": "Division", "area": "Område", "unit": "Enhet"}
"""Levels of the organisation, in Swedish."""


@lru_cache(maxsize=8)
def page_template(name: str) -> Template:
    """Template of a page, with everything put into it escaped.

    Parameters
    ----------
    name : str
        File name in the package's ``template/index`` folder.

    Returns
    -------
    Template
    """
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES / "index"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    return environment.get_template(name)


def level_word(level: str) -> str:
    """Name a level of the organisation.

    Examples
    --------
    >>> level_word("area")
    'Område'
    """
    return LEVEL_WORDS.get(level, level.capitalize())
