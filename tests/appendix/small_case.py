"""A small case: one notebook that shows two tables, and an answer with a mark of every kind."""

from __future__ import annotations

from pathlib import Path

import nbformat
import pandas as pd
import yaml
from nbformat import NotebookNode, from_dict
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from utfall.presentation.tables import Column, Table

COSTS = Table(
    pd.DataFrame(
        {
            "post": ["Inhyrd personal", "Läkemedel", "Övrigt", "Övrigt", "Summa"],
            "part": ["Läkare", "Alla", "Lokaler", "Resor", "Alla"],
            "before": [-45_250_000.0, -20_000_000.0, -300_000.0, -1_000.0, -65_551_000.0],
            "after": [-30_150_000.0, -31_300_000.0, -300_000.0, None, -61_750_000.0],
            "change": [-0.3337, 0.565, 0.0, None, -0.058],
        }
    ),
    "Kostnad per post, januari–oktober 2026",
    {
        "post": Column("Post"),
        "part": Column("Del"),
        "before": Column("Förra året", "amount"),
        "after": Column("I år", "amount"),
        "change": Column("Ändring", "percent"),
    },
)
PATIENTS = Table(
    pd.DataFrame(
        {
            "month": pd.to_datetime(["2026-09-01", "2026-10-01", "2026-11-01"]),
            "patients": pd.Series([1250, 1337, "< 5"], dtype=object),
            "low": [1200, 1300, 1],
            "high": [1300, 1400, 2],
        }
    ),
    "Patienter månad för månad",
    {
        "month": Column("Månad", "period"),
        "patients": Column("Patienter", "number", unit="patienter"),
        "low": Column("till", "number"),
        "high": Column("till", "number"),
    },
)

PLACES = {
    "hyra_fore": {"table": "Kostnad per post", "row": "Inhyrd personal", "column": "Förra året", "sign": "turned"},
    "hyra_efter": {"table": "Kostnad per post", "row": "Inhyrd personal", "column": "I år", "sign": "turned"},
    "lakemedel": {"table": "Kostnad per post", "row": "Läkemedel", "column": "I år", "sign": "turned"},
    "summa": {"table": "Kostnad per post", "row": "Summa", "column": "I år", "unit": "mkr", "sign": "turned"},
    "hyra_andring": {"table": "Kostnad per post", "row": "Inhyrd personal", "column": "Ändring"},
    "patienter": {"table": "Patienter månad", "row": "2026-10", "column": "Patienter"},
}

ANSWER = """# Svar på granskningen

Vi svarar i ordning.

## 1. {{ fråga: rek-1 }}

Hyrkostnaden {{ minskade(hyra_fore, hyra_efter) }} från {{ hyra_fore }} till {{ hyra_efter }}, {{ hyra_andring }}.
Läkemedlen, {{ lakemedel }}, är {{ mer_an_halften }} av {{ summa }}. I oktober 2026 behandlades {{ patienter }}.

- Budgeten höjdes med {{ citat: 79 mkr | årsredovisning 2024, s. 12 }}.
- {{ bedömning: Läget är bättre än förr. }}
"""


def executed() -> NotebookNode:
    """The notebook as it looks when it has been run."""
    outputs = [
        from_dict({"output_type": "display_data", "metadata": {}, "data": table._repr_mimebundle_()})
        for table in (COSTS, PATIENTS)
    ]
    cells = [new_markdown_cell("# Vad kostade det?"), *(new_code_cell("table", outputs=[one]) for one in outputs)]
    return new_notebook(cells=cells)


def content(**changes: object) -> dict[str, object]:
    """What the case file says."""
    case: dict[str, object] = {
        "id": "REV-1-2026",
        "diary_number": "REV/1/2026",
        "title": "Svar på granskning av hyrkostnader",
        "asked_by": "Regionens revisorer",
        "publisher": "Nämnden",
        "date": "2026-11-20",
        "period": "2026-10",
        "signatory": {"name": "Kim Exempel", "role": "Direktör"},
        "data": "data",
        "answer": "svar.md",
        "questions": [{"id": "rek-1", "text": "Minska hyrkostnaden på 3 år.", "source": "Granskning 2025, s. 4"}],
        "notebooks": [{"id": "kostnad", "path": "cost.ipynb"}],
        "sensitivity": {"kostnad": "öppen"},
        "numbers": {name: {"notebook": "kostnad", **place} for name, place in PLACES.items()},
        "claims": {"mer_an_halften": {"words": "mer än hälften", "check": "lakemedel > summa / 2"}},
    }
    return {name: value for name, value in {**case, **changes}.items() if value is not None}


def write_case(folder: Path, text_of_answer: str = ANSWER, **changes: object) -> Path:
    """Write a case with all it names, and give its path."""
    notebook = new_notebook(
        cells=[
            new_markdown_cell("# Vad kostade det?"),
            new_code_cell('unit = "A"\nperiod = "2026-10"\ndata = "data"', metadata={"tags": ["parameters"]}),
        ]
    )
    notebook.metadata["title"] = "Kostnader"
    nbformat.write(notebook, folder / "cost.ipynb")
    (folder / "data").mkdir(exist_ok=True)
    (folder / "svar.md").write_text(text_of_answer, encoding="utf-8")
    path = folder / "REV-1-2026.yaml"
    text = yaml.safe_dump(content(**changes), allow_unicode=True, sort_keys=False)
    path.write_text(text.replace("date: '2026-11-20'", "date: 2026-11-20"), encoding="utf-8")
    return path
