"""Building the appendix to an audit response: from a case file to a package, or to nothing."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from nbformat import NotebookNode

from utfall.appendix.answer import answer_docx, answer_page, claims_csv, fill_answer
from utfall.appendix.case import Case, CaseNotebook, read_case
from utfall.appendix.disclosure import DisclosureFault, disclosure_faults, distinctive_texts
from utfall.appendix.inputs import Inputs, Reads, inputs_csv, tables_read, take_inputs
from utfall.appendix.numbers import Number, collect_numbers, numbers_csv
from utfall.appendix.package import Package, PackageInfo, completed_payload, layout, write_package
from utfall.appendix.rerun import DATA
from utfall.appendix.running import parameters_of, run_case, source_of
from utfall.errors import Fault, InvalidData, UtfallError
from utfall.publishing.data_files import data_files, workbook_name
from utfall.publishing.execute import as_json
from utfall.publishing.gates import faults_of_page
from utfall.publishing.jobs import ReportJob
from utfall.publishing.pdf import render_pdf, require_pdf
from utfall.publishing.render import render_page
from utfall.region import Region, open_region

METHOD_PAGES = "docs/method_*.md"
"""Pages that explain the methods, beside the folder of the notebooks."""

CHECKOUT = Path(__file__).resolve().parents[3]
"""Where the kit's own pages are, when it has not been installed as a package."""

SHOWN_FAULTS = 20
"""How many reasons a refusal lists."""

Told = Callable[[str], None]


class DisclosureRefused(UtfallError):
    """Something of the package may not leave the house; nothing has been written.

    Parameters
    ----------
    faults : tuple of DisclosureFault
        Everything that may not leave.
    """

    def __init__(self, faults: tuple[DisclosureFault, ...]) -> None:
        self.faults = faults
        rest = f"\n… och {len(faults) - SHOWN_FAULTS} till." if len(faults) > SHOWN_FAULTS else ""
        super().__init__("\n".join(map(str, faults[:SHOWN_FAULTS])) + rest)

    def __reduce__(self) -> tuple[type[DisclosureRefused], tuple[tuple[DisclosureFault, ...]]]:
        return type(self), (self.faults,)


@dataclass(frozen=True)
class Appendix:
    """A finished appendix.

    Parameters
    ----------
    package : Package
        Its folder, its zip, and its root hash for the diary.
    numbers : int
        How many numbers of the answer are supported.
    left_behind : tuple of str
        What the notebooks read that stays in the house, as Swedish sentences; empty when the package can be run again
        with what it holds.
    warnings : tuple of str
        Swedish sentences for whoever signs the answer: comparisons in it that no check is bound to.
    """

    package: Package
    numbers: int
    left_behind: tuple[str, ...]
    warnings: tuple[str, ...]


def build_appendix(path: Path, out: Path, *, replace: bool = False, told: Told = lambda step: None) -> Appendix:
    """Build the appendix of a case.

    The notebooks run on the inputs that may leave the house. They run on the house's own as well, and both must give
    the same numbers; where a notebook reads what stays in the house, it runs on the house's own inputs alone.

    Parameters
    ----------
    path : Path
        The case file.
    out : Path
        Folder in which the package's folder and zip are made.
    replace : bool, default False
        Whether an earlier package of the same case, with another content, may be replaced.
    told : callable
        Called with each step, as it begins.

    Returns
    -------
    Appendix
        The same case, data and kit give the same bytes.

    Raises
    ------
    InvalidData
        When the case file or the answer has faults, a claim does not hold, or the data are not those of the case.
    DisclosureRefused
        When something may not leave the house.
    UtfallError
        When a notebook fails, a page has a fault, or the two runs differ. Nothing is written in any of these cases.
    """
    told("Läser ärendet")
    require_pdf()
    case = read_case(path)
    region = open_region(case.data)
    _check_data_version(case, region)
    with tempfile.TemporaryDirectory(prefix="utfall-") as name:
        work = Path(name)
        told(f"Kör {len(case.notebooks)} anteckningsböcker, och tar ut de indata som får lämna huset")
        taken = _Taken()
        executed = run_case(case, work / "run", lambda: taken.take(case, work / layout.INPUTS))
        assert taken.inputs is not None
        told("Fyller i svaret")
        payload, numbers, warnings = _payload(case, region, taken.inputs, executed)
    info = _info(case, region)
    whole = completed_payload(payload, info)
    told("Granskar vad som får lämna huset")
    # The kit's own code is the same in every house; the made-up region's vouchers even have their texts from it.
    own = {name: content for name, content in whole.items() if not name.endswith(".whl")}
    faults = disclosure_faults(own, voucher_texts=distinctive_texts(region))
    if faults:
        raise DisclosureRefused(faults)
    told("Skriver paketet")
    return Appendix(write_package(whole, info, out, replace=replace), numbers, taken.left_behind, warnings)


def _check_data_version(case: Case, region: Region) -> None:
    if case.data_version is not None and case.data_version != region.data_version:
        what = (
            f"the answer was written on data version {case.data_version}, but the data now are {region.data_version}."
        )
        remedy = "Open the data as they were; or read the answer again on the new data, and give their version."
        raise InvalidData([Fault(case.path.name, None, what, remedy)])


@dataclass
class _Taken:
    """The inputs that may leave the house, and what the notebooks read that may not."""

    inputs: Inputs | None = None
    left_behind: tuple[str, ...] = ()

    def take(self, case: Case, out: Path) -> Path | None:
        """Take them out; the folder, when everything the notebooks read is in it."""
        reads = Reads()
        for notebook in case.notebooks:
            reads |= tables_read(notebook.path, {**notebook.parameters, DATA: str(case.data.resolve())})
        self.inputs = take_inputs(case.data, out, tables=reads.tables, booked_on=reads.booked_on)
        self.left_behind = reads.left_behind
        return None if self.left_behind else self.inputs.folder


def _payload(
    case: Case,
    region: Region,
    inputs: Inputs,
    executed: Mapping[str, NotebookNode],
) -> tuple[dict[str, bytes], int, tuple[str, ...]]:
    """Everything of the package that is the case's own."""
    numbers: Mapping[str, Number] = collect_numbers(case, executed)
    filled = fill_answer(case, numbers, fictitious=region.fictitious)
    answer = answer_page(filled)
    payload = {
        f"{layout.ANSWER}.docx": answer_docx(filled),
        f"{layout.ANSWER}.html": answer.encode(),
        f"{layout.ANSWER}.pdf": render_pdf(answer),
        layout.NUMBERS: numbers_csv(numbers),
        layout.CLAIMS: claims_csv(filled),
        layout.CASE: case.path.read_bytes(),
        layout.INPUTS_LIST: inputs_csv(inputs),
        **inputs.payload(),
        **_method_pages(case),
    }
    for notebook in case.notebooks:
        payload[layout.source(notebook.id)] = source_of(notebook)
        payload[layout.executed(notebook.id)] = as_json(executed[notebook.id]).encode()
        payload[layout.parameters(notebook.id)] = parameters_of(notebook)
        payload |= _report(_job(case, notebook, region, executed[notebook.id]), executed[notebook.id])
    warnings = tuple(f'Jämförelsen "{found.words}" är inte bunden till någon kontroll.' for found in filled.unbound)
    return payload, len(numbers), warnings


def _method_pages(case: Case) -> dict[str, bytes]:
    """The pages beside the notebooks' folder; the kit's own, where its checkout is what the notebooks belong to."""
    folders = dict.fromkeys([*(notebook.path.resolve().parents[1] for notebook in case.notebooks), CHECKOUT])
    for folder in folders:
        pages = sorted(folder.glob(METHOD_PAGES))
        if pages:
            return {f"{layout.METHODS}{page.name}": page.read_bytes() for page in pages}
    what = f"no page tells how the numbers are made: there is no {METHOD_PAGES} beside the notebooks' folder."
    raise InvalidData([Fault(case.path.name, None, what, "Write one, or copy the kit's.")])


def _job(case: Case, notebook: CaseNotebook, region: Region, executed: NotebookNode) -> ReportJob:
    unit = str(notebook.parameters.get("unit", region.name))
    return ReportJob(
        notebook=notebook.path,
        parameters=notebook.parameters,
        slug=layout.report(notebook.id, [each.id for each in case.notebooks]),
        title=f"Bilaga till {case.diary_number},",
        period=str(notebook.parameters.get("period", case.period)),
        level="",
        unit_code="",
        unit_name=unit,
        fictitious=region.fictitious,
        publisher=case.publisher or region.name,
        pdf=True,
        stands_alone_beside=layout.executed(notebook.id),
    )


def _report(job: ReportJob, executed: NotebookNode) -> dict[str, bytes]:
    """A notebook's report, as page, document and workbook."""
    page = render_page(executed, job)
    faults = faults_of_page(page, executed, job)
    if faults:
        raise UtfallError(f"{job.slug}: {faults[0]}")
    files = {f"{job.slug}.html": page.encode(), f"{job.slug}.pdf": render_pdf(page)}
    tables = data_files(executed, job)
    if tables:
        files[f"{job.slug}.xlsx"] = tables[workbook_name(job.slug)]
    return files


def _info(case: Case, region: Region) -> PackageInfo:
    organisation = case.publisher or region.name
    return PackageInfo(case.id, case.title, case.diary_number, case.date, organisation, version("utfall"))
