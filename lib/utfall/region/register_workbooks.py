"""All registers of a region in one workbook, and back to YAML, with nothing lost on the way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from utfall.errors import Fault, InvalidData, InvalidParameter
from utfall.region.register_sheets import SHEET_FILES, RegisterSheet, register_sheets, sheet_of
from utfall.region.register_writing import plain_value, write_register_sheets
from utfall.region.registers import (
    AccountInterval,
    Comment,
    Decision,
    Event,
    Goal,
    Measure,
    OrganisationRow,
    RegisterRow,
    ReportLine,
    ReportOrder,
    read_register,
)

_MODELS: dict[str, type[RegisterRow]] = {
    "units": OrganisationRow,
    "lines": ReportLine,
    "accounts": AccountInterval,
    "measures": Measure,
    "goals": Goal,
    "decisions": Decision,
    "comments": Comment,
    "events": Event,
    "reports": ReportOrder,
}

YAML_WIDTH = 110
"""Columns after which a row of YAML is broken."""


def register_models() -> dict[str, type[RegisterRow]]:
    """Give every list that is a register, and the model of its rows.

    Returns
    -------
    dict of str to type
        In the order of a workbook's sheets.

    Examples
    --------
    >>> list(register_models()) == list(SHEET_FILES)
    True
    """
    # Imported here: a region that keeps its registers in YAML, and has none of these, is opened without them.
    from utfall.region.scenario_registers import MODELS_AHEAD

    return _MODELS | MODELS_AHEAD


class _RegisterDumper(getattr(yaml, "CSafeDumper", yaml.SafeDumper)):  # type: ignore[misc]
    def ignore_aliases(self, data: object) -> bool:
        return True


def registers_to_excel(region_folder: Path, path: Path, *, replace: bool = False) -> Path:
    """Write all registers of a region's folder into one workbook.

    The workbook can stand in the place of the YAML files: under the name ``register.xlsx`` beside ``region.yaml``,
    once those files have been removed.

    Parameters
    ----------
    region_folder : Path
        The folder with the registers.
    path : Path
        The workbook to write; it ends in ``.xlsx``.
    replace : bool, default False
        Whether a file that is there may be replaced.

    Returns
    -------
    Path
        The workbook.

    Raises
    ------
    InvalidData
        When a register does not hold.
    InvalidParameter
        When there is no register, a file is in the way, or a value is too long for a cell.
    """
    if path.suffix.lower() != ".xlsx":
        raise InvalidParameter(f"{path} does not end in .xlsx; give the workbook such a name.")
    if path.exists() and not replace:
        raise InvalidParameter(f"{path} exists; give another name, or --replace to write over it.")
    models = register_models()
    registers = {key: read_register(region_folder / SHEET_FILES[key], key, model) for key, model in models.items()}
    if not any(registers.values()):
        raise InvalidParameter(f"There are no registers in {region_folder}; name a region's folder.")
    unfinished = path.with_name(f".{path.name}")
    try:
        write_register_sheets(registers, models, unfinished)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path


def registers_to_yaml(path: Path, folder: Path, *, replace: bool = False) -> list[Path]:
    """Write the registers of a workbook as YAML files.

    Parameters
    ----------
    path : Path
        The workbook, as `registers_to_excel` writes it.
    folder : Path
        Where the files are written; made when it is not there.
    replace : bool, default False
        Whether files that are there may be replaced.

    Returns
    -------
    list of Path
        The files; every one of them, or none.

    Raises
    ------
    InvalidData
        Naming each faulty row by its sheet.
    InvalidParameter
        When a file is in the way.
    """
    texts = workbook_texts(path)
    in_the_way = [file for file in texts if (folder / file).exists()]
    if in_the_way and not replace:
        raise InvalidParameter(
            f"{', '.join(in_the_way)} exist in {folder}; give another folder, or --replace to write over them."
        )
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for file, text in texts.items():
        unfinished = folder / f".{file}"
        unfinished.write_text(text, encoding="utf-8", newline="\n")
        written.append(unfinished.replace(folder / file))
    return written


def workbook_texts(path: Path) -> dict[str, str]:
    """Give the registers of a workbook as the YAML files they would be.

    Parameters
    ----------
    path : Path
        The workbook.

    Returns
    -------
    dict of str to str
        File to its text.

    Raises
    ------
    InvalidData
        Naming each faulty row by its sheet.
    """
    sheets = register_sheets(path)
    models = register_models()
    content: dict[str, dict[str, Sequence[RegisterRow]]] = {}
    faults: list[Fault] = []
    for key, name in sheets.items():
        sheet = RegisterSheet(path, name)
        try:
            rows = read_register(path.with_name(SHEET_FILES[key]), key, models[key], sheet=sheet)
            content.setdefault(SHEET_FILES[key], {})[key] = rows
        except InvalidData as error:
            faults += error.faults
    if faults:
        raise InvalidData(faults)
    return {file: yaml_text(lists) for file, lists in content.items()}


def register_texts(folder: Path, files: Sequence[str]) -> dict[str, str]:
    """Give register files as text; one that is kept in Excel as the YAML it would be.

    That text, and not the workbook's bytes, belongs to the data version: saving a workbook anew changes nothing in it.

    Parameters
    ----------
    folder : Path
        The region's folder.
    files : sequence of str
        Names of YAML files.

    Returns
    -------
    dict of str to str
        Those that there are, in their order.

    Raises
    ------
    InvalidData
        When a register does not hold.
    """
    texts = {}
    for file in files:
        if (folder / file).exists():
            texts[file] = (folder / file).read_text(encoding="utf-8-sig")
            continue
        keys = [key for key, name in SHEET_FILES.items() if name == file and sheet_of(folder / file, key) is not None]
        if keys:
            models = register_models()
            texts[file] = yaml_text({key: read_register(folder / file, key, models[key]) for key in keys})
    return texts


def yaml_text(lists: Mapping[str, Sequence[RegisterRow]]) -> str:
    """Write registers as YAML; what is as usual in a row is left out.

    Parameters
    ----------
    lists : mapping of str to sequence of RegisterRow
        Name of the list to its rows.

    Returns
    -------
    str

    Examples
    --------
    >>> from utfall.region.registers import OrganisationRow
    >>> print(yaml_text({"units": [OrganisationRow(code="0101", name="Nämnden", level="board")]}), end="")
    units:
    - {code: '0101', name: Nämnden, level: board}
    """
    content = {key: [plain_value(row.model_dump(exclude_defaults=True)) for row in rows] for key, rows in lists.items()}
    text: str = yaml.dump(
        content, Dumper=_RegisterDumper, allow_unicode=True, sort_keys=False, width=YAML_WIDTH, default_flow_style=None
    )
    return text
