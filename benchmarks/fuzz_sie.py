"""Feed the SIE reader what no program writes: ``python -m benchmarks.fuzz_sie [--seconds 300] [--seed 1]``.

Atheris (libFuzzer for Python) changes files, guided by which lines of the reader each change reaches, from the tests'
corpus of nasty files and a SIE 5 file. What must hold of every file is what the tests hold: it is read or refused
plainly, and every row is counted once. Stops after so many seconds of processor time and prints Markdown. A file that
breaks the rule is kept, and the exit code is then not 0.

Atheris is no dependency of the kit: ``pip install atheris``.
"""

from __future__ import annotations

import argparse
import importlib
import os
import resource
import sys
import tempfile
import time
from pathlib import Path

SECONDS = 300
"""How long the files are changed, in seconds of processor time."""

LARGEST = 4096
"""Bytes of the largest file."""


class Tried:
    """What has been tried, and how it went.

    Parameters
    ----------
    folder : Path
        Where the files are put.
    seconds : float
        Processor time to spend.
    """

    def __init__(self, folder: Path, seconds: float) -> None:
        self.folder = folder
        self.started = processor_seconds()
        self.until = self.started + seconds
        self.began = time.monotonic()
        self.files = self.read = 0
        self.slowest = 0.0

    def one(self, content: bytes) -> None:
        """Try one file; end the process when the time is out, since libFuzzer never returns."""
        from tests.sources.sie.files import accounted_for

        started = time.process_time()
        try:
            self.read += accounted_for(self.folder, content)
        except BaseException:
            kept = Path(tempfile.gettempdir()) / "fuzz_sie_broken.se"
            kept.write_bytes(content)
            self.report(f"broken by a file, kept as {kept}")
            raise
        self.files += 1
        self.slowest = max(self.slowest, time.process_time() - started)
        if processor_seconds() >= self.until:
            self.report("none broke the rule")
            sys.stdout.flush()
            os._exit(0)  # libFuzzer owns the main loop and never returns

    def report(self, verdict: str) -> None:
        """Print what was tried."""
        print("| files | read | refused | processor time | elapsed | slowest file | verdict |")
        print("| ---: | ---: | ---: | ---: | ---: | ---: | --- |")
        print(
            f"| {self.files} | {self.read} | {self.files - self.read} | {processor_seconds() - self.started:.0f} s | "
            f"{time.monotonic() - self.began:.0f} s | {self.slowest * 1000:.0f} ms | {verdict} |"
        )


def processor_seconds() -> float:
    """Seconds of processor time this process has used."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime


def seeds(folder: Path) -> Path:
    """Write the files that changing begins with.

    Parameters
    ----------
    folder : Path
        Where they go.

    Returns
    -------
    Path
        The folder of them.
    """
    from tests.sources.sie.corpus import CASES
    from tests.sources.sie.test_sie5 import FILE

    corpus = folder / "corpus"
    corpus.mkdir()
    for number, case in enumerate(CASES):
        (corpus / f"{number:03d}").write_bytes(case[1][:LARGEST])
    (corpus / "sie5").write_bytes(FILE.encode())
    return corpus


def main() -> int:
    """Try files until the time is out."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=SECONDS)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    try:
        atheris = importlib.import_module("atheris")  # by name: it is no dependency
    except ImportError:
        print("Atheris is not installed; install it with: pip install atheris", file=sys.stderr)
        return 2
    with atheris.instrument_imports(include=["utfall.sources.sie"]):
        import utfall.sources.sie  # noqa: F401
    folder = Path(tempfile.mkdtemp(prefix="fuzz_sie_"))
    tried = Tried(folder, given.seconds)
    options = [f"-seed={given.seed}", f"-max_len={LARGEST}", "-verbosity=0", f"-artifact_prefix={folder}/"]
    atheris.Setup([sys.argv[0], *options, str(seeds(folder))], tried.one)
    atheris.Fuzz()
    return 0


if __name__ == "__main__":
    sys.exit(main())
