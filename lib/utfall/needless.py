"""Optional modules of our libraries that take long to load and that nothing here uses."""

from __future__ import annotations

import sys
from types import ModuleType
from typing import cast

NEEDLESS = ("rfc3987_syntax",)
"""This one takes two seconds, to let JSON schemas check addresses in other alphabets; a notebook's schema has none."""


def leave_out_needless() -> None:
    """Let this process do without them; called by a program of ours before it imports anything large.

    Examples
    --------
    >>> import subprocess, sys
    >>> code = "from utfall.needless import *; leave_out_needless(); import rfc3987_syntax"
    >>> subprocess.run([sys.executable, "-c", code], capture_output=True).returncode
    1
    """
    for name in NEEDLESS:
        # As Python has it, the import then fails as if the module were not installed; its users are ready for that.
        sys.modules.setdefault(name, cast(ModuleType, None))
