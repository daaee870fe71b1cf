"""Whether the files that the kit makes of the others come out the same when they are made again.

That can be told only when the kit that checks makes them as the kit in the package did: when the code is the same,
letter by letter.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from utfall.appendix.faults import Fault, FaultKind
from utfall.appendix.package import layout
from utfall.appendix.package.crate import crate
from utfall.appendix.package.environment import KIT
from utfall.appendix.package.info import PackageInfo
from utfall.appendix.package.readme import readme
from utfall.appendix.verify.checks import Payload

CRATE_CODE = ("appendix/package/crate.py", "appendix/package/layout.py")
README_CODE = ("appendix/package/readme.py", "appendix/package/readme.j2")

_ASK = "Begär ett nytt exemplar av paketet."


def remade_faults(payload: Payload, info: PackageInfo) -> Iterator[Fault]:
    """Make the provenance, and the page for whoever opens the package, again; see `ContentCheck`.

    Yields
    ------
    Fault
        One for each that comes out otherwise.
    """
    wheel = next(content for name, content in payload.items() if name.endswith(".whl"))
    python = payload[layout.PYTHON].decode("utf-8")
    if _same_code(wheel, README_CODE) and readme(info, python) != payload[layout.README]:
        yield _fault(layout.README)
    if _same_code(wheel, CRATE_CODE) and crate(payload, info) != payload[layout.CRATE]:
        yield _fault(layout.CRATE)


def _same_code(wheel: bytes, names: tuple[str, ...]) -> bool:
    with zipfile.ZipFile(io.BytesIO(wheel)) as kit:
        held = {name for name in kit.namelist()}
        return all(
            f"utfall/{name}" in held and kit.read(f"utfall/{name}") == (KIT / name).read_bytes() for name in names
        )


def _fault(name: str) -> Fault:
    return Fault(FaultKind.CONTENT, name, f"Filen är inte den som paketets program gör av de andra filerna. {_ASK}")
