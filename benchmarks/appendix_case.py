"""A made-up case with its executed notebooks, small but with everything a package has.

No notebook is run for it: what they would show is made at once, and a run gives the same.
"""

from __future__ import annotations

import datetime
import json
import platform
from collections.abc import Mapping
from pathlib import Path

import nbformat
import pandas as pd
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from utfall.appendix.answer.document import answer_docx
from utfall.appendix.answer.fill import claims_csv, fill_answer
from utfall.appendix.answer.page import answer_page
from utfall.appendix.case import read_case
from utfall.appendix.numbers import collect_numbers, numbers_csv
from utfall.appendix.package import PackageInfo, completed_payload
from utfall.appendix.package.archive import zip_of
from utfall.appendix.package.bag import sha256
from utfall.appendix.package.environment import KIT
from utfall.appendix.verify.remade import CRATE_CODE, README_CODE
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table
from utfall.publishing.execute import as_json
from utfall.publishing.jobs import ReportJob
from utfall.publishing.pdf import render_pdf
from utfall.publishing.render import render_page

DATA = "../underlag"
"""Where a notebook of a package finds its inputs."""

COSTS = {
    "kostnad": (("Löner", -81_234_500.0), ("Hyrpersonal", -23_045_529.0), ("Läkemedel", -31_326_081.0)),
    "besok": (("Nybesök", -4_125_000.0), ("Återbesök", -9_870_400.0), ("Telefon", -1_204_990.0)),
}
"""Notebook → the rows of its table."""

TITLES = {"kostnad": "Kostnad per kostnadsslag 2025", "besok": "Kostnad per besökstyp 2025"}

QUESTIONS = {"kostnad": "Vad kostade enheten?", "besok": "Vad kostade besöken?"}

CASE = """\
id: REV-31-2025
diary_number: RS/2025/31
title: Svar på granskning av målstyrningen
asked_by: Revisorerna
publisher: Region Exempel
date: 2026-11-22
period: 2025-12
signatory: {name: Kim Exempel, role: ekonomichef}
data: region
answer: svar.md
questions:
  - {id: F1, text: Vad kostade hyrpersonalen?, source: "Revisionsrapport, sidan 4"}
notebooks:
  - {id: kostnad, path: kostnad.ipynb, parameters: {period: 2025-12}}
  - {id: besok, path: besok.ipynb, parameters: {period: 2025-12}}
sensitivity: {kostnad: öppen, besok: öppen}
numbers:
  hyrkostnad: {notebook: kostnad, table: Kostnad, row: Hyrpersonal, column: Belopp, unit: mkr, sign: turned}
  lakemedel: {notebook: kostnad, table: Kostnad, row: Läkemedel, column: Belopp, unit: mkr, sign: turned}
  nybesok: {notebook: besok, table: Kostnad, row: Nybesök, column: Belopp, unit: tkr, sign: turned}
claims:
  storre: {words: större än, check: lakemedel > hyrkostnad}
"""

ANSWER = """\
# Svar på granskning av målstyrningen

## Hyrpersonal

{{ fråga: F1 }}

Hyrpersonalen kostade {{ hyrkostnad }}. Kostnaden för läkemedel var {{ lakemedel }}, alltså {{ storre }} den för
hyrpersonal.

Nybesöken kostade {{ nybesok }}.
"""

STANDIN_RERUN = """
import csv, json, pathlib, sys

folder, out = map(pathlib.Path, sys.argv[1:3])
inputs = pathlib.Path(sys.argv[4]) if len(sys.argv) > 4 else folder / "underlag"
(out / "notebooks").mkdir(parents=True)
values = {}
for path in sorted((folder / "notebooks").glob("*.korning.ipynb")):
    name = path.name.split(".")[0]
    with open(inputs / f"{name}.csv", encoding="utf-8") as file:
        rows = [[row["post"], float(row["belopp"])] for row in csv.DictReader(file, delimiter=";")]
    notebook = json.loads(path.read_text(encoding="utf-8"))
    for cell in notebook["cells"]:
        for output in cell.get("outputs", ()):
            if "application/vnd.utfall.data+json" in output["data"]:
                output["data"]["application/vnd.utfall.data+json"]["rows"] = rows
    (out / "notebooks" / path.name).write_text(json.dumps(notebook), encoding="utf-8")
    values |= {(name, post): amount for post, amount in rows}
with open(folder / "tal.csv", encoding="utf-8-sig", newline="") as file:
    told = list(csv.DictReader(file, delimiter=";"))
for row in told:
    value = values[row["anteckningsbok"], row["rad"]]
    printed = f"{-value / 1e6:.1f} mkr" if row["visad enhet"] == "mkr" else f"{-value / 1e3:.0f} tkr"
    row["värde"], row["tryckt"] = f"{value:.0f}", printed.replace(".", ",")
with open(out / "tal.csv", "w", encoding="utf-8-sig", newline="") as file:
    writer = csv.DictWriter(file, told[0], delimiter=";")
    writer.writeheader()
    writer.writerows(told)
"""
"""A stand-in for the kit: it reads the same inputs, and is run by the same command, but needs no library."""


def standin_environment(version: str = "0.1.0", rerun: str = STANDIN_RERUN) -> dict[str, bytes]:
    """Make the folder ``miljo`` with a stand-in for the kit: the running kit's wheel is larger than all the rest.

    Parameters
    ----------
    version : str
        Version of the stand-in.
    rerun : str
        Its module that runs a package again.

    Returns
    -------
    dict of str to bytes
    """
    about = f"utfall-{version}.dist-info"
    files = {
        "utfall/__init__.py": b"",
        "utfall/appendix/__init__.py": b"",
        "utfall/appendix/rerun.py": rerun.encode(),
        f"{about}/METADATA": f"Metadata-Version: 2.1\nName: utfall\nVersion: {version}\n".encode(),
        f"{about}/WHEEL": b"Wheel-Version: 1.0\nGenerator: standin\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    for name in (*CRATE_CODE, *README_CODE):
        files[f"utfall/{name}"] = (KIT / name).read_bytes()
    record = f"{about}/RECORD"
    files[record] = "".join(f"{name},,\n" for name in [*files, record]).encode()
    return {
        "miljo/requirements.lock": b"",
        "miljo/python.txt": f"{platform.python_version()}\n".encode(),
        f"miljo/utfall-{version}-py3-none-any.whl": zip_of(files, datetime.date(1980, 1, 1)),
    }


def made_payload(folder: Path, environment: Mapping[str, bytes]) -> tuple[dict[str, bytes], PackageInfo]:
    """Make everything of a package but its lists.

    Parameters
    ----------
    folder : Path
        An empty folder, for the case.
    environment : mapping of str to bytes
        Files of the folder ``miljo``.

    Returns
    -------
    (dict of str to bytes, PackageInfo)
    """
    (folder / "region").mkdir(parents=True)
    (folder / "svar.md").write_text(ANSWER, encoding="utf-8")
    (folder / "arende.yaml").write_text(CASE, encoding="utf-8")
    sources = {name: _source(name) for name in COSTS}
    for name, notebook in sources.items():
        nbformat.write(notebook, folder / f"{name}.ipynb")
    case = read_case(folder / "arende.yaml")
    executed = {name: executed_notebook(name) for name in COSTS}
    numbers = collect_numbers(case, executed)
    filled = fill_answer(case, numbers, fictitious=True)
    page = answer_page(filled)
    payload = {
        "svar.docx": answer_docx(filled),
        "svar.html": page.encode(),
        "svar.pdf": render_pdf(page),
        "tal.csv": numbers_csv(numbers),
        "pastaenden.csv": claims_csv(filled),
        "arende.yaml": CASE.encode(),
        "metod/kostnad.md": "# Så räknas kostnaden\n\nBelopp summeras per kostnadsslag.\n".encode(),
        "underlag/region.yaml": b"name: Region Exempel\n",
    }
    for name, rows in COSTS.items():
        lines = "".join(f"{label};{amount:.2f}\n" for label, amount in rows)
        payload[f"underlag/{name}.csv"] = f"post;belopp\n{lines}".encode()
        payload[f"notebooks/{name}.ipynb"] = as_json(sources[name]).encode()
        payload[f"notebooks/{name}.korning.ipynb"] = as_json(executed[name]).encode()
        payload[f"parametrar/{name}.json"] = (json.dumps(_parameters(), indent=1) + "\n").encode()
        report = render_page(executed[name], _job(name))
        payload[f"rapport-{name}.html"] = report.encode()
        payload[f"rapport-{name}.pdf"] = render_pdf(report)
    payload["indata.csv"] = _listed_inputs(payload)
    info = PackageInfo(case.id, case.title, case.diary_number, datetime.date(2026, 11, 22), "Region Exempel", "0.1.0")
    return completed_payload(payload, info, environment), info


def _listed_inputs(payload: Mapping[str, bytes]) -> bytes:
    lines = ["fil;lämnas ut;fil i underlag;sha256 i underlag", "ledger.parquet;nej;;"]
    for name in sorted(payload):
        if name.startswith("underlag/"):
            left = name.removeprefix("underlag/")
            lines.append(f"{left};ja;{left};{sha256(payload[name])}")
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def executed_notebook(name: str, rows: tuple[tuple[str, float], ...] | None = None) -> NotebookNode:
    """What a notebook of the case is when it has run.

    Parameters
    ----------
    name : str
        Its id.
    rows : tuple of (str, float), optional
        Rows of its table; by default those of `COSTS`.
    """
    shown = COSTS[name] if rows is None else rows
    columns = {"post": Column("Post"), "belopp": Column("Belopp", "amount")}
    table = Table(pd.DataFrame(shown, columns=["post", "belopp"]), TITLES[name], columns)
    largest = min(shown, key=lambda row: row[1])[0]
    notebook = _source(name)
    injected = new_code_cell(
        "# Parameters\n" + "\n".join(f'{key} = "{value}"' for key, value in _parameters().items()),
        id="injected",
        metadata={"tags": ["injected-parameters"]},
    )
    notebook.cells.insert(2, injected)
    notebook.cells[-2].outputs = [_output(table)]
    notebook.cells[-1].outputs = [_output(Prose(f"Störst är **{largest}**."))]
    return notebook


def _source(name: str) -> NotebookNode:
    cells = [
        new_markdown_cell(f"# {QUESTIONS[name]}", id="title"),
        new_code_cell('period = "2026-10"\ndata = "data/demo"', id="parameters", metadata={"tags": ["parameters"]}),
        new_markdown_cell("## Svaret i korthet", id="heading"),
        new_code_cell(_TABLE.replace("NAME", name).replace("TITLE", TITLES[name]), id="table"),
        new_code_cell(_NOTE, id="note"),
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    return new_notebook(cells=cells, metadata={"title": QUESTIONS[name], "kernelspec": kernel})


_TABLE = """\
import pandas as pd
from utfall.presentation.prose import Prose
from utfall.presentation.tables import Column, Table

costs = pd.read_csv(f"{data}/NAME.csv", sep=";")
Table(costs, "TITLE", {"post": Column("Post"), "belopp": Column("Belopp", "amount")})"""

_NOTE = """Prose(f"Störst är **{costs.loc[costs.belopp.idxmin(), 'post']}**.")"""


def _output(shown: Table | Prose) -> NotebookNode:
    return nbformat.from_dict(
        {
            "output_type": "execute_result",
            "execution_count": None,
            "metadata": {},
            "data": shown._repr_mimebundle_(),
        }
    )


def _parameters() -> dict[str, str]:
    return {"period": "2025-12", "data": DATA}


def _job(name: str) -> ReportJob:
    return ReportJob(
        Path(f"{name}.ipynb"),
        {},
        f"rapport-{name}",
        QUESTIONS[name],
        "2025-12",
        "unit",
        "1",
        "Klinik Exempel",
        fictitious=True,
        publisher="Region Exempel",
    )
