"""What every package has beside its case's own files."""

from __future__ import annotations

from collections.abc import Mapping

from utfall.appendix.package.crate import crate
from utfall.appendix.package.environment import environment_files
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.package.layout import CRATE, PYTHON, README
from utfall.appendix.package.readme import readme


def completed_payload(
    payload: Mapping[str, bytes], info: PackageInfo, environment: Mapping[str, bytes] | None = None
) -> dict[str, bytes]:
    """Add the environment, the page for whoever opens the package, and the provenance.

    Parameters
    ----------
    payload : mapping of str to bytes
        The case's own files, by path below ``data/``.
    info : PackageInfo
        Whose it is.
    environment : mapping of str to bytes, optional
        The files of the environment; by default the running kit's.

    Returns
    -------
    dict of str to bytes
        Everything that lies below ``data/``.

    Raises
    ------
    UtfallError
        When the running environment is not the one of the lock file (see `environment_files`).

    Examples
    --------
    >>> import datetime
    >>> info = PackageInfo("REV-31-2025", "Svar", "RS/2025/31", datetime.date(2026, 11, 22), "Region Exempel", "0.1.0")
    >>> list(completed_payload({"tal.csv": b"1"}, info, {"miljo/python.txt": b"3.11.7"}))
    ['tal.csv', 'miljo/python.txt', 'LASMIG.txt', 'ro-crate-metadata.json']
    """
    made = environment_files() if environment is None else environment
    whole = {**payload, **made, README: readme(info, made[PYTHON].decode())}
    return {**whole, CRATE: crate(whole, info)}
