"""Where in a package each file lies; paths below ``data/``."""

from __future__ import annotations

from collections.abc import Iterable

ANSWER = "svar"
"""The answer, as .docx, .pdf and .html."""

REPORT = "rapport"
"""The notebooks' reports, as .html and .pdf; of several notebooks each with its id."""

NUMBERS, CLAIMS, CASE, INPUTS_LIST = "tal.csv", "pastaenden.csv", "arende.yaml", "indata.csv"
README, CRATE = "LASMIG.txt", "ro-crate-metadata.json"
NOTEBOOKS, PARAMETERS, INPUTS, METHODS, ENVIRONMENT = "notebooks/", "parametrar/", "underlag/", "metod/", "miljo/"
LOCK, PYTHON = f"{ENVIRONMENT}requirements.lock", f"{ENVIRONMENT}python.txt"

SOURCE, EXECUTED = ".ipynb", ".korning.ipynb"
"""How the names of a notebook and of the same when it has run end."""

NEEDED = (
    *(f"{ANSWER}{kind}" for kind in (".docx", ".html", ".pdf")),
    NUMBERS,
    CLAIMS,
    CASE,
    INPUTS_LIST,
    README,
    CRATE,
    LOCK,
    PYTHON,
)
"""Files that every package has."""


def notebook_ids(names: Iterable[str]) -> list[str]:
    """Ids of the notebooks of a package.

    Examples
    --------
    >>> notebook_ids(["notebooks/orsak.ipynb", "notebooks/orsak.korning.ipynb", "svar.html"])
    ['orsak']
    """
    starts = {name.removeprefix(NOTEBOOKS) for name in names if name.startswith(NOTEBOOKS) and name.endswith(SOURCE)}
    return sorted({name.removesuffix(SOURCE).removesuffix(".korning") for name in starts})


def source(notebook: str) -> str:
    """Where a notebook lies."""
    return f"{NOTEBOOKS}{notebook}{SOURCE}"


def executed(notebook: str) -> str:
    """Where a notebook that has run lies."""
    return f"{NOTEBOOKS}{notebook}{EXECUTED}"


def parameters(notebook: str) -> str:
    """Where the parameters of a notebook lie."""
    return f"{PARAMETERS}{notebook}.json"


def report(notebook: str, notebooks: Iterable[str]) -> str:
    """Where the report of a notebook lies, without .html or .pdf.

    Examples
    --------
    >>> report("orsak", ["orsak"]), report("orsak", ["effekt", "orsak"])
    ('rapport', 'rapport-orsak')
    """
    return REPORT if list(notebooks) == [notebook] else f"{REPORT}-{notebook}"
