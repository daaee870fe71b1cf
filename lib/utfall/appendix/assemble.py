"""Everything of a package put together: the notebooks run, the answer filled in, and every file looked into."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import Executor, Future, as_completed
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from nbformat import NotebookNode

from utfall.appendix.answer import answer_docx, answer_page, claims_csv, fill_answer
from utfall.appendix.case import Case
from utfall.appendix.disclosure import DisclosureFault, Gate, distinctive_texts, parts_of
from utfall.appendix.inputs import Inputs, Reads, inputs_csv, noted, take_inputs
from utfall.appendix.numbers import Number, collect_numbers, numbers_csv
from utfall.appendix.package import PackageInfo, completed_payload, layout
from utfall.appendix.processes import ThisProcess
from utfall.appendix.running import (
    laid_out,
    parameters_of,
    require_same_numbers,
    run_notebooks,
    source_of,
    without_run,
)
from utfall.errors import Fault, InvalidData, UtfallError
from utfall.publishing.data_files import data_files, workbook_name
from utfall.publishing.execute import as_json
from utfall.publishing.gates import faults_of_page
from utfall.publishing.jobs import ReportJob
from utfall.publishing.pdf import render_pdf
from utfall.publishing.render import render_page
from utfall.region import Region

METHOD_PAGES = "docs/method_*.md"
"""Pages that explain the methods, beside the folder of the notebooks."""

CHECKOUT = Path(__file__).resolve().parents[3]
"""Where the kit's own pages are, when it has not been installed as a package."""

MOST_TEXTS = 100_000
"""Texts of vouchers that are handed to other processes with each file; where there are more, this one looks alone."""

Told = Callable[[str], None]
Files = dict[str, bytes]


@dataclass(frozen=True)
class Assembled:
    """What a package is to hold.

    Parameters
    ----------
    files : dict of str to bytes
        Everything that lies below ``data/``.
    info : PackageInfo
        Whose it is.
    faults : tuple of DisclosureFault
        What of it may not leave the house.
    numbers : int
        How many numbers of the answer are supported.
    left_behind : tuple of str
        What the notebooks read that stays in the house, as Swedish sentences.
    warnings : tuple of str
        Swedish sentences for whoever signs the answer.
    """

    files: Files
    info: PackageInfo
    faults: tuple[DisclosureFault, ...]
    numbers: int
    left_behind: tuple[str, ...]
    warnings: tuple[str, ...]


def assemble(
    case: Case, region: Region, work: Path, cores: Executor, variables: Mapping[str, str], told: Told
) -> Assembled:
    """Make everything of a package; what does not wait for each other is made at once.

    Parameters
    ----------
    case : Case
        The case.
    region : Region
        Its region.
    work : Path
        Folder to work in.
    cores : Executor
        Who does the work, as `all_cores` gives them.
    variables : mapping of str to str
        As `warm_kernels` gives them.
    told : callable
        Called with each step, as it begins.

    Returns
    -------
    Assembled
        The same case, data and kit give the same files.

    Raises
    ------
    InvalidData
        When a number is not found, or a claim does not hold.
    UtfallError
        When a notebook fails, a page has a fault, or the two runs differ.
    """
    told(f"Kör {len(case.notebooks)} anteckningsböcker på husets egna indata")
    house, reads = _in_house(case, work / "in-house", cores, variables)
    told("Tar ut de indata som får lämna huset")
    inputs = take_inputs(case.data, work / layout.INPUTS, tables=reads.tables, booked_on=reads.booked_on)
    texts = distinctive_texts(region)
    gate, looking = Gate(texts), cores if len(texts) <= MOST_TEXTS else ThisProcess()
    files = _case_files(case, inputs, reads)
    looked = [looking.submit(gate.look, files)]
    executed: dict[str, NotebookNode] = {}
    reports: dict[str, Future[Files]] = {}
    for name, notebook in _on_what_leaves(case, house, reads, inputs, work / "leaving", cores, variables, told):
        executed[name] = without_run(notebook)
        reports[name] = cores.submit(_report_files, case, name, region.name, region.fictitious, executed[name])
    require_same_numbers(case, house, executed)
    told("Fyller i svaret")
    numbers = collect_numbers(case, executed)
    answer, warnings = _answer_files(case, numbers, region.fictitious)
    told("Granskar vad som får lämna huset")
    looked.append(looking.submit(gate.look, answer))
    looked += [looking.submit(gate.look, report.result()) for report in as_completed(reports.values())]
    files |= answer
    for each in case.notebooks:
        files |= reports[each.id].result()
    info = PackageInfo(
        case.id, case.title, case.diary_number, case.date, case.publisher or region.name, version("utfall")
    )
    whole = completed_payload(files, info)
    # The kit's own code is the same in every house; the made-up region's vouchers even have their texts from it.
    rest = {name: content for name, content in whole.items() if name not in files and not name.endswith(".whl")}
    seen = [gate.look(rest), *(look.result() for look in looked)]
    return Assembled(whole, info, gate.faults(seen, parts_of(whole)), len(numbers), reads.left_behind, warnings)


def _in_house(
    case: Case, folder: Path, cores: Executor, variables: Mapping[str, str]
) -> tuple[dict[str, NotebookNode], Reads]:
    """Run the notebooks on the house's own inputs; what they give, and what they read."""
    executed: dict[str, NotebookNode] = {}
    reads = Reads()
    for name, notebook in run_notebooks(case, laid_out(case, folder, case.data, notes=True), cores, variables):
        executed[name], read = noted(notebook)
        reads |= read
    return executed, reads


def _on_what_leaves(
    case: Case,
    house: Mapping[str, NotebookNode],
    reads: Reads,
    inputs: Inputs,
    folder: Path,
    cores: Executor,
    variables: Mapping[str, str],
    told: Told,
) -> Iterator[tuple[str, NotebookNode]]:
    """Run the notebooks on the inputs that may leave; where they read what may not, give what the house's own gave."""
    if reads.left_behind:
        yield from house.items()
        return
    told("Kör dem på de indata som får lämna huset")
    yield from run_notebooks(case, laid_out(case, folder, inputs.folder), cores, variables)


def _case_files(case: Case, inputs: Inputs, reads: Reads) -> Files:
    """What is there before anything has been run on it: the case, the inputs, the methods and the notebooks."""
    files = {
        layout.CASE: case.path.read_bytes(),
        layout.INPUTS_LIST: inputs_csv(inputs, reads.kept_back),
        **inputs.payload(),
        **_method_pages(case),
    }
    for notebook in case.notebooks:
        files[layout.source(notebook.id)] = source_of(notebook)
        files[layout.parameters(notebook.id)] = parameters_of(notebook)
    return files


def _method_pages(case: Case) -> Files:
    """The pages beside the notebooks' folder; the kit's own, where its checkout is what the notebooks belong to."""
    folders = dict.fromkeys([*(notebook.path.resolve().parents[1] for notebook in case.notebooks), CHECKOUT])
    for folder in folders:
        pages = sorted(folder.glob(METHOD_PAGES))
        if pages:
            return {f"{layout.METHODS}{page.name}": page.read_bytes() for page in pages}
    what = f"no page tells how the numbers are made: there is no {METHOD_PAGES} beside the notebooks' folder."
    raise InvalidData([Fault(case.path.name, None, what, "Write one, or copy the kit's.")])


def _report_files(case: Case, name: str, region: str, fictitious: bool, executed: NotebookNode) -> Files:
    """An executed notebook with its report as page, document and workbook."""
    notebook = next(each for each in case.notebooks if each.id == name)
    job = ReportJob(
        notebook=notebook.path,
        parameters=notebook.parameters,
        slug=layout.report(name, [each.id for each in case.notebooks]),
        title=f"Bilaga till {case.diary_number},",
        period=str(notebook.parameters.get("period", case.period)),
        level="",
        unit_code="",
        unit_name=str(notebook.parameters.get("unit", region)),
        fictitious=fictitious,
        publisher=case.publisher or region,
        pdf=True,
        stands_alone_beside=layout.executed(name),
    )
    page = render_page(executed, job)
    faults = faults_of_page(page, executed, job)
    if faults:
        raise UtfallError(f"{job.slug}: {faults[0]}")
    files = {
        layout.executed(name): as_json(executed).encode(),
        f"{job.slug}.html": page.encode(),
        f"{job.slug}.pdf": render_pdf(page),
    }
    tables = data_files(executed, job)
    if tables:
        files[f"{job.slug}.xlsx"] = tables[workbook_name(job.slug)]
    return files


def _answer_files(case: Case, numbers: Mapping[str, Number], fictitious: bool) -> tuple[Files, tuple[str, ...]]:
    """The answer in its forms, with the lists of its numbers and claims; and what its signatory should know."""
    filled = fill_answer(case, numbers, fictitious=fictitious)
    page = answer_page(filled)
    files = {
        f"{layout.ANSWER}.docx": answer_docx(filled),
        f"{layout.ANSWER}.html": page.encode(),
        f"{layout.ANSWER}.pdf": render_pdf(page),
        layout.NUMBERS: numbers_csv(numbers),
        layout.CLAIMS: claims_csv(filled),
    }
    warnings = tuple(f'Jämförelsen "{found.words}" är inte bunden till någon kontroll.' for found in filled.unbound)
    return files, warnings
