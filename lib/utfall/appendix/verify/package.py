"""Checking a package without running anything of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from utfall.appendix.faults import Fault
from utfall.appendix.package.bag import PAYLOAD, root_hash
from utfall.appendix.verify.content import content_faults
from utfall.appendix.verify.contents import read_contents
from utfall.appendix.verify.integrity import as_hash, integrity_faults, told_info


@dataclass(frozen=True)
class Verification:
    """What a check of a package found.

    Parameters
    ----------
    faults : tuple of Fault
        Everything that is wrong.
    root_hash : str
        The package's own; empty when it has none, for then nothing fixes it.
    files : int
        How many files were looked at.
    registered : bool
        Whether the root hash was compared with a registered one.

    Examples
    --------
    >>> Verification((), "ab" * 32, 40, registered=False).holds
    True
    """

    faults: tuple[Fault, ...]
    root_hash: str
    files: int
    registered: bool

    @property
    def holds(self) -> bool:
        """Whether nothing is wrong."""
        return not self.faults

    def text(self) -> str:
        """Say in Swedish what was found, a fault a line.

        Examples
        --------
        >>> print(Verification((), "ab" * 32, 40, registered=True).text())
        Paketet håller: 40 filer är oförändrade, och rothashen är den registrerade.
        """
        if self.faults:
            return "\n".join(map(str, self.faults))
        if self.registered:
            return f"Paketet håller: {self.files} filer är oförändrade, och rothashen är den registrerade."
        return (
            f"Paketet håller ihop: {self.files} filer stämmer med sina kontrollsummor och med varandra. "
            f"Jämför rothashen {self.root_hash} med den som står i diariet; bara den visar en genomgående ändring."
        )


def verify_package(path: Path, root_hash: str | None = None) -> Verification:
    """Check that a package is whole, that its files agree, and that it is the one that was registered.

    Nothing is written, unpacked to disk or run, and no link is followed.

    Parameters
    ----------
    path : Path
        The package's folder, or the zip of it. Any content is allowed.
    root_hash : str, optional
        The root hash in the diary, 64 hexadecimal digits, in groups or not. Without it, a package that was rewritten
        throughout cannot be told from the original.

    Returns
    -------
    Verification
        What is wrong is told, not raised.

    Raises
    ------
    InvalidParameter
        When `root_hash` is no SHA-256.

    Examples
    --------
    >>> verify_package(Path("no such package")).holds
    False
    """
    registered = None if root_hash is None else as_hash(root_hash)
    contents = read_contents(path)
    if contents.faults:
        return Verification(contents.faults, "", len(contents.files), registered is not None)
    faults = integrity_faults(contents, registered)
    own = _root_hash(contents.files)
    info = told_info(contents.files)
    if not faults and info is not None:
        payload = {
            name.removeprefix(PAYLOAD): content for name, content in contents.files.items() if name.startswith(PAYLOAD)
        }
        faults = content_faults(payload, info)
    return Verification(faults, own, len(contents.files), registered is not None)


def _root_hash(files: dict[str, bytes]) -> str:
    try:
        return root_hash(files)
    except KeyError:
        return ""
