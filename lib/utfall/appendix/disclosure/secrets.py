"""Keys, passwords, addresses with credentials, paths of a machine, and names of users and machines."""

from __future__ import annotations

import getpass
import re
import socket
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path

from utfall.appendix.disclosure.faults import DisclosureKind

LEAST_NAME = 3
"""Letters from which the name of a user or a machine is looked for; shorter ones are found in any text."""

COMMON_NAMES = frozenset(
    [
        "root",
        "user",
        "admin",
        "runner",
        "localhost",
        "ubuntu",
        "debian",
        "jovyan",
        "vagrant",
        "docker",
        "default",
        "data",
        "demo",
    ]
)
"""Names that tell nothing, and are words besides."""

_PLACEHOLDER = re.compile(
    r"\$|\{|<|\*{3}|x{4}|\.{3}|(?:saknas|required|optional|string|number|object|hidden|example|exempel|changeme)\b"
    r"|(?:self|os|cls|config|settings)\.",
    re.IGNORECASE,
)


@dataclass(frozen=True)
class Pattern:
    """One form of something that may not leave.

    Parameters
    ----------
    kind : DisclosureKind
        What it is.
    what : str
        A Swedish sentence.
    form : re.Pattern
        How it is written; a group called ``value`` is left when it is a placeholder.
    """

    kind: DisclosureKind
    what: str
    form: re.Pattern[str]


def _secret(what: str, form: str, flags: int = 0) -> Pattern:
    return Pattern(DisclosureKind.SECRET, what, re.compile(form, flags))


def _path(form: str) -> Pattern:
    return Pattern(DisclosureKind.LOCAL_PATH, "Där står en sökväg på en dator.", re.compile(form))


PATTERNS = (
    _secret("Där står en privat nyckel.", "-----BEGIN (?:[A-Z0-9]+ )*PRIVATE KEY(?: BLOCK)?-----"),
    _secret("Där står en molnnyckel.", r"(?<![A-Za-z0-9])(?:AKIA|ASIA)[0-9A-Z]{16}(?![A-Za-z0-9])"),
    _secret("Där står en molnnyckel.", r"(?<![A-Za-z0-9])AIza[0-9A-Za-z_-]{35}"),
    _secret("Där står en åtkomstnyckel.", r"(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})"),
    _secret("Där står en åtkomstnyckel.", r"(?<![A-Za-z0-9])(?:glpat-|xox[abprs]-|pypi-AgE|sk-)[A-Za-z0-9_-]{16,}"),
    _secret("Där står en inloggningsbiljett.", r"(?<![\w-])eyJ[\w-]{8,}\.eyJ[\w-]{8,}\.[\w-]{8,}"),
    _secret("Där står en inloggningsbiljett.", r"\b(?:Bearer|Basic) [A-Za-z0-9+/._~-]{16,}={0,2}"),
    _secret(
        "Där står en adress med inloggningsuppgifter.",
        r"\b[a-z][a-z0-9+.-]{1,20}://[^\s/:@\"'<>{}]+:(?P<value>[^\s/@\"'<>]+)@",
    ),
    _secret(
        "Där står ett lösenord eller en nyckel.",
        r"(?<![A-Za-z])(?:password|passwd|pwd|lösenord|passord|secret(?=.{0,6}[\"']?\S*\d)|client[_-]?secret|api[_-]?key|access[_-]?key|"
        r"account[_-]?key|auth[_-]?token|access[_-]?token|api[_-]?token|private[_-]?key)[\"']?\s*[:=]\s*"
        r"(?P<quote>[\"']?)(?P<value>(?![\w.]*[(\[])[^\s\"'<>(){}\[\],;]{6,})",
        re.IGNORECASE,
    ),
    _path(r"(?<![\w/.:~\])>-])/(?:home|Users|root|tmp|mnt|media|srv|private|Volumes|scratch)/[\w.@+-]+"),
    _path(
        r"(?<![A-Za-z])[A-Za-z]:(?:\\{1,2}|/)(?:Users|Documents and Settings|home|Temp|Windows)(?:\\{1,2}|/)[\w.@ +-]+"
    ),
    _path(r"(?<![A-Za-z])[A-Za-z]:\\{1,2}[\w.@ -]{2,}\\{1,2}[\w.@-]{2,}"),
    _path(r"(?<![\\\w])\\{2}[A-Za-z][\w.-]{2,}\\[\w$.-]{3,}"),
    _path(r"\bfile:/{2,3}[\w/.]{2,}"),
)
"""Every form that is looked for."""

REMEDIES = {
    DisclosureKind.SECRET: "Ta bort den ur anteckningsboken eller filen, byt den där den gäller, och bygg om.",
    DisclosureKind.LOCAL_PATH: "Ange filen med en sökväg från projektets mapp, kör om anteckningsboken och bygg om.",
    DisclosureKind.MACHINE_NAME: "Ta bort namnet ur anteckningsboken eller filens egenskaper och bygg om.",
}
"""How each is mended."""


def find_secrets(text: str) -> Iterator[tuple[int, DisclosureKind, str]]:
    """Find secrets and paths in a text that `readable` gave.

    Parameters
    ----------
    text : str
        The text.

    Yields
    ------
    (int, DisclosureKind, str)
        Where it begins, what it is, and a Swedish sentence that does not repeat it.

    Examples
    --------
    >>> [what for _, _, what in find_secrets("pass" + "word = hemligt1; mer i pass" + "word: $PASS_WORD")]
    ['Där står ett lösenord eller en nyckel.']
    """
    for pattern in PATTERNS:
        for found in pattern.form.finditer(text):
            value = found.groupdict().get("value")
            if value is None or not _PLACEHOLDER.match(value):
                yield found.start(), pattern.kind, pattern.what


def machine_names() -> frozenset[str]:
    """Give the names that betray where a package was made: user, machine, home folder and working folder.

    Examples
    --------
    >>> "localhost" in machine_names()
    False
    """
    try:
        user = getpass.getuser()
    except (KeyError, OSError):  # a user without a name
        user = ""
    folders = {str(Path.home()), str(Path.cwd())} - {"/", "/root"}
    return frozenset({user, socket.gethostname(), socket.gethostname().split(".")[0]}) - COMMON_NAMES | folders


class NameSearch:
    """Looks for names as whole words, whatever their case.

    Parameters
    ----------
    names : collection of str
        Names of users and machines, and folders.

    Examples
    --------
    >>> list(NameSearch({"arsta-pc7"}).find("Kördes på ARSTA-PC7."))
    [10]
    """

    def __init__(self, names: Collection[str]) -> None:
        kept = sorted({name for name in names if len(name) >= LEAST_NAME and name.lower() not in COMMON_NAMES})
        found = "|".join(re.escape(name) for name in kept)
        self._form = re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE) if kept else None

    def find(self, text: str) -> Iterator[int]:
        """Give where each name begins.

        Parameters
        ----------
        text : str
            The text.

        Yields
        ------
        int
        """
        for found in self._form.finditer(text) if self._form else ():
            yield found.start()
