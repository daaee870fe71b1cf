"""Building the appendix to an audit response: from a case file to a package, or to nothing.

Only what reads the case is imported at first: the rest is, while the kernels that will run its notebooks get ready.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from utfall.appendix.case import Case, read_case
from utfall.appendix.processes import all_cores
from utfall.errors import Fault, InvalidData, UtfallError
from utfall.publishing.warm.session import warm_kernels

if TYPE_CHECKING:
    from utfall.appendix.disclosure import DisclosureFault
    from utfall.appendix.package import Package
    from utfall.region import Region

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
    case = read_case(path)
    with warm_kernels([notebook.path for notebook in case.notebooks]) as variables:
        from utfall.appendix.assemble import assemble
        from utfall.appendix.package import write_package
        from utfall.publishing.pdf import require_pdf
        from utfall.region import open_region

        require_pdf()
        # The folder is cleared away last: what is stopped may still write in it.
        folder = tempfile.TemporaryDirectory(prefix="utfall-", ignore_cleanup_errors=True)
        with folder as work, all_cores() as cores:
            told("Läser ärendet")  # not sooner: whoever is told may start a thread to show it
            region = open_region(case.data)
            _check_data_version(case, region)
            made = assemble(case, region, Path(work), cores, variables, told)
    if made.faults:
        raise DisclosureRefused(made.faults)
    told("Skriver paketet")
    package = write_package(made.files, made.info, out, replace=replace)
    return Appendix(package, made.numbers, made.left_behind, made.warnings)


def _check_data_version(case: Case, region: Region) -> None:
    if case.data_version is not None and case.data_version != region.data_version:
        what = (
            f"the answer was written on data version {case.data_version}, but the data now are {region.data_version}."
        )
        remedy = "Open the data as they were; or read the answer again on the new data, and give their version."
        raise InvalidData([Fault(case.path.name, None, what, remedy)])
