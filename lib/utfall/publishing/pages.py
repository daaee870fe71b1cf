"""The pages that are not notebooks: their templates, and the words they share."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from utfall.publishing.outcome import FailureKind

TEMPLATES = Path(__file__).parent / "template"
"""Folder of the package's own templates; nothing is installed in Jupyter's folders."""

LEVEL_WORDS = {"board": "Nämnd", "division": "Division", "area": "Område", "unit": "Enhet"}
"""Levels of the organisation, in Swedish."""

_REMEDIES = {
    FailureKind.NOTEBOOK: "Felet nedan säger vad beräkningen stannade på, med fil och rad när uppgifterna är fel. "
    "Rätta det och kör månaden igen.",
    FailureKind.GATES: "Den färdiga sidan hade ett fel som läsaren inte ska se. Rätta det i anteckningsboken och kör "
    "månaden igen.",
    FailureKind.KERNEL: "Kör månaden igen. Händer det på nytt kan minnet ha tagit slut: kör med --workers 1.",
    FailureKind.HANGING: "Kör månaden igen. Händer det på nytt behöver anteckningsboken mer tid eller mindre att "
    "räkna på.",
    FailureKind.STORAGE: "Frigör plats på disken, eller ge rätt att skriva i mappen, och kör månaden igen.",
    FailureKind.PUBLISHING: "Kör månaden igen. Händer det på nytt är det ett fel i programmet: anmäl det med texten "
    "nedan.",
}


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


def remedy(kind: FailureKind) -> str:
    """What to do about a report that could not be made, in Swedish.

    Examples
    --------
    >>> remedy(FailureKind.STORAGE).split(",")[0]
    'Frigör plats på disken'
    """
    return _REMEDIES[kind]
