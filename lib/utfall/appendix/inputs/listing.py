"""The list of every input: what left the house, what stayed, and why."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence

from utfall.appendix.inputs.take import Inputs

HEADINGS = (
    "fil",
    "uppgift",
    "sha256",
    "byte",
    "lämnas ut",
    "form",
    "skäl",
    "fil i underlag",
    "sha256 i underlag",
    "rader utan",
    "läst men inte lämnat",
)
"""Columns of the list."""


def inputs_csv(inputs: Inputs, kept_back: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """Write the list of inputs as CSV: semicolons, UTF-8 with its mark, one row a file of the region.

    Parameters
    ----------
    inputs : Inputs
        What `take_inputs` gave.
    kept_back : mapping of str to sequence of str, optional
        Table → its columns that the notebooks read and that do not leave, as `Reads.kept_back` has them.

    Returns
    -------
    bytes
        `HEADINGS`, then the files in order of name. ``sha256`` and ``byte`` are of the file as it lies in the house,
        so that the house can show later that it is the same one; those of what left stand beside. ``rader utan``
        counts rows or cells taken out of what left. ``läst men inte lämnat`` names the columns without which the
        numbers may come out otherwise.

    Examples
    --------
    >>> from pathlib import Path
    >>> inputs_csv(Inputs(Path("underlag"), "0123456789ab", ())).decode("utf-8-sig").split(";")[:2]
    ['fil', 'uppgift']
    """
    text = io.StringIO(newline="")
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADINGS)
    for file in sorted(inputs.files, key=lambda file: (file.name, file.part)):
        writer.writerow(
            [
                file.name,
                file.part,
                file.sha256,
                file.size,
                "ja" if file.leaves else "nej",
                file.form.value,
                file.why,
                file.left_as,
                file.left_sha256,
                file.taken_out or "",
                ", ".join((kept_back or {}).get(file.part, ())),
            ]
        )
    return text.getvalue().encode("utf-8-sig")
