"""The list of every input: what left the house, what stayed, and why."""

from __future__ import annotations

import csv
import io

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
)
"""Columns of the list."""


def inputs_csv(inputs: Inputs) -> bytes:
    """Write the list of inputs as CSV: semicolons, UTF-8 with its mark, one row a file of the region.

    Parameters
    ----------
    inputs : Inputs
        What `take_inputs` gave.

    Returns
    -------
    bytes
        `HEADINGS`, then the files in order of name. ``sha256`` and ``byte`` are of the file as it lies in the house,
        so that the house can show later that it is the same one; those of what left stand beside. ``rader utan``
        counts rows or cells taken out of what left.

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
            ]
        )
    return text.getvalue().encode("utf-8-sig")
