"""Which names a file of a package may have: the same on every computer, and nowhere but in the package."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable

LONGEST_NAME = 180
"""Letters of a path inside the package; Windows takes 260, and the package lies in folders of its own."""

DEEPEST = 8
"""Folders and file of a path."""

_PART = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.+-]*", re.ASCII)

_DEVICE = re.compile(r"(?:con|prn|aux|nul|com[0-9]|lpt[0-9])(?:\..*)?", re.IGNORECASE)
"""Names that Windows takes for devices."""


def fault_of_name(name: str) -> str:
    r"""Say in Swedish why a path cannot be a file of a package.

    Parameters
    ----------
    name : str
        Path inside the package, with slashes.

    Returns
    -------
    str
        Why not; empty when it can.

    Examples
    --------
    >>> fault_of_name("data/notebooks/root_cause.ipynb")
    ''
    >>> fault_of_name("../svar.docx")
    'pekar ut ur mappen'
    >>> fault_of_name("data\\svar.docx"), fault_of_name("data/sv\u0430r.docx")
    ('har ett omvänt snedstreck', 'har tecken som inte är ASCII')
    """
    parts = name.split("/")
    checks = (
        (not name, "är tomt"),
        ("\0" in name or not name.isprintable(), "har tecken som inte syns"),
        (not name.isascii(), "har tecken som inte är ASCII"),
        ("\\" in name, "har ett omvänt snedstreck"),
        (name.startswith("/") or ":" in name, "pekar på en plats utanför mappen"),
        (".." in parts, "pekar ut ur mappen"),
        (len(name) > LONGEST_NAME or len(parts) > DEEPEST, "är för långt"),
        (any(not _PART.fullmatch(part) or part.endswith(".") for part in parts), "har tecken som inte är tillåtna"),
        (any(_DEVICE.fullmatch(part) for part in parts), "är reserverat i Windows"),
    )
    return next((reason for wrong, reason in checks if wrong), "")


def colliding(names: Iterable[str]) -> list[tuple[str, ...]]:
    """Find paths that some file system takes for the same, or of which one is both file and folder.

    Parameters
    ----------
    names : iterable of str
        Paths.

    Returns
    -------
    list of tuple
        Each group of paths that cannot lie side by side.

    Examples
    --------
    >>> colliding(["a/Tal.csv", "a/tal.csv", "b", "b/c"])
    [('a/Tal.csv', 'a/tal.csv'), ('b', 'b/c')]
    """
    written = list(names)
    alike: dict[str, list[str]] = defaultdict(list)
    folders: dict[str, str] = {}
    spellings: dict[str, str] = {}
    found: list[tuple[str, ...]] = []
    for name in written:
        alike[name.casefold()].append(name)
        parts = name.split("/")
        for depth in range(1, len(parts)):
            folder = "/".join(parts[:depth])
            folders.setdefault(folder.casefold(), name)
            if spellings.setdefault(folder.casefold(), folder) != folder:
                found.append((spellings[folder.casefold()], folder))
    found += [tuple(group) for group in alike.values() if len(group) > 1]
    found += [(group[0], folders[folded]) for folded, group in alike.items() if folded in folders]
    return sorted(set(found))
