"""Whether each executed notebook is the notebook beside it, run with the parameters beside it, as the case says."""

from __future__ import annotations

import ast
import json
from collections.abc import Iterator, Mapping
from typing import Any

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package import layout
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.verify.case_file import case_file
from utfall.appendix.verify.checks import Payload

INJECTED = "injected-parameters"
"""Tag of the cell that papermill adds with the values of the parameters."""

_ASK = "Begär ett nytt exemplar av paketet."


def run_faults(payload: Payload, info: PackageInfo) -> Iterator[Fault]:
    """Compare executed notebooks with their sources, their parameters and the case; see `ContentCheck`.

    Yields
    ------
    Fault
        Another code, another parameter, an error in the run, another case.
    """
    case = case_file(payload)
    told = {"id": info.id, "diary_number": info.diary_number, "title": info.title, "date": info.date.isoformat()}
    for key, value in told.items():
        if str(case.get(key)) != value:
            yield _contradicts(
                layout.CASE, f"Filen säger {key}: {str(case.get(key))[:80]!r} där paketet säger {value!r}"
            )
    notebooks = layout.notebook_ids(payload)
    of_case = {str(row["id"]): dict(row.get("parameters") or {}) for row in case["notebooks"]}
    if sorted(of_case) != notebooks:
        what = f"Filen nämner beräkningarna {', '.join(sorted(of_case))}, men i paketet ligger {', '.join(notebooks)}"
        yield _contradicts(layout.CASE, what)
    for notebook in notebooks:
        yield from _run(notebook, payload, of_case.get(notebook, {}))


def _run(notebook: str, payload: Payload, of_case: Mapping[str, Any]) -> Iterator[Fault]:
    source = json.loads(payload[layout.source(notebook)])
    executed = json.loads(payload[layout.executed(notebook)])
    given = json.loads(payload[layout.parameters(notebook)])
    code = [cell for cell in executed["cells"] if INJECTED not in cell["metadata"].get("tags", ())]
    if [_code(cell) for cell in source["cells"]] != [_code(cell) for cell in code]:
        yield _contradicts(layout.executed(notebook), f"Den körda beräkningen är en annan än {layout.source(notebook)}")
    injected = [cell for cell in executed["cells"] if INJECTED in cell["metadata"].get("tags", ())]
    if _assigned("\n".join(_code(cell)[1] for cell in injected)) != given:
        what = f"Beräkningen kördes med andra värden än {layout.parameters(notebook)} säger"
        yield _contradicts(layout.executed(notebook), what)
    for name, value in of_case.items():
        if given.get(name) != value:
            yield _contradicts(layout.parameters(notebook), f"{name} är {given.get(name)!r}, men i ärendet {value!r}")
    if any(output["output_type"] == "error" for cell in code for output in cell.get("outputs", ())):
        yield _contradicts(layout.executed(notebook), "Beräkningen stannade på ett fel")


def _code(cell: Mapping[str, Any]) -> tuple[str, str]:
    text = cell["source"]
    return cell["cell_type"], text if isinstance(text, str) else "".join(text)


def _assigned(code: str) -> dict[str, Any]:
    return {
        target.id: ast.literal_eval(statement.value)
        for statement in ast.parse(code).body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def _contradicts(name: str, what: str) -> Fault:
    return Fault(FaultKind.CONTENT, name, f"{what}. {_ASK}")
