"""The case file of a package, which stands alone there: what it names beside itself is not looked for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import yaml

from utfall.appendix.package import layout

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The loader that case files are read with; it takes more than the other."""


DEEPEST = 20
"""Levels of a case file; the loader calls itself for each, and goes down with the whole program."""

LARGEST = 1 << 20
"""Bytes of a case file."""

MOST_ALIASES = 20
"""References to a part written before; many of them can stand for more than memory holds."""


def case_file(payload: Mapping[str, bytes]) -> dict[str, Any]:
    """Read the case file of a package.

    Parameters
    ----------
    payload : mapping of str to bytes
        Path below ``data/`` → content.

    Returns
    -------
    dict
        What it says.

    Raises
    ------
    ValueError
        When it is no case file.

    Examples
    --------
    >>> case_file({"arende.yaml": b"id: REV-31-2025"})["id"]
    'REV-31-2025'
    """
    written = payload[layout.CASE]
    try:
        _refuse_what_no_loader_bears(written)
        content = yaml.load(written, Loader=_LOADER)
    except yaml.YAMLError as error:
        raise ValueError("no YAML") from error
    if not isinstance(content, dict):
        raise ValueError("no case file")
    return content


def _refuse_what_no_loader_bears(written: bytes) -> None:
    if len(written) > LARGEST:
        raise ValueError("too large for a case file")
    depth = aliases = 0
    for event in yaml.parse(written, Loader=_LOADER):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        aliases += isinstance(event, yaml.AliasEvent)
        if depth > DEEPEST or aliases > MOST_ALIASES:
            raise ValueError("too deep or too tangled for a case file")
