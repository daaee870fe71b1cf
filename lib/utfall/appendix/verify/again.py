"""Running a package again with its own kit, and comparing everything it shows."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import nbformat

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.numbers import read_numbers_csv
from utfall.appendix.package import layout
from utfall.appendix.package.bag import PAYLOAD
from utfall.appendix.verify.compare import Counted, notebook_faults, number_faults
from utfall.appendix.verify.contents import read_contents
from utfall.appendix.verify.environment import NoEnvironment, clean_variables, fresh_environment
from utfall.appendix.verify.inputs_listed import stayed
from utfall.appendix.verify.package import verify_package
from utfall.appendix.verify.told import read_told
from utfall.appendix.verify.tried import untrue
from utfall.errors import InvalidData

RUN_SECONDS = 2 * 3_600
"""How long the notebooks of a package may run together."""

SEAM = "utfall.appendix.rerun"
"""The command of the package's own kit; see that module."""

_ASK = "Begär ett nytt exemplar av paketet."


@dataclass(frozen=True)
class Rerun:
    """What running a package again found.

    Parameters
    ----------
    faults : tuple of Fault
        Everything that came out otherwise; or why it could not be run.
    numbers, tables, cells : int
        How many numbers of the answer, tables and charts, and cells of these were compared.
    note : str, default ""
        Why the differences may be no faults of the package.

    Examples
    --------
    >>> print(Rerun((), 12, 20, 400).text())
    Omkörningen gav samma resultat: 12 tal, 20 tabeller och diagram med 400 celler, och all text.
    """

    faults: tuple[Fault, ...]
    numbers: int
    tables: int
    cells: int
    note: str = ""

    @property
    def holds(self) -> bool:
        """Whether everything came out as it was told."""
        return not self.faults

    def text(self) -> str:
        """Say in Swedish what was found, a fault a line."""
        if self.faults:
            return "\n".join([*([self.note] if self.note else []), *map(str, self.faults)])
        return (
            f"Omkörningen gav samma resultat: {self.numbers} tal, {self.tables} tabeller och diagram med {self.cells} "
            "celler, och all text."
        )


def rerun_package(
    path: Path,
    *,
    environment: Literal["fresh", "here"] = "fresh",
    data: Path | None = None,
    root_hash: str | None = None,
) -> Rerun:
    """Run a package's notebooks again, and compare every number, cell and sentence.

    A package is a program: running it runs what it holds. It is verified first, and not run unless it holds, but only
    a registered root hash says that it is the region's.

    Parameters
    ----------
    path : Path
        The package's folder, or the zip of it.
    environment : {"fresh", "here"}, default "fresh"
        A new environment with the package's own kit and the versions of its lock file, or the running one.
    data : Path, optional
        Inputs to use instead of those in the package, where some stayed in the house.
    root_hash : str, optional
        The root hash in the diary.

    Returns
    -------
    Rerun
        Differences, and reasons it could not be run, are told, not raised.

    Raises
    ------
    InvalidParameter
        When `root_hash` is no SHA-256.

    Examples
    --------
    >>> rerun_package(Path("no such package")).holds
    False
    """
    verified = verify_package(path, root_hash)
    if not verified.holds:
        return Rerun(verified.faults, 0, 0, 0)
    contents = read_contents(path)
    payload = {
        name.removeprefix(PAYLOAD): content for name, content in contents.files.items() if name.startswith(PAYLOAD)
    }
    with tempfile.TemporaryDirectory(prefix="utfall-") as folder:
        work = Path(folder)
        fault = _ran(payload, work, environment, data)
        if fault is not None:
            return Rerun((fault,), 0, 0, 0)
        counted = Counted()
        try:
            faults = tuple(_compared(payload, work / "out", counted))
        except (ValueError, KeyError, TypeError, AttributeError, OSError) as error:
            what = f"Det som omkörningen skrev kan inte läsas ({type(error).__name__}). {_ASK}"
            faults = (Fault(FaultKind.RUN, "", what),)
    note = _note(payload) if faults and data is None else ""
    return Rerun(faults, counted.numbers, counted.tables, counted.cells, note)


def _note(payload: Mapping[str, bytes]) -> str:
    kept = stayed(payload)
    if not kept:
        return ""
    return (
        f"Obs: omkörningen gjordes på paketets underlag, men {len(kept)} av regionens filer lämnades inte ut "
        f"({', '.join(kept)}). Skillnaderna kan bero på det. Den som har hela underlaget kör om med --data."
    )


def _ran(payload: Mapping[str, bytes], work: Path, environment: str, data: Path | None) -> Fault | None:
    package = work / "package"
    for name, content in payload.items():
        target = package / name
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    try:
        python = fresh_environment(package, work / "environment") if environment == "fresh" else Path(sys.executable)
    except NoEnvironment as error:
        return Fault(FaultKind.ENVIRONMENT, "", str(error))
    home = work / "home"
    home.mkdir()
    command = [str(python), "-I", "-m", SEAM, str(package), str(work / "out")]
    command += [] if data is None else ["--data", str(data.resolve())]
    try:
        done = subprocess.run(
            command,
            cwd=work,
            env=clean_variables(home),
            capture_output=True,
            text=True,
            errors="replace",
            timeout=RUN_SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Fault(
            FaultKind.RUN, "", f"Omkörningen avbröts efter {RUN_SECONDS // 60} minuter. Kör på en snabbare dator."
        )
    if done.returncode == 0:
        return None
    said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
    hint = "" if data else " Om underlag stannade i huset: ange mappen med --data."
    return Fault(FaultKind.RUN, "", f"Omkörningen stannade: {said[-1] if said else 'inget sades'}{hint}")


def _compared(payload: Mapping[str, bytes], out: Path, counted: Counted) -> Iterator[Fault]:
    written = (out / layout.NUMBERS).read_bytes()
    told, again = read_told(payload[layout.NUMBERS]), read_told(written)
    counted.numbers = len(told)
    yield from number_faults(told, again)
    try:
        new = read_numbers_csv(written)
    except InvalidData:  # a list of another version does not tell the sign a number is told with
        new = {}
    if new:
        for what in untrue(payload[layout.CLAIMS], new):
            yield Fault(FaultKind.CLAIM, layout.CLAIMS, f"{what} i omkörningen. Svaret behöver skrivas om.")
    for notebook in layout.notebook_ids(payload):
        before, after = (
            nbformat.reads(content.decode("utf-8"), 4)
            for content in (payload[layout.executed(notebook)], (out / layout.executed(notebook)).read_bytes())
        )
        yield from notebook_faults(notebook, before, after, counted)
