"""What every command says, and how: to whom it prints, and how an error reaches its user."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from utfall.errors import UtfallError

PROJECT = Path(__file__).resolve().parents[3]
"""The checkout: the kit is installed in place, with its notebooks beside it."""

NOTEBOOKS = PROJECT / "notebooks"
DEMO = "data/demo"
FAILED = 1
"""Exit code when something named on the screen went wrong."""

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

Data = Annotated[
    str, typer.Option("--data", help="The region: a folder with region.yaml, a DuckDB file or a database's address.")
]


@contextmanager
def told_plainly() -> Iterator[None]:
    """Errors the kit raises on purpose are one sentence to the user, not a traceback."""
    try:
        yield
    except UtfallError as error:
        err.print(str(error), markup=False)
        raise typer.Exit(FAILED) from None
    except KeyboardInterrupt:
        err.print("Stopped. What was finished is kept.")
        raise typer.Exit(130) from None
