"""A report page with everything a page may hold, and what pypdf reads in the document made of it."""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pandas as pd
from nbformat import from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell
from PIL import Image
from pypdf import PdfReader

from tests.publishing.standin import notebook_of
from utfall.presentation.charts import year_path
from utfall.presentation.prose import KeyFigures
from utfall.presentation.tables import Column, Table
from utfall.publishing.jobs import Crumb, ReportJob
from utfall.publishing.render import render_page

JOB = ReportJob(
    notebook=Path("report.ipynb"),
    parameters={},
    slug="ortopedi-201",
    title="Månadsrapport",
    period="2026-10",
    level="area",
    unit_code="201",
    unit_name="Ortopedi & rehab",
    path=(Crumb("Nämnden", "namnden-hsn"),),
    publisher="Region Exempel",
    fictitious=True,
    pdf=True,
)

RESULT = Table(
    pd.DataFrame({"line": ["Läkemedel", "Inhyrd personal", "Summa"], "amount": [-90.25e6, 61.5e6, -28.75e6]}),
    "Avvikelse januari–oktober",
    {"line": Column("Post"), "amount": Column("Avvikelse", "amount", better="higher")},
    totals=(-1,),
)
CHART = year_path(
    pd.Series([-1e6, -2.5e6], pd.period_range("2026-01", periods=2, freq="M")), title="Underskottet växer"
)
FIGURES = KeyFigures([("Nettoresultat", "−3 081,8 mkr"), ("Avvikelse mot budget", "−231,3 mkr", "sämre")])
TEXT = "Kostnaden är **231,3 mkr** högre än [budget](https://exempel.se/budget), se [noten](noter.html)."


def wide_table(columns: int = 14) -> Table:
    """A table that no standing page has room for."""
    names = [f"Månadens utfall nummer {n}" for n in range(columns)]
    frame = pd.DataFrame({name: [-1234567.8e3 - n] for n, name in enumerate(names)}).assign(line="Läkemedel")
    numbers = {name: Column(name, "amount", unit="tkr") for name in names}
    return Table(frame, "Alla månader", {"line": Column("Post"), **numbers})


def long_table(rows: int) -> Table:
    """A table with a sum in its last row."""
    frame = pd.DataFrame({"line": [*(f"Rad {n} slut" for n in range(rows - 1)), "Summa"], "amount": 1e6})
    return Table(frame, "Alla rader", {"line": Column("Post"), "amount": Column("Utfall", "amount")}, totals=(-1,))


def output_of(shown: Any) -> Any:
    """The output a notebook has of something that shows itself."""
    bundle = shown._repr_mimebundle_()
    data, metadata = bundle if isinstance(bundle, tuple) else (bundle, {})
    return from_dict({"output_type": "display_data", "data": data, "metadata": metadata})


def picture() -> Any:
    """A picture made of dots, described."""
    written = io.BytesIO()
    Image.new("RGB", (8, 8), "#0072b2").save(written, "PNG")
    data = {"image/png": base64.b64encode(written.getvalue()).decode()}
    return from_dict(
        {"output_type": "display_data", "data": data, "metadata": {"image/png": {"alt": "En blå yta", "title": "Yta"}}}
    )


def page_of(*parts: Any, job: ReportJob = JOB) -> str:
    """A page of Markdown and things that show themselves."""
    cells = [
        new_markdown_cell(part)
        if isinstance(part, str)
        else new_code_cell(outputs=[part if hasattr(part, "output_type") else output_of(part)])
        for part in parts
    ]
    return render_page(notebook_of(*cells), job)


def full_page(job: ReportJob = JOB) -> str:
    """A page with all that a page may hold."""
    return page_of(
        "## Läget", TEXT, FIGURES, RESULT, "## Utveckling", CHART, picture(),
        "## Månaderna", "Alla månader.", wide_table(), "### Detaljer", "- en\n- två\n    - tre",
        "<details><summary>Metod</summary><p>Så räknades det.</p></details>", "## Raderna", long_table(60),
        job=job,
    )  # fmt: skip


@dataclass
class Tag:
    """An element of a document's structure."""

    name: str
    alt: str = ""
    attributes: dict[str, Any] = field(default_factory=dict)
    children: list[Tag] = field(default_factory=list)

    def all(self, name: str) -> Iterator[Tag]:
        """Every element of a name below this one."""
        for child in self.children:
            if child.name == name:
                yield child
            yield from child.all(name)


def reader(content: bytes) -> PdfReader:
    """Open a document."""
    return PdfReader(io.BytesIO(content))


def structure(content: bytes) -> Tag:
    """Read a document's structure from its root."""
    return _tag(reader(content).trailer["/Root"]["/StructTreeRoot"])


def _tag(element: Any) -> Tag:
    kids = element.get("/K", [])
    kids = kids if isinstance(kids, list) else [kids]
    below = [kid.get_object() for kid in kids]
    return Tag(
        str(element.get("/S", "/Root"))[1:],
        str(element.get("/Alt", "")),
        {str(name)[1:]: value for name, value in element.get("/A", {}).items()},
        [_tag(kid) for kid in below if isinstance(kid, dict) and "/S" in kid],
    )


def words(text: str) -> str:
    """Text with every kind of space as one plain space."""
    return re.sub(r"\s+", " ", text)


def page_texts(content: bytes) -> list[str]:
    """Text of each page."""
    return [words(page.extract_text()) for page in reader(content).pages]


def bookmarks(content: bytes) -> list[tuple[str, int]]:
    """Bookmarks in order, each with the number of its page from 1."""
    document = reader(content)

    def flat(outline: Any) -> Iterator[tuple[str, int]]:
        for item in outline:
            if isinstance(item, list):
                yield from flat(item)
            else:
                yield str(item.title), document.get_destination_page_number(item) + 1

    return list(flat(document.outline))
