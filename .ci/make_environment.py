"""Write environment.yml, for those who use conda, from pyproject.toml and requirements.lock.

Conda brings Python; pip then installs exactly the versions of the lock file. Conda's pip section cannot hold
hashes beside an editable package, so the hashes stay in requirements.lock.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent

PIN = re.compile(r"^(?P<requirement>[a-z0-9][^\\\n]*==[^\\\n]*?)\s*\\?$", re.MULTILINE)
"""A line of a lock file that pins a package, with its environment marker and without its hashes."""

TEMPLATE = """\
# For conda users, Windows included: conda env create -f environment.yml
# Written by `make lock` from pyproject.toml and requirements.lock; edit those.
name: {name}
channels:
  - conda-forge
  - nodefaults
dependencies:
  - python {python}
  - pip
  - pip:
{pins}
      - --editable .
"""


def environment(pyproject: str, lock: str) -> str:
    """Return the text of environment.yml.

    Parameters
    ----------
    pyproject : str
        Text of pyproject.toml.
    lock : str
        Text of requirements.lock.

    Returns
    -------
    str
        A conda environment with every pin of the lock, markers included.
    """
    project = tomllib.loads(pyproject)["project"]
    pins = [match["requirement"] for match in PIN.finditer(lock)]
    return TEMPLATE.format(
        name=project["name"],
        python=project["requires-python"],
        pins="\n".join(f"      - {_quoted(pin)}" for pin in pins),
    )


def _quoted(pin: str) -> str:
    # A marker holds single quotes, so YAML's double quotes keep it readable.
    return f'"{pin}"' if ";" in pin else pin


def main() -> None:
    """Write environment.yml beside pyproject.toml."""
    text = environment(
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        (ROOT / "requirements.lock").read_text(encoding="utf-8"),
    )
    (ROOT / "environment.yml").write_text(text, encoding="utf-8", newline="\n")


if __name__ == "__main__":
    main()
